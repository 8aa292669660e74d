//! `/ledger` and creators' balances (R53).

mod balance;
mod list;
mod statement;
mod verify;

pub(crate) use balance::balance;
pub(crate) use list::list;
pub(crate) use statement::statement;
pub(crate) use verify::verify;

/// A line's id on the wire.
fn line_id(number: i64) -> String {
    format!("ldg_{number}")
}
