//! The `orders` function: what is held of a buyer, shown and forgotten.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use serde_json::{Value, json};
use tributary_tests::{App, Brand, both, order, unique, with_code};

fn brand() -> Brand {
    App::shared().brand()
}

fn ask(brand: &Brand, call: &str, email: &str) -> Value {
    brand.post(&format!("/privacy/{call}"), json!({"email": email})).expect(200).json()
}

// R38
#[test]
fn a_buyer_is_shown_and_forgotten_and_the_money_stays() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let email = format!("{}@example.com", unique("jane-").to_lowercase());
    let bought = |id| order(id, both(with_code(&campaign.code()), json!({"email": email, "customer": null})));
    for id in [1, 2] {
        campaign.shop.deliver("orders/paid", &bought(id)).expect(200);
    }
    let due = brand.due(&campaign.creator);
    let held = ask(&brand, "export", &email.to_uppercase());
    let orders = held["orders"].as_array().unwrap();
    assert_eq!(orders.len(), 2, "{held}");
    assert!(
        orders.iter().all(|order| order["storeId"] == campaign.shop.id && order["net"]["amount"] == 10_000)
    );
    assert!(!held.to_string().contains(&email), "the address itself is held nowhere");
    assert_eq!(ask(&brand, "erase", &format!(" {email} "))["orders"], 2);
    assert_eq!(ask(&brand, "export", &email)["orders"], json!([]));
    assert_eq!((brand.conversions(&campaign.id).len(), brand.due(&campaign.creator)), (2, due));
    // A late webhook does not bring the buyer back.
    campaign.shop.deliver("orders/updated", &bought(1)).expect(200);
    assert_eq!(ask(&brand, "export", &email)["orders"], json!([]));
}

// R38
#[test]
fn a_body_that_could_not_be_read_is_let_go_with_the_buyer_in_it() {
    let brand = brand();
    let shop = brand.connect_shop();
    let email = format!("{}@example.com", unique("joe-").to_lowercase());
    let kept = shop
        .deliver("orders/paid", &order(1, json!({"email": email, "currency": "EURO"})))
        .expect(202)
        .json();
    let id = kept["deliveryId"].as_str().unwrap();
    assert_eq!(ask(&brand, "export", &email)["unreadableDeliveries"], json!([id]));
    assert_eq!(ask(&brand, "erase", &email)["unreadableDeliveries"], 1);
    assert_eq!(ask(&brand, "export", &email)["unreadableDeliveries"], json!([]));
    brand.post(&format!("/deliveries/{id}/retry"), json!({})).refused(409);
}

// R38
#[test]
fn a_request_of_the_shops_finds_the_orders_that_it_does_not_name() {
    let brand = brand();
    let shop = brand.connect_shop();
    let email = format!("{}@example.com", unique("ann-").to_lowercase());
    shop.pay(7, json!({"email": email, "customer": null}));
    let request = json!({"shop_domain": "shop.myshopify.com", "customer": {"id": 1, "email": email}, "orders_to_redact": []});
    shop.deliver("customers/redact", &request).expect(200);
    assert_eq!(ask(&brand, "export", &email)["orders"], json!([]));
}

// R38
#[test]
fn only_who_may_change_stores_may_ask_for_a_buyer() {
    let brand = brand();
    let wanted = json!({"name": unique("Key "), "scopes": ["write"]});
    let key = brand.post("/keys", wanted).expect(201).json()["key"].as_str().unwrap().to_owned();
    for call in ["export", "erase"] {
        let path = format!("/privacy/{call}");
        brand.with_key(&key).post(&path, json!({"email": "jane@example.com"})).refused(403);
        for wrong in ["", "jane", "@example.com", "jane@"] {
            brand.post(&path, json!({"email": wrong})).wrong_fields(&["email"]);
        }
        brand.post(&path, json!({})).wrong_fields(&["email"]);
    }
}
