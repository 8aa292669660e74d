use tributary_domain::order::{Beside, Status};

use super::*;
use crate::Delivery;
use crate::stripe::{event_id, topic};

const COMPLETED: &str = "checkout.session.completed";

// R30, R39
#[test]
fn the_sample_session_is_read_whole() {
    let delivery = Delivery::new([], SESSION_COMPLETED.as_bytes());
    assert_eq!(topic(&delivery), COMPLETED);
    assert_eq!(event_id(&delivery).as_deref(), Some("evt_1MhUT6E0b6fckueSlc4GyvIi"));
    let read = order(SESSION_COMPLETED);
    // It starts a subscription: the first invoice says the same.
    assert_eq!(read.external_id, "in_1MhUT5E0b6fckueSfPlY05Fw");
    assert_eq!(read.buyer_email.unwrap().expose(), "hook@me.com");
    let snapshot = read.facts.snapshot.as_ref().unwrap();
    assert!(snapshot.proved && snapshot.test, "made in test mode");
    assert_eq!((snapshot.net, snapshot.total, snapshot.currency.code()), (0, 0, "USD"));
    assert_eq!(snapshot.placed_at.as_seconds(), 1_677_833_849);
    assert_eq!(read.facts.status(), Status::Paid);
    let said = aside(SESSION_COMPLETED);
    assert_eq!(Some(said.reference), Reference::subscription("sub_1MhUT5E0b6fckueSYAo1LoiF"));
}

// R30, R50
#[test]
fn the_value_is_what_was_paid_without_tax_and_shipping() {
    let read = order(&event(COMPLETED, 0, &session(json!({}))));
    assert_eq!(read.external_id, "cs_1");
    assert_eq!(read.references.into_iter().collect::<Vec<_>>(), [Reference::payment("pi_1").unwrap()]);
    let snapshot = read.facts.snapshot.unwrap();
    assert_eq!((snapshot.net, snapshot.original_net, snapshot.total), (10_000, 10_000, 12_500));
    assert_eq!(snapshot.beside, Beside { shipping: 500, tax: 2_000, discount: 1_000 });
    let yen = order(&event(COMPLETED, 0, &session(json!({"currency": "jpy", "total_details": null}))));
    assert_eq!(yen.facts.net(), 12_500);
}

// R21, R44
#[test]
fn click_ids_and_codes_are_found_where_a_brand_can_put_them() {
    for changes in [
        json!({"client_reference_id": CLICK}),
        json!({"metadata": {"click_id": CLICK, "note": "x"}}),
        json!({"metadata": {"landing": format!("https://shop.example/?trb={CLICK}")}}),
    ] {
        let read = order(&event(COMPLETED, 0, &session(changes.clone())));
        assert_eq!(read.facts.click_ids.iter().collect::<Vec<_>>(), [CLICK], "{changes}");
    }
    let expanded: Value = serde_json::from_str(PROMOTION_CODE).unwrap();
    for (changes, codes) in [
        (json!({"metadata": {"promo_code": " anna10 "}}), vec!["ANNA10"]),
        (json!({"discounts": [{"coupon": null, "promotion_code": expanded}]}), vec!["FALL20"]),
        (
            json!({"discounts": [{"coupon": "co_1", "promotion_code": "promo_1x"}, {"coupon": "co_2"}]}),
            vec!["promo_1x"],
        ),
        (
            json!({"discounts": [{"promotion_code": "promo_1x"}], "metadata": {"code": "promo_1x", "coupon": "anna10"},
                "total_details": {"breakdown": {"discounts": [{"amount": 5, "discount":
                    {"id": "di_1", "promotion_code": "promo_2y"}}]}}}),
            vec!["promo_1x", "promo_2y", "ANNA10"],
        ),
        (json!({"discounts": [], "metadata": {"colour": "red"}}), vec![]),
    ] {
        let read = order(&event(COMPLETED, 0, &session(changes.clone())));
        assert_eq!(read.facts.snapshot.unwrap().codes, codes, "{changes}");
    }
}

// R32, R33
#[test]
fn a_payment_that_comes_later_pays_and_one_that_fails_calls_the_order_off() {
    let unpaid = session(json!({"payment_status": "unpaid"}));
    let completed = order(&event(COMPLETED, 0, &unpaid)).facts;
    assert_eq!(completed.status(), Status::Pending);
    let succeeded = order(&event("checkout.session.async_payment_succeeded", 9, &session(json!({})))).facts;
    let failed = order(&event("checkout.session.async_payment_failed", 9, &unpaid)).facts;
    for (later, status) in [(succeeded, Status::Paid), (failed, Status::Canceled)] {
        assert_eq!(completed.clone().merge(later.clone()).status(), status);
        assert_eq!(later.merge(completed.clone()).status(), status);
    }
    let free = session(json!({"payment_status": "no_payment_required", "amount_total": 0}));
    assert_eq!(order(&event(COMPLETED, 0, &free)).facts.status(), Status::Paid);
}

// R30
#[test]
fn what_is_no_sale_says_nothing() {
    for body in [
        event(COMPLETED, 0, &session(json!({"mode": "setup"}))),
        event("checkout.session.expired", 0, &session(json!({}))),
        event("payment_intent.succeeded", 0, &json!({"id": "pi_1"})),
        event("customer.created", 0, &json!(null)),
    ] {
        assert_eq!(parse(body.as_bytes()), Ok(Parsed::default()), "{body}");
    }
}

// R30
#[test]
fn what_cannot_be_read_is_named() {
    for (body, words) in [
        ("{}".to_owned(), "type: is missing"),
        (event(COMPLETED, 0, &json!(null)), "data.object: is missing"),
        (event(COMPLETED, 0, &session(json!({"id": null}))), "data.object.id: is missing"),
        (event(COMPLETED, 0, &session(json!({"currency": "euro"}))), "data.object.currency: "),
        (
            event(COMPLETED, 0, &session(json!({"amount_total": null}))),
            "data.object.amount_total: is missing",
        ),
        (
            event(COMPLETED, 0, &session(json!({"amount_total": "125.00"}))),
            "data.object.amount_total: must be a whole number",
        ),
        (
            event(COMPLETED, 0, &session(json!({"created": -1}))),
            "data.object.created: must be a time in Unix seconds",
        ),
    ] {
        let found = parse(body.as_bytes()).unwrap_err().to_string();
        assert!(found.starts_with(words), "{found}");
    }
}
