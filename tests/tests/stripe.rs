//! The `orders` function: events of a Stripe account.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use serde_json::{Value, json};
use tributary_tests::{
    App, Brand, Campaign, OwnApp, Server, Shop, Shopper, Stripe, Told, eventually, unique, unix_seconds,
};

const COMPLETED: &str = "checkout.session.completed";

fn brand() -> Brand {
    App::shared().brand()
}

/// A Stripe account in euros with a plan of 10 percent commission, and one creator.
fn set_up(brand: &Brand) -> (Campaign, Stripe) {
    let campaign = brand.run_campaign_of(brand.connect("stripe", "EUR"), json!({}));
    let account = Stripe(campaign.shop.clone());
    (campaign, account)
}

fn click(brand: &Brand, campaign: &Campaign) -> String {
    Shopper::at(brand.base(), "203.0.113.9").click_id(&campaign.slug())
}

/// The part of a session that carries a click id.
fn with_click(click: &str) -> Value {
    json!({"client_reference_id": click})
}

#[track_caller]
fn check(brand: &Brand, campaign: &Campaign, status: &str, value: i64, due: i64) {
    let conversion = brand.conversion(&campaign.id);
    assert_eq!((&conversion["status"], &conversion["value"]["amount"]), (&json!(status), &json!(value)));
    assert_eq!(brand.due(&campaign.creator), due);
}

// R21, R30, R40
#[test]
fn a_session_with_a_click_id_is_credited_without_tax_and_shipping() {
    let brand = brand();
    let (campaign, account) = set_up(&brand);
    let click = click(&brand, &campaign);
    for carried in [with_click(&click), json!({"metadata": {"click_id": click}})] {
        account.deliver(COMPLETED, &Stripe::session(&unique("cs_"), carried)).expect(200);
    }
    let conversions = brand.conversions(&campaign.id);
    assert_eq!(conversions.len(), 2);
    for conversion in conversions {
        assert_eq!((&conversion["source"], &conversion["value"]["amount"]), (&json!("link"), &json!(10_000)));
    }
    assert_eq!(brand.due(&campaign.creator), 2_000);
}

// R40, R44
#[test]
fn a_code_in_the_metadata_credits() {
    let brand = brand();
    let (campaign, account) = set_up(&brand);
    let metadata = json!({"metadata": {"promo_code": campaign.code()}});
    account.deliver(COMPLETED, &Stripe::session("cs_code", metadata)).expect(200);
    check(&brand, &campaign, "paid", 10_000, 1_000);
}

// R40, R44
#[test]
fn a_promotion_code_that_an_order_names_by_its_id_credits() {
    if OwnApp::is_foreign() {
        return;
    }
    let account = Server::start(|asked| match (asked.method.as_str(), asked.path()) {
        ("POST", "/v1/coupons") => Told(200, json!({"id": "co_1", "percent_off": 10.0}).to_string()),
        ("GET", "/v1/promotion_codes") => Told(200, json!({"data": [], "has_more": false}).to_string()),
        ("POST", "/v1/promotion_codes") => Told(200, promotion_code("promo_0urs", "ANNA10").to_string()),
        ("GET", "/v1/promotion_codes/promo_Th1ers") => {
            Told(200, promotion_code("promo_Th1ers", "typed10").to_string())
        }
        _ => Told(404, json!({"error": {"code": "resource_missing"}}).to_string()),
    });
    let app = OwnApp::start_with(&[&account.url]);
    let brand = app.app.brand();
    let store = json!({"name": "Till", "platform": "stripe", "url": "https://till.example", "currency": "EUR",
        "webhookSecrets": ["whsec_1"], "credentials": {"secretKey": "sk_1", "apiUrl": account.url}});
    let store = brand.post("/stores", store).expect(201).json();
    let shop = Shop::new(brand.base(), store["id"].as_str().unwrap(), "whsec_1");
    let sell = |id: &str, promotion_code: &str| {
        let changes = json!({"discounts": [{"coupon": null, "promotion_code": promotion_code}]});
        Stripe(shop.clone()).deliver(COMPLETED, &Stripe::session(id, changes)).expect(200);
    };
    // One that we made there: its id came with the answer.
    let ours = brand.run_campaign_of(shop.clone(), json!({"mode": "managed"}));
    eventually("the code is made", || {
        brand.post("/codes/run", json!({})).expect(200);
        let codes = brand.get(&format!("/codes?campaignId={}", ours.id)).expect(200).json();
        (codes["data"][0]["status"] == "active").then_some(())
    });
    sell("cs_1", "promo_0urs");
    check(&brand, &ours, "paid", 10_000, 1_000);
    assert_eq!(brand.conversion(&ours.id)["codeText"], json!(ours.code()));
    // One that somebody made there and typed in here: the account is asked for its text, once.
    let typed = brand.run_campaign_of(shop.clone(), json!({}));
    let path = format!("/enrollments/{}/code", typed.enrollment_id());
    brand.put(&path, json!({"text": "TYPED10"})).expect(200);
    sell("cs_2", "promo_Th1ers");
    sell("cs_3", "promo_Th1ers");
    assert_eq!(brand.due(&typed.creator), 2_000);
    let asked = |id: &str| account.asked().iter().filter(|asked| asked.path().ends_with(id)).count();
    assert_eq!((asked("promo_Th1ers"), asked("promo_0urs")), (1, 0));
    // One that nobody knows.
    sell("cs_4", "promo_gone");
    let orders = brand.get("/orders").expect(200).json();
    assert_eq!(orders["data"][0]["codes"], json!(["promo_gone"]));
    assert_eq!((brand.conversions(&ours.id).len(), brand.conversions(&typed.id).len()), (1, 2));
}

fn promotion_code(id: &str, text: &str) -> Value {
    json!({"id": id, "object": "promotion_code", "code": text, "active": true, "restrictions": {},
        "promotion": {"type": "coupon", "coupon": {"id": "co_1", "percent_off": 10.0}}})
}

// R30
#[test]
fn an_event_that_is_not_the_accounts_or_too_old_changes_nothing() {
    let brand = brand();
    let (campaign, account) = set_up(&brand);
    let session = Stripe::session("cs_1", json!({"metadata": {"code": campaign.code()}}));
    let event =
        json!({"id": "evt_1", "type": COMPLETED, "created": unix_seconds(), "data": {"object": session}});
    let body = event.to_string();
    let now = unix_seconds();
    let good = account.sign(now, body.as_bytes());
    let old = account.sign(now - 400, body.as_bytes());
    let early = account.sign(now + 400, body.as_bytes());
    let altered = body.replace("12500", "99999");
    let cases = [
        ("", &body),
        ("t=1,v1=00", &body),
        (old.as_str(), &body),
        (early.as_str(), &body),
        (good.as_str(), &altered),
    ];
    for (signature, body) in cases {
        account.deliver_raw(signature, body.as_bytes()).refused(401);
    }
    assert!(brand.conversions(&campaign.id).is_empty());
    // While a secret is rotated there is a signature under each.
    let rotating = format!("{good},v1={}", "0".repeat(64));
    account.deliver_raw(&rotating, body.as_bytes()).expect(200);
    check(&brand, &campaign, "paid", 10_000, 1_000);
}

// R30
#[test]
fn what_is_the_accounts_but_cannot_be_read_is_kept() {
    let (_, account) = set_up(&brand());
    account.deliver(COMPLETED, &json!({})).expect(202);
    account.deliver(COMPLETED, &Stripe::session("cs_1", json!({"amount_total": "12.50"}))).expect(202);
    account.deliver("payment_intent.succeeded", &json!({"id": "pi_1"})).expect(200);
}

// R32, R33
#[test]
fn refunds_before_and_after_the_session_end_the_same() {
    let brand = brand();
    let refund = |id: &str, session: &str, amount: i64, status: &str| {
        json!({"id": format!("{id}_{session}"), "object": "refund", "amount": amount, "currency": "eur",
            "status": status, "charge": format!("ch_of_{session}"), "payment_intent": format!("pi_of_{session}")})
    };
    let start = unix_seconds();
    for (round, order) in
        [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3], [1, 4, 0, 3, 2]].iter().enumerate()
    {
        let (campaign, account) = set_up(&brand);
        let id = unique(&format!("cs_{round}_"));
        let click = click(&brand, &campaign);
        let events = [
            (0, COMPLETED, Stripe::session(&id, with_click(&click))),
            (1, "refund.created", refund("re_1", &id, 2_500, "succeeded")),
            (1, "charge.refunded", Stripe::charge(&id, 2_500)),
            (2, "charge.refunded", Stripe::charge(&id, 5_000)),
            // It failed at once: the sum was told before.
            (3, "refund.failed", refund("re_2", &id, 2_500, "failed")),
        ];
        for index in order.iter().chain(order) {
            let (second, name, object) = &events[*index];
            account.deliver_at(start + second, name, object).expect(200);
        }
        check(&brand, &campaign, "partially_refunded", 8_000, 800);
        assert_eq!(
            brand.get("/orders?limit=100").expect(200).json()["data"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|order| order["storeId"] == account.0.id)
                .count(),
            1,
            "{order:?}"
        );
    }
}

// R33
#[test]
fn a_lost_dispute_takes_the_commission_and_one_that_is_won_gives_it_back() {
    let brand = brand();
    let (campaign, account) = set_up(&brand);
    let id = unique("cs_");
    let metadata = json!({"metadata": {"code": campaign.code()}});
    account.deliver(COMPLETED, &Stripe::session(&id, metadata)).expect(200);
    let dispute = |status: &str| {
        json!({"id": "dp_1", "object": "dispute", "amount": 12_500, "currency": "eur", "status": status,
            "payment_intent": format!("pi_of_{id}")})
    };
    let start = unix_seconds();
    account.deliver_at(start + 1, "charge.dispute.created", &dispute("needs_response")).expect(200);
    check(&brand, &campaign, "refunded", 0, 0);
    account.deliver_at(start + 2, "charge.dispute.closed", &dispute("won")).expect(200);
    check(&brand, &campaign, "paid", 10_000, 1_000);
}

// R32, R33
#[test]
fn a_payment_that_comes_later_pays_and_one_that_fails_calls_the_order_off() {
    let brand = brand();
    for (event, status, due) in [
        ("checkout.session.async_payment_succeeded", "paid", 1_000),
        ("checkout.session.async_payment_failed", "canceled", 0),
    ] {
        let (campaign, account) = set_up(&brand);
        let session = |status: &str| {
            Stripe::session("cs_1", json!({"payment_status": status, "metadata": {"code": campaign.code()}}))
        };
        account.deliver(COMPLETED, &session("unpaid")).expect(200);
        assert_eq!(brand.conversion(&campaign.id)["status"], "pending");
        let later = if due > 0 { "paid" } else { "unpaid" };
        account.deliver(event, &session(later)).expect(200);
        assert_eq!(brand.conversion(&campaign.id)["status"], status);
        assert_eq!(brand.due(&campaign.creator), due);
    }
}

// R32, R41
#[test]
fn renewals_are_orders_of_their_own_and_credited_as_the_first_sale_was() {
    let brand = brand();
    for renewal_first in [false, true] {
        let (campaign, account) = set_up(&brand);
        let click = click(&brand, &campaign);
        let subscribed = Stripe::session(
            "cs_s",
            json!({"mode": "subscription", "payment_intent": null,
            "subscription": "sub_1", "invoice": "in_1", "client_reference_id": click}),
        );
        let renewal = Stripe::invoice("in_2", "sub_1", "subscription_cycle");
        let mut events = vec![
            (COMPLETED, subscribed),
            ("invoice.paid", Stripe::invoice("in_1", "sub_1", "subscription_create")),
            ("invoice.paid", renewal),
        ];
        if renewal_first {
            events.reverse();
        }
        for (name, object) in events.iter().chain(&events) {
            account.deliver(name, object).expect(200);
        }
        let conversions = brand.conversions(&campaign.id);
        assert_eq!(conversions.len(), 2, "the first invoice is the session's own: {conversions:?}");
        assert!(conversions.iter().all(|conversion| conversion["source"] == "link"));
        assert_eq!(brand.due(&campaign.creator), 2_000);
    }
}

// R39
#[test]
fn a_session_of_test_mode_counts_nowhere() {
    let brand = brand();
    let (campaign, account) = set_up(&brand);
    let session =
        Stripe::session("cs_test", json!({"livemode": false, "metadata": {"code": campaign.code()}}));
    account.deliver(COMPLETED, &session).expect(200);
    assert_eq!(brand.conversion(&campaign.id)["test"], true);
    assert_eq!(brand.due(&campaign.creator), 0);
}

// R50
#[test]
fn a_currency_without_decimals_is_not_divided() {
    let brand = brand();
    let campaign = brand.run_campaign_of(brand.connect("stripe", "JPY"), json!({}));
    let session =
        Stripe::session("cs_yen", json!({"currency": "jpy", "metadata": {"code": campaign.code()}}));
    Stripe(campaign.shop.clone()).deliver(COMPLETED, &session).expect(200);
    assert_eq!(brand.conversion(&campaign.id)["value"], json!({"amount": 10_000, "currency": "JPY"}));
}
