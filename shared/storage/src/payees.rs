//! Where payments go, and where they come from: sealed by the caller, and opened only for a payment file.

use std::collections::BTreeMap;

use tributary_domain::Timestamp;

use crate::sql::{Sql, SqlError, Statement};

/// The brand itself, who pays.
pub const PAYER: &str = "";

const PUT: &str = "INSERT INTO payees (creator_id, details, updated_at) VALUES ($1, $2, $3)
    ON CONFLICT (creator_id) DO UPDATE SET details = excluded.details, updated_at = excluded.updated_at";
const GET: &str = "SELECT creator_id, details FROM payees WHERE creator_id = $1";
const OF_PAYOUT: &str =
    "SELECT p.creator_id, p.details FROM payout_lines l JOIN payees p ON p.creator_id = l.creator_id
    WHERE l.payout_id = $1";

/// Keeps the sealed details of a creator, or of the brand ([`PAYER`]).
pub fn put(of: &str, sealed: &str, now: Timestamp) -> Statement {
    Statement::new(PUT).bind(of).bind(sealed).bind(now)
}

/// The sealed details of a creator, or of the brand ([`PAYER`]).
pub async fn get(sql: &impl Sql, of: &str) -> Result<Option<String>, SqlError> {
    sql.execute(Statement::new(GET).bind(of)).await?.first().map(|row| row.get("details")).transpose()
}

/// The sealed details of everybody in a payout, by creator.
pub async fn of_payout(sql: &impl Sql, payout: &str) -> Result<BTreeMap<String, String>, SqlError> {
    let rows = sql.execute(Statement::new(OF_PAYOUT).bind(payout)).await?;
    rows.iter().map(|row| Ok((row.get("creator_id")?, row.get("details")?))).collect()
}
