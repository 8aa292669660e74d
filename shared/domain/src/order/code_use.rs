//! What was seen around an order that a code alone earned.

use serde::{Deserialize, Serialize};

use crate::ids::EnrollmentId;

/// The figures of the days before an order that a code alone earned (R45). They are looked up when the order is first
/// credited so, and kept with it. Clicks that are counted later change nothing; the buyer's other orders count whenever
/// they become known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CodeUse {
    /// Whose code it was.
    pub enrollment: EnrollmentId,
    /// Other orders of the same buyer that the same creator was credited for.
    pub buyer_orders: i64,
    /// Clicks on the enrollment's links.
    pub clicks: i64,
    /// Clicks in as many days before.
    pub clicks_before: i64,
}

impl CodeUse {
    /// The days that each figure counts.
    pub const DAYS: i64 = 30;
}
