use super::super::{events, webhook};
use super::*;
use crate::harness::{Chance, mutate};

// R30
#[test]
fn ten_thousand_broken_bodies_cause_no_panic_and_no_words_quote_them() {
    let memo = json!({"entity_id": 1, "order_id": 17, "state": 2, "created_at": "2026-11-21 10:00:00",
        "base_subtotal": "30.0000", "base_grand_total": "36.0000", "base_adjustment_positive": "1.0000"});
    let originals = [
        event("observer.sales_order_save_commit_after", &order()).to_string(),
        json!([event("observer.sales_order_creditmemo_save_after", &memo)]).to_string(),
        json!({"data": {"order": order()}}).to_string(),
    ];
    let mut chance = Chance::new(0);
    let (mut good, mut refused) = (0, 0);
    for round in 0..10_000 {
        let mut body = originals[round % 3].clone().into_bytes();
        mutate(&mut body, &mut chance);
        let result = if round % 3 == 2 {
            webhook::parse(&body, euro()).map(drop)
        } else {
            events::parse(&body, euro()).map(drop)
        };
        match result {
            Ok(()) => good += 1,
            Err(unreadable) => {
                refused += 1;
                let words = unreadable.to_string();
                assert!(words.is_ascii() && words.len() < 200, "{words}");
                assert!(!["@", "example", "jane", "anna"].iter().any(|word| words.contains(word)), "{words}");
            }
        }
    }
    assert!(good > 1_000 && refused > 1_000, "{good} read, {refused} refused");
}
