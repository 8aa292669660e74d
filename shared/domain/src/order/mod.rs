//! An order as we know it after every webhook so far, and how webhooks are merged into it.
//!
//! A webhook is read into [`OrderFacts`]: what it says, and nothing that it does not say. Facts are merged
//! by [`OrderFacts::merge`], a join: commutative, associative and idempotent. So deliveries may come in any
//! order, twice, or late, and all end in the same state without a lock (R31, R32). Everything that people
//! see of an order ([`OrderFacts::status`], [`OrderFacts::net`]) is a pure function of its facts.

mod beside;
mod code_use;
mod customer;
mod facts;
mod lines;
mod payments;
mod status;

pub use beside::Beside;
pub use code_use::CodeUse;
pub use customer::Customer;
pub use facts::{Binding, OrderFacts, Refund, Snapshot, Standing};
pub use lines::{Line, MOST_LINES, Returned, SoldLine, fitted, returned};
pub use payments::{Payments, Sum};
pub use status::{Status, UnknownStatus};

use std::collections::BTreeSet;

/// The least items only, so that any order of merging keeps the same ones.
fn keep_first(items: &mut BTreeSet<String>, most: usize) {
    while items.len() > most {
        items.pop_last();
    }
}
