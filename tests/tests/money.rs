//! What a creator earns, and what becomes of it: commission, approval, the ledger.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use serde_json::{Value, json};
use tributary_tests::{App, Brand, both, refund, unique, with_code};

fn brand() -> Brand {
    App::shared().brand()
}

// R50, R51
#[test]
fn commission_is_computed_in_whole_minor_units_of_each_currency() {
    let percent = |rate: &str| json!({"type": "percentage", "rate": rate});
    let flat = |amount: i64, currency: &str| json!({"type": "flat", "amount": {"amount": amount, "currency": currency}});
    let brand = brand();
    for (commission, currency, net, value, owed) in [
        (percent("10"), "EUR", "100.00", 10_000, 1_000),
        (percent("12.5"), "EUR", "99.99", 9_999, 1_250),
        (percent("12.5"), "EUR", "0.04", 4, 1),
        (percent("12.5"), "EUR", "0.03", 3, 0),
        (percent("0"), "EUR", "100.00", 10_000, 0),
        (percent("100"), "EUR", "0.01", 1, 1),
        (percent("12.5"), "JPY", "10001", 10_001, 1_250),
        (percent("10"), "JPY", "10001.00", 10_001, 1_000),
        (percent("10"), "KWD", "10.005", 10_005, 1_001),
        (percent("10"), "KWD", "10.004", 10_004, 1_000),
        (flat(500, "EUR"), "EUR", "9.99", 999, 500),
        (flat(700, "JPY"), "JPY", "1", 1, 700),
        (percent("10"), "EUR", "10000000.00", 1_000_000_000, 100_000_000),
    ] {
        let shop = brand.connect("shopify", currency);
        let campaign = brand.run_campaign_of(shop, json!({"commission": commission}));
        let money = json!({"currency": currency, "presentment_currency": currency, "subtotal_price": net,
            "current_subtotal_price": net, "total_price": net, "current_total_price": net, "total_tax": "0",
            "current_total_tax": "0"});
        campaign.shop.pay(1, both(with_code(&campaign.code()), money));
        let conversion = brand.conversion(&campaign.id);
        assert_eq!(
            conversion["value"],
            json!({"amount": value, "currency": currency}),
            "{commission} of {net}"
        );
        assert_eq!(
            conversion["commission"],
            json!({"amount": owed, "currency": currency}),
            "{commission} of {net} {currency}"
        );
        assert_eq!(brand.due_in(&campaign.creator, currency), owed);
    }
}

// R51, R33
#[test]
fn a_percentage_is_taken_of_what_is_left_after_discount_and_refund_without_tax_and_shipping() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({"commission": {"type": "percentage", "rate": "12.5"}}));
    let amounts = json!({"total_line_items_price": "111.11", "total_discounts": "11.11", "subtotal_price": "100.00",
        "current_subtotal_price": "100.00", "total_tax": "20.00", "total_price": "127.50",
        "current_total_price": "127.50"});
    campaign.shop.pay(1, both(with_code(&campaign.code()), amounts));
    assert_eq!(brand.due(&campaign.creator), 1_250);
    campaign.shop.deliver("refunds/create", &refund(2, 1, "33.33")).expect(200);
    assert_eq!(brand.conversion(&campaign.id)["value"]["amount"], 6_667);
    assert_eq!(brand.due(&campaign.creator), 833);
}

// R52
#[test]
fn reject_and_undo_are_exact() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let before = brand.conversion(&campaign.id);
    assert_eq!(before["approval"], "approved", "at once, without a hold period");
    let act = |act: &str, reason: &str| {
        let path = format!("/conversions/{}/{act}", before["id"].as_str().unwrap());
        brand.post(&path, json!({"reason": reason})).expect(200).json()
    };
    for _ in 0..2 {
        let rejected = act("reject", "bought it herself");
        assert_eq!(rejected["approval"], "rejected");
        assert_eq!(brand.due(&campaign.creator), 0);
        assert_eq!(brand.conversion(&campaign.id), rejected, "what is answered is what is listed");
        assert_eq!(act("undo", "it was a gift"), before);
        assert_eq!(brand.conversion(&campaign.id), before);
        assert_eq!(brand.due(&campaign.creator), 1_000);
    }
    act("reject", "once");
    act("reject", "and once more");
    assert_eq!(brand.due(&campaign.creator), 0, "twice is once");
    campaign.shop.deliver("refunds/create", &refund(2, 1, "40.00")).expect(200);
    assert_eq!(brand.due(&campaign.creator), 0, "a refund of what is rejected takes nothing");
    act("undo", "");
    assert_eq!(brand.due(&campaign.creator), 600);
}

// R52
#[test]
fn every_such_act_has_an_actor_a_time_and_a_reason() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let id = brand.conversion(&campaign.id)["id"].as_str().unwrap().to_owned();
    brand.post(&format!("/conversions/{id}/reject"), json!({})).wrong_fields(&["reason"]);
    brand.post(&format!("/conversions/{id}/reject"), json!({"reason": "  "})).wrong_fields(&["reason"]);
    let key = brand.post("/keys", json!({"name": unique("Key "), "scopes": ["write"]})).expect(201).json();
    let clerk = brand.with_key(key["key"].as_str().unwrap());
    let reason = unique("because of ");
    clerk.post(&format!("/conversions/{id}/reject"), json!({"reason": reason})).expect(200);
    let line =
        brand.get(&format!("/ledger?creatorId={}", campaign.creator)).expect(200).json()["data"][0].clone();
    assert_eq!((&line["actor"], &line["reason"]), (&key["id"], &json!(reason)));
    assert!(line["at"].as_str().unwrap().ends_with('Z'));
    let audit = brand.get(&format!("/audit?actor={}", key["id"].as_str().unwrap())).expect(200).json();
    let entry = audit["data"].as_array().unwrap().iter().find(|entry| entry["subject"] == id).unwrap();
    assert_eq!((&entry["actor"], &entry["reason"]), (&key["id"], &json!(reason)));
    assert_eq!(
        (&entry["before"]["approval"], &entry["after"]["approval"]),
        (&json!("approved"), &json!("rejected"))
    );
}

// R52
#[test]
fn a_hold_period_lets_a_commission_wait() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({"holdDays": 7}));
    campaign.shop.pay(1, both(with_code(&campaign.code()), json!({"processed_at": "2090-01-01T00:00:00Z"})));
    let waiting = brand.conversion(&campaign.id);
    assert_eq!(waiting["approval"], "pending");
    let balance = || {
        brand.get(&format!("/creators/{}/balance", campaign.creator)).expect(200).json()["balances"][0]
            .clone()
    };
    let euros = |amount: i64| json!({"amount": amount, "currency": "EUR"});
    assert_eq!((&balance()["due"], &balance()["pending"]), (&euros(0), &euros(1_000)));
    let id = waiting["id"].as_str().unwrap();
    let approved =
        brand.post(&format!("/conversions/{id}/approve"), json!({"reason": "a good friend"})).expect(200);
    assert_eq!(approved.json()["approval"], "approved");
    assert_eq!((&balance()["due"], &balance()["pending"]), (&euros(1_000), &euros(0)));
    assert_eq!(
        brand.post(&format!("/conversions/{id}/undo"), json!({"reason": "no"})).expect(200).json(),
        waiting
    );
    assert_eq!((&balance()["due"], &balance()["pending"]), (&euros(0), &euros(1_000)));
}

// R53
#[test]
fn the_ledger_has_a_line_for_every_change_and_sums_up_to_the_balance() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let conversion = brand.conversion(&campaign.id);
    let act = |act: &str| {
        let path = format!("/conversions/{}/{act}", conversion["id"].as_str().unwrap());
        brand.post(&path, json!({"reason": "a reason"})).expect(200);
    };
    act("reject");
    act("undo");
    campaign.shop.deliver("refunds/create", &refund(2, 1, "40.00")).expect(200);
    campaign.shop.deliver("refunds/create", &refund(2, 1, "40.00")).expect(200);
    let page = brand.get(&format!("/ledger?creatorId={}", campaign.creator)).expect(200).json();
    let lines: Vec<&Value> = page["data"].as_array().unwrap().iter().rev().collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line["kind"].as_str().unwrap(), line["amount"]["amount"].as_i64().unwrap()))
        .collect();
    assert_eq!(told, [("accrual", 1_000), ("reversal", -1_000), ("accrual", 1_000), ("adjustment", -400)]);
    assert!(
        lines
            .iter()
            .all(|line| line["conversionId"] == conversion["id"] && line["creatorId"] == campaign.creator)
    );
    assert_eq!(told.iter().map(|(_, amount)| amount).sum::<i64>(), brand.due(&campaign.creator));
}

// R53
#[test]
fn the_ledgers_chain_of_hashes_holds() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let verify = || brand.get("/ledger/verify").expect(200).json();
    let before = verify();
    assert_eq!((&before["valid"], &before["firstBroken"]), (&json!(true), &Value::Null));
    for order in 1..=3 {
        campaign.shop.pay(order, with_code(&campaign.code()));
    }
    let after = verify();
    assert_eq!(after["valid"], true);
    assert!(after["lines"].as_u64() >= before["lines"].as_u64().map(|lines| lines + 3));
}
