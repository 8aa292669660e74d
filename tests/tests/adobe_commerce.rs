//! The `orders` function: Adobe's events, and the webhooks of an Adobe Commerce shop, for which a shopper waits.
//!
//! The bodies in `fixtures/adobe_commerce` are signed with a key that was made for them: the app knows it as the
//! shop's own, or fetches it from Adobe, for which a server of the test's own stands in.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tributary_tests::{
    ADOBES_HOST, Brand, Campaign, OwnApp, Reply, Server, Shop, Shopper, Told, eventually, unique,
};

const PUBLIC_KEY: &str = include_str!("../fixtures/adobe_commerce/public_key.pem");
const WEBHOOK: &str = include_str!("../fixtures/adobe_commerce/webhook_order.json");
const WEBHOOK_SIGNATURE: &str = include_str!("../fixtures/adobe_commerce/webhook_order.sig");
const EVENTS: &str = include_str!("../fixtures/adobe_commerce/event_order.json");
const EVENTS_SIGNATURE: &str = include_str!("../fixtures/adobe_commerce/event_order.sig");
const CLIENT: &str = "4cc1b7b5d1f14fdaa4a8e4ee4e9d2f66";
const KEY_PATH: &str = "/prod/keys/pub-key-of-the-tests.pem";

fn connect(brand: &Brand, secrets: &[&str]) -> Shop {
    let store = json!({"name": unique("Magento "), "platform": "adobe_commerce", "url": "https://magento.example",
        "currency": "EUR", "webhookSecrets": secrets});
    let store = brand.post("/stores", store).expect(201).json();
    Shop::new(brand.base(), store["id"].as_str().unwrap(), "")
}

/// A campaign whose creator has the code of the signed bodies.
fn campaign(brand: &Brand, shop: Shop) -> Campaign {
    let campaign = brand.run_campaign_of(shop, json!({}));
    let code = format!("/enrollments/{}/code", campaign.enrollment_id());
    brand.put(&code, json!({"text": "ADOBE-ANNA"})).expect(200);
    campaign
}

fn own_app() -> Option<OwnApp> {
    (!OwnApp::is_foreign()).then(OwnApp::start)
}

fn webhook(shop: &Shop, signature: Option<&str>, body: &str) -> Reply {
    let mut headers = vec![("x-adobe-commerce-request-id", "7f1c")];
    headers.extend(signature.map(|signature| ("x-adobe-commerce-webhook-signature", signature.trim())));
    shop.deliver_to("adobe_commerce", &headers, body.as_bytes())
}

fn refused(brand: &Brand, shop: &Shop) -> Vec<Value> {
    eventually("the refusal is listed", || {
        let list = brand.get("/deliveries?outcome=refused").expect(200).json();
        let mut list = list["data"].as_array().unwrap().clone();
        list.retain(|delivery| delivery["storeId"] == shop.id);
        (!list.is_empty()).then_some(list)
    })
}

// R30
#[test]
fn the_shops_own_webhook_is_believed_by_its_signature_and_lets_the_shopper_go_on() {
    let Some(app) = own_app() else { return };
    let brand = app.app.brand();
    let campaign = campaign(&brand, connect(&brand, &[PUBLIC_KEY]));
    let reply = webhook(&campaign.shop, Some(WEBHOOK_SIGNATURE), WEBHOOK).expect(200);
    assert_eq!(reply.json(), json!({"op": "success"}));
    let conversion = eventually("it is booked", || brand.conversions(&campaign.id).first().cloned());
    assert_eq!(conversion["value"], json!({"amount": 10_000, "currency": "EUR"}));
    assert_eq!(conversion["status"], "paid");
}

// R30
#[test]
fn a_webhook_that_is_not_signed_is_not_believed_and_keeps_nobody_from_buying() {
    let Some(app) = own_app() else { return };
    let brand = app.app.brand();
    for secrets in [vec![PUBLIC_KEY], vec![], vec!["no key at all"]] {
        let shop = connect(&brand, &secrets);
        let reply = webhook(&shop, None, WEBHOOK).expect(200);
        assert_eq!(reply.json(), json!({"op": "success"}));
        assert_eq!(refused(&brand, &shop)[0]["topic"], "webhook");
    }
    let shop = connect(&brand, &[PUBLIC_KEY]);
    webhook(&shop, Some(WEBHOOK_SIGNATURE), &WEBHOOK.replace("120.0000", "920.0000")).refused(401);
    webhook(&shop, Some(EVENTS_SIGNATURE), WEBHOOK).refused(401);
    assert!(brand.get("/orders").expect(200).json()["data"].as_array().unwrap().is_empty());
}

// R30
#[test]
fn adobes_challenge_is_answered_with_itself() {
    let Some(app) = own_app() else { return };
    let brand = app.app.brand();
    let shop = connect(&brand, &[CLIENT]);
    let shopper = Shopper::at(brand.base(), "192.0.2.1");
    let path = format!("/webhooks/adobe_commerce/{}", shop.id);
    let reply = shopper.open(&format!("{path}?challenge=8ec8d794-e0ab-42df-9017-e3dada8e84f7")).expect(200);
    assert_eq!(reply.text(), "8ec8d794-e0ab-42df-9017-e3dada8e84f7");
    assert!(reply.header("content-type").unwrap().starts_with("text/plain"));
    shopper.open(&format!("{path}?challenge=%3Cscript%3E%20x")).refused(405);
    shopper.open(&path).refused(405);
}

// R30
#[test]
fn adobes_wish_to_be_called_is_heard_for_its_own_address_alone() {
    if OwnApp::is_foreign() {
        return;
    }
    let adobe = Server::start(|_| Told(200, String::new()));
    let app = OwnApp::start_instead_of("https://csm.adobe.io", &adobe);
    let brand = app.app.brand();
    let wish = |shop: &Shop, url: &str| {
        shop.deliver_to("adobe_commerce", &[], json!({"validationUrl": url}).to_string().as_bytes())
    };
    let shop = connect(&brand, &[CLIENT]);
    let adobes = "https://csm.adobe.io/csm/registrations/validate?id=1&challenge=2";
    for elsewhere in
        ["https://evil.example/validate?id=1", &adobes.replace("csm.adobe.io/", "csm.adobe.io.evil/")]
    {
        wish(&shop, elsewhere).refused(401);
    }
    for without_client in [vec![], vec![PUBLIC_KEY]] {
        wish(&connect(&brand, &without_client), adobes).refused(401);
    }
    shop.deliver_to("adobe_commerce", &[], br#"{"validationUrl": "", "data": {}}"#).refused(401);
    wish(&shop, adobes).expect(200);
    let asked = eventually("Adobe was called", || adobe.asked().pop());
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("GET", adobes.trim_start_matches("https://csm.adobe.io"))
    );
    assert_eq!(adobe.asked().len(), 1, "for that wish alone");
}

/// Adobe, which has the key while it is well.
fn adobe(is_well: &'static AtomicBool) -> Server {
    Server::start(move |asked| match (is_well.load(Ordering::SeqCst), asked.path()) {
        (false, _) => Told(500, String::new()),
        (true, KEY_PATH) => Told(200, PUBLIC_KEY.to_owned()),
        (true, _) => Told(404, String::new()),
    })
}

fn event(shop: &Shop, signature: &str, path: &str, body: &str) -> Reply {
    let headers = [
        ("x-adobe-digital-signature-1", "AAAA"),
        ("x-adobe-public-key1-path", path),
        ("x-adobe-digital-signature-2", signature.trim()),
        ("x-adobe-public-key2-path", path),
    ];
    shop.deliver_to("adobe_commerce", &headers, body.as_bytes())
}

// R30
#[test]
fn an_event_is_believed_by_adobes_signature_and_its_recipient() {
    static IS_WELL: AtomicBool = AtomicBool::new(true);
    if OwnApp::is_foreign() {
        return;
    }
    let adobe = adobe(&IS_WELL);
    let app = OwnApp::start_instead_of(ADOBES_HOST, &adobe);
    let brand = app.app.brand();
    let campaign = campaign(&brand, connect(&brand, &[CLIENT]));
    let shop = &campaign.shop;
    event(shop, EVENTS_SIGNATURE, KEY_PATH, &EVENTS.replace("120.0000", "920.0000")).refused(401);
    event(shop, WEBHOOK_SIGNATURE, KEY_PATH, EVENTS).refused(401);
    event(shop, EVENTS_SIGNATURE, "https://evil.example/prod/keys/a.pem", EVENTS).refused(401);
    let stranger = connect(&brand, &["another client"]);
    event(&stranger, EVENTS_SIGNATURE, KEY_PATH, EVENTS).refused(401);
    event(shop, EVENTS_SIGNATURE, "/prod/keys/of-nobody.pem", EVENTS).refused(401);
    assert!(brand.conversions(&campaign.id).is_empty());
    for _ in 0..3 {
        event(shop, EVENTS_SIGNATURE, KEY_PATH, EVENTS).expect(200);
    }
    let conversion = brand.conversion(&campaign.id);
    assert_eq!(conversion["value"], json!({"amount": 10_000, "currency": "EUR"}));
    assert_eq!(brand.due(&campaign.creator), 1_000);
}

// R30
#[test]
fn adobes_key_is_fetched_when_it_is_needed_and_kept_and_where_it_cannot_be_had_the_event_is_to_come_again() {
    static IS_WELL: AtomicBool = AtomicBool::new(false);
    if OwnApp::is_foreign() {
        return;
    }
    let adobe = adobe(&IS_WELL);
    let app = OwnApp::start_instead_of(ADOBES_HOST, &adobe);
    let brand = app.app.brand();
    let campaign = campaign(&brand, connect(&brand, &[CLIENT]));
    let stranger = connect(&brand, &["another client"]);
    event(&stranger, EVENTS_SIGNATURE, KEY_PATH, EVENTS).refused(401);
    assert!(adobe.asked().is_empty(), "strangers do not make us call Adobe");
    event(&campaign.shop, EVENTS_SIGNATURE, KEY_PATH, EVENTS).problem(503, "key_unavailable");
    IS_WELL.store(true, Ordering::SeqCst);
    let before = adobe.asked().len();
    for _ in 0..5 {
        event(&campaign.shop, EVENTS_SIGNATURE, KEY_PATH, EVENTS).expect(200);
    }
    assert_eq!(adobe.asked().len(), before + 1, "it is asked for once, and kept");
    assert_eq!(brand.due(&campaign.creator), 1_000);
}
