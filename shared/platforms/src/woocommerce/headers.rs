//! The headers of a delivery (WooCommerce: `includes/class-wc-webhook.php`).

use super::topic::Topic;
use crate::delivery::Delivery;

const TOPIC: &str = "x-wc-webhook-topic";
const DELIVERY_ID: &str = "x-wc-webhook-delivery-id";
/// What a ping's body begins with; the webhook's number follows.
const PING: &[u8] = b"webhook_id=";

/// What happened.
pub fn topic(delivery: &Delivery<'_>) -> Topic {
    Topic::of(delivery.headers().first(TOPIC).unwrap_or_default())
}

/// The delivery's id: a hash of the webhook's number and the second, so others may have the same.
pub fn delivery_id<'a>(delivery: &Delivery<'a>) -> Option<&'a str> {
    delivery.headers().first(DELIVERY_ID).filter(|id| !id.is_empty())
}

/// Whether it is the unsigned ping by which a shop tries an address when a webhook is saved. Unless it is
/// answered with exactly 200, the webhook is not saved as ready. It says nothing and changes nothing.
pub fn is_ping(delivery: &Delivery<'_>) -> bool {
    delivery.headers().first(TOPIC).is_none() && delivery.body().starts_with(PING)
}

#[cfg(test)]
mod tests {
    use super::*;

    // R30
    #[test]
    fn a_ping_has_no_topic_and_a_body_of_its_own() {
        assert!(is_ping(&Delivery::new(
            [("content-type", "application/x-www-form-urlencoded")],
            b"webhook_id=4"
        )));
        assert!(!is_ping(&Delivery::new([("X-WC-Webhook-Topic", "order.created")], b"webhook_id=4")));
        assert!(!is_ping(&Delivery::new([], b"{\"id\": 4}")));
        assert!(!is_ping(&Delivery::new([], b"")));
    }
}
