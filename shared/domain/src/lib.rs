//! The rules of Tributary, as pure functions over values.
//!
//! Nothing here does I/O, reads a clock or draws a random number: time and randomness come in as
//! arguments. Every rule about credit, money, codes, links and the merging of order webhooks is here,
//! and nowhere else.

pub mod attribution;
pub mod capability;
pub mod click_id;
pub mod code;
pub mod commission;
pub mod conversion;
pub mod doubt;
pub mod field_error;
pub mod iban;
pub mod ids;
pub mod keys;
pub mod lead;
pub mod leak;
pub mod ledger;
pub mod link;
pub mod mailbox;
pub mod money;
pub mod order;
pub mod payout;
pub mod percent;
pub mod plan;
pub mod rate_limit;
pub mod rates;
pub mod replayed_terms;
pub mod report;
mod schema;
pub mod time;
pub mod visit;
pub mod webhook;

pub use field_error::{FieldError, FieldErrors};
pub use money::{Currency, Money};
pub use time::{Day, Timestamp};
