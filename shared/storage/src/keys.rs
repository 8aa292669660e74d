//! API keys.

use tributary_domain::Timestamp;
use tributary_domain::ids::KeyId;

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

const BY_HASH: &str =
    "SELECT id, name, scopes, created_at FROM api_keys WHERE hash = $1 AND revoked_at IS NULL";
const IS_LIVE: &str = "SELECT id FROM api_keys WHERE id = $1 AND revoked_at IS NULL";
const LIST: &str = "SELECT id, name, scopes, created_at FROM api_keys
    WHERE revoked_at IS NULL AND id < $1 ORDER BY id DESC LIMIT $2";
const INSERT: &str = "INSERT INTO api_keys (id, name, scopes, hash, created_at) VALUES ($1, $2, $3, $4, $5)";
const REVOKE: &str = "UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id";

/// The live key with this hash.
pub async fn by_hash(sql: &impl Sql, hash: &str) -> Result<Option<ApiKey>, SqlError> {
    sql.execute(Statement::new(BY_HASH).bind(hash)).await?.first().map(read).transpose()
}

/// Whether a key still works.
pub async fn is_live(sql: &impl Sql, id: &str) -> Result<bool, SqlError> {
    Ok(!sql.execute(Statement::new(IS_LIVE).bind(id)).await?.is_empty())
}

/// Live keys, newest first, after the one with the id `after`.
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
