//! Deciding history anew, many verdicts at once, and conversions that a person must look at.

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
use tributary_tests::{
    App, Brand, Campaign, Shopper, both, euros, order, refund, unique, unix_seconds, with_click, with_code,
};

fn brand() -> Brand {
    App::shared().brand()
}

/// A second creator in a campaign.
fn join(brand: &Brand, campaign: &Campaign) -> Campaign {
    let creator = brand.add_creator("Bela", "Kun");
    Campaign { enrollment: brand.enroll(&campaign.id, &creator), creator, ..campaign.clone() }
}

fn replay(brand: &Brand, campaign: &Campaign, changes: Value) -> Value {
    let mut body = json!({"from": "2000-01-01", "to": "2100-01-01", "planId": campaign.plan});
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    brand.post("/replays", body).expect(200).json()
}

// R43
#[test]
fn proposed_rules_are_tried_dry_and_then_applied_as_new_ledger_lines() {
    let brand = brand();
    let anna = brand.run_campaign(json!({}));
    let bela = join(&brand, &anna);
    let click = Shopper::at(brand.base(), "198.51.100.77").click_id(&bela.slug());
    anna.shop.pay(1, both(with_code(&anna.code()), with_click(&click)));
    assert_eq!(replay(&brand, &anna, json!({}))["moved"], json!([]), "unchanged rules move nothing");
    let rules =
        json!({"attribution": {"rule": "link_first"}, "commission": {"type": "percentage", "rate": "20"}});
    let dry = replay(&brand, &anna, json!({"proposed": rules}));
    assert_eq!((&dry["considered"], &dry["applied"]), (&json!(1), &json!(false)));
    let moved = &dry["moved"][0];
    assert_eq!((&moved["from"], &moved["to"]), (&json!(anna.creator), &json!(bela.creator)));
    assert_eq!((&moved["commissionBefore"], &moved["commissionAfter"]), (&euros(1_000), &euros(2_000)));
    assert_eq!((brand.due(&anna.creator), brand.due(&bela.creator)), (1_000, 0), "a dry run writes nothing");
    let key = brand.post("/keys", json!({"name": unique("Key "), "scopes": ["write"]})).expect(201).json();
    let clerk = brand.with_key(key["key"].as_str().unwrap());
    let applied = replay(&clerk, &anna, json!({"proposed": rules, "apply": true}));
    assert_eq!((&applied["moved"], &applied["byCreator"]), (&dry["moved"], &dry["byCreator"]));
    assert_eq!((brand.due(&anna.creator), brand.due(&bela.creator)), (0, 2_000));
    assert_eq!(replay(&brand, &anna, json!({"proposed": rules}))["moved"], json!([]));
    let audit = brand.get(&format!("/audit?actor={}", key["id"].as_str().unwrap())).expect(200).json();
    let entry = &audit["data"][0];
    assert_eq!((&entry["action"], &entry["subject"]), (&json!("replay.apply"), &json!(anna.plan)));
    assert_eq!(entry["after"]["movedInAll"], 1);
    assert_eq!(brand.get("/ledger/verify").expect(200).json()["valid"], true);
}

// R44
#[test]
fn a_code_that_was_to_be_decided_credits_earlier_orders_by_a_replay() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let set = |text: &str| {
        brand
            .put(&format!("/enrollments/{}/code", campaign.enrollment_id()), json!({"text": text}))
            .expect(200)
    };
    set("TBD");
    let late = unique("LATE");
    campaign.shop.pay(1, with_code(&late));
    let order = brand.order_of(&campaign.shop.id, 1);
    let touches = brand.attribution(order["id"].as_str().unwrap())["touches"].clone();
    assert_eq!((&touches[0]["text"], &touches[0]["outcome"]), (&json!(late), &json!("rejected")));
    set(&late);
    assert_eq!(brand.conversions(&campaign.id), Vec::<Value>::new());
    let applied = replay(&brand, &campaign, json!({"apply": true}));
    assert_eq!(
        (&applied["moved"][0]["from"], &applied["moved"][0]["to"]),
        (&Value::Null, &json!(campaign.creator))
    );
    assert_eq!(brand.due(&campaign.creator), 1_000);
}

/// What is due to these creators.
fn due<const COUNT: usize>(brand: &Brand, campaigns: [&Campaign; COUNT]) -> [i64; COUNT] {
    campaigns.map(|campaign| brand.due(&campaign.creator))
}

/// The shop tells an order once more, at a later time of its own and with changes.
fn tell_again(campaign: &Campaign, id: u64, changes: Value) {
    let later = both(json!({"updated_at": "2024-11-22T10:00:00Z"}), changes);
    campaign.shop.deliver("orders/updated", &order(id, later)).expect(200);
}

// R42, R43, R53
#[test]
fn applied_terms_hold_for_the_orders_of_the_range_whatever_comes_later() {
    let brand = brand();
    let anna = brand.run_campaign(json!({}));
    let code = with_code(&anna.code());
    anna.shop.pay(1, code.clone());
    let terms = json!({"type": "percentage", "rate": "15"});
    replay(&brand, &anna, json!({"proposed": {"commission": terms}, "apply": true}));
    assert_eq!(brand.due(&anna.creator), 1_500);
    tell_again(&anna, 1, code.clone());
    assert_eq!(brand.due(&anna.creator), 1_500, "an update of no account");
    assert_eq!(replay(&brand, &anna, json!({}))["moved"], json!([]), "the rules that hold move nothing");
    assert_eq!(replay(&brand, &anna, json!({"apply": true}))["moved"], json!([]));
    let why = |id: u64| {
        let order = brand.order_of(&anna.shop.id, id)["id"].as_str().unwrap().to_owned();
        brand.attribution(&order)["commission"].clone()
    };
    let parts = json!([{"rule": null, "base": euros(10_000), "units": 2, "amount": euros(1_500)}]);
    let told =
        json!({"amount": euros(1_500), "termsOf": "replay", "terms": terms, "parts": parts, "earlier": null});
    assert_eq!(why(1), told);
    anna.shop.pay(2, code.clone());
    assert_eq!(why(2), told, "it was placed in the range, and came late");
    let tomorrow = chrono::DateTime::from_timestamp(unix_seconds() + 86_400, 0).unwrap();
    anna.shop.pay(3, both(code, json!({"processed_at": tomorrow})));
    assert_eq!(why(3)["termsOf"], "plan", "what is placed later follows the plan");
    anna.shop.deliver("refunds/create", &refund(9, 1, "50.00")).expect(200);
    assert_eq!(brand.due(&anna.creator), 750 + 1_500 + 1_000);
    let back = replay(&brand, &anna, json!({"proposed": {}, "apply": true}));
    assert_eq!((&back["movedInAll"], &why(2)["termsOf"]), (&json!(2), &json!("plan")));
    assert_eq!(brand.due(&anna.creator), 500 + 1_000 + 1_000);
    assert_eq!(brand.get("/ledger/verify").expect(200).json()["valid"], true);
}

// R41, R43
#[test]
fn an_applied_rule_of_credit_outlasts_a_change_of_the_buyers_address() {
    let brand = brand();
    let anna = brand.run_campaign(json!({}));
    let bela = join(&brand, &anna);
    let click = Shopper::at(brand.base(), "198.51.100.79").click_id(&bela.slug());
    let touched = both(with_code(&anna.code()), with_click(&click));
    anna.shop.pay(1, touched.clone());
    assert_eq!(due(&brand, [&anna, &bela]), [1_000, 0]);
    let rule = json!({"attribution": {"rule": "link_first"}});
    replay(&brand, &anna, json!({"proposed": rule, "apply": true}));
    tell_again(
        &anna,
        1,
        both(touched, json!({"email": "new@mail.example", "contact_email": "new@mail.example"})),
    );
    assert_eq!(due(&brand, [&anna, &bela]), [0, 1_000]);
    assert_eq!(replay(&brand, &anna, json!({}))["moved"], json!([]));
}

// R43, R51
#[test]
fn under_an_applied_cap_a_refund_frees_what_the_later_orders_then_earn() {
    let brand = brand();
    let terms = |rate: &str| {
        json!({"type": "percentage", "rate": rate,
            "caps": {"perPeriod": {"amount": euros(100_000), "period": "month"}}})
    };
    let campaign = brand.run_campaign(json!({"commission": terms("10")}));
    for id in 1..=3 {
        campaign.shop.pay(id, with_code(&campaign.code()));
    }
    replay(&brand, &campaign, json!({"proposed": {"commission": terms("12")}, "apply": true}));
    assert_eq!(brand.due(&campaign.creator), 3_600);
    campaign.shop.deliver("refunds/create", &refund(9, 1, "50.00")).expect(200);
    assert_eq!(brand.due(&campaign.creator), 600 + 1_200 + 1_200);
    assert_eq!(replay(&brand, &campaign, json!({}))["moved"], json!([]));
}

// R43
#[test]
fn a_replay_that_cannot_be_is_refused() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let refused = |body: Value, fields: &[&str]| drop(brand.post("/replays", body).wrong_fields(fields));
    let rate = json!({"commission": {"type": "percentage", "rate": "20"}});
    refused(json!({"proposed": rate}), &["planId"]);
    refused(json!({"proposed": {}}), &["planId"]);
    refused(json!({"planId": "pln_00000000000000000000000000"}), &["planId"]);
    refused(json!({"from": "yesterday", "to": "2026-13-01"}), &["from", "to"]);
    let dollars = json!({"commission": {"type": "flat", "amount": {"amount": 5, "currency": "USD"}}});
    refused(json!({"planId": campaign.plan, "proposed": dollars}), &["proposed.commission.amount"]);
    let window = json!({"attribution": {"windowDays": 0}});
    refused(json!({"planId": campaign.plan, "proposed": window}), &["proposed.attribution.windowDays"]);
}

// R52
#[test]
fn many_conversions_are_rejected_and_put_back_at_once() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    for order in 1..=3 {
        campaign.shop.pay(order, with_code(&campaign.code()));
    }
    let before = brand.conversions(&campaign.id);
    let ids: Vec<&Value> = before.iter().map(|conversion| &conversion["id"]).collect();
    let act = |act: &str| {
        let body = json!({"act": act, "ids": ids, "reason": "a test of the shop"});
        brand.post("/conversions/bulk", body).expect(200).json()
    };
    assert_eq!(act("reject")["changed"], 3);
    assert_eq!(brand.due(&campaign.creator), 0);
    assert_eq!(act("reject")["changed"], 0, "twice is once");
    let undone = act("undo");
    assert_eq!((&undone["changed"], &undone["data"]), (&json!(3), &json!(before)));
    assert_eq!((brand.conversions(&campaign.id), brand.due(&campaign.creator)), (before.clone(), 3_000));
    let stranger = json!({"act": "reject", "ids": [ids[0], "cnv_00000000000000000000000000"], "reason": "x"});
    brand.post("/conversions/bulk", stranger).wrong_fields(&["ids[1]"]);
    brand.post("/conversions/bulk", json!({"act": "reject", "ids": ids})).wrong_fields(&["reason"]);
    assert_eq!(brand.due(&campaign.creator), 3_000, "of what is refused nothing is done");
}

// R45
#[test]
fn a_creators_own_purchase_waits_for_a_person() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let email = brand.get(&format!("/creators/{}", campaign.creator)).expect(200).json()["email"].clone();
    let shouted = email.as_str().unwrap().to_uppercase();
    campaign
        .shop
        .pay(1, both(with_code(&campaign.code()), json!({"email": shouted, "contact_email": shouted})));
    let conversion = brand.conversion(&campaign.id);
    assert_eq!(
        (&conversion["approval"], &conversion["reasons"]),
        (&json!("review"), &json!(["self_referral"]))
    );
    assert_eq!(brand.due(&campaign.creator), 0);
    let path = format!("/conversions/{}/approve", conversion["id"].as_str().unwrap());
    brand.post(&path, json!({"reason": "it was a gift"})).expect(200);
    assert_eq!(brand.due(&campaign.creator), 1_000);
}

// R45
#[test]
fn an_order_within_seconds_of_its_click_waits_for_a_person_where_the_plan_says_so() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({"review": {"secondsAfterClick": 86_400}}));
    let click = Shopper::at(brand.base(), "198.51.100.78").click_id(&campaign.slug());
    // The shop's clock is a little ahead of ours.
    let ahead = chrono::DateTime::from_timestamp(unix_seconds() + 600, 0).unwrap();
    campaign.shop.pay(1, both(with_click(&click), json!({"processed_at": ahead})));
    let conversion = brand.conversion(&campaign.id);
    assert_eq!(conversion["approval"], "review");
    assert!(conversion["reasons"][0].as_str().unwrap().starts_with("soon_after_click: "), "{conversion}");
}

/// Nothing moves under the rules as they are.
fn nothing_moves(brand: &Brand, campaign: &Campaign) {
    let range = json!({"from": "2024-01-01", "to": "2024-12-31", "planId": campaign.plan});
    assert_eq!(brand.post("/replays", range).expect(200).json()["moved"], json!([]));
}

// R43, R45
#[test]
fn one_buyer_again_and_again_waits_for_a_person_where_the_plan_says_so() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({"review": {"ordersPerBuyer": 2}}));
    let order = |number: u64, email: &str| {
        campaign.shop.pay(number, both(with_code(&campaign.code()), json!({"email": email})));
        let number = json!(format!("#{number}"));
        brand.conversions(&campaign.id).into_iter().find(|row| row["orderNumber"] == number).unwrap()
    };
    for (number, email) in [(1, "kim@mail.example"), (2, "Kim@mail.example"), (3, "lee@mail.example")] {
        assert_eq!(order(number, email)["approval"], "approved", "{number}");
    }
    let doubted = order(4, "kim@mail.example");
    assert_eq!(doubted["approval"], "review");
    assert_eq!(doubted["reasons"], json!(["repeated_buyer: 2 other orders in 30 days, of 2"]));
    assert_eq!(brand.due(&campaign.creator), 3_000);
    nothing_moves(&brand, &campaign);
    for wrong in [json!(0), json!(-1), json!("2")] {
        let mut plan = brand.get(&format!("/plans/{}", campaign.plan)).expect(200).json();
        plan["review"]["ordersPerBuyer"] = wrong;
        brand.put(&format!("/plans/{}", campaign.plan), plan).refused(422);
    }
}

// R43, R45
#[test]
fn a_code_that_goes_on_without_clicks_waits_for_a_person_where_the_plan_says_so() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({"review": {"clicksDriedUpFrom": 100}}));
    let days = json!([{"date": "2024-10-05", "clicks": 240, "uniqueClicks": 200},
        {"date": "2024-11-10", "clicks": 2, "uniqueClicks": 2}]);
    brand.post("/imports/clicks", json!({"linkId": campaign.link(), "days": days})).expect(200);
    campaign.shop.pay(1, with_code(&campaign.code()));
    let conversion = brand.conversion(&campaign.id);
    assert_eq!(conversion["approval"], "review");
    assert_eq!(conversion["reasons"], json!(["clicks_dried_up: 2 clicks in 30 days, 240 in the 30 before"]));
    assert_eq!(brand.due(&campaign.creator), 0);
    nothing_moves(&brand, &campaign);
    campaign.shop.deliver("refunds/create", &refund(2, 1, "40.00")).expect(200);
    assert_eq!(brand.conversion(&campaign.id)["reasons"], conversion["reasons"], "it is kept");
}

// R46
#[test]
fn a_compromised_code_earns_nothing_from_a_date_on_and_is_replaced() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let leaked = campaign.code();
    let order = |number: u64, day: &str| {
        campaign
            .shop
            .pay(number, both(with_code(&leaked), json!({"processed_at": format!("{day}T10:00:00Z")})));
    };
    order(1, "2025-03-01");
    order(2, "2025-03-05");
    let code = campaign.enrollment["code"]["id"].as_str().unwrap();
    let path = format!("/codes/{code}/compromise");
    let done = brand.post(&path, json!({"since": "2025-03-05T00:00:00Z"})).expect(200).json();
    assert_eq!(done["rejected"], 1);
    let new = done["newCode"]["text"].as_str().unwrap();
    assert_ne!(new, leaked);
    order(3, "2025-03-09");
    let told: Vec<(Value, Value)> = brand
        .conversions(&campaign.id)
        .iter()
        .map(|conversion| (conversion["approval"].clone(), conversion["reasons"].clone()))
        .collect();
    let barred = (json!("rejected"), json!(["code_compromised"]));
    assert_eq!(told, [barred.clone(), barred, (json!("approved"), json!([]))], "newest first");
    assert_eq!(brand.due(&campaign.creator), 1_000);
    campaign.shop.pay(4, with_code(new));
    assert_eq!(brand.due(&campaign.creator), 2_000);
    brand.post(&path, json!({})).wrong_fields(&["since"]);
    brand.post(&path, json!({"since": "2099-01-01T00:00:00Z"})).wrong_fields(&["since"]);
    let later = brand.post(&path, json!({"since": "2025-03-07T00:00:00Z"})).expect(200).json();
    assert_eq!(
        (&later["rejected"], &later["restored"]),
        (&json!(0), &json!(1)),
        "it was not lost on the 5th"
    );
    assert_eq!((&later["newCode"], brand.due(&campaign.creator)), (&Value::Null, 3_000));
    let told = brand.get(&format!("/codes/{code}/leak")).expect(200).json();
    assert_eq!((&told["text"], &told["score"]), (&json!(leaked), &json!(0)), "nothing sold of late");
}
