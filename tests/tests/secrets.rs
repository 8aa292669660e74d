//! What rests on the disk: of no secret the text, and of no buyer the address.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on has failed"
)]

use std::path::Path;

use serde_json::{Value, json};
use tributary_tests::{Brand, OwnApp, both, order, unique, with_code};

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// Makes a call under an `Idempotency-Key` twice, which answers the same twice, and gives the answer.
fn made_once(brand: &Brand, path: &str, body: &Value) -> Value {
    let headers = [("idempotency-key", unique("once-"))];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let call = || brand.send("POST", path, &headers, body.to_string().as_bytes());
    let (first, again) = (call(), call());
    assert!(matches!(first.status, 200 | 201), "{path}: {}", first.text());
    assert_eq!((first.status, first.json()), (again.status, again.json()), "{path}");
    assert_eq!(again.header("idempotency-replayed"), Some("true"), "{path}");
    first.json()
}

/// The bytes of every file below a folder: databases with their logs and what was deleted in them.
fn bytes_below(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bytes.extend(bytes_below(&path));
        } else {
            bytes.extend(std::fs::read(&path).unwrap());
        }
    }
    bytes
}

fn stands_in(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

// R38, R65, R73
#[test]
fn no_secret_and_no_buyers_address_rests_in_plain() {
    if OwnApp::is_foreign() {
        return;
    }
    let mut app = OwnApp::start_with(&["https://hooks.brand.example"]);
    let brand = app.app.brand();
    let (hush, token, next, address) =
        (unique("hush-"), unique("shpat-"), unique("hushed-"), unique("jane-").to_lowercase());
    let store = made_once(
        &brand,
        "/stores",
        &json!({"name": "Known Shop", "platform": "shopify", "url": "https://shop.example", "currency": "EUR",
            "webhookSecrets": [hush], "credentials": {"accessToken": token}}),
    );
    brand
        .patch(&format!("/stores/{}", text(&store["id"])), json!({"webhookSecrets": [hush, next]}))
        .expect(200);
    let campaign = brand.run_campaign(json!({}));
    let email = format!("{address}@mail.example");
    let bought = both(with_code(&campaign.code()), json!({"email": email, "customer": null}));
    campaign.shop.deliver("orders/paid", &order(1, bought)).expect(200);
    let key = made_once(&brand, "/keys", &json!({"name": "x", "scopes": ["read"]}));
    let page = made_once(&brand, &format!("/creators/{}/page", campaign.creator), &json!({}));
    let endpoint = json!({"url": "https://hooks.brand.example/x", "events": ["order.attributed"]});
    let endpoint = made_once(&brand, "/webhook-endpoints", &endpoint);
    let rotate = format!("/webhook-endpoints/{}/rotate-secret", text(&endpoint["id"]));
    let rotated = made_once(&brand, &rotate, &json!({}));
    let iban = "DE89370400440532013000";
    brand.put("/payouts/payer", json!({"holder": "Brand GmbH", "iban": iban})).expect(200);
    app.stop();
    let kept = bytes_below(app.state());
    assert!(
        stands_in(&kept, "Known Shop") && stands_in(&kept, &text(&store["id"])),
        "what is no secret is found"
    );
    let secrets = [
        hush,
        token,
        next,
        address,
        campaign.shop.secret,
        text(&key["key"]),
        text(&page["url"]).rsplit('/').next().unwrap().to_owned(),
        text(&endpoint["secret"]),
        text(&rotated["secret"]),
        iban.to_owned(),
    ];
    for secret in secrets {
        // A page of the file may end within it, but not within both halves.
        let (one, other) = secret.split_at(secret.len() / 2);
        assert!(!stands_in(&kept, one) && !stands_in(&kept, other), "{secret} rests in plain");
    }
}
