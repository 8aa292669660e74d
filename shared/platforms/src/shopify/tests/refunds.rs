use tributary_domain::Currency;
use tributary_domain::order::{Refund, Returned};

use super::*;

#[track_caller]
fn check(body: &str, lines_net: Option<i64>, amount: i64) {
    let refunds = facts(&Topic::RefundsCreate, body).refunds;
    let found: Vec<_> = refunds.values().map(|refund| (refund.lines_net, refund.amount)).collect();
    assert_eq!(found, [(lines_net, amount)], "{body}");
}

// R33
#[test]
fn the_sample_refund_names_its_lines() {
    let (external_id, facts, buyer) = order(&Topic::RefundsCreate, REFUNDS_CREATE);
    assert_eq!((external_id.as_str(), buyer), ("820982911946154508", None));
    assert!(facts.snapshot.is_none() && !facts.paid && !facts.refunded);
    let at = tributary_domain::Timestamp::parse("2022-01-01T00:00:00Z").unwrap();
    let lines = ["866550311766439020", "141249953214522974"];
    let lines = lines.map(|id| (id.to_owned(), Returned::Units(1))).into();
    let refund = Refund { at, lines_net: Some(39_800), amount: 0, lines };
    assert_eq!(facts.refunds.into_iter().collect::<Vec<_>>(), [("890088186047892319".to_owned(), refund)]);
}

// R33
#[test]
fn a_refund_whose_lines_are_worth_nothing_counts_by_what_was_paid_back() {
    check(REFUND_BY_AMOUNT, None, 4_194);
}

// R33
#[test]
fn shipping_given_back_is_no_refund_of_goods() {
    // The same five dollars stand in an adjustment and in a shipping line.
    check(REFUND_OF_SHIPPING, None, 0);
    let body = changed(REFUND_OF_SHIPPING, r#""kind": "shipping_refund""#, r#""kind": "refund_discrepancy""#);
    check(&body, None, 0);
}

/// A refund of order 7 in a shop whose currency is the euro.
fn refund(more: &str) -> String {
    format!(r#"{{{more} "id": 1, "order_id": 7, "created_at": "2026-11-21T09:00:00Z"}}"#)
}

// R33
#[test]
fn only_refunds_that_succeeded_count() {
    let transaction = |kind: &str, status: &str, amount: &str| {
        format!(r#"{{"kind": "{kind}", "status": "{status}", "amount": {amount}, "currency": "EUR"}}"#)
    };
    let list = [
        transaction("refund", "success", "\"10.00\""),
        transaction("refund", "success", "2.5"),
        transaction("refund", "failure", "\"99.00\""),
        transaction("refund", "pending", "\"99.00\""),
        transaction("sale", "success", "\"99.00\""),
    ];
    check(&refund(&format!(r#""transactions": [{}],"#, list.join(","))), None, 1_250);
}

// R33
#[test]
fn shipping_with_its_tax_is_taken_off_and_never_more_than_was_paid() {
    let of = |amount: &str| {
        refund(&format!(
            r#""order_adjustments": [{{"kind": "shipping_refund", "amount": "-5.00", "tax_amount": "-0.95"}}],
               "transactions": [{{"kind": "refund", "status": "success", "amount": "{amount}", "currency": "EUR"}}],"#
        ))
    };
    check(&of("20.00"), None, 1_405);
    check(&of("3.00"), None, 0);
}

// R50
#[test]
fn refund_subtotals_are_read_digit_by_digit() {
    let of = |subtotal: &str| {
        refund(&format!(
            r#""refund_line_items": [{{"subtotal": {subtotal}}}],
               "total_duties_set": {{"shop_money": {{"amount": "0.00", "currency_code": "EUR"}}}},"#
        ))
    };
    for (subtotal, cents) in
        [("199", 19_900), ("195.66", 19_566), ("195.66999999999999", 19_567), ("1e3", 100_000)]
    {
        check(&of(subtotal), Some(cents), 0);
    }
    check(&of("0.0"), None, 0);
}

// R50
#[test]
fn a_refund_takes_the_stores_currency_where_it_names_none() {
    let body = refund(r#""refund_line_items": [{"subtotal": 199}],"#);
    let delivery = Delivery::new([], body.as_bytes());
    let context = Context { currency: Currency::parse("JPY").ok() };
    let Ok(Parsed::Order(update)) = parse(&Topic::RefundsCreate, &delivery, context) else {
        panic!("no refund")
    };
    assert_eq!(update.facts.refunds["1"].lines_net, Some(199));
    let unknown = "transactions: name no currency, nor does any amount";
    assert_eq!(read(&Topic::RefundsCreate, &body), Err(unknown.to_owned()));
}

// R50
#[test]
fn what_was_paid_back_in_the_buyers_currency_is_converted_at_the_orders_rate() {
    let transactions = r#"[{"kind": "refund", "status": "success", "amount": "50.00", "currency": "EUR"}]"#;
    let order = format!(
        r#"{{"id": 7, "created_at": "2026-11-21T09:00:00Z", "currency": "USD", "subtotal_price": "110.00",
            "total_price": "110.00", "total_price_set": {{
                "shop_money": {{"amount": "110.00", "currency_code": "USD"}},
                "presentment_money": {{"amount": "100.00", "currency_code": "EUR"}}}},
            "refunds": [{{"id": 1, "created_at": "2026-11-21T10:00:00Z", "transactions": {transactions}}}]}}"#
    );
    assert_eq!(facts(&Topic::OrdersUpdated, &order).refunds["1"].amount, 5_500);
    let lone = refund(&format!(
        r#""total_duties_set": {{"shop_money": {{"amount": "0.00", "currency_code": "USD"}}}},
           "transactions": {transactions},"#
    ));
    let rate = r#""order_adjustments": [{"kind": "refund_discrepancy", "amount_set": {
        "shop_money": {"amount": "-55.00", "currency_code": "USD"},
        "presentment_money": {"amount": "-50.00", "currency_code": "EUR"}}}], "id": 1"#;
    check(&changed(&lone, r#""id": 1"#, rate), None, 5_500);
    let unknown = "transactions[0].currency: is not the shop's currency, and no rate is known";
    assert_eq!(read(&Topic::RefundsCreate, &lone), Err(unknown.to_owned()));
}

// R33
#[test]
fn tax_in_the_prices_is_no_part_of_a_refund_in_an_orders_body() {
    let body = changed(ORDER_450789469, r#""taxes_included": false"#, r#""taxes_included": true"#);
    let facts = facts(&Topic::OrdersUpdated, &body);
    assert_eq!(facts.refunds["509562969"].lines_net, Some(39_133 - 796));
}
