//! The sender's side of messages: which are due, whose turn it is, and what came of it.
//!
//! A message is leased for one endpoint by one atomic statement, to a sender and until a time. A sender that dies
//! leaves its leases to run out, and the message is sent again, under the same id: at least once, as the
//! specification has it.

use tributary_domain::Timestamp;
use tributary_domain::ids::{MessageId, WebhookEndpointId};
use tributary_domain::webhook::patience_ends;

use super::endpoints::{Endpoint, read as read_endpoint, select};
use crate::sql::{Row, Sql, SqlError, Statement};

/// How long a lease holds, in milliseconds: longer than the longest wait for an answer (`web/context/outbound.rs`).
const LEASE_MILLIS: i64 = 30_000;

/// A message that was leased for an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    number: i64,
    /// Its id.
    pub id: MessageId,
    /// What it tells of.
    pub event: String,
    /// When that happened.
    pub at: Timestamp,
    /// The JSON that tells it.
    pub data: String,
    /// How often it was sent before.
    pub attempts: u32,
}

/// What came of sending a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// How it stands: `waiting`, `delivered` or `failed`.
    pub status: &'static str,
    /// When it is sent next.
    pub due_at: Option<Timestamp>,
    /// The HTTP status of the answer, where there was one.
    pub answer: Option<u16>,
    /// What went wrong, in words.
    pub error: Option<String>,
}

/// What waits to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How many messages.
    pub messages: u64,
    /// When the next one is due.
    pub next_at: Option<Timestamp>,
}

const DUE: &str = concat!(
    select!(),
    "WHERE status = 'active' AND EXISTS (SELECT 1 FROM webhook_sends s WHERE s.endpoint_id = webhook_endpoints.id
        AND s.due_at <= $1 AND (s.lease_until IS NULL OR s.lease_until <= $1)) ORDER BY id"
);
/// Also the rows' own condition stands outside of the subquery: see the leases of codes.
const LEASE: &str = "UPDATE webhook_sends SET lease_owner = $2, lease_until = $4
    WHERE endpoint_id = $1 AND due_at <= $3 AND (lease_until IS NULL OR lease_until <= $3) AND message IN (
        SELECT message FROM webhook_sends
        WHERE endpoint_id = $1 AND due_at <= $3 AND (lease_until IS NULL OR lease_until <= $3)
        ORDER BY due_at LIMIT $5)
    RETURNING message, attempts, (SELECT o.id FROM outbox o WHERE o.number = message) AS id,
        (SELECT o.event FROM outbox o WHERE o.number = message) AS event,
        (SELECT o.at FROM outbox o WHERE o.number = message) AS at,
        (SELECT o.data FROM outbox o WHERE o.number = message) AS data";
const FINISH: &str =
    "UPDATE webhook_sends SET status = $4, attempts = attempts + 1, due_at = $5, tried_at = $6,
        answer = $7, error = $8, lease_owner = NULL, lease_until = NULL
    WHERE endpoint_id = $1 AND message = $2 AND lease_owner = $3";
const TOOK: &str =
    "UPDATE webhook_endpoints SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL";
const FAILED: &str = "UPDATE webhook_endpoints SET failing_since = COALESCE(failing_since, $2),
        status = CASE WHEN failing_since <= $3 THEN 'disabled' ELSE status END,
        disabled_reason = CASE WHEN failing_since <= $3 THEN $4 ELSE disabled_reason END
    WHERE id = $1 AND status = 'active' RETURNING status";
const GONE: &str = "UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = $2
    WHERE id = $1 AND status = 'active' RETURNING status";
const WAITING: &str = "SELECT COUNT(*) AS messages, MIN(CASE WHEN s.lease_until > s.due_at THEN s.lease_until
        ELSE s.due_at END) AS next_at
    FROM webhook_endpoints e CROSS JOIN webhook_sends s
    WHERE s.endpoint_id = e.id AND e.status = 'active' AND s.due_at IS NOT NULL";

/// The endpoints that something is due for.
pub async fn due(sql: &impl Sql, now: Timestamp) -> Result<Vec<Endpoint>, SqlError> {
    sql.execute(Statement::new(DUE).bind(now)).await?.iter().map(read_endpoint).collect()
}

/// Leases messages that are due for an endpoint, those that have waited longest.
pub async fn lease(
    sql: &impl Sql,
    endpoint: &WebhookEndpointId,
    owner: &str,
    now: Timestamp,
    most: u32,
) -> Result<Vec<Leased>, SqlError> {
    let until = now.plus_millis(LEASE_MILLIS);
    let statement = Statement::new(LEASE).bind(endpoint).bind(owner).bind(now).bind(until).bind(most);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// Writes what came of a leased message, unless the lease ran out and another sender has it.
pub fn finish(
    endpoint: &WebhookEndpointId,
    owner: &str,
    leased: &Leased,
    sent: &Sent,
    now: Timestamp,
) -> Statement {
    Statement::new(FINISH)
        .bind(endpoint)
        .bind(leased.number)
        .bind(owner)
        .bind(sent.status)
        .bind(sent.due_at)
        .bind(now)
        .bind(sent.answer)
        .bind(sent.error.as_deref())
}

/// The endpoint takes messages.
pub fn took(endpoint: &WebhookEndpointId) -> Statement {
    Statement::new(TOOK).bind(endpoint)
}

/// The endpoint did not take a message. One that has taken none for days is switched off, for the reason; tells
/// whether this was it.
pub async fn failed(
    sql: &impl Sql,
    endpoint: &WebhookEndpointId,
    reason: &str,
    now: Timestamp,
) -> Result<bool, SqlError> {
    let statement = Statement::new(FAILED).bind(endpoint).bind(now).bind(patience_ends(now)).bind(reason);
    let rows = sql.execute(statement).await?;
    rows.first().map_or(Ok(false), |row| Ok(row.get::<String>("status")? == "disabled"))
}

/// Switches an endpoint off that wants no message ever again; tells whether it was on.
pub async fn gone(sql: &impl Sql, endpoint: &WebhookEndpointId, reason: &str) -> Result<bool, SqlError> {
    Ok(!sql.execute(Statement::new(GONE).bind(endpoint).bind(reason)).await?.is_empty())
}

/// What waits for endpoints that are on.
pub async fn waiting(sql: &impl Sql) -> Result<Waiting, SqlError> {
    let rows = sql.execute(Statement::new(WAITING)).await?;
    let none = Waiting { messages: 0, next_at: None };
    rows.first()
        .map_or(Ok(none), |row| Ok(Waiting { messages: row.get("messages")?, next_at: row.get("next_at")? }))
}

fn read(row: &Row) -> Result<Leased, SqlError> {
    Ok(Leased {
        number: row.get("message")?,
        id: row.parse("id", MessageId::parse)?,
        event: row.get("event")?,
        at: row.get("at")?,
        data: row.get("data")?,
        attempts: row.get("attempts")?,
    })
}
