//! Orders and leads, each with its credit in the same row.
//!
//! - [`book`]: merge what webhooks said into orders, decide their credit, write them once.
//! - [`verdict`]: a person's Reject, Approve and Undo.
//! - [`lifting`]: a doubt that was a mistake.
//! - [`replay`]: the same decision over history.
//! - [`settle_all`]: the same decision where an earlier order changed.
//! - [`read`]: the row and how it is read.

pub mod book;
mod changes;
mod code_use;
mod credit;
mod customers;
mod history;
pub mod lifting;
mod limits;
mod owners;
mod people;
mod read;
pub mod replay;
mod returning;
mod settle;
mod touches;
pub mod verdict;
mod write;

pub use owners::Owners;
pub use people::of_buyer;
pub use read::{Kind, OrderRow, by_external_id, by_id, by_ids, list, release_held, with_buyers};
pub use settle::settle_all;

#[cfg(test)]
mod customers_tests;
#[cfg(test)]
mod history_tests;
#[cfg(test)]
mod limits_tests;
#[cfg(test)]
mod own_terms_tests;
#[cfg(test)]
pub(crate) mod tests;
