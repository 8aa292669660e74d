#![allow(clippy::needless_pass_by_value, reason = "tests write their values in place")]

use tributary_domain::order::{Beside, OrderFacts, Status};

use super::super::{events, reads, webhook};
use super::*;

const SAVED: &str = "observer.sales_order_save_commit_after";
const REFUNDED: &str = "observer.sales_order_creditmemo_save_after";

fn memo(id: u64, changes: Value) -> Value {
    let mut memo = json!({"entity_id": id, "increment_id": format!("00000000{id}"), "order_id": 17, "state": 2,
        "created_at": "2026-11-21 10:00:00", "base_currency_code": "EUR", "base_subtotal": 30,
        "base_discount_amount": -5, "base_tax_amount": 5, "base_shipping_amount": 0, "base_grand_total": 30});
    memo.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    memo
}

#[track_caller]
fn facts(events: &[Value]) -> OrderFacts {
    let body = Value::Array(events.to_vec()).to_string();
    let said = events::parse(body.as_bytes(), euro()).unwrap();
    assert!(said.iter().all(|update| update.external_id == "17"));
    said.into_iter().fold(OrderFacts::default(), |known, update| known.merge(update.facts))
}

// R30, R50
#[test]
fn an_order_is_read_in_the_shops_currency_whether_numbers_are_texts_or_not() {
    let numbers = with(json!({"entity_id": 17, "base_subtotal": 120, "base_discount_amount": -20.0,
        "base_grand_total": 129.9, "base_total_paid": 129.9}));
    for order in [order(), numbers] {
        let said = events::parse(event(SAVED, &order).to_string().as_bytes(), euro()).unwrap();
        let update = &said[0];
        let snapshot = update.facts.snapshot.as_ref().unwrap();
        assert_eq!((update.external_id.as_str(), snapshot.number.as_str()), ("17", "000000017"));
        assert_eq!((snapshot.net, snapshot.total, snapshot.currency), (10_000, 12_990, euro()));
        assert_eq!(snapshot.codes, ["ANNA10"]);
        assert_eq!(snapshot.placed_at.to_string(), "2026-11-20T10:00:00Z");
        assert_eq!(update.facts.status(), Status::Paid);
        assert_eq!(update.buyer_email.as_ref().unwrap().expose(), "jane@example.com");
    }
}

// R30
#[test]
fn without_an_id_the_number_and_the_store_view_stand_for_it() {
    let update =
        &events::parse(event(SAVED, &with(json!({"entity_id": null}))).to_string().as_bytes(), euro())
            .unwrap()[0];
    assert_eq!(update.external_id, "1-000000017");
}

// R50
#[test]
fn an_order_without_the_shops_amounts_is_read_in_its_own_currency() {
    let own = json!({"entity_id": 17, "increment_id": "17", "state": "complete", "created_at": "2026-11-20 10:00:00",
        "order_currency_code": "JPY", "subtotal": "1200.0000", "discount_amount": "-200.0000", "grand_total": "1100.0000"});
    let snapshot = facts(&[event(SAVED, &own)]).snapshot.unwrap();
    assert_eq!((snapshot.net, snapshot.total, snapshot.currency.code()), (1_000, 1_100, "JPY"));
}

// R50
#[test]
fn a_discount_of_shipping_is_none_of_the_goods_and_tax_in_a_discount_is_none_of_ours() {
    let order = with(json!({"base_discount_amount": "-29.9500", "base_shipping_discount_amount": "4.9500",
        "base_discount_tax_compensation_amount": "5.0000"}));
    let facts = facts(&[event(SAVED, &order)]);
    assert_eq!(facts.net(), 10_000);
    assert_eq!(facts.beside(), Beside { shipping: 0, tax: 2_495, discount: 2_000 });
}

// R33
#[test]
fn the_state_says_where_an_order_stands() {
    for (state, paid, status) in [
        ("new", "0.0000", Status::Pending),
        ("pending_payment", "0.0000", Status::Pending),
        ("payment_review", "0.0000", Status::Pending),
        ("holded", "0.0000", Status::Pending),
        ("holded", "129.9000", Status::Paid),
        ("processing", "0.0000", Status::Paid),
        ("complete", "129.9000", Status::Paid),
        ("closed", "129.9000", Status::Refunded),
        ("canceled", "0.0000", Status::Canceled),
    ] {
        let order = with(json!({"state": state, "base_total_paid": paid}));
        assert_eq!(facts(&[event(SAVED, &order)]).status(), status, "{state}");
    }
    let unknown = event(SAVED, &with(json!({"state": "lost"}))).to_string();
    let refusal = events::parse(unknown.as_bytes(), euro()).unwrap_err().to_string();
    assert_eq!(refusal, "data.value.state: is a state that we do not know");
}

// R33
#[test]
fn credit_memos_take_back_by_goods_or_by_amount_in_any_order() {
    let (order, by_goods) = (event(SAVED, &order()), event(REFUNDED, &memo(1, json!({}))));
    for events in [[order.clone(), by_goods.clone()], [by_goods, order.clone()]] {
        let facts = facts(&events);
        assert_eq!((facts.status(), facts.net()), (Status::PartiallyRefunded, 7_500));
    }
    let by_amount = memo(
        2,
        json!({"base_subtotal": 0, "base_discount_amount": 0, "base_tax_amount": 0,
        "base_grand_total": "64.95", "base_adjustment_positive": "64.95"}),
    );
    assert_eq!(facts(&[order.clone(), event(REFUNDED, &by_amount)]).net(), 5_000);
    let shipping = memo(
        3,
        json!({"base_subtotal": 0, "base_discount_amount": 0, "base_tax_amount": 0,
        "base_shipping_amount": "4.95", "base_grand_total": "4.95"}),
    );
    assert_eq!(facts(&[order.clone(), event(REFUNDED, &shipping)]).net(), 10_000);
    let withdrawn = event(REFUNDED, &memo(4, json!({"state": 3})));
    assert_eq!(facts(&[order, withdrawn]).net(), 10_000);
}

// R33
#[test]
fn the_orders_own_sum_of_what_was_given_back_stands_above_single_memos() {
    let after = with(json!({"updated_at": "2026-11-21 10:00:01", "base_total_refunded": "60.0000",
        "base_subtotal_refunded": "60.0000", "base_discount_refunded": "-10.0000"}));
    let (memo, after) = (event(REFUNDED, &memo(1, json!({}))), event(SAVED, &after));
    for events in
        [vec![event(SAVED, &order()), memo.clone(), after.clone()], vec![after.clone(), memo], vec![after]]
    {
        assert_eq!(facts(&events).net(), 5_000, "one memo of two was lost");
    }
}

// R33, R51
#[test]
fn lines_are_read_with_the_pieces_that_were_given_back() {
    let items = json!([
        {"item_id": 1, "product_id": 8, "sku": "SHOE-41", "qty_ordered": "2.0000", "qty_refunded": "1.0000",
            "base_row_total": "80.0000", "base_discount_amount": "20.0000"},
        {"item_id": 2, "parent_item_id": 1, "product_id": 9, "sku": "SHOE-41", "qty_ordered": 2, "base_row_total": 0},
        {"item_id": 3, "product_id": 10, "sku": "HAT", "qty_ordered": 1, "base_row_total": 40, "base_discount_amount": 0},
    ]);
    let facts = facts(&[event(
        SAVED,
        &with(json!({"items": items, "base_total_refunded": "36", "base_subtotal_refunded": "40",
            "base_discount_refunded": "-10"})),
    )]);
    let sold = facts.sold_lines();
    let told: Vec<_> = sold
        .iter()
        .map(|sold| (sold.line.names.join(" "), sold.line.quantity, sold.line.net, sold.stands))
        .collect();
    assert_eq!(told, [("8 SHOE-41".to_owned(), 2, 6_000, 3_000), ("10 HAT".to_owned(), 1, 4_000, 4_000)]);
    assert_eq!(facts.net(), 7_000);
}

// R21
#[test]
fn a_click_id_is_found_in_an_attribute_of_the_order() {
    let click = "AQMAAAAAAAcAAQBpIEAAAQIDBAUGAAECAwQFBgcICQoL";
    for change in [
        json!({"ext_order_id": click}),
        json!({"trb": click}),
        json!({"extension_attributes": {"tributary_click_id": click, "items": []}}),
        json!({"custom_attributes": [{"attribute_code": "trb", "value": click}, {"attribute_code": "x", "value": []}]}),
        json!({"extension_attributes": {"landing": format!("https://shop.example/?trb={click}")}}),
    ] {
        let facts = facts(&[event(SAVED, &with(change.clone()))]);
        assert_eq!(facts.click_ids.iter().collect::<Vec<_>>(), [click], "{change}");
    }
}

// R30
#[test]
fn events_that_are_not_ours_are_left_out_of_a_batch() {
    let body =
        json!([event("observer.catalog_product_save_after", &json!({"sku": 1})), event(SAVED, &order())]);
    assert_eq!(events::parse(body.to_string().as_bytes(), euro()).unwrap().len(), 1);
    assert_eq!(
        events::label(body.to_string().as_bytes()).0.unwrap(),
        "com.adobe.commerce.observer.catalog_product_save_after"
    );
    assert!(events::parse(b"[]", euro()).unwrap().is_empty());
}

// R30
#[test]
fn the_shops_own_webhook_may_hold_the_order_in_three_places() {
    for body in
        [order(), json!({"order": order()}), json!({"data": {"order": order()}}), json!({"data": order()})]
    {
        let update = webhook::parse(body.to_string().as_bytes(), euro()).unwrap();
        assert_eq!((update.external_id.as_str(), update.facts.net()), ("17", 10_000));
    }
}

// R34
#[test]
fn a_page_of_the_rest_api_is_read_and_one_bad_order_does_not_spoil_it() {
    let body = json!({"items": [order(), with(json!({"state": "lost"}))], "total_count": 120, "search_criteria": {}});
    let read_at = tributary_domain::Timestamp::parse("2026-11-21").unwrap();
    let part = reads::Part { after: 0, limit: 50 };
    let page = reads::read_orders(body.to_string().as_bytes(), part, euro(), read_at).unwrap();
    assert_eq!((page.orders.len(), page.next), (2, None));
    assert_eq!(page.orders[0].as_ref().unwrap().facts.net(), 10_000);
    assert!(page.orders[1].is_err());
    let body = json!({"items": [memo(1, json!({}))], "total_count": 1});
    let page = reads::read_credit_memos(body.to_string().as_bytes(), part, euro()).unwrap();
    assert_eq!(page.orders[0].as_ref().unwrap().facts.refunds.len(), 1);
}
