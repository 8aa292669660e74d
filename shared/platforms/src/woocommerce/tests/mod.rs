//! WooCommerce's own payloads (`fixtures/woocommerce/SOURCES.md`) and histories of orders made from their shape.

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../fixtures/woocommerce/", $name, ".json"))
    };
}

mod history;
mod mutated;
mod orders;
mod refunds;

use tributary_domain::order::OrderFacts;

use super::{Parsed, Topic, parse};
use crate::order_update::OrderUpdate;

const ORDER: &str = fixture!("rest_retrieve_an_order");
const ORDER_WITH_ATTRIBUTION: &str = fixture!("order_created_with_attribution");
const REFUNDS: &str = fixture!("rest_list_all_refunds");
const COUPON_CREATED: &str = fixture!("coupon_created");

#[track_caller]
fn update(topic: &Topic, body: &str) -> OrderUpdate {
    match parse(topic, Some("a delivery"), body.as_bytes()).unwrap() {
        Parsed::Order(update) => *update,
        Parsed::Ignored => panic!("no order"),
    }
}

#[track_caller]
fn facts(body: &str) -> OrderFacts {
    update(&Topic::OrderUpdated, body).facts
}

/// A body with one piece replaced, which must be there.
#[track_caller]
fn changed(body: &str, from: &str, to: &str) -> String {
    assert!(body.contains(from), "{from}");
    body.replace(from, to)
}
