//! The ledger's lines, the balances that they sum up to, and the proof that no line was altered (R53).

mod proof;
mod statement;

use tributary_domain::ids::{CreatorId, OrderId};
use tributary_domain::{Currency, Money, Timestamp};

pub use proof::{Proof, prove};
pub use statement::{Statement as CreatorStatement, statements};

use crate::sql::{Row, Sql, SqlError, Statement};

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1 on.
    pub number: i64,
    /// Whose line.
    pub creator: CreatorId,
    /// For which order, for all but payouts.
    pub order: Option<OrderId>,
    /// Its kind's text code.
    pub kind: String,
    /// How much.
    pub amount: Money,
    /// When it was booked.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// Who caused it.
    pub actor: String,
}

/// What a creator has coming in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The sum of the ledger's lines; less than nothing after a refund that followed a payout.
    pub due: Money,
    /// Commission that waits: for a hold to end, for a person, or for the shop's money.
    pub pending: Money,
    /// What was paid out so far.
    pub paid: Money,
}

macro_rules! columns {
    () => {
        "number, creator_id, order_id, kind, amount, currency, at, reason, actor"
    };
}

const LIST: &str =
    concat!("SELECT ", columns!(), " FROM ledger WHERE number < $1 ORDER BY number DESC LIMIT $2");
const LIST_OF_CREATOR: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM ledger WHERE creator_id = $3 AND number < $1 ORDER BY number DESC LIMIT $2"
);
/// One row at least for a creator that there is, so that one read tells both.
const BALANCES: &str = "SELECT b.currency, b.due, b.pending, b.paid
    FROM creators c LEFT JOIN balances b ON b.creator_id = c.id WHERE c.id = $1 ORDER BY b.currency";

/// Lines, newest first, before the one of that number.
pub async fn list(
    sql: &impl Sql,
    creator: Option<&CreatorId>,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Line>, SqlError> {
    let text = if creator.is_some() { LIST_OF_CREATOR } else { LIST };
    let statement = Statement::new(text).bind(before.unwrap_or(i64::MAX)).bind(limit);
    let statement = match creator {
        Some(creator) => statement.bind(creator),
        None => statement,
    };
    sql.execute(statement).await?.iter().map(read).collect()
}

/// A creator's balances, by currency; `None` where there is no such creator. Removed ones keep theirs.
pub async fn balances(sql: &impl Sql, creator: &CreatorId) -> Result<Option<Vec<Balance>>, SqlError> {
    let rows = sql.execute(Statement::new(BALANCES).bind(creator)).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let mut balances = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(currency) = row.parse_optional("currency", Currency::parse)? {
            balances.push(Balance {
                due: Money::new(row.get("due")?, currency),
                pending: Money::new(row.get("pending")?, currency),
                paid: Money::new(row.get("paid")?, currency),
            });
        }
    }
    Ok(Some(balances))
}

fn read(row: &Row) -> Result<Line, SqlError> {
    Ok(Line {
        number: row.get("number")?,
        creator: row.parse("creator_id", CreatorId::parse)?,
        order: row.parse_optional("order_id", OrderId::parse)?,
        kind: row.get("kind")?,
        amount: Money::new(row.get("amount")?, row.parse("currency", Currency::parse)?),
        at: row.get("at")?,
        reason: row.get("reason")?,
        actor: row.get("actor")?,
    })
}

#[cfg(test)]
mod tests;
