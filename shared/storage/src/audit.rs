//! The audit log: who changed what, when and why.

use serde_json::Value as Json;
use tributary_domain::Timestamp;

use crate::sql::{Sql, SqlError, Statement};

/// One change of state.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: &'a str,
    /// What was done, such as `conversion.reject`.
    pub action: &'a str,
    /// To what: an id.
    pub subject: &'a str,
    /// What it was.
    pub before: Option<&'a Json>,
    /// What it is.
    pub after: Option<&'a Json>,
    /// Why, in the actor's words.
    pub reason: Option<&'a str>,
}

const WRITE: &str = "INSERT INTO audit (at, actor, action, subject, before, after, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const LIST: &str = "SELECT number, at, actor, action, subject, before, after, reason FROM audit
    WHERE number < $1 AND at >= $2 AND at < $3 AND ($4 IS NULL OR actor = $4) ORDER BY number DESC LIMIT $5";

/// The statement that writes an entry.
pub fn write(entry: &Entry<'_>) -> Statement {
    Statement::new(WRITE)
        .bind(entry.at)
        .bind(entry.actor)
        .bind(entry.action)
        .bind(entry.subject)
        .bind(entry.before.map(ToString::to_string))
        .bind(entry.after.map(ToString::to_string))
        .bind(entry.reason)
}

/// A kept entry.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
#[schema(as = AuditLine)]
pub struct Kept {
    /// Its number, for paging.
    #[serde(skip)]
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What it was.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Json>,
    /// What it is.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Json>,
    /// Why.
    pub reason: Option<String>,
}

/// Which entries.
#[derive(Debug, Clone)]
pub struct Filter {
    /// From this moment on.
    pub from: Timestamp,
    /// Until just before this one.
    pub to: Timestamp,
    /// By this actor only.
    pub actor: Option<String>,
    /// Older than the entry of this number.
    pub before: Option<i64>,
}

/// Entries, newest first.
pub async fn list(sql: &impl Sql, filter: &Filter, limit: u32) -> Result<Vec<Kept>, SqlError> {
    let statement = Statement::new(LIST)
        .bind(filter.before.unwrap_or(i64::MAX))
        .bind(filter.from)
        .bind(filter.to)
        .bind(filter.actor.as_deref())
        .bind(limit);
    let rows = sql.execute(statement).await?;
    rows.iter()
        .map(|row| {
            Ok(Kept {
                number: row.get("number")?,
                at: row.get("at")?,
                actor: row.get("actor")?,
                action: row.get("action")?,
                subject: row.get("subject")?,
                before: row.json_optional("before")?,
                after: row.json_optional("after")?,
                reason: row.get("reason")?,
            })
        })
        .collect()
}
