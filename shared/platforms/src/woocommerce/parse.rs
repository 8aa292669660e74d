//! From a delivery to what it says.

use std::collections::BTreeSet;

use tributary_domain::order::OrderFacts;

use super::order;
use super::topic::Topic;
use crate::json::{Field, Object};
use crate::order_update::OrderUpdate;
use crate::unreadable::Unreadable;

/// What a delivery says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parsed {
    /// Something of an order.
    Order(Box<OrderUpdate>),
    /// A topic that is not ours.
    Ignored,
}

/// Reads a delivery that was verified: what it says is marked as proved.
///
/// `delivery_id` tells a second deletion of an order from the first one sent twice: their bodies are the same and
/// have no time.
///
/// # Errors
/// When the body cannot be read: which field and why, without personal data.
pub fn parse(topic: &Topic, delivery_id: Option<&str>, body: &[u8]) -> Result<Parsed, Unreadable> {
    if let Topic::Other(_) = topic {
        return Ok(Parsed::Ignored);
    }
    let body = Object::of_body(body)?;
    let this_delivery = || BTreeSet::from([delivery_id.unwrap_or_default().to_owned()]);
    let update = match topic {
        Topic::OrderDeleted => {
            let facts = OrderFacts { deleted: this_delivery(), ..OrderFacts::default() };
            OrderUpdate::new(body.get("id")?.need(Field::id)?, facts, None)
        }
        Topic::OrderRestored => {
            let update = order::read(&body)?;
            OrderUpdate { facts: OrderFacts { restored: this_delivery(), ..update.facts }, ..update }
        }
        _ => order::read(&body)?,
    };
    Ok(Parsed::Order(Box::new(update)))
}
