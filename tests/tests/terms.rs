//! Commission terms that look beyond one order: a creator's own, a buyer who comes back, months and clicks.

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
use tributary_tests::{App, Brand, Shopper, both, euros, refund, with_code};

fn brand() -> Brand {
    App::shared().brand()
}

/// This moment by the app's own clock, as the part of an order that says when it was placed.
fn placed_now(brand: &Brand) -> Value {
    let creator = brand.get(&format!("/creators/{}", brand.add_creator("Any", "Body"))).expect(200).json();
    json!({"processed_at": creator["createdAt"]})
}

// R51
#[test]
fn a_creator_with_own_terms_earns_by_them_from_then_on() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let path = format!("/enrollments/{}", campaign.enrollment_id());
    assert_eq!(brand.get(&path).expect(200).json()["commission"], Value::Null);
    campaign.shop.pay(1, with_code(&campaign.code()));
    let own = json!({"type": "percentage", "rate": "25", "caps": {"perOrder": euros(2_400)}});
    let answer = brand.patch(&path, json!({"commission": own})).expect(200).json();
    assert_eq!(answer["commission"], own);
    assert_eq!(brand.get(&path).expect(200).json()["commission"], own);
    assert_eq!(brand.due(&campaign.creator), 1_000, "what was earned stays");
    campaign.shop.pay(2, both(with_code(&campaign.code()), placed_now(&brand)));
    campaign.shop.pay(3, with_code(&campaign.code()));
    assert_eq!(brand.due(&campaign.creator), 1_000 + 2_400 + 1_000, "the third was placed before");
    let why = |order: u64| {
        let order = brand.order_of(&campaign.shop.id, order)["id"].as_str().unwrap().to_owned();
        brand.attribution(&order)["commission"].clone()
    };
    let parts = json!([{"rule": null, "base": euros(10_000), "units": 2, "amount": euros(2_400)}]);
    assert_eq!(
        why(2),
        json!({"amount": euros(2_400), "termsOf": "enrollment", "terms": own, "parts": parts, "earlier": null})
    );
    assert_eq!(why(3)["termsOf"], "plan");
    brand.patch(&path, json!({"commission": null})).expect(200);
    campaign.shop.pay(4, both(with_code(&campaign.code()), placed_now(&brand)));
    campaign.shop.deliver("refunds/create", &refund(5, 2, "80.00")).expect(200);
    assert_eq!(
        brand.due(&campaign.creator),
        1_000 + 500 + 1_000 + 1_000,
        "a refund keeps the terms of its order"
    );
    let everything = json!({"from": "2000-01-01", "to": "2100-01-01", "planId": campaign.plan});
    assert_eq!(brand.post("/replays", everything).expect(200).json()["moved"], json!([]));
    let audit = brand.get("/audit?limit=100").expect(200).json();
    let entries = audit["data"].as_array().unwrap();
    let entry = entries.iter().rfind(|entry| entry["subject"] == campaign.enrollment_id()).unwrap();
    assert_eq!((&entry["action"], &entry["after"]["commission"]), (&json!("enrollment.update"), &own));
}

// R51
#[test]
fn own_terms_are_held_to_what_a_plans_terms_are_held_to() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let path = format!("/enrollments/{}", campaign.enrollment_id());
    let refused = |commission: Value, field: &str| {
        brand.patch(&path, json!({"commission": commission})).wrong_fields(&[field]);
    };
    refused(json!({"type": "percentage", "rate": "101"}), "commission.rate");
    refused(json!({"type": "percentage"}), "commission.rate");
    refused(json!({"type": "flat", "amount": {"amount": 500, "currency": "USD"}}), "commission.amount");
    refused(
        json!({"type": "percentage", "rate": "1", "caps": {"perOrder": euros(0)}}),
        "commission.caps.perOrder",
    );
    let by_category = json!([{"when": {"categories": ["sale"]}, "type": "percentage", "rate": "5"}]);
    refused(
        json!({"type": "percentage", "rate": "1", "rules": by_category}),
        "commission.rules[0].when.categories",
    );
    brand.patch(&path, json!({})).wrong_fields(&["commission"]);
    brand.patch(&path, json!({"commission": null, "planId": "x"})).wrong_fields(&["planId"]);
    brand.patch("/enrollments/enr_00000000000000000000000000", json!({"commission": null})).expect(404);
    brand
        .put(&format!("/campaigns/{}/code", campaign.id), json!({"text": tributary_tests::unique("OWN")}))
        .expect(200);
    let itself = brand.get(&format!("/codes?campaignId={}", campaign.id)).expect(200).json();
    let codes = itself["data"].as_array().unwrap();
    let own = codes.iter().find(|code| code["creatorId"] == Value::Null).unwrap();
    let path = format!("/enrollments/{}", own["enrollmentId"].as_str().unwrap());
    let terms = json!({"type": "percentage", "rate": "5"});
    brand.patch(&path, json!({"commission": terms})).wrong_fields(&["commission"]);
    assert_eq!(brand.get(&path).expect(200).json()["commission"], Value::Null);
}

/// The part of an order that says who bought it, and how many days after the first of the test.
fn bought(day: i64, email: &str) -> Value {
    json!({"email": email, "customer": null, "processed_at": format!("2024-11-{:02}T10:00:00Z", 1 + day)})
}

// R41, R42
#[test]
fn a_buyer_who_comes_back_is_credited_to_the_creator_who_brought_them() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({"attribution": {"bindCustomerDays": 10}}));
    let email = format!("{}@example.com", tributary_tests::unique("jane-").to_lowercase());
    campaign.shop.pay(3, bought(9, &email));
    campaign.shop.pay(4, bought(12, &email));
    assert!(brand.conversions(&campaign.id).is_empty());
    campaign.shop.pay(1, both(with_code(&campaign.code()), bought(0, &email)));
    campaign.shop.pay(2, bought(5, "somebody.else@example.com"));
    let conversions = brand.conversions(&campaign.id);
    let told: Vec<_> = conversions.iter().map(|row| (&row["orderNumber"], &row["source"])).collect();
    assert_eq!(told, [(&json!("#3"), &json!("customer")), (&json!("#1"), &json!("code"))]);
    assert_eq!(brand.due(&campaign.creator), 2_000);
    let order = |number: u64| brand.order_of(&campaign.shop.id, number)["id"].as_str().unwrap().to_owned();
    let why = brand.attribution(&order(3));
    let touch = &why["touches"][0];
    assert_eq!(
        (&touch["kind"], &touch["text"], &touch["outcome"]),
        (&json!("customer"), &json!(order(1)), &json!("won"))
    );
    assert_eq!(touch["checks"][0]["detail"], "9 days and 0 hours after the buyer's first order, of 10 days");
    assert_eq!(brand.attribution(&order(4))["touches"][0]["reason"], "not_customer_bound");
    campaign.shop.deliver("refunds/create", &refund(9, 1, "100.00")).expect(200);
    assert_eq!(brand.due(&campaign.creator), 1_000, "what the first one came to changes nothing");
    brand.post("/privacy/erase", json!({"email": email})).expect(200);
    assert_eq!(brand.due(&campaign.creator), 1_000, "the money stays when the buyer is forgotten");
    campaign.shop.deliver("refunds/create", &refund(10, 3, "50.00")).expect(200);
    assert_eq!(brand.due(&campaign.creator), 500);
    let everything = json!({"from": "2000-01-01", "to": "2100-01-01", "planId": campaign.plan});
    assert_eq!(brand.post("/replays", everything).expect(200).json()["moved"], json!([]));
}

// R41, R43
#[test]
fn binding_customers_is_tried_on_history_without_a_trace() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, both(with_code(&campaign.code()), bought(0, "kim@example.com")));
    campaign.shop.pay(2, bought(5, "kim@example.com"));
    let body = |days: i64| {
        json!({"from": "2000-01-01", "to": "2100-01-01", "planId": campaign.plan,
            "proposed": {"attribution": {"bindCustomerDays": days}}})
    };
    let moved = |days: i64| brand.post("/replays", body(days)).expect(200).json()["moved"].clone();
    assert_eq!(moved(4), json!([]));
    assert_eq!(
        (&moved(5)[0]["to"], &moved(5)[0]["commissionAfter"]),
        (&json!(campaign.creator), &euros(1_000))
    );
    assert_eq!(brand.due(&campaign.creator), 1_000);
    brand.post("/replays", body(3_651)).wrong_fields(&["proposed.attribution.bindCustomerDays"]);
}

/// A cap over a month, or over a buyer.
fn capped(name: &str, cap: Value) -> Value {
    json!({"commission": {"type": "percentage", "rate": "10", "caps": {name: cap}}})
}

// R32, R51, R52
#[test]
fn a_months_cap_and_a_buyers_cap_hold_whatever_comes_late() {
    let brand = brand();
    for cap in [
        capped("perPeriod", json!({"amount": euros(2_500), "period": "month"})),
        capped("perBuyer", euros(2_500)),
    ] {
        let campaign = brand.run_campaign(cap);
        let pay = |order: u64, day: i64| {
            campaign.shop.pay(order, both(with_code(&campaign.code()), bought(day, "eve@example.com")));
        };
        let earned = || {
            let mut rows = brand.conversions(&campaign.id);
            rows.sort_by_key(|row| row["orderNumber"].as_str().unwrap().to_owned());
            let earned: Vec<i64> =
                rows.iter().map(|row| row["commission"]["amount"].as_i64().unwrap()).collect();
            assert_eq!(earned.iter().sum::<i64>(), brand.due(&campaign.creator));
            earned
        };
        pay(2, 4);
        pay(3, 8);
        pay(4, 12);
        assert_eq!(earned(), [1_000, 1_000, 500]);
        pay(1, 0);
        assert_eq!(earned(), [1_000, 1_000, 500, 0], "the first came last");
        let first = brand.order_of(&campaign.shop.id, 1)["conversionId"].as_str().unwrap().to_owned();
        let act = |act: &str| {
            brand.post(&format!("/conversions/{first}/{act}"), json!({"reason": "r"})).expect(200)
        };
        act("reject");
        assert_eq!(earned(), [0, 1_000, 1_000, 500]);
        act("undo");
        assert_eq!(earned(), [1_000, 1_000, 500, 0]);
        campaign.shop.deliver("refunds/create", &refund(9, 2, "100.00")).expect(200);
        assert_eq!(earned(), [1_000, 0, 1_000, 500]);
        let why = brand.attribution(brand.order_of(&campaign.shop.id, 4)["id"].as_str().unwrap());
        assert_eq!(why["commission"]["amount"], euros(500));
        let earlier = &why["commission"]["earlier"];
        let found = (earlier["monthCommission"].clone(), earlier["buyerCommission"].clone());
        assert_eq!(found, (euros(2_000), euros(2_000)));
        let everything = json!({"from": "2000-01-01", "to": "2100-01-01", "planId": campaign.plan});
        assert_eq!(brand.post("/replays", everything).expect(200).json()["moved"], json!([]));
        assert_eq!(brand.get("/ledger/verify").expect(200).json()["valid"], true);
    }
}

// R51, R60, R64
#[test]
fn tiers_follow_the_months_sales_and_every_screen_has_the_same_sum() {
    let brand = brand();
    let tiers = json!([{"from": euros(15_000), "type": "percentage", "rate": "20"}]);
    let plan = json!({"commission": {"type": "percentage", "rate": "10", "tiers": tiers}});
    let campaign = brand.run_campaign(plan);
    for (order, day) in [(3, 10), (2, 5), (1, 0)] {
        campaign.shop.pay(order, both(with_code(&campaign.code()), bought(day, "eve@example.com")));
    }
    let sums = || {
        let table =
            brand.get(&format!("/campaigns/{}/performance?limit=100", campaign.id)).expect(200).json();
        let rows = table["data"].as_array().unwrap().iter();
        let shown: i64 = rows.map(|row| row["commission"]["amount"].as_i64().unwrap()).sum();
        let file =
            brand.get(&format!("/exports/conversions.ndjson?campaignId={}", campaign.id)).expect(200).text();
        let exported = file.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let exported: i64 = exported.map(|row| row["commission"]["amount"].as_i64().unwrap()).sum();
        let summary = table["summary"]["commission"]["amount"].as_i64().unwrap();
        let creator = table["byCreator"][0]["commission"]["amount"].as_i64().unwrap();
        [shown, exported, summary, creator, brand.due(&campaign.creator)]
    };
    assert_eq!(sums(), [4_000; 5], "ten, ten and twenty percent");
    campaign.shop.deliver("refunds/create", &refund(9, 1, "60.00")).expect(200);
    assert_eq!(sums(), [400 + 1_000 + 1_000; 5], "140.00 before the last order");
    for (tiers, field) in [
        (json!([{"from": euros(5), "type": "flat", "rate": "1"}]), "commission.tiers[0].type"),
        (
            json!([{"from": euros(5), "type": "percentage", "rate": "1"}, {"from": euros(5), "type": "percentage", "rate": "2"}]),
            "commission.tiers",
        ),
    ] {
        let plan = json!({"name": tributary_tests::unique("Plan "), "storeId": campaign.shop.id, "mode": "manual",
            "commission": {"type": "percentage", "rate": "10", "tiers": tiers}});
        brand.post("/plans", plan).wrong_fields(&[field]);
    }
}

// R22, R51, R61
#[test]
fn unique_clicks_earn_where_the_plan_pays_by_the_click() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({"commission": {"type": "per_click", "amount": euros(7)}}));
    for address in ["203.0.113.21", "203.0.113.22", "203.0.113.22"] {
        Shopper::at(brand.base(), address).click(&campaign.slug());
    }
    assert_eq!(brand.await_clicks(&campaign.id, 3), 2);
    campaign.shop.pay(1, with_code(&campaign.code()));
    let balance = || brand.get(&format!("/creators/{}/balance", campaign.creator)).expect(200).json();
    let line = balance()["balances"][0].clone();
    assert_eq!((&line["due"], &line["pending"]), (&euros(0), &euros(14)), "the day is not over");
    let table = brand.get(&format!("/campaigns/{}/performance", campaign.id)).expect(200).json();
    assert_eq!((&table["summary"]["commission"], &table["summary"]["sales"]), (&euros(14), &euros(10_000)));
    assert_eq!(table["byCreator"][0]["commission"], euros(14));
    assert_eq!(brand.conversion(&campaign.id)["commission"], euros(0));
    Shopper::at(brand.base(), "203.0.113.23").click(&campaign.slug());
    assert_eq!(brand.await_clicks(&campaign.id, 4), 3);
    assert_eq!(balance()["balances"][0]["pending"], euros(21));
}
