#![allow(clippy::needless_pass_by_value, reason = "tests write their values in place")]

use tributary_domain::order::Status;

use super::*;

fn refund(id: u64, amount: &str, items: Value) -> Value {
    json!({"id": id, "order_id": 250, "created": "2012-11-21T10:00:00+00:00", "total_amount": amount, "total_tax": "0",
        "uses_merchant_override_values": false, "items": items,
        "payments": [{"id": 1, "provider_id": "braintree", "amount": amount, "offline": false, "is_declined": false}]})
}

fn product(id: u64, quantity: u64) -> Value {
    json!({"item_type": "PRODUCT", "item_id": id, "quantity": quantity, "requested_amount": null})
}

fn other(item_type: &str, amount: &str) -> Value {
    json!({"item_type": item_type, "item_id": 250, "requested_amount": amount})
}

#[track_caller]
fn check(refunds: Value, status: Status, net: i64) {
    let facts = read_with(&order(), &refunds).facts;
    assert_eq!((facts.status(), facts.net()), (status, net), "{refunds}");
}

// R33
#[test]
fn a_refund_by_line_takes_the_lines_share_of_what_was_paid_for_the_goods() {
    // One of three pieces of a line of 90.00 among goods of 120.00, of which 100.00 was left.
    let facts = read_with(&order(), &json!([refund(1, "36.00", json!([product(10, 1)]))])).facts;
    assert_eq!(facts.sold_lines().iter().map(|sold| sold.stands).collect::<Vec<_>>(), [5_000, 2_500]);
    check(json!([refund(1, "36.00", json!([product(10, 1)]))]), Status::PartiallyRefunded, 7_500);
    check(
        json!([refund(1, "36.00", json!([product(10, 1)])), refund(2, "36.00", json!([product(11, 1)]))]),
        Status::PartiallyRefunded,
        5_000,
    );
    check(
        json!([refund(1, "108.00", json!([product(10, 3)])), refund(2, "36.00", json!([product(11, 1)]))]),
        Status::Refunded,
        0,
    );
}

// R33
#[test]
fn a_refund_by_amount_takes_its_share_of_the_total() {
    check(json!([refund(1, "64.95", json!([other("ORDER", "64.95")]))]), Status::PartiallyRefunded, 5_000);
    check(json!([refund(1, "64.95", json!([]))]), Status::PartiallyRefunded, 5_000);
    check(json!([refund(1, "129.90", json!([]))]), Status::Refunded, 0);
}

// R33
#[test]
fn shipping_fees_and_wrapping_given_back_take_nothing_of_the_goods() {
    for item_type in ["SHIPPING", "HANDLING", "GIFT_WRAPPING", "FEE"] {
        check(json!([refund(1, "4.95", json!([other(item_type, "4.95")]))]), Status::Paid, 10_000);
    }
    let with_a_line = json!([refund(1, "40.95", json!([product(11, 1), other("SHIPPING", "4.95")]))]);
    check(with_a_line, Status::PartiallyRefunded, 7_500);
    let with_the_order = json!([refund(1, "100.95", json!([product(11, 1), other("ORDER", "64.95")]))]);
    check(with_the_order, Status::PartiallyRefunded, 2_500);
}

// R33
#[test]
fn amounts_that_the_merchant_wrote_stand_above_those_of_the_lines() {
    let mut own = refund(1, "12.99", json!([product(10, 1)]));
    own["uses_merchant_override_values"] = json!(true);
    check(json!([own]), Status::PartiallyRefunded, 9_000);
    let unknown_line = refund(1, "12.99", json!([product(99, 1)]));
    check(json!([unknown_line]), Status::PartiallyRefunded, 9_000);
}

// R33
#[test]
fn a_refund_that_was_declined_gave_nothing_back() {
    let mut declined = refund(1, "129.90", json!([]));
    declined["payments"][0]["is_declined"] = json!(true);
    check(json!([declined]), Status::Paid, 10_000);
}

// R33
#[test]
fn never_more_is_given_back_than_was_paid() {
    let all = json!([refund(1, "999.00", json!([product(10, 9)])), refund(2, "999.00", json!([]))]);
    check(all, Status::Refunded, 0);
}
