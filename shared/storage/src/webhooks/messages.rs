//! Messages to an endpoint, and how each of them stands there.

use tributary_domain::Timestamp;
use tributary_domain::ids::{MessageId, WebhookEndpointId};
use tributary_domain::webhook::TEST;

use crate::sql::{Row, Sql, SqlError, Statement};

/// A message to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// The message's id: the same to every endpoint, and however often it is sent.
    pub id: MessageId,
    /// What it tells of.
    pub event: String,
    /// When that happened.
    pub at: Timestamp,
    /// How it stands: `waiting`, `delivered` or `failed`.
    pub status: String,
    /// How often it was sent since somebody last asked for it.
    pub attempts: u32,
    /// When it was sent last.
    pub tried_at: Option<Timestamp>,
    /// The HTTP status of the answer, where there was one.
    pub answer: Option<u16>,
    /// What went wrong, in words.
    pub error: Option<String>,
    /// When it is sent next; `None` where it is not.
    pub due_at: Option<Timestamp>,
    number: i64,
}

impl Sending {
    /// Where it stands in the list.
    pub fn position(&self) -> i64 {
        self.number
    }
}

macro_rules! select {
    () => {
        "SELECT o.number, o.id, o.event, o.at, s.status, s.attempts, s.tried_at, s.answer, s.error, s.due_at
        FROM webhook_sends s JOIN outbox o ON o.number = s.message WHERE s.endpoint_id = $1 "
    };
}

const LIST: &str = concat!(select!(), "AND s.message < $2 ORDER BY s.message DESC LIMIT $3");
const BY_ID: &str = concat!(select!(), "AND o.id = $2");
const INSERT: &str = "INSERT INTO outbox (id, event, data, at) VALUES ($1, $2, $3, $4)";
const SEND: &str = "INSERT INTO webhook_sends (endpoint_id, message, status, attempts, due_at)
    SELECT $1, number, 'waiting', 0, at FROM outbox WHERE id = $2";
const RESEND: &str = "UPDATE webhook_sends SET status = 'waiting', attempts = 0, due_at = $3
    WHERE endpoint_id = $1 AND message = (SELECT number FROM outbox WHERE id = $2) RETURNING message";
/// Both by the number, which grows with the time: by the key of the table and not by a walk over it.
const FORGET_SENDS: &str = "DELETE FROM webhook_sends WHERE endpoint_id IN (SELECT id FROM webhook_endpoints)
    AND message <= (SELECT number FROM outbox WHERE at < $1 ORDER BY at DESC LIMIT 1)";
const FORGET: &str =
    "DELETE FROM outbox WHERE number <= (SELECT number FROM outbox WHERE at < $1 ORDER BY at DESC LIMIT 1)";

/// Asked first, for the reason of [`IS_ANY_NOTED`]: a round comes every few seconds.
const IS_ANY_OLD: &str = "SELECT 1 AS old FROM outbox WHERE at < $1 LIMIT 1";

/// Notes that one statement makes messages of: it holds the write lock for a moment only.
const NOTES_AT_ONCE: u32 = 500;
/// Asked first, because a deletion takes the write lock even where there is nothing to delete.
const IS_ANY_NOTED: &str = "SELECT 1 AS noted FROM order_notes LIMIT 1";
/// The trigger on it writes the messages.
const GATHER: &str = "DELETE FROM order_notes
    WHERE note IN (SELECT note FROM order_notes ORDER BY note LIMIT $1)";

/// Makes messages of what was noted of orders. Whoever sends or shows messages does so before.
pub async fn gather(sql: &impl Sql) -> Result<(), SqlError> {
    while !sql.execute(Statement::new(IS_ANY_NOTED)).await?.is_empty() {
        sql.execute(Statement::new(GATHER).bind(NOTES_AT_ONCE)).await?;
    }
    Ok(())
}

/// Messages to an endpoint, the newest first, after the one at that position.
pub async fn list(
    sql: &impl Sql,
    endpoint: &WebhookEndpointId,
    after: Option<i64>,
    limit: u32,
) -> Result<Vec<Sending>, SqlError> {
    let statement = Statement::new(LIST).bind(endpoint).bind(after.unwrap_or(i64::MAX)).bind(limit);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// One message to an endpoint.
pub async fn by_id(
    sql: &impl Sql,
    endpoint: &WebhookEndpointId,
    id: &MessageId,
) -> Result<Option<Sending>, SqlError> {
    sql.execute(Statement::new(BY_ID).bind(endpoint).bind(id)).await?.first().map(read).transpose()
}

/// A message that tries an endpoint, whatever that wants to hear of.
pub fn test(endpoint: &WebhookEndpointId, id: &MessageId, data: &str, now: Timestamp) -> [Statement; 2] {
    [
        Statement::new(INSERT).bind(id).bind(TEST).bind(data).bind(now),
        Statement::new(SEND).bind(endpoint).bind(id),
    ]
}

/// Sends a message again, from the beginning of the schedule.
pub fn resend(endpoint: &WebhookEndpointId, id: &MessageId, now: Timestamp) -> Statement {
    Statement::new(RESEND).bind(endpoint).bind(id).bind(now).must_return()
}

/// Forgets what happened before that moment.
pub async fn forget(sql: &impl Sql, before: Timestamp) -> Result<(), SqlError> {
    if sql.execute(Statement::new(IS_ANY_OLD).bind(before)).await?.is_empty() {
        return Ok(());
    }
    let forget = [FORGET_SENDS, FORGET].map(|text| Statement::new(text).bind(before));
    sql.transaction(forget.into()).await.map(drop)
}

fn read(row: &Row) -> Result<Sending, SqlError> {
    Ok(Sending {
        number: row.get("number")?,
        id: row.parse("id", MessageId::parse)?,
        event: row.get("event")?,
        at: row.get("at")?,
        status: row.get("status")?,
        attempts: row.get("attempts")?,
        tried_at: row.get("tried_at")?,
        answer: row.get("answer")?,
        error: row.get("error")?,
        due_at: row.get("due_at")?,
    })
}
