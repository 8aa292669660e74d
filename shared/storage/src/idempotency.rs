//! Answers that were given under an `Idempotency-Key`.

use tributary_domain::Timestamp;

use crate::sql::{Sql, SqlError, Statement};

/// A kept answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The hash of the request that it answered.
    pub request_hash: String,
    /// Its HTTP status.
    pub status: u16,
    /// Its body, sealed.
    pub body: String,
}

const FIND: &str = "SELECT request_hash, status, body FROM idempotency WHERE key = $1";
const REMEMBER: &str =
    "INSERT INTO idempotency (key, request_hash, status, body, created_at) VALUES ($1, $2, $3, $4, $5)";
const FORGET: &str = "DELETE FROM idempotency WHERE created_at < $1";

/// The answer under a key.
pub async fn find(sql: &impl Sql, key: &str) -> Result<Option<Kept>, SqlError> {
    let rows = sql.execute(Statement::new(FIND).bind(key)).await?;
    rows.first()
        .map(|row| {
            Ok(Kept {
                request_hash: row.get("request_hash")?,
                status: row.get("status")?,
                body: row.get("body")?,
            })
        })
        .transpose()
}

/// Keeps an answer.
pub fn remember(key: &str, request_hash: &str, status: u16, body: &str, now: Timestamp) -> Statement {
    Statement::new(REMEMBER).bind(key).bind(request_hash).bind(status).bind(body).bind(now)
}

/// Forgets old answers.
pub fn forget_before(moment: Timestamp) -> Statement {
    Statement::new(FORGET).bind(moment)
}
