//! API keys.

use tributary_domain::Timestamp;
use tributary_domain::ids::{CreatorId, KeyId};

use crate::sql::{Row, Sql, SqlError, Statement, to_json};

/// An API key. Its text is known to its owner only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: KeyId,
    /// What it is for.
    pub name: String,
    /// What it may.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

const PAGE: &str = "creator:";

const BY_HASH: &str =
    "SELECT id, name, scopes, created_at FROM api_keys WHERE hash = $1 AND revoked_at IS NULL";
const BY_ID: &str = "SELECT id, name, scopes, created_at FROM api_keys WHERE id = $1 AND revoked_at IS NULL";
const LIST: &str = "SELECT id, name, scopes, created_at FROM api_keys
    WHERE revoked_at IS NULL AND scopes NOT LIKE '[\"creator:%' AND id < $1 ORDER BY id DESC LIMIT $2";
const INSERT: &str = "INSERT INTO api_keys (id, name, scopes, hash, created_at) VALUES ($1, $2, $3, $4, $5)";
const REVOKE_PAGE: &str = "UPDATE api_keys SET revoked_at = $2 WHERE scopes = $1 AND revoked_at IS NULL";
const REVOKE: &str = "UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id";

/// The live key with this hash.
pub async fn by_hash(sql: &impl Sql, hash: &str) -> Result<Option<ApiKey>, SqlError> {
    sql.execute(Statement::new(BY_HASH).bind(hash)).await?.first().map(read).transpose()
}

/// The live key with this id.
pub async fn by_id(sql: &impl Sql, id: &KeyId) -> Result<Option<ApiKey>, SqlError> {
    sql.execute(Statement::new(BY_ID).bind(id)).await?.first().map(read).transpose()
}

/// The one scope of a key that opens a creator's own page, and nothing of the API (R67).
pub fn page_scope(creator: &CreatorId) -> String {
    format!("{PAGE}{creator}")
}

/// Whose page a key opens.
pub fn page_of(key: &ApiKey) -> Option<CreatorId> {
    key.scopes.iter().find_map(|scope| CreatorId::parse(scope.strip_prefix(PAGE)?).ok())
}

/// Ends the keys of a creator's page, if there are any.
pub fn revoke_page(creator: &CreatorId, now: Timestamp) -> Statement {
    Statement::new(REVOKE_PAGE).bind(format!("[\"{}\"]", page_scope(creator))).bind(now)
}

/// Live keys but those of creators' pages, newest first, after the one with the id `after`.
pub async fn list(sql: &impl Sql, after: Option<&str>, limit: u32) -> Result<Vec<ApiKey>, SqlError> {
    let rows =
        sql.execute(Statement::new(LIST).bind(after.unwrap_or(crate::AFTER_ALL_IDS)).bind(limit)).await?;
    rows.iter().map(read).collect()
}

/// Keeps a new key by its hash.
pub fn insert(key: &ApiKey, hash: &str) -> Result<Statement, SqlError> {
    Ok(Statement::new(INSERT)
        .bind(&key.id)
        .bind(&key.name)
        .bind(to_json(&key.scopes)?)
        .bind(hash)
        .bind(key.created_at))
}

/// Ends a key.
pub fn revoke(id: &KeyId, now: Timestamp) -> Statement {
    Statement::new(REVOKE).bind(id).bind(now).must_return()
}

fn read(row: &Row) -> Result<ApiKey, SqlError> {
    Ok(ApiKey {
        id: row.parse("id", KeyId::parse)?,
        name: row.get("name")?,
        scopes: row.json("scopes")?,
        created_at: row.get("created_at")?,
    })
}
