use serde_json::{Value, json};

use super::*;

/// Reads the order with the value at `pointer` replaced.
#[track_caller]
fn check(pointer: &str, value: Value, words: &str) {
    let mut body: Value = serde_json::from_str(ORDER_450789469).unwrap();
    *body.pointer_mut(pointer).unwrap() = value;
    let refusal = read(&Topic::OrdersUpdated, &body.to_string()).map(|_| ());
    assert_eq!(refusal, Err(words.to_owned()), "{pointer}");
}

// R30
#[test]
fn what_cannot_be_read_names_its_field() {
    let amount = "must be a decimal amount such as 12.99";
    check("/id", Value::Null, "id: is missing");
    check("/id", json!("gid"), "id: must be a whole number of at most 64 bits");
    check("/currency", json!("ZZZ"), "currency: must be an ISO 4217 code such as EUR");
    check("/currency", json!(7), "currency: must be a text");
    check(
        "/currency",
        json!("EUR"),
        "refunds[0].refund_line_items[0].subtotal_set.shop_money.currency_code: is not the currency of the order",
    );
    check(
        "/updated_at",
        json!("yesterday"),
        "updated_at: must be an RFC 3339 time such as 2026-11-21T09:30:00Z",
    );
    check(
        "/subtotal_price_set/shop_money/amount",
        json!("-1.00"),
        "subtotal_price_set.shop_money.amount: must not be negative",
    );
    check(
        "/subtotal_price_set/shop_money/amount",
        json!("ten"),
        &format!("subtotal_price_set.shop_money.amount: {amount}"),
    );
    check("/subtotal_price_set", json!([]), "subtotal_price_set: must be an object");
    check(
        "/total_price_set/shop_money/amount",
        json!("1e30"),
        &format!("total_price_set.shop_money.amount: {amount}"),
    );
    check(
        "/total_price_set/shop_money/amount",
        json!("99999999999999.00"),
        "total_price_set.shop_money.amount: is larger than any order that can be believed",
    );
    check("/taxes_included", json!("yes"), "taxes_included: must be true or false");
    check("/discount_codes", json!({"code": "X"}), "discount_codes: must be a list");
    check("/discount_codes/0", json!("X"), "discount_codes[0]: must be an object");
    check("/discount_codes/0/code", json!(10), "discount_codes[0].code: must be a text");
    check("/refunds/0/id", json!(1.5), "refunds[0].id: must be a whole number of at most 64 bits");
    check("/refunds/0/processed_at", json!(0), "refunds[0].processed_at: must be a text");
    check("/line_items", json!("none"), "line_items: must be a list");
}

// R30
#[test]
fn an_amount_of_a_tax_line_is_named_with_its_place() {
    let mut body: Value = serde_json::from_str(ORDER_WITH_TAX).unwrap();
    body["taxes_included"] = json!(true);
    body["line_items"][0]["tax_lines"][0]["price_set"] = Value::Null;
    body["line_items"][0]["tax_lines"][0]["price"] = json!("x");
    assert_eq!(
        read(&Topic::OrdersPaid, &body.to_string()).map(|_| ()),
        Err("line_items[0].tax_lines[0].price: must be a decimal amount such as 12.99".to_owned())
    );
}

// R30
#[test]
fn a_field_that_is_there_twice_is_refused() {
    let body = changed(
        ORDER_WITH_TAX,
        r#""subtotal_price": "224.97""#,
        r#""currency": "EUR", "subtotal_price": "1""#,
    );
    assert_eq!(read(&Topic::OrdersPaid, &body).map(|_| ()), Err("currency: is there twice".to_owned()));
}

// R30
#[test]
fn what_is_no_json_object_is_refused() {
    for body in ["", " ", "null", "[]", "\"x\"", "7", "{", "{\"id\": 1", "{\"id\": 1} x", "\u{feff}{}"] {
        for topic in Topic::KNOWN {
            let refusal = read(&topic, body).unwrap_err();
            assert!(refusal.starts_with("body: "), "{topic:?} {body}: {refusal}");
        }
    }
    let deep = format!(r#"{{"id": 1, "currency": {}"#, "{\"a\":".repeat(200_000));
    assert!(read(&Topic::OrdersCreate, &deep).is_err());
    let deep = format!(r#"{{"id": 1, "currency": {}{}}}"#, "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(read(&Topic::OrdersCreate, &deep), Err("currency: must be a text".to_owned()));
}
