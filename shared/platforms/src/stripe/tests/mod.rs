//! Stripe's own payloads (`fixtures/stripe/SOURCES.md`) and histories made from their shape.

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../fixtures/stripe/", $name, ".json"))
    };
}

mod charges;
mod history;
mod invoices;
mod mutated;
mod sessions;

use serde_json::{Value, json};
use tributary_domain::order::OrderFacts;

use super::{Parsed, parse};
use crate::order_update::{Aside, OrderUpdate, Reference};

const SESSION_COMPLETED: &str = fixture!("checkout_session_completed");
const CHARGE: &str = fixture!("object_charge");
const REFUND: &str = fixture!("object_refund");
const PROMOTION_CODE: &str = fixture!("object_promotion_code");

const CLICK: &str = "AQMAAAAAAAcAAQBpIEAAAQIDBAUGAAECAwQFBgcICQoL";

/// An event about an object, so many seconds after the first.
fn event(name: &str, second: i64, object: &Value) -> String {
    let created = 1_763_715_600 + second;
    json!({"id": format!("evt_{second}"), "object": "event", "type": name, "created": created, "livemode": true,
        "data": {"object": object}})
    .to_string()
}

/// An object with some members replaced.
#[allow(clippy::needless_pass_by_value, reason = "tests write the values in place")]
fn with(object: Value, changes: Value) -> Value {
    let mut object = object;
    object.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    object
}

/// A paid session of 100.00 EUR of goods and 125.00 in all.
fn session(changes: Value) -> Value {
    let usual = json!({
        "id": "cs_1", "object": "checkout.session", "mode": "payment", "payment_status": "paid", "livemode": true,
        "currency": "eur", "amount_subtotal": 11_000, "amount_total": 12_500, "created": 1_763_715_500,
        "total_details": {"amount_discount": 1_000, "amount_tax": 2_000, "amount_shipping": 500},
        "payment_intent": "pi_1", "subscription": null, "invoice": null, "client_reference_id": null,
        "metadata": {}, "customer_details": {"email": "jon@example.com"},
    });
    with(usual, changes)
}

#[track_caller]
fn order(body: &str) -> OrderUpdate {
    parse(body.as_bytes()).unwrap().order.unwrap()
}

#[track_caller]
fn aside(body: &str) -> Aside {
    let parsed = parse(body.as_bytes()).unwrap();
    assert_eq!(parsed.asides.len(), 1, "{parsed:?}");
    parsed.asides.into_iter().next().unwrap()
}
