//! A creator's statement: what the ledger says of some time, by currency (R54).

use std::collections::BTreeMap;

use tributary_domain::ids::CreatorId;
use tributary_domain::{Currency, Timestamp};

use super::{Line, read};
use crate::sql::{Sql, SqlError, Statement as Query};

/// Lines that a statement tells, at most. More than any creator's month has.
const MOST_LINES: u32 = 20_000;

/// What happened in one currency, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statement {
    /// What was due before.
    pub opening: i64,
    /// What was earned, less what was taken back.
    pub earned: i64,
    /// What was paid out, less what did not arrive.
    pub paid: i64,
    /// The lines, the oldest first.
    pub lines: Vec<Line>,
}

impl Statement {
    /// What is due after it.
    pub const fn closing(&self) -> i64 {
        self.opening.saturating_add(self.earned).saturating_sub(self.paid)
    }
}

const OPENING: &str = "SELECT currency, CAST(SUM(amount) AS BIGINT) AS amount FROM ledger
    WHERE creator_id = $1 AND at < $2 GROUP BY currency";
const LINES: &str =
    "SELECT number, creator_id, order_id, kind, amount, currency, at, reason, actor FROM ledger
    WHERE creator_id = $1 AND at >= $2 AND at < $3 ORDER BY number LIMIT $4";

/// A creator's statements of the time from that moment until just before the other.
pub async fn statements(
    sql: &impl Sql,
    creator: &CreatorId,
    from: Timestamp,
    before: Timestamp,
) -> Result<BTreeMap<Currency, Statement>, SqlError> {
    let mut statements: BTreeMap<Currency, Statement> = BTreeMap::new();
    for row in &sql.execute(Query::new(OPENING).bind(creator).bind(from)).await? {
        statements.entry(row.parse("currency", Currency::parse)?).or_default().opening = row.get("amount")?;
    }
    let lines = Query::new(LINES).bind(creator).bind(from).bind(before).bind(MOST_LINES);
    for row in &sql.execute(lines).await? {
        let line = read(row)?;
        let statement = statements.entry(line.amount.currency).or_default();
        if line.kind == "payout" {
            statement.paid = statement.paid.saturating_sub(line.amount.amount);
        } else {
            statement.earned = statement.earned.saturating_add(line.amount.amount);
        }
        statement.lines.push(line);
    }
    Ok(statements)
}
