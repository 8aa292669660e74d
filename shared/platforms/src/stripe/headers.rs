//! What an event calls itself: it stands in the body.

use crate::delivery::Delivery;
use crate::json::Object;

/// The event's type, such as `checkout.session.completed`; empty where the body cannot be read.
pub fn topic(delivery: &Delivery<'_>) -> String {
    word(delivery, "type").unwrap_or_default()
}

/// The event's id: the same on every retry.
pub fn event_id(delivery: &Delivery<'_>) -> Option<String> {
    word(delivery, "id")
}

fn word(delivery: &Delivery<'_>, name: &str) -> Option<String> {
    Object::of_body(delivery.body()).ok()?.get(name).ok()?.words().ok()?
}
