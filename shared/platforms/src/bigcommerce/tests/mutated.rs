use super::super::{Said, parse};
use super::*;
use crate::harness::{Chance, mutate};

// R30
#[test]
fn ten_thousand_broken_bodies_cause_no_panic_and_no_words_quote_them() {
    let notice = json!({"scope": "store/order/refund/created", "store_id": "1025646",
        "data": {"type": "order", "id": 250, "refund": {"refund_id": 12}}, "hash": "dd70c0976e06b67aaf671e73f49dcb79",
        "created_at": 1_561_479_335, "producer": "stores/abcde"})
    .to_string();
    let refunds = json!([{"id": 1, "created": "2012-11-21T10:00:00+00:00", "total_amount": 36.5,
        "items": [{"item_type": "PRODUCT", "item_id": 10, "quantity": 1}], "payments": [{"is_declined": false}]}]);
    let whole = answers(&order(), &json!([{"code": "ANNA10"}]), &refunds);
    let mut chance = Chance::new(0);
    let (mut good, mut refused) = (0, 0);
    for round in 0..10_000 {
        let mut answers = whole.clone();
        let mut body = notice.clone().into_bytes();
        let result = match round % 5 {
            0 => {
                mutate(&mut body, &mut chance);
                parse(&body).map(|notice| matches!(notice.said, Said::Order { .. }))
            }
            part => {
                let changed = match part {
                    1 => &mut answers.order,
                    2 => &mut answers.coupons[0],
                    3 => &mut answers.products[0],
                    _ => &mut answers.refunds,
                };
                mutate(changed, &mut chance);
                read(&answers, later()).map(|read| read.facts.net() >= 0)
            }
        };
        match result {
            Ok(_) => good += 1,
            Err(unreadable) => {
                refused += 1;
                let words = unreadable.to_string();
                assert!(words.is_ascii() && words.len() < 200, "{words}");
                assert!(!["@", "xample", "Jane", "ANNA"].iter().any(|word| words.contains(word)), "{words}");
            }
        }
    }
    assert!(good > 1_000 && refused > 1_000, "{good} read, {refused} refused");
}
