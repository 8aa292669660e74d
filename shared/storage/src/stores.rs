//! Connected shops.

use tributary_domain::capability::Platform;
use tributary_domain::ids::StoreId;
use tributary_domain::{Currency, Timestamp};
use url::Url;

use crate::sql::{Row, Sql, SqlError, Statement};

/// A connected shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Its id.
    pub id: StoreId,
    /// What the brand calls it.
    pub name: String,
    /// What it runs on.
    pub platform: Platform,
    /// Its home page.
    pub url: Url,
    /// Its currency.
    pub currency: Currency,
    /// The secrets of its webhooks, a JSON list, sealed.
    pub webhook_secrets: Option<String>,
    /// The credentials of its API, a JSON object, sealed.
    pub credentials: Option<String>,
    /// The `maas` that Amazon gave out for it, where it is Amazon's.
    pub attribution_tag: Option<String>,
    /// Whether its app is installed there, as far as the platform has said.
    pub status: String,
    /// Counts the changes.
    pub version: i64,
    /// When it was connected.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

macro_rules! columns {
    () => {
        "id, name, platform, url, currency, webhook_secrets, credentials, attribution_tag, status, version,
            created_at, updated_at"
    };
}

const BY_ID: &str = concat!("SELECT ", columns!(), " FROM stores WHERE id = $1");
const LIST: &str = concat!("SELECT ", columns!(), " FROM stores WHERE id < $1 ORDER BY id DESC LIMIT $2");
const FIRST: &str = concat!("SELECT ", columns!(), " FROM stores ORDER BY id LIMIT 1");
const INSERT: &str =
    "INSERT INTO stores (id, name, platform, url, currency, webhook_secrets, credentials, status,
        version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const UPDATE: &str =
    "UPDATE stores SET name = $2, url = $3, currency = $4, webhook_secrets = $5, credentials = $6,
        status = $7, version = version + 1, updated_at = $8, paused_until = NULL, paused_reason = NULL,
        refusals = 0, access_token = NULL, access_token_until = NULL
    WHERE id = $1 AND version = $9 RETURNING id";
const TAG: &str =
    "UPDATE stores SET attribution_tag = $2, version = version + 1, updated_at = $3 WHERE id = $1";
const UNINSTALL: &str =
    "UPDATE stores SET status = 'uninstalled', version = version + 1, updated_at = $2 WHERE id = $1";

/// A shop by its id.
pub async fn by_id(sql: &impl Sql, id: &StoreId) -> Result<Option<Store>, SqlError> {
    sql.execute(Statement::new(BY_ID).bind(id)).await?.first().map(read).transpose()
}

/// Shops, newest first, after the one with the id `after`.
pub async fn list(sql: &impl Sql, after: Option<&str>, limit: u32) -> Result<Vec<Store>, SqlError> {
    let rows =
        sql.execute(Statement::new(LIST).bind(after.unwrap_or(crate::AFTER_ALL_IDS)).bind(limit)).await?;
    rows.iter().map(read).collect()
}

/// The shop that was connected first: where a shopper with an unknown link goes.
pub async fn first(sql: &impl Sql) -> Result<Option<Store>, SqlError> {
    sql.execute(Statement::new(FIRST)).await?.first().map(read).transpose()
}

/// Keeps a new shop.
pub fn insert(store: &Store) -> Statement {
    Statement::new(INSERT)
        .bind(&store.id)
        .bind(&store.name)
        .bind(store.platform.as_str())
        .bind(store.url.as_str())
        .bind(store.currency)
        .bind(store.webhook_secrets.as_deref())
        .bind(store.credentials.as_deref())
        .bind(&store.status)
        .bind(store.version)
        .bind(store.created_at)
        .bind(store.updated_at)
}

/// Replaces what was read as this version of the shop. Its address or credentials may be new, so work that rested
/// because it refused us goes on.
pub fn update(store: &Store) -> Statement {
    Statement::new(UPDATE)
        .bind(&store.id)
        .bind(&store.name)
        .bind(store.url.as_str())
        .bind(store.currency)
        .bind(store.webhook_secrets.as_deref())
        .bind(store.credentials.as_deref())
        .bind(&store.status)
        .bind(store.updated_at)
        .bind(store.version)
        .must_return()
}

/// Keeps the `maas` that Amazon gave out for the shop.
pub fn tag(id: &StoreId, attribution_tag: &str, now: Timestamp) -> Statement {
    Statement::new(TAG).bind(id).bind(attribution_tag).bind(now)
}

/// Notes that the shop removed our app.
pub fn uninstall(id: &StoreId, now: Timestamp) -> Statement {
    Statement::new(UNINSTALL).bind(id).bind(now)
}

fn read(row: &Row) -> Result<Store, SqlError> {
    Ok(Store {
        id: row.parse("id", StoreId::parse)?,
        name: row.get("name")?,
        platform: row.parse("platform", Platform::parse)?,
        url: row.parse("url", Url::parse)?,
        currency: row.parse("currency", Currency::parse)?,
        webhook_secrets: row.get("webhook_secrets")?,
        credentials: row.get("credentials")?,
        attribution_tag: row.get("attribution_tag")?,
        status: row.get("status")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
