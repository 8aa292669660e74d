//! The `orders` function: webhooks of a WooCommerce shop.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use std::thread;

use serde_json::{Value, json};
use tributary_tests::{App, Brand, Campaign, Shopper, Woocommerce, both};

fn brand() -> Brand {
    App::shared().brand()
}

/// A WooCommerce shop in euros with a plan of 10 percent commission, and one creator.
fn set_up(brand: &Brand) -> (Campaign, Woocommerce) {
    let campaign = brand.run_campaign_of(brand.connect("woocommerce", "EUR"), json!({}));
    let shop = Woocommerce(campaign.shop.clone());
    (campaign, shop)
}

/// The part of an order that says that a code was used, in lower-case as WooCommerce writes it.
fn with_coupon(campaign: &Campaign) -> Value {
    json!({"coupon_lines": [{"id": 3, "code": campaign.code().to_lowercase(), "discount": "10.00"}]})
}

/// When it was changed, in minutes after it was placed.
fn at(minute: u32) -> Value {
    json!({"date_modified_gmt": format!("2024-11-20T10:{minute:02}:00")})
}

// R30
#[test]
fn the_unsigned_ping_of_a_new_webhook_gets_200() {
    let brand = brand();
    Woocommerce(brand.connect("woocommerce", "EUR")).ping().expect(200);
    // A Shopify shop is not pinged so.
    brand.connect_shop().deliver_to("shopify", &[], b"webhook_id=4").expect(401);
}

// R30, R33, R40
#[test]
fn a_signed_order_with_a_coupon_is_credited() {
    let brand = brand();
    let (campaign, shop) = set_up(&brand);
    shop.deliver("order.created", &Woocommerce::order(727, with_coupon(&campaign))).expect(200);
    let conversion = brand.conversion(&campaign.id);
    assert_eq!(conversion["value"], json!({"amount": 10_000, "currency": "EUR"}), "without tax and shipping");
    assert_eq!(conversion["commission"]["amount"], 1_000);
    assert_eq!((&conversion["source"], &conversion["codeText"]), (&json!("code"), &json!(campaign.code())));
    let order = brand.order_of(&shop.0.id, 727);
    assert_eq!(order["total"]["amount"], 12_500);
    assert_eq!(order["placedAt"].as_str().unwrap()[..19], *"2024-11-20T10:00:00");
    assert!(!order.to_string().contains("jon"), "{order}");
}

// R21, R24
#[test]
fn a_click_id_in_the_landing_page_that_woocommerce_keeps_credits_the_link() {
    let brand = brand();
    let (campaign, shop) = set_up(&brand);
    let click = Shopper::at(brand.base(), "203.0.113.7").click_id(&campaign.slug());
    let entry = format!("https://shop.example/?utm_source=x&trb={click}");
    let meta =
        json!({"meta_data": [{"id": 1, "key": "_wc_order_attribution_session_entry", "value": entry}]});
    shop.deliver("order.created", &Woocommerce::order(1, meta)).expect(200);
    assert_eq!(brand.conversion(&campaign.id)["source"], "link");
}

// R30
#[test]
fn a_delivery_that_is_not_signed_by_the_shop_changes_nothing() {
    let brand = brand();
    let (campaign, shop) = set_up(&brand);
    let body = Woocommerce::order(1, with_coupon(&campaign)).to_string();
    let good = shop.0.sign(body.as_bytes());
    let altered = body.replace("100.00", "900.00");
    for (signature, body) in [("", &body), ("%%%", &body), (&good[4..], &body), (good.as_str(), &altered)] {
        shop.deliver_raw("order.created", signature, body.as_bytes()).refused(401);
    }
    // Whoever knows that a store has no secret could sign with the empty one.
    let bare =
        json!({"name": "Bare", "platform": "woocommerce", "url": "https://shop.example", "currency": "EUR"});
    let id = brand.post("/stores", bare).expect(201).json()["id"].as_str().unwrap().to_owned();
    let bare = Woocommerce(tributary_tests::Shop::new(brand.base(), &id, ""));
    bare.deliver("order.created", &Woocommerce::order(1, json!({}))).refused(401);
    assert!(brand.conversions(&campaign.id).is_empty());
}

// R30
#[test]
fn what_is_the_shops_but_cannot_be_read_is_kept() {
    let (_, shop) = set_up(&brand());
    for body in [json!([]), json!({}), Woocommerce::order(1, json!({"total": "a lot"}))] {
        shop.deliver("order.updated", &body).expect(202);
    }
    shop.deliver("coupon.created", &json!({"id": 17})).expect(200);
}

// R31
#[test]
fn ten_equal_deliveries_at_once_are_one_order() {
    let brand = brand();
    let (campaign, shop) = set_up(&brand);
    let body = Woocommerce::order(1, with_coupon(&campaign));
    let senders: Vec<_> = (0..10)
        .map(|_| {
            let (shop, body) = (shop.clone(), body.clone());
            thread::spawn(move || shop.deliver("order.created", &body).status)
        })
        .collect();
    assert!(senders.into_iter().all(|sender| sender.join().unwrap() == 200));
    assert_eq!(brand.conversion(&campaign.id)["commission"]["amount"], 1_000);
    assert_eq!(brand.due(&campaign.creator), 1_000);
}

// R32, R33
#[test]
fn the_latest_change_holds_in_whatever_order_it_comes() {
    let brand = brand();
    let pending = json!({"status": "pending", "date_paid_gmt": null, "date_paid": null});
    let refunds = json!({"refunds": [{"id": 9, "reason": "", "total": "-50.00"}]});
    let history = [
        both(pending, at(0)),
        both(json!({"status": "cancelled"}), at(1)),
        both(json!({"status": "completed"}), at(2)),
        both(both(json!({"status": "completed"}), refunds), at(3)),
    ];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
        let (campaign, shop) = set_up(&brand);
        for index in order.iter().chain(&order) {
            let body = Woocommerce::order(1, both(with_coupon(&campaign), history[*index].clone()));
            shop.deliver("order.updated", &body).expect(200);
        }
        let conversion = brand.conversion(&campaign.id);
        assert_eq!(conversion["status"], "partially_refunded", "{order:?}");
        // 50.00 of 125.00 are two fifths of the goods.
        assert_eq!(conversion["value"]["amount"], 6_000, "{order:?}");
        assert_eq!(brand.due(&campaign.creator), 600, "{order:?}");
    }
}

// R32, R33
#[test]
fn a_deleted_order_earns_nothing_until_it_is_restored() {
    let brand = brand();
    let (campaign, shop) = set_up(&brand);
    let body = Woocommerce::order(1, with_coupon(&campaign));
    shop.deliver("order.created", &body).expect(200);
    shop.deliver("order.deleted", &json!({"id": 1})).expect(200);
    assert_eq!(brand.conversion(&campaign.id)["status"], "canceled");
    assert_eq!(brand.due(&campaign.creator), 0);
    shop.deliver("order.restored", &body).expect(200);
    assert_eq!(brand.conversion(&campaign.id)["status"], "paid");
    assert_eq!(brand.due(&campaign.creator), 1_000);
}
