use std::collections::BTreeSet;

use serde_json::Value;
use tributary_domain::order::{Beside, OrderFacts, Status};
use tributary_domain::{Currency, Timestamp};

use super::*;
use crate::harness::mac_base64;
use crate::shopify::{delivery_id, sent_at, shop_domain, topic, verify};

/// The headers of a sample, signed anew, because the bytes that were signed are lost.
fn sample_headers(headers: &str, signature: &str) -> Vec<(String, String)> {
    let Value::Object(headers) = serde_json::from_str(headers).unwrap() else { panic!("no headers") };
    headers
        .into_iter()
        .map(|(name, value)| {
            let value = value.as_str().unwrap().to_owned();
            if name.contains("hmac") { (name, signature.to_owned()) } else { (name, value) }
        })
        .collect()
}

// R30
#[test]
fn a_sample_delivery_is_verified_and_read() {
    let headers = sample_headers(fixture!("orders_create.headers"), &mac_base64(ORDERS_CREATE, "secret"));
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let delivery = Delivery::new(headers, ORDERS_CREATE.as_bytes());
    assert_eq!(verify(&delivery, &["secret"]).unwrap().secret(), 0);
    assert_eq!(topic(&delivery), Topic::OrdersCreate);
    assert_eq!(delivery_id(&delivery), Some("8a95126f-859a-4db9-b8f1-350e299e9ea0"));
    assert_eq!(shop_domain(&delivery), Some("shop.myshopify.com"));
    let Ok(Parsed::Order(update)) = parse(&topic(&delivery), &delivery, Context::default()) else {
        panic!("no order")
    };
    assert_eq!(update.external_id, "820982911946154508");
    assert_eq!(update.facts.snapshot.unwrap().sent_at, sent_at(&delivery));
}

// R30, R39
#[test]
fn the_sample_order_is_read_whole() {
    let (external_id, facts, buyer) = order(&Topic::OrdersCreate, ORDERS_CREATE);
    assert_eq!(external_id, "820982911946154508");
    let snapshot = facts.snapshot.as_ref().unwrap();
    assert!(snapshot.proved && snapshot.test);
    assert_eq!(snapshot.updated_at.to_string(), "2022-01-01T00:00:00Z");
    assert_eq!(snapshot.placed_at, snapshot.updated_at);
    assert_eq!(snapshot.sent_at, Some(Timestamp::parse(TRIGGERED_AT).unwrap()));
    assert_eq!((snapshot.number.as_str(), snapshot.currency), ("#9999", Currency::parse("USD").unwrap()));
    assert_eq!((snapshot.net, snapshot.original_net, snapshot.total), (39_800, 38_800, 38_800));
    assert_eq!(snapshot.beside, Beside { shipping: 1_000, tax: 0, discount: 1_000 });
    assert!(snapshot.codes.is_empty() && snapshot.included_refunds.is_empty());
    assert_eq!(buyer.unwrap().expose(), "jon@example.com");
    assert!(facts.buyers.is_empty() && facts.click_ids.is_empty() && facts.refunds.is_empty());
}

// R31, R32
#[test]
fn the_topic_is_believed_before_the_fields() {
    // One body for all, with `financial_status: voided` and `cancelled_at` set.
    for (topic, status) in [
        (Topic::OrdersCreate, Status::Pending),
        (Topic::OrdersPaid, Status::Paid),
        (Topic::OrdersCancelled, Status::Canceled),
        (Topic::OrdersDelete, Status::Canceled),
        (Topic::OrdersUpdated, Status::Canceled),
    ] {
        assert_eq!(facts(&topic, ORDERS_CREATE).status(), status, "{topic:?}");
    }
    assert_eq!(ORDERS_CREATE, ORDERS_CANCELLED);
}

// R30, R33
#[test]
fn an_order_with_a_code_and_refunds_is_read() {
    let facts = facts(&Topic::OrdersUpdated, ORDER_450789469);
    let snapshot = facts.snapshot.as_ref().unwrap();
    assert_eq!(snapshot.number, "#1001");
    assert_eq!((snapshot.net, snapshot.original_net, snapshot.total), (19_567, 59_700, 59_894));
    assert_eq!(snapshot.codes, ["TENOFF"]);
    assert_eq!(snapshot.included_refunds, BTreeSet::from(["509562969".to_owned()]));
    let refund = &facts.refunds["509562969"];
    assert_eq!((refund.lines_net, refund.amount), (Some(39_133), 0));
    assert_eq!((facts.status(), facts.net()), (Status::PartiallyRefunded, 19_567));
    // Its only gateway is the bogus one.
    assert!(facts.is_test());
}

// R30
#[test]
fn an_order_without_a_buyer_is_an_order() {
    let (_, facts, buyer) = order(&Topic::OrdersPaid, ORDER_WITH_TAX);
    assert_eq!(buyer, None);
    let snapshot = facts.snapshot.as_ref().unwrap();
    assert_eq!((snapshot.net, snapshot.original_net, snapshot.total), (22_497, 22_497, 23_847));
    assert_eq!((facts.status(), facts.is_test()), (Status::Paid, false));
}

fn lines(facts: &OrderFacts) -> Vec<(&str, i64, i64, i64)> {
    let snapshot = facts.snapshot.as_ref().unwrap();
    let sold = facts.sold_lines();
    assert!(snapshot.lines.iter().map(|line| line.net).sum::<i64>() <= snapshot.original_net);
    snapshot
        .lines
        .iter()
        .zip(sold)
        .map(|(line, sold)| (line.names.last().unwrap().as_str(), line.quantity, line.net, sold.stands))
        .collect()
}

// R33, R51
#[test]
fn the_lines_of_an_order_are_read_and_refunds_name_their_pieces() {
    let facts = facts(&Topic::OrdersUpdated, ORDER_450789469);
    // Each 199.00 less its share of the discount.
    assert_eq!(
        lines(&facts),
        [
            ("IPOD2008GREEN", 1, 19_566, 0),
            ("IPOD2008RED", 1, 19_567, 19_567),
            ("IPOD2008BLACK", 1, 19_567, 0)
        ]
    );
    let line = &facts.snapshot.as_ref().unwrap().lines[0];
    assert_eq!(
        (line.id.as_str(), line.names.join(" ")),
        ("466157049", "632910392 39072856 IPOD2008GREEN".to_owned())
    );
}

// R30, R51
#[test]
fn lines_that_cannot_be_read_are_no_reason_to_lose_an_order() {
    let body = changed(ORDER_WITH_TAX, r#""quantity": 3"#, r#""quantity": "three""#);
    let facts = facts(&Topic::OrdersPaid, &body);
    assert_eq!((facts.net(), facts.sold_lines().first().map(|sold| sold.line.net)), (22_497, Some(0)));
}

// R50
#[test]
fn tax_in_the_prices_is_no_part_of_the_net_value() {
    let body = changed(ORDER_WITH_TAX, r#""taxes_included": false"#, r#""taxes_included": true"#);
    let snapshot = facts(&Topic::OrdersPaid, &body).snapshot.unwrap();
    assert_eq!((snapshot.net, snapshot.original_net), (21_147, 21_147));
    assert_eq!(snapshot.beside, Beside { tax: 1_350, ..Beside::default() });
    // 5.95 for shipping with 0.95 of tax in it; goods of 254.97 with their share of tax in it.
    let shipping = r#""shipping_lines": [{"price": "9.95", "discounted_price": "5.95", "tax_lines": [{"price": "0.95"}]}], "x""#;
    let dearer = changed(&body, r#""shipping_lines""#, shipping);
    let dearer =
        changed(&dearer, r#""total_line_items_price": "224.97""#, r#""total_line_items_price": "254.97""#);
    let dearer = dearer.replacen(r#""total_line_items_price_set""#, r#""y""#, 1);
    let snapshot = facts(&Topic::OrdersPaid, &dearer).snapshot.unwrap();
    assert_eq!(snapshot.beside, Beside { shipping: 500, tax: 1_350, discount: 2_820 });
    // Two thirds of the goods are left, and two thirds of their tax.
    let body =
        changed(&body, r#""current_subtotal_price": "224.97""#, r#""current_subtotal_price": "149.98""#);
    let body = body.replacen(r#""amount": "224.97""#, r#""amount": "149.98""#, 1);
    let snapshot = facts(&Topic::OrdersPaid, &body).snapshot.unwrap();
    assert_eq!((snapshot.net, snapshot.original_net), (14_098, 21_147));
}

/// The least that makes an order, with more fields in front.
fn small(more: &str) -> String {
    format!(
        r##"{{{more} "id": 1, "name": "#1", "created_at": "2026-11-21T09:00:00Z", "currency": "JPY",
            "subtotal_price": "1000", "total_price": 1100}}"##
    )
}

// R30
#[test]
fn the_least_that_makes_an_order_is_enough() {
    let (id, facts, buyer) = order(&Topic::OrdersCreate, &small(""));
    let snapshot = facts.snapshot.unwrap();
    assert_eq!((id.as_str(), buyer), ("1", None));
    assert_eq!((snapshot.net, snapshot.original_net, snapshot.total), (1_000, 1_000, 1_100));
    assert_eq!(snapshot.updated_at, snapshot.placed_at);
    let nulls = r#""email": null, "customer": null, "line_items": null, "refunds": null, "test": null,"#;
    assert!(read(&Topic::OrdersCreate, &small(nulls)).is_ok());
}

// R50
#[test]
fn money_is_the_shops_not_the_buyers() {
    let facts = facts(
        &Topic::OrdersCreate,
        &small(
            r#""presentment_currency": "EUR", "current_subtotal_price_set": {
                "shop_money": {"amount": "900", "currency_code": "JPY"},
                "presentment_money": {"amount": "5.55", "currency_code": "EUR"}},"#,
        ),
    );
    assert_eq!(facts.snapshot.unwrap().net, 900);
}

// R41
#[test]
fn codes_are_compared_in_upper_case_and_come_once() {
    let body = small(
        r#""discount_codes": [{"code": " anna10 "}, {"code": ""}, {"code": "été"}],
           "discount_applications": [{"type": "discount_code", "code": "ANNA10"}, {"type": "manual", "title": "x"},
               {"type": "discount_code", "code": "ben"}, {"type": "automatic", "code": "NO"}],"#,
    );
    assert_eq!(facts(&Topic::OrdersCreate, &body).snapshot.unwrap().codes, ["ANNA10", "ÉTÉ", "BEN"]);
}

// R39
#[test]
fn a_test_order_is_marked_by_its_body() {
    for (more, test) in [
        ("", false),
        (r#""test": false,"#, false),
        (r#""test": true,"#, true),
        (r#""test": false, "payment_gateway_names": ["Bogus"],"#, true),
        (r#""payment_gateway_names": ["shopify_payments"],"#, false),
    ] {
        assert_eq!(facts(&Topic::OrdersCreate, &small(more)).is_test(), test, "{more}");
    }
}

// R33
#[test]
fn paid_and_refunded_are_read_from_the_financial_status() {
    for (topic, financial_status, status) in [
        (Topic::OrdersCreate, "pending", Status::Pending),
        (Topic::OrdersCreate, "authorized", Status::Pending),
        (Topic::OrdersCreate, "paid", Status::Paid),
        (Topic::OrdersUpdated, "partially_paid", Status::Pending),
        (Topic::OrdersUpdated, "partially_refunded", Status::Paid),
        (Topic::OrdersUpdated, "refunded", Status::Refunded),
        (Topic::OrdersUpdated, "a word of next year", Status::Pending),
        (Topic::OrdersPaid, "voided", Status::Paid),
    ] {
        let body = small(&format!(r#""financial_status": "{financial_status}","#));
        assert_eq!(facts(&topic, &body).status(), status, "{topic:?} {financial_status}");
    }
}

// R32
#[test]
fn a_deleted_order_may_be_its_id_alone() {
    let (id, facts, _) = order(&Topic::OrdersDelete, r#"{"id": 820982911946154508}"#);
    assert_eq!(id, "820982911946154508");
    assert!(facts.canceled && facts.snapshot.is_none());
    assert_eq!(read(&Topic::OrdersUpdated, r#"{"id": 1}"#), Err("currency: is missing".to_owned()));
}

// R32
#[test]
fn an_edit_has_no_figures_but_names_its_order() {
    let edit =
        r#"{"order_edit": {"id": 1, "order_id": 820982911946154508, "line_items": {"additions": []}}}"#;
    assert_eq!(
        read(&Topic::OrdersEdited, edit),
        Ok(Parsed::Edited { external_id: "820982911946154508".to_owned() })
    );
    assert!(facts(&Topic::OrdersEdited, ORDER_WITH_TAX).snapshot.is_some());
}

// R30
#[test]
fn a_topic_that_is_not_ours_is_ignored_unread() {
    assert_eq!(read(&Topic::Other("products/update".to_owned()), "no JSON"), Ok(Parsed::Ignored));
}
