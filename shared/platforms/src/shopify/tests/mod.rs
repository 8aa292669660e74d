//! Shopify's own payloads (`fixtures/shopify/SOURCES.md`) and histories of orders made from their shape.

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../fixtures/shopify/", $name, ".json"))
    };
}

mod history;
mod mutated;
mod orders;
mod privacy;
mod refunds;
mod wrong;

use tributary_domain::order::OrderFacts;

use super::{Context, Parsed, Topic, parse};
use crate::delivery::Delivery;
use crate::email::Email;

const ORDERS_CREATE: &str = fixture!("orders_create");
const ORDERS_CANCELLED: &str = fixture!("orders_cancelled");
const REFUNDS_CREATE: &str = fixture!("refunds_create");
const ORDER_450789469: &str = fixture!("rest_order_450789469");
const ORDER_WITH_TAX: &str = fixture!("rest_order_with_tax");
const REFUND_BY_AMOUNT: &str = fixture!("rest_refund_2");
const REFUND_OF_SHIPPING: &str = fixture!("rest_refund_3");

const TRIGGERED_AT: &str = "2024-08-07T22:57:57.290670248Z";

fn read(topic: &Topic, body: &str) -> Result<Parsed, String> {
    let delivery = Delivery::new([("X-Shopify-Triggered-At", TRIGGERED_AT)], body.as_bytes());
    parse(topic, &delivery, Context::default()).map_err(|unreadable| unreadable.to_string())
}

#[track_caller]
fn order(topic: &Topic, body: &str) -> (String, OrderFacts, Option<Email>) {
    match read(topic, body).unwrap() {
        Parsed::Order(update) => (update.external_id, update.facts, update.buyer_email),
        other => panic!("no order: {other:?}"),
    }
}

#[track_caller]
fn facts(topic: &Topic, body: &str) -> OrderFacts {
    order(topic, body).1
}

/// A body with one piece replaced, which must be there.
#[track_caller]
fn changed(body: &str, from: &str, to: &str) -> String {
    assert!(body.contains(from), "{from}");
    body.replace(from, to)
}
