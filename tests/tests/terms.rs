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
use tributary_tests::{App, Brand, both, refund, with_code};

fn brand() -> Brand {
    App::shared().brand()
}

fn euros(amount: i64) -> Value {
    json!({"amount": amount, "currency": "EUR"})
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
    assert_eq!(why(2), json!({"amount": euros(2_400), "termsOf": "enrollment", "terms": own}));
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
    refused(json!({"type": "percentage", "rate": "101"}), "commission");
    refused(json!({"type": "percentage"}), "commission.rate");
    refused(json!({"type": "flat", "amount": {"amount": 500, "currency": "USD"}}), "commission.amount");
    refused(
        json!({"type": "percentage", "rate": "1", "caps": {"perOrder": euros(0)}}),
        "commission.caps.perOrder",
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
