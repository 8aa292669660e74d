//! A person's Reject, Approve and Undo of a conversion (R52).

use tributary_domain::Timestamp;
use tributary_domain::conversion::Verdict;

use super::read::OrderRow;
use super::write::{Write, settle, upsert};
use crate::sql::{SqlError, Statement};

/// The row under another verdict, and the statement that writes it unless somebody else wrote it meanwhile.
///
/// `None` as the verdict is Undo: it leads back to exactly what it was before anybody decided.
///
/// # Errors
/// When a value cannot be written as JSON.
pub fn pass(
    row: OrderRow,
    verdict: Option<Verdict>,
    actor: &str,
    reason: &str,
    now: Timestamp,
) -> Result<(OrderRow, Statement), SqlError> {
    let mut row = OrderRow { version: row.version + 1, verdict, reason: reason.to_owned(), ..row };
    let worth = settle(&mut row, now);
    let statement = upsert(&[Write { row: &row, worth, actor }])?.must_return();
    Ok((row, statement))
}
