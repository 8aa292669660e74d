use tributary_domain::order::{Beside, Status};

use super::*;

/// A paid invoice of 100.00 EUR and 20.00 of tax, as newer versions of Stripe's API write it.
fn invoice(id: &str, reason: &str, changes: Value) -> Value {
    let usual = json!({
        "id": id, "object": "invoice", "number": "A-1", "currency": "eur", "total": 12_000, "amount_paid": 12_000,
        "total_excluding_tax": 10_000, "total_taxes": [{"amount": 2_000}], "billing_reason": reason,
        "customer_email": "jon@example.com", "created": 1_763_715_600, "livemode": true, "metadata": {},
        "status_transitions": {"paid_at": 1_763_715_700},
        "parent": {"type": "subscription_details", "subscription_details": {"subscription": "sub_1", "metadata": {}}},
    });
    with(usual, changes)
}

fn subscribed() -> String {
    let changes = json!({"mode": "subscription", "payment_intent": null, "subscription": "sub_1", "invoice": "in_1",
        "client_reference_id": CLICK, "metadata": {"code": "ANNA10"}});
    event("checkout.session.completed", 0, &session(changes))
}

fn paid(second: i64, invoice: &Value) -> String {
    event("invoice.paid", second, invoice)
}

// R33
#[test]
fn the_first_invoice_and_its_session_are_one_order() {
    let first = order(&paid(1, &invoice("in_1", "subscription_create", json!({}))));
    let session = order(&subscribed());
    assert_eq!((session.external_id.as_str(), first.external_id.as_str()), ("in_1", "in_1"));
    let known = session.facts.merge(first.facts);
    assert_eq!((known.status(), known.net()), (Status::Paid, 10_000));
}

// R51
#[test]
fn shipping_tax_and_discount_of_an_invoice_are_read() {
    let details = json!({"total": 12_600, "total_excluding_tax": 10_500, "shipping_cost": {"amount_subtotal": 500},
        "total_discount_amounts": [{"amount": 700}, {"amount": 300}]});
    let snapshot = order(&paid(1, &invoice("in_1", "subscription_create", details))).facts.snapshot.unwrap();
    assert_eq!(snapshot.net, 10_000);
    assert_eq!(snapshot.beside, Beside { shipping: 500, tax: 2_100, discount: 1_000 });
}

// R32, R41
#[test]
fn a_renewal_is_an_order_of_its_own_that_is_bound_as_the_first_sale_was() {
    let renewal = order(&paid(90, &invoice("in_2", "subscription_cycle", json!({}))));
    assert_eq!(renewal.external_id, "in_2");
    assert!(renewal.facts.click_ids.is_empty() && renewal.facts.binding.is_none());
    let said = aside(&subscribed());
    assert!(renewal.references.contains(&said.reference));
    let known = renewal.facts.clone().merge(said.facts.clone());
    let binding = known.binding.clone().unwrap();
    assert_eq!((binding.at.as_seconds(), binding.codes), (1_763_715_500, vec!["ANNA10".to_owned()]));
    assert_eq!(known.click_ids.iter().collect::<Vec<_>>(), [CLICK]);
    assert_eq!(said.facts.merge(renewal.facts), known);
}

// R21
#[test]
fn the_subscriptions_own_metadata_carries_a_click_id_too() {
    let metadata = json!({"trb": CLICK});
    let newer = json!({"parent": {"subscription_details": {"subscription": "sub_1", "metadata": metadata}}});
    let older = json!({"parent": null, "subscription": "sub_1", "subscription_details": {"metadata": metadata},
        "payment_intent": "pi_9", "total_excluding_tax": null, "total_taxes": null, "tax": 2_000});
    for changes in [newer, older.clone()] {
        let read = order(&paid(1, &invoice("in_2", "subscription_cycle", changes)));
        assert_eq!(read.facts.click_ids.iter().collect::<Vec<_>>(), [CLICK]);
        assert_eq!(read.facts.net(), 10_000);
    }
    let read = order(&paid(1, &invoice("in_2", "subscription_cycle", older)));
    assert!(read.references.contains(&Reference::payment("pi_9").unwrap()));
}

// R33
#[test]
fn shipping_on_an_invoice_is_none_of_the_goods() {
    let shipping = json!({"shipping_cost": {"amount_subtotal": 500, "amount_tax": 100, "amount_total": 600}});
    let read = order(&paid(1, &invoice("in_2", "subscription_cycle", shipping)));
    assert_eq!(read.facts.net(), 9_500);
}

// R32
#[test]
fn an_invoices_payment_is_told_by_an_event_of_its_own() {
    let payment = json!({"id": "inpay_1", "object": "invoice_payment", "invoice": "in_2", "status": "paid",
        "payment": {"type": "payment_intent", "payment_intent": "pi_2"}});
    let read = order(&event("invoice_payment.paid", 1, &payment));
    assert_eq!((read.external_id.as_str(), &read.facts), ("in_2", &OrderFacts::default()));
    assert_eq!(read.references.into_iter().collect::<Vec<_>>(), [Reference::payment("pi_2").unwrap()]);
}

// R30
#[test]
fn an_invoice_of_no_subscription_is_the_receipt_of_a_session() {
    let receipt = invoice("in_3", "manual", json!({"parent": null}));
    assert_eq!(parse(paid(1, &receipt).as_bytes()), Ok(Parsed::default()));
}

// R44
#[test]
fn an_invoices_promotion_codes_are_found_in_older_and_newer_shapes() {
    for (changes, codes) in [
        (json!({"discounts": ["di_1"]}), vec![]),
        (json!({"discount": {"id": "di_1", "promotion_code": "promo_1x"}}), vec!["promo_1x"]),
        (
            json!({"discounts": [{"id": "di_1", "promotion_code": "promo_1x"}, "di_2"],
                "total_discount_amounts": [{"amount": 5, "discount": "di_1"},
                    {"amount": 5, "discount": {"id": "di_2", "promotion_code": {"id": "promo_2y", "code": "fall20"}}}]}),
            vec!["promo_1x", "FALL20"],
        ),
    ] {
        let read = order(&paid(1, &invoice("in_2", "subscription_cycle", changes.clone())));
        assert_eq!(read.facts.snapshot.unwrap().codes, codes, "{changes}");
    }
}
