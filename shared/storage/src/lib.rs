//! The only SQL and the only key-value keys of Tributary.
//!
//! Each module holds the statements of one kind of row, as named constants, and functions that bind and read
//! them. Reads take a [`Sql`] and give domain values. Writes that are part of a set-up call are given back as
//! [`Statement`]s, which the caller commits together with its audit line and its idempotency key.

pub mod adobe_keys;
pub mod aggregates;
pub mod audit;
pub mod cache;
pub mod campaigns;
pub mod click_pay;
pub mod clicks;
pub mod codes;
pub mod conversions;
pub mod creators;
pub mod deliveries;
pub mod drifts;
pub mod ended_sessions;
pub mod enrollments;
pub mod idempotency;
pub mod imports;
pub mod keys;
pub mod ledger;
pub mod link_cache;
pub mod link_keys;
pub mod links;
pub mod migrations;
pub mod order_references;
pub mod orders;
mod packed;
pub mod payees;
pub mod payouts;
pub mod plans;
pub mod rate_limits;
pub mod rates;
pub mod reconciliations;
pub mod reports;
pub mod settings;
pub mod shops;
pub mod sql;
pub mod store_checks;
pub mod stores;
pub mod webhooks;

#[cfg(feature = "spin")]
pub mod spin;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
#[allow(missing_docs, unreachable_pub, reason = "for tests")]
mod native;

#[cfg(test)]
mod plans_of_queries;

pub use cache::{Cache, CacheError};
pub use sql::{Row, Sql, SqlError, Statement, Value};

/// A text after every id in the order of ids, for the first page of a list that runs backwards.
pub(crate) const AFTER_ALL_IDS: &str = "~";
