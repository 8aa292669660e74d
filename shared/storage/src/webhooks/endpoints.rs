//! The addresses that webhooks are sent to.

use tributary_domain::Timestamp;
use tributary_domain::ids::WebhookEndpointId;
use tributary_domain::webhook::Event;
use url::Url;

use crate::sql::{Row, Sql, SqlError, Statement, to_json};

/// The most endpoints. Whatever is written looks for one that wants to hear of it.
pub const MOST: u32 = 20;

/// Whether an endpoint is sent anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WebhookEndpointStatus)]
pub enum Status {
    /// It is.
    Active,
    /// It is not: what happens meanwhile is not sent later.
    Disabled,
}

impl Status {
    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        [Self::Active, Self::Disabled]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| format!("unknown status {text:?}"))
    }
}

/// An address that webhooks are sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: WebhookEndpointId,
    /// Its address.
    pub url: Url,
    /// What it wants to hear of.
    pub events: Vec<Event>,
    /// The secret that signs, sealed.
    pub secret: String,
    /// The one before, sealed, and until when it signs too.
    pub old_secret: Option<(String, Timestamp)>,
    /// Whether it is sent anything.
    pub status: Status,
    /// Why it is not, where we switched it off ourselves.
    pub disabled_reason: Option<String>,
    /// Since when it has taken nothing; `None` while it takes what comes.
    pub failing_since: Option<Timestamp>,
    /// Counts the changes that people make.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a person last changed it.
    pub updated_at: Timestamp,
}

macro_rules! select {
    () => {
        "SELECT id, url, events, secret, old_secret, old_secret_until, status, disabled_reason, failing_since,
            version, created_at, updated_at FROM webhook_endpoints "
    };
}
pub(super) use select;

const BY_ID: &str = concat!(select!(), "WHERE id = $1");
const LIST: &str = concat!(select!(), "WHERE id < $1 ORDER BY id DESC LIMIT $2");
const INSERT: &str =
    "INSERT INTO webhook_endpoints (id, url, events, secret, status, version, created_at, updated_at)
    SELECT $1, $2, $3, $4, $5, 1, $6, $6 WHERE (SELECT COUNT(*) FROM webhook_endpoints) < $7 RETURNING id";
const UPDATE: &str = "UPDATE webhook_endpoints SET url = $2, events = $3, secret = $4, old_secret = $5,
        old_secret_until = $6, status = $7, disabled_reason = $8, failing_since = $9, updated_at = $10,
        version = version + 1
    WHERE id = $1 AND version = $11 RETURNING id";
const DELETE_SENDS: &str = "DELETE FROM webhook_sends WHERE endpoint_id = $1";
const DELETE: &str = "DELETE FROM webhook_endpoints WHERE id = $1 RETURNING id";

/// An endpoint by its id.
pub async fn by_id(sql: &impl Sql, id: &WebhookEndpointId) -> Result<Option<Endpoint>, SqlError> {
    sql.execute(Statement::new(BY_ID).bind(id)).await?.first().map(read).transpose()
}

/// Endpoints, newest first, after the one with the id `after`.
pub async fn list(sql: &impl Sql, after: Option<&str>, limit: u32) -> Result<Vec<Endpoint>, SqlError> {
    let statement = Statement::new(LIST).bind(after.unwrap_or(crate::AFTER_ALL_IDS)).bind(limit);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// Keeps a new endpoint, unless there are as many as there may be.
pub fn insert(endpoint: &Endpoint) -> Result<Statement, SqlError> {
    Ok(Statement::new(INSERT)
        .bind(&endpoint.id)
        .bind(endpoint.url.as_str())
        .bind(to_json(&endpoint.events)?)
        .bind(&endpoint.secret)
        .bind(endpoint.status.as_str())
        .bind(endpoint.created_at)
        .bind(MOST)
        .must_return())
}

/// Replaces what was read as this version of the endpoint.
pub fn update(endpoint: &Endpoint) -> Result<Statement, SqlError> {
    let old_secret = endpoint.old_secret.as_ref();
    Ok(Statement::new(UPDATE)
        .bind(&endpoint.id)
        .bind(endpoint.url.as_str())
        .bind(to_json(&endpoint.events)?)
        .bind(&endpoint.secret)
        .bind(old_secret.map(|(secret, _)| secret))
        .bind(old_secret.map(|(_, until)| *until))
        .bind(endpoint.status.as_str())
        .bind(endpoint.disabled_reason.as_deref())
        .bind(endpoint.failing_since)
        .bind(endpoint.updated_at)
        .bind(endpoint.version)
        .must_return())
}

/// Forgets an endpoint and what was sent there.
pub fn delete(id: &WebhookEndpointId) -> [Statement; 2] {
    [Statement::new(DELETE_SENDS).bind(id), Statement::new(DELETE).bind(id).must_return()]
}

pub(super) fn read(row: &Row) -> Result<Endpoint, SqlError> {
    let old_secret: Option<String> = row.get("old_secret")?;
    Ok(Endpoint {
        id: row.parse("id", WebhookEndpointId::parse)?,
        url: row.parse("url", Url::parse)?,
        events: row.json("events")?,
        secret: row.get("secret")?,
        old_secret: old_secret.zip(row.get("old_secret_until")?),
        status: row.parse("status", Status::parse)?,
        disabled_reason: row.get("disabled_reason")?,
        failing_since: row.get("failing_since")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
