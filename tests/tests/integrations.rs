//! Connecting a shop of any kind: the generic webhook, clicks joined by a checkout's token, and the self-test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use serde_json::{Value, json};
use tributary_tests::{
    App, Brand, Campaign, Custom, Reply, Shopper, both, eventually, unique, unix_seconds, with_code,
};

fn brand() -> Brand {
    App::shared().brand()
}

fn shopper() -> Shopper {
    Shopper::at(&App::shared().url, "198.51.100.77")
}

/// A shop of no known platform with a plan of 10 percent commission, and one creator.
fn set_up(brand: &Brand) -> (Campaign, Custom) {
    let campaign = brand.run_campaign_of(brand.connect("custom", "EUR"), json!({}));
    let shop = Custom(campaign.shop.clone());
    (campaign, shop)
}

fn report_checkout(body: Value) -> Reply {
    // As a beacon does it, without a preflight.
    shopper().with("content-type", "text/plain").send("POST", "/t/checkout", body.to_string().as_bytes())
}

// R30, R35, R40
#[test]
fn the_generic_webhook_tells_the_whole_order_and_its_latest_word_holds() {
    let brand = brand();
    let at = |minute: u32| json!({"updatedAt": format!("2024-11-20T10:{minute:02}:00Z")});
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let (campaign, shop) = set_up(&brand);
        let click = shopper().click_id(&campaign.slug());
        let history = [
            both(json!({"status": "pending"}), at(0)),
            both(json!({"status": "canceled"}), at(1)),
            both(json!({"refunds": [{"id": "r1", "net": "10.00"}, {"id": "r2", "net": "20.00"}]}), at(2)),
            // The second refund was a mistake.
            both(json!({"refunds": [{"id": "r1", "net": "10.00"}]}), at(3)),
        ];
        for index in order.iter().chain(&order) {
            let changes = both(json!({"clickId": click}), history[*index].clone());
            shop.deliver(&Custom::order("A-1", changes)).expect(200);
        }
        let conversion = brand.conversion(&campaign.id);
        assert_eq!(
            (&conversion["status"], &conversion["source"]),
            (&json!("partially_refunded"), &json!("link"))
        );
        assert_eq!(conversion["value"]["amount"], 9_000, "{order:?}");
        assert_eq!(brand.due(&campaign.creator), 900, "{order:?}");
    }
}

// R30, R35
#[test]
fn the_generic_webhook_is_proved_and_its_developer_is_told_what_is_wrong() {
    let brand = brand();
    let (campaign, shop) = set_up(&brand);
    let body = Custom::order("A-1", json!({"codes": [campaign.code()]})).to_string();
    let (now, old) = (unix_seconds(), unix_seconds() - 400);
    let good = shop.sign("m", now, body.as_bytes());
    let altered = body.replace("100.00", "900.00");
    for (id, second, signature, body) in [
        ("m", now, "", &body),
        ("m", now, "v1,AAAA", &body),
        ("other", now, good.as_str(), &body),
        ("m", now, good.as_str(), &altered),
        ("m", old, shop.sign("m", old, body.as_bytes()).as_str(), &body),
    ] {
        shop.deliver_raw(id, second, signature, body.as_bytes()).refused(401);
    }
    shop.deliver(&Custom::order("A-1", json!({"status": "shipped", "net": "-1"})))
        .wrong_fields(&["status", "net"]);
    shop.deliver(&json!([])).refused(400);
    assert!(brand.conversions(&campaign.id).is_empty(), "nothing half done");
    shop.deliver_raw("m", now, &good, body.as_bytes()).expect(200);
    assert_eq!(brand.due(&campaign.creator), 1_000);
}

// R32, R35
#[test]
fn a_click_that_a_page_tells_is_joined_to_the_order_by_its_checkout() {
    let brand = brand();
    for page_first in [true, false] {
        let campaign = brand.run_campaign(json!({}));
        let token = unique("checkout-").to_lowercase();
        let click = shopper().click_id(&campaign.slug());
        // Bought now: a click after the purchase credits nobody.
        let placed = json!({"checkout_token": token, "processed_at": later(), "created_at": later(), "updated_at": later()});
        let page = || {
            report_checkout(json!({"clickId": click, "checkoutToken": token, "storeId": campaign.shop.id}))
                .expect(200)
        };
        if page_first {
            assert_eq!(page().json()["joined"], false);
        }
        campaign.shop.pay(1, placed.clone());
        if !page_first {
            assert!(brand.conversions(&campaign.id).is_empty());
            assert_eq!(page().json()["joined"], true);
        }
        // Both once more: nothing is counted twice.
        page();
        campaign.shop.pay(1, placed);
        assert_eq!(brand.conversion(&campaign.id)["source"], "link");
        assert_eq!(brand.due(&campaign.creator), 1_000);
    }
}

/// A moment that no click of this run comes after, inside every click's window.
fn later() -> String {
    chrono::DateTime::from_timestamp(unix_seconds() + 86_400, 0).unwrap().to_rfc3339()
}

// R21, R35
#[test]
fn a_report_of_a_checkout_must_have_a_click_id_of_ours_from_before_the_purchase() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let click = shopper().click_id(&campaign.slug());
    let forged: String = click.chars().rev().collect();
    report_checkout(json!({"checkoutToken": "t", "storeId": campaign.shop.id})).wrong_fields(&["clickId"]);
    report_checkout(json!({"clickId": click})).wrong_fields(&["checkoutToken"]);
    let long = "x".repeat(256);
    report_checkout(json!({"clickId": click, "cartId": long})).wrong_fields(&["cartId"]);
    report_checkout(json!({"clickId": click, "checkoutToken": long})).wrong_fields(&["checkoutToken"]);
    report_checkout(json!({"clickId": forged, "checkoutToken": "t", "storeId": campaign.shop.id}))
        .wrong_fields(&["clickId"]);
    // Placed long before the click: whoever knows its token cannot claim it.
    let token = unique("checkout-").to_lowercase();
    campaign.shop.pay(1, json!({"checkout_token": token}));
    report_checkout(json!({"clickId": click, "checkoutToken": token})).wrong_fields(&["clickId"]);
    campaign.shop.pay(1, json!({"checkout_token": token, "updated_at": "2024-11-20T11:00:00Z"}));
    assert!(brand.conversions(&campaign.id).is_empty());
}

fn steps(brand: &Brand, store: &str) -> Value {
    let report = brand.get(&format!("/stores/{store}/self-test")).expect(200).json();
    let steps = report["steps"].as_array().unwrap();
    let named = steps.iter().map(|step| (step["name"].as_str().unwrap().to_owned(), step["status"].clone()));
    let mut named: serde_json::Map<String, Value> = named.collect();
    named.insert("ready".to_owned(), report["ready"].clone());
    assert!(steps.iter().all(|step| (step["status"] == "done") == step["todo"].is_null()), "{report}");
    Value::Object(named)
}

// R30, R35
#[test]
fn a_self_test_says_which_step_of_connecting_a_shop_is_missing() {
    let brand = brand();
    let bare = json!({"name": unique("Bare "), "platform": "shopify", "url": "https://shop.example", "currency": "EUR"});
    let id = brand.post("/stores", bare).expect(201).json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        steps(&brand, &id),
        json!({"webhookSecret": "missing", "webhookDelivery": "missing", "order": "missing",
        "clickIdOrCode": "missing", "credit": "optional", "credentials": "optional", "ready": false})
    );
    let campaign = brand.run_campaign(json!({}));
    let shop = &campaign.shop;
    shop.deliver_raw("orders/paid", &[("x-shopify-hmac-sha256", "nonsense")], b"{}").refused(401);
    let refused = eventually("the refusal is told", || {
        let report = brand.get(&format!("/stores/{}/self-test", shop.id)).expect(200).json();
        let step = report["steps"][1].clone();
        step["detail"].as_str().unwrap().contains("refused").then_some(step)
    });
    assert_eq!((&refused["name"], &refused["status"]), (&json!("webhookDelivery"), &json!("missing")));
    shop.pay(1, with_code(&campaign.code()));
    eventually("all is done", || (steps(&brand, &shop.id)["ready"] == true).then_some(()));
    assert_eq!(steps(&brand, &shop.id)["credit"], "done");
    brand.get("/stores/str_00000000000000000000000000/self-test").refused(404);
}
