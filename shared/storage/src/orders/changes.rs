//! How often what decides credit and commission was changed: codes compromised, own terms agreed, replays applied.
//!
//! Who decided by an older state must not write as if it were by the newest.

use std::collections::HashSet;

use tributary_domain::ids::OrderId;

use crate::sql::{Sql, SqlError, Statement, places};

/// The count, as a term of a statement. It grows with each change.
macro_rules! count_of_changes {
    () => {
        "COALESCE((SELECT MAX(x.number) FROM compromised_codes x), 0)
            + COALESCE((SELECT MAX(t.number) FROM enrollment_terms t), 0)
            + COALESCE((SELECT MAX(y.number) FROM replayed_terms y), 0)"
    };
}
pub(super) use count_of_changes;

const COUNT: &str = concat!("SELECT ", count_of_changes!(), " AS changes");
const UNCHANGED: &str = concat!("SELECT 1 AS unchanged WHERE ", count_of_changes!(), " = $1");
const NOTE: (&str, &str) = (
    "INSERT INTO unsettled (subject, since, number) SELECT id, placed_at, 1 FROM orders WHERE id IN (",
    ") ON CONFLICT (subject) DO UPDATE SET number = unsettled.number + 1",
);

/// How often it was changed so far.
pub(super) async fn count(sql: &impl Sql) -> Result<i64, SqlError> {
    let rows = sql.execute(Statement::new(COUNT)).await?;
    rows.first().ok_or_else(|| SqlError::Data("no count of changes".to_owned()))?.get("changes")
}

/// Lets a transaction go on only where it was changed no more often than that.
pub(super) fn unchanged(changes: i64) -> Statement {
    Statement::new(UNCHANGED).bind(changes).must_return()
}

/// Notes orders that were written by an older state, to be decided anew; there is at least one.
pub(super) fn note(orders: &HashSet<OrderId>) -> Statement {
    let (before, after) = NOTE;
    Statement::new([before, &places(1, orders.len()), after].concat()).bind_all(orders)
}
