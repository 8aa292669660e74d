//! What `BigCommerce`'s order statuses mean for a sale.

use tributary_domain::order::Standing;

use crate::json::{Field, Object};
use crate::unreadable::Unreadable;

/// Where an order stands, by its `status_id` (bigcommerce/docs, "Order statuses").
///
/// A brand may rename a status, but not its number.
pub(super) fn of(order: &Object<'_>) -> Result<Standing, Unreadable> {
    if order.get("is_deleted")?.flag()? == Some(true) {
        return Ok(Standing::Canceled);
    }
    let status = order.get("status_id")?;
    let number = status.need(Field::whole_number)?;
    by_number(number).ok_or_else(|| status.wrong("is a status that we do not know"))
}

const fn by_number(status_id: i64) -> Option<Standing> {
    Some(match status_id {
        // Incomplete (the buyer left the checkout), Pending, Awaiting Payment, Manual Verification Required, and
        // Disputed: whose money it is is not known until the dispute is over.
        0 | 1 | 7 | 12 | 13 => Standing::Pending,
        // Shipped, Partially Shipped, Awaiting Pickup, Awaiting Shipment, Completed, Awaiting Fulfillment, and
        // Partially Refunded, of which the refunds say how much.
        2 | 3 | 8 | 9 | 10 | 11 | 14 => Standing::Paid,
        4 => Standing::Refunded,
        // Cancelled, Declined.
        5 | 6 => Standing::Canceled,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // R33
    #[test]
    fn every_status_of_bigcommerce_has_a_meaning() {
        let expected = "PPppRCCPppppPPp";
        for (number, letter) in (0..).zip(expected.chars()) {
            let standing = match letter {
                'P' => Standing::Pending,
                'p' => Standing::Paid,
                'R' => Standing::Refunded,
                _ => Standing::Canceled,
            };
            assert_eq!(by_number(number), Some(standing), "{number}");
        }
        assert_eq!((by_number(15), by_number(-1)), (None, None));
    }
}
