use tributary_domain::order::Status;

use super::*;

fn sale() -> OrderFacts {
    order(&event("checkout.session.completed", 0, &session(json!({})))).facts
}

fn charge(refunded: i64) -> Value {
    with(
        serde_json::from_str(CHARGE).unwrap(),
        json!({"id": "ch_1", "currency": "eur", "amount": 12_500, "amount_refunded": refunded, "payment_intent": "pi_1"}),
    )
}

fn refund(id: &str, amount: i64, status: &str) -> Value {
    with(
        serde_json::from_str(REFUND).unwrap(),
        json!({"id": id, "currency": "eur", "amount": amount, "status": status, "charge": "ch_1", "payment_intent": "pi_1"}),
    )
}

#[track_caller]
fn check(said: &[String], status: Status, net: i64) {
    let asides: Vec<Aside> = said.iter().map(|body| aside(body)).collect();
    assert!(asides.iter().all(|aside| Some(&aside.reference) == Reference::payment("pi_1").as_ref()));
    let forwards = asides.iter().fold(sale(), |known, aside| known.merge(aside.facts.clone()));
    let backwards =
        asides.iter().rev().fold(OrderFacts::default(), |known, aside| known.merge(aside.facts.clone()));
    assert_eq!((forwards.status(), forwards.net()), (status, net), "{said:?}");
    assert_eq!(backwards.merge(sale()), forwards, "{said:?}");
}

// R32, R33
#[test]
fn sums_and_single_refunds_of_one_payment_are_the_same_money() {
    let refunded = |second, amount| event("charge.refunded", second, &charge(amount));
    let single = |second, id, amount| event("refund.created", second, &refund(id, amount, "succeeded"));
    check(&[refunded(1, 2_500)], Status::PartiallyRefunded, 8_000);
    check(&[refunded(1, 2_500), refunded(2, 5_000)], Status::PartiallyRefunded, 6_000);
    check(&[refunded(2, 12_500)], Status::Refunded, 0);
    check(
        &[single(1, "re_1", 2_500), refunded(1, 2_500), single(2, "re_2", 2_500), refunded(2, 5_000)],
        Status::PartiallyRefunded,
        6_000,
    );
    check(&[single(1, "re_1", 2_500), single(2, "re_2", 2_500)], Status::PartiallyRefunded, 6_000);
    check(&[refunded(2, 5_000), single(2, "re_2", 2_500)], Status::PartiallyRefunded, 6_000);
}

// R32, R33
#[test]
fn a_refund_that_fails_gives_nothing_back() {
    let created = event("refund.created", 1, &refund("re_1", 2_500, "pending"));
    let refunded = event("charge.refunded", 1, &charge(2_500));
    for name in ["refund.updated", "refund.failed", "charge.refund.updated"] {
        let failed = event(name, 9, &refund("re_1", 2_500, "failed"));
        check(&[created.clone(), refunded.clone(), failed.clone()], Status::Paid, 10_000);
        check(&[refunded.clone(), failed], Status::Paid, 10_000);
    }
}

// R33
#[test]
fn a_dispute_takes_the_money_until_it_is_won() {
    let dispute = |name, second, status| {
        let object = json!({"id": "dp_1", "object": "dispute", "amount": 12_500, "currency": "eur", "charge": "ch_1",
            "payment_intent": "pi_1", "status": status});
        event(name, second, &object)
    };
    let created = || dispute("charge.dispute.created", 1, "needs_response");
    check(&[created()], Status::Refunded, 0);
    check(&[created(), dispute("charge.dispute.closed", 9, "lost")], Status::Refunded, 0);
    check(&[created(), dispute("charge.dispute.closed", 9, "won")], Status::Paid, 10_000);
    check(&[dispute("charge.dispute.created", 1, "warning_needs_response")], Status::Paid, 10_000);
}

// R30
#[test]
fn a_refund_of_no_payment_says_nothing_and_the_charge_stands_in_for_a_missing_payment() {
    let of_charge = with(refund("re_1", 100, "succeeded"), json!({"payment_intent": null}));
    assert_eq!(Some(aside(&event("refund.created", 1, &of_charge)).reference), Reference::payment("ch_1"));
    let of_nothing = with(of_charge, json!({"charge": null}));
    assert_eq!(parse(event("refund.created", 1, &of_nothing).as_bytes()), Ok(Parsed::default()));
}
