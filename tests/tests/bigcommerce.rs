//! The `orders` function: webhooks of a BigCommerce shop, which name an order and say nothing of it.
//!
//! The shop's API is a small server of the test's own, which the app must be allowed to call: so each test has
//! an app of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use std::thread;

use serde_json::{Value, json};
use tributary_tests::{Bigcommerce, Brand, Campaign, OwnApp, Shop, Shopper, euros, eventually};

/// A shop, and an app that may call it. `None` where the app under test is somebody else's, whose variables
/// cannot be set here.
struct Scene {
    brand: Brand,
    shop: Bigcommerce,
    _app: OwnApp,
}

fn scene() -> Option<Scene> {
    if OwnApp::is_foreign() {
        return None;
    }
    let shop = Bigcommerce::open();
    let app = OwnApp::start_with(&[&shop.server.url]);
    Some(Scene { brand: app.app.brand(), shop, _app: app })
}

impl Scene {
    fn campaign(&self) -> Campaign {
        self.brand.run_campaign_of(self.shop.connect(&self.brand), json!({}))
    }

    fn deliveries(&self, outcome: &str) -> Vec<Value> {
        let list = self.brand.get(&format!("/deliveries?outcome={outcome}")).expect(200).json();
        list["data"].as_array().unwrap().clone()
    }
}

// R30, R34
#[test]
fn a_thin_webhook_is_completed_by_reading_the_shop() {
    let Some(scene) = scene() else { return };
    let campaign = scene.campaign();
    scene.shop.sell(250, &[&campaign.code().to_lowercase()]);
    scene.shop.deliver(&campaign.shop, &Bigcommerce::notice("store/order/created", 250)).expect(200);
    let conversion = scene.brand.conversion(&campaign.id);
    assert_eq!((&conversion["value"], &conversion["commission"]), (&euros(10_000), &euros(1_000)));
    let order = scene.brand.order_of(&campaign.shop.id, 250);
    assert_eq!((&order["total"], &order["status"]), (&euros(12_990), &json!("paid")));
    let asked = scene.shop.server.asked();
    assert!(asked.iter().all(|asked| asked.method == "GET" && asked.path().starts_with("/stores/abcde/")));
    let done = eventually("it is listed", || scene.deliveries("done").first().cloned());
    assert_eq!(done["topic"], "store/order/created");
}

// R34, R35
#[test]
fn a_click_that_the_storefront_tells_is_joined_to_the_order_by_its_cart() {
    let Some(scene) = scene() else { return };
    let campaign = scene.campaign();
    let shopper = Shopper::at(scene.brand.base(), "192.0.2.34");
    let click = shopper.click_id(&campaign.slug());
    let page = json!({"clickId": click, "cartId": "cart-250", "storeId": campaign.shop.id}).to_string();
    let told = shopper.with("content-type", "application/json").send("POST", "/t/checkout", page.as_bytes());
    assert_eq!(told.expect(200).json()["joined"], false);
    scene.shop.sell(250, &[]);
    scene.shop.sell(251, &[]);
    let mut converted = Bigcommerce::notice("store/cart/converted", 250);
    converted["data"] = json!({"type": "cart", "id": "cart-250", "orderId": 250});
    for notice in [converted, Bigcommerce::notice("store/order/created", 250)] {
        scene.shop.deliver(&campaign.shop, &notice).expect(200);
    }
    scene.shop.deliver(&campaign.shop, &Bigcommerce::notice("store/order/created", 251)).expect(200);
    let conversion = scene.brand.conversion(&campaign.id);
    assert_eq!((&conversion["source"], &conversion["orderNumber"]), (&json!("link"), &json!("250")));
    assert_eq!(scene.brand.due(&campaign.creator), 1_000);
}

// R33, R34
#[test]
fn refunds_and_statuses_are_those_of_the_shop_at_each_delivery() {
    let Some(scene) = scene() else { return };
    let campaign = scene.campaign();
    let store = &campaign.shop;
    let value = |expected: i64, status: &str| {
        let conversion = scene.brand.conversion(&campaign.id);
        assert_eq!((&conversion["value"], &conversion["status"]), (&euros(expected), &json!(status)));
        assert_eq!(scene.brand.due(&campaign.creator), if status == "pending" { 0 } else { expected / 10 });
    };
    scene.shop.sell(250, &[&campaign.code()]);
    scene.shop.change(250, 0, json!({"status_id": 7}));
    scene.shop.tell(store, 250).expect(200);
    value(10_000, "pending");
    scene.shop.change(250, 1, json!({"status_id": 11}));
    scene.shop.tell(store, 250).expect(200);
    value(10_000, "paid");
    scene.shop.refund(250, 1);
    scene.shop.deliver(store, &Bigcommerce::notice("store/order/refund/created", 250)).expect(200);
    value(7_500, "partially_refunded");
    scene.shop.change(250, 3, json!({"status_id": 5}));
    scene.shop.tell(store, 250).expect(200);
    value(0, "canceled");
    scene.shop.change(250, 4, json!({"status_id": 10}));
    scene.shop.tell(store, 250).expect(200);
    value(7_500, "partially_refunded");
    scene.shop.forget(250);
    scene.shop.deliver(store, &Bigcommerce::notice("store/order/archived", 250)).expect(200);
    value(0, "canceled");
}

// R30
#[test]
fn a_delivery_is_proved_by_its_signature_or_by_the_header_that_the_shop_was_given() {
    let Some(scene) = scene() else { return };
    let campaign = scene.campaign();
    let (shop, store) = (&scene.shop, &campaign.shop);
    shop.sell(250, &[&campaign.code()]);
    let body = Bigcommerce::notice("store/order/created", 250).to_string().into_bytes();
    let forged = shop.forger();
    let long_ago = shop.signed_at(&body, 1_700_000_000);
    let refused: [&[(&'static str, String)]; 5] = [
        &[],
        &forged.signed(&body),
        &long_ago,
        &[("x-tributary-token", "another".to_owned())],
        &[("authorization", "Bearer another".to_owned())],
    ];
    for headers in refused {
        shop.deliver_with(store, headers, &body).refused(401);
    }
    assert!(scene.brand.conversions(&campaign.id).is_empty());
    assert!(shop.server.asked().is_empty(), "nobody but the shop makes us ask it");
    for headers in [
        vec![("x-tributary-token", shop.secret.clone())],
        vec![("authorization", format!("Bearer {}", shop.secret))],
        shop.signed(&body),
    ] {
        shop.deliver_with(store, &headers, &body).expect(200);
    }
    scene.brand.conversion(&campaign.id);
}

// R31
#[test]
fn twenty_equal_deliveries_at_once_are_one_order() {
    let Some(scene) = scene() else { return };
    let campaign = scene.campaign();
    scene.shop.sell(250, &[&campaign.code()]);
    let body = Bigcommerce::notice("store/order/created", 250);
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| scene.shop.deliver(&campaign.shop, &body).expect(200));
        }
    });
    scene.brand.conversion(&campaign.id);
    assert_eq!(scene.brand.due(&campaign.creator), 1_000);
}

// R34
#[test]
fn while_the_shop_does_not_answer_the_webhook_is_to_come_again_and_is_kept() {
    let Some(scene) = scene() else { return };
    let campaign = scene.campaign();
    scene.shop.sell(250, &[&campaign.code()]);
    let body = Bigcommerce::notice("store/order/created", 250);
    for status in [500, 503, 429] {
        scene.shop.fail(Some(status));
        scene.shop.deliver(&campaign.shop, &body).problem(503, "store_unavailable");
    }
    assert!(scene.brand.conversions(&campaign.id).is_empty());
    let kept = scene.deliveries("unreadable");
    assert_eq!(kept.len(), 1, "once, however often it came: {kept:?}");
    let retry = format!("/deliveries/{}/retry", kept[0]["id"].as_str().unwrap());
    scene.brand.post(&retry, json!({})).problem(503, "store_unavailable");
    scene.shop.fail(None);
    scene.shop.deliver(&campaign.shop, &body).expect(200);
    scene.brand.conversion(&campaign.id);
    assert!(scene.deliveries("unreadable").is_empty(), "it was read after all");
    scene.brand.post(&retry, json!({})).refused(409);
}

// R30, R34
#[test]
fn without_credentials_a_webhook_is_kept_until_they_are_there() {
    let Some(scene) = scene() else { return };
    let store = scene.shop.connect_with(&scene.brand, Value::Null);
    scene.shop.sell(250, &[]);
    let kept = |store: &Shop| {
        let reply = scene.shop.tell(store, 250).expect(202).json();
        (reply["deliveryId"].as_str().unwrap().to_owned(), reply["reason"].as_str().unwrap().to_owned())
    };
    let (id, reason) = kept(&store);
    assert!(reason.contains("no credentials"), "{reason}");
    let set = |credentials: Value| {
        scene.brand.patch(&format!("/stores/{}", store.id), json!({"credentials": credentials})).expect(200);
    };
    set(json!({"storeHash": "abcde", "accessToken": "a wrong one", "apiUrl": scene.shop.server.url}));
    let (_, reason) = kept(&store);
    assert!(reason.contains("401") && !reason.contains("a wrong one"), "{reason}");
    set(json!({"storeHash": "abcde", "accessToken": "x", "apiUrl": "http://127.0.0.1:9"}));
    let (_, reason) = kept(&store);
    assert!(reason.contains("store_host_1"), "{reason}");
    set(scene.shop.credentials());
    scene.brand.post(&format!("/deliveries/{id}/retry"), json!({})).expect(200);
    assert_eq!(scene.brand.order_of(&store.id, 250)["status"], "paid");
}

// R30
#[test]
fn what_is_the_shops_but_cannot_be_read_is_kept() {
    let Some(scene) = scene() else { return };
    let campaign = scene.campaign();
    let store = &campaign.shop;
    scene
        .shop
        .deliver(store, &json!({"scope": "store/order/created", "data": {"type": "order"}}))
        .expect(202);
    scene.shop.sell(250, &[]);
    scene.shop.change(250, 1, json!({"status_id": 99}));
    let reply = scene.shop.tell(store, 250).expect(202).json();
    assert_eq!(reply["reason"], "the store's answer: status_id: is a status that we do not know");
    scene.shop.deliver(store, &Bigcommerce::notice("store/product/updated", 1)).expect(200);
    scene.shop.tell(store, 999).expect(200);
    assert_eq!(scene.deliveries("unreadable").len(), 2);
}
