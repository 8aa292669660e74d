use tributary_domain::Timestamp;
use tributary_domain::keys::hex;

use super::*;
use crate::Delivery;
use crate::harness::{Mutations, mac};
use crate::stripe::verify;

// R30
#[test]
fn ten_thousand_broken_bodies_cause_no_panic_and_no_words_quote_them() {
    let charge = serde_json::from_str(CHARGE).unwrap();
    let refund = serde_json::from_str(REFUND).unwrap();
    let bodies = [
        SESSION_COMPLETED.to_owned(),
        event("checkout.session.completed", 0, &session(json!({"client_reference_id": CLICK}))),
        event("charge.refunded", 0, &charge),
        event("refund.created", 0, &refund),
        event("invoice.paid", 0, &session(json!({"id": "in_1", "subscription": "sub_1", "total": 100}))),
    ];
    let originals: Vec<&str> = bodies.iter().map(String::as_str).collect();
    let mutations = Mutations { originals: &originals, private: &["@", "hook", "jon", "Martin", "Jenny"] };
    mutations.survive(
        |_, body| parse(body).map(drop),
        |original| format!("t=1763715600,v1={}", hex(&mac(format!("1763715600.{original}"), "secret"))),
        |signature, body| {
            let delivery = Delivery::new([("Stripe-Signature", signature)], body);
            verify(&delivery, &["secret"], Timestamp::from_seconds(1_763_715_600)).is_ok()
        },
    );
}
