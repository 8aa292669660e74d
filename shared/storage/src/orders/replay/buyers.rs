//! Whom buyers are bound to in the course of a replay.
//!
//! Orders come from the oldest on. What was placed before the range stands as it is kept; within the range a buyer's
//! first order is the first one that binds under the rules of the replay.

use std::collections::HashMap;
use std::rc::Rc;

use tributary_domain::Timestamp;
use tributary_domain::ids::{OrderId, StoreId};

use crate::orders::OrderRow;
use crate::orders::customers::Customer;
use crate::orders::owners::Known;

/// The first orders of the range.
pub(super) struct Buyers {
    from: Timestamp,
    by_hash: HashMap<(StoreId, String), Customer>,
    /// Of buyers who were forgotten.
    by_order: HashMap<OrderId, Customer>,
}

impl Buyers {
    pub(super) fn of_range(from: Timestamp) -> Self {
        Self { from, by_hash: HashMap::new(), by_order: HashMap::new() }
    }

    /// The first order of this one's buyer; `kept` is the one that is kept.
    pub(super) fn first_order<'a>(
        &'a self,
        row: &OrderRow,
        kept: Option<&'a Customer>,
    ) -> Option<&'a Customer> {
        kept.filter(|kept| kept.placed_at < self.from)
            .or_else(|| self.by_order.get(row.bound_to.as_ref()?))
            .or_else(|| self.by_hash.get(&(row.store.clone(), row.buyer.clone()?)))
    }

    /// Takes note of an order as it was decided, with what is known of its winner.
    pub(super) fn note(&mut self, row: &OrderRow, known: Option<&Rc<Known>>) {
        let Some(known) = known.filter(|_| row.binds) else { return };
        let known = Rc::clone(known);
        let customer = Customer { order: row.id.clone(), placed_at: row.placed_at, known };
        match &row.buyer {
            Some(buyer) => {
                self.by_hash.entry((row.store.clone(), buyer.clone())).or_insert(customer);
            }
            None => {
                self.by_order.insert(row.id.clone(), customer);
            }
        }
    }
}
