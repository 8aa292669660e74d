//! What stands beside the value of an order's goods.

use serde::{Deserialize, Serialize};

/// Amounts of an order beside the net value of its goods, as it was placed: minor units of its currency, not below
/// zero. What a platform does not tell is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Beside {
    /// Shipping after discount, without tax.
    pub shipping: i64,
    /// All tax: of the goods, of shipping and of whatever else is taxed.
    pub tax: i64,
    /// What was taken off the goods.
    pub discount: i64,
}

impl Beside {
    /// Whether nothing was told.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}
