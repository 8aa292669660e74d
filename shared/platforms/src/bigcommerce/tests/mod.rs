//! Answers in the shape that `BigCommerce` documents, and histories of orders made from it.

mod history;
mod mutated;
mod orders;
mod refunds;

use serde_json::{Value, json};
use tributary_domain::Timestamp;

use super::{Answers, read};
use crate::order_update::OrderUpdate;

/// An order of 100.00 net: goods of 120.00, less 8.00 and a coupon of 12.00; 24.95 of tax, 4.95 of shipping.
fn order() -> Value {
    json!({
        "id": 250,
        "customer_id": 11,
        "date_created": "Tue, 20 Nov 2012 00:00:00 +0000",
        "date_modified": "Tue, 20 Nov 2012 00:00:09 +0000",
        "status_id": 11,
        "status": "Awaiting Fulfillment",
        "subtotal_ex_tax": "120.0000",
        "subtotal_inc_tax": "144.0000",
        "shipping_cost_ex_tax": "4.9500",
        "total_ex_tax": "104.9500",
        "total_inc_tax": "129.9000",
        "total_tax": "24.9500",
        "discount_amount": "8.0000",
        "coupon_discount": "12.0000",
        "refunded_amount": "0.0000",
        "currency_code": "EUR",
        "default_currency_code": "USD",
        "payment_method": "Credit Card",
        "payment_status": "captured",
        "billing_address": {"first_name": "Jane", "email": "Jane@Example.com"},
        "cart_id": "09346904-4175-44fd-be53-f7e598531b6c",
        "is_deleted": false,
        "ip_address": "192.0.2.7",
    })
}

/// Two lines: three of 30.00, one of 30.00.
fn products() -> Value {
    json!([
        {"id": 10, "order_id": 250, "product_id": 86, "sku": "SLL-1", "total_ex_tax": "90.0000", "quantity": 3, "applied_discounts": [
            {"id": "coupon", "amount": 9, "name": "Anna", "code": "anna10", "target": "order"},
            {"id": "total-coupon", "amount": 2, "name": "Spring", "code": null, "target": "order"}]},
        {"id": 11, "order_id": 250, "total_ex_tax": "30.0000", "quantity": 1, "applied_discounts": []},
    ])
}

fn answers(order: &Value, coupons: &Value, refunds: &Value) -> Answers {
    Answers {
        order: order.to_string().into_bytes(),
        coupons: vec![coupons.to_string().into_bytes()],
        products: vec![products().to_string().into_bytes()],
        refunds: json!({"data": refunds, "meta": {}}).to_string().into_bytes(),
    }
}

/// Long after anything happened.
fn later() -> Timestamp {
    Timestamp::parse("2012-12-01").unwrap()
}

#[track_caller]
fn read_with(order: &Value, refunds: &Value) -> OrderUpdate {
    read(&answers(order, &json!([]), refunds), later()).unwrap()
}

/// The sample order with one member replaced.
#[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
fn with(name: &str, value: Value) -> Value {
    let mut changed = order();
    changed[name] = value;
    changed
}
