//! What an order's commission is computed of.

use crate::money::{Currency, Money};
use crate::order::{Beside, Customer, OrderFacts, SoldLine};

/// An order, as far as commission looks at it. Amounts are minor units of its currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// The net value that still stands.
    pub net: Money,
    /// The net value before any refund.
    pub original_net: i64,
    /// What stood beside it as the order was placed.
    pub beside: Beside,
    /// What the buyer was to the store; `None` where nobody knows.
    pub customer: Option<Customer>,
    /// The lines, worth no more than `original_net` together; none where the shop tells none.
    pub lines: Vec<SoldLine>,
}

impl Sale {
    /// What is known of an order.
    pub fn of(facts: &OrderFacts, currency: Currency) -> Self {
        Self {
            net: Money::new(facts.net(), currency),
            original_net: facts.original_net(),
            beside: facts.beside(),
            customer: facts.customer,
            lines: facts.sold_lines(),
        }
    }
}
