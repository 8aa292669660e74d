//! Takes a doubt that was a mistake away from conversions: they become what they would be without it.

use tributary_domain::Timestamp;
use tributary_domain::conversion::Approval;
use tributary_domain::doubt::Doubt;

use super::read::OrderRow;
use super::write::{Write, settle, upsert};
use crate::sql::{SqlError, Statement};

/// Why a doubt is lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifting<'a> {
    /// The doubt.
    pub doubt: Doubt,
    /// Who says so.
    pub actor: &'a str,
    /// Why, for the ledger.
    pub reason: &'a str,
    /// When.
    pub now: Timestamp,
}

/// The row without the doubt, and the statement that writes it unless somebody else wrote it meanwhile. What a person
/// decided stays.
///
/// # Errors
/// When a value cannot be written as JSON.
pub fn lift(row: OrderRow, lifting: &Lifting<'_>) -> Result<(OrderRow, Statement), SqlError> {
    let word = lifting.doubt.as_str();
    let doubts = row.doubts.into_iter().filter(|doubt| doubt != word).collect();
    let mut row = OrderRow { doubts, version: row.version + 1, reason: lifting.reason.to_owned(), ..row };
    let worth = settle(&mut row, lifting.now);
    let statement = upsert(&[Write { row: &row, worth, actor: lifting.actor }])?.must_return();
    Ok((row, statement))
}

/// Whether it earns again.
pub fn is_restored(before: &OrderRow, after: &OrderRow) -> bool {
    before.approval == Some(Approval::Rejected) && after.approval != Some(Approval::Rejected)
}
