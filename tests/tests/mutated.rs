//! Mutated bodies, of which shops send none and strangers many: ten thousand a platform under a signature that is
//! another body's, and some that are signed. Nobody gets a 5xx, and no order changes that is not named.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

#[path = "../../shared/platforms/src/harness/chance.rs"]
mod chance;

use std::collections::BTreeMap;
use std::thread;

use chance::{Chance, mutate};
use serde_json::{Value, json};
use tributary_tests::{
    ADOBES_HOST, AdobeCommerce, Bigcommerce, Brand, Campaign, Custom, OwnApp, Reply, Shop, Stripe,
    Woocommerce, eventually, order, refund, unix_seconds, with_code,
};

/// Bodies of each platform under a signature that is not theirs.
const FORGED: usize = 10_000;
/// Bodies that are signed, as if a shop lost its mind.
const SIGNED: usize = 300;
/// Who sends at once.
const HANDS: u64 = 4;
/// The order that all bodies are about.
const KNOWN: u64 = 820_982_911_946;
/// Another order of the same shop, which no mutation of a few bytes names.
const BYSTANDER: u64 = 31;

type Headers = Vec<(&'static str, String)>;

/// What a shop sends: a topic, and a body.
type Hook = (&'static str, String);

/// A shop of some platform.
struct Platform<'a> {
    name: &'static str,
    /// What it sends of an order with a code: first that it is paid.
    hooks: &'a (dyn Fn(u64, &str) -> Vec<Hook> + Sync),
    /// The headers of a delivery with this topic, signed for this body.
    headers: &'a (dyn Fn(&Shop, &str, &[u8]) -> Headers + Sync),
}

/// The shop in an app that knows two orders of it.
struct Scene<'a> {
    platform: &'a Platform<'a>,
    brand: Brand,
    campaign: Campaign,
    hooks: Vec<Hook>,
    /// Our id of the order that no mutation names.
    bystander: String,
}

impl<'a> Scene<'a> {
    fn set_up(platform: &'a Platform<'a>, brand: Brand, shop: Shop) -> Self {
        let campaign = brand.run_campaign_of(shop, json!({}));
        let (first, hooks) =
            ((platform.hooks)(BYSTANDER, &campaign.code()), (platform.hooks)(KNOWN, &campaign.code()));
        let mut scene = Self { platform, brand, campaign, hooks, bystander: String::new() };
        scene.deliver(&first[0]);
        let sold = scene.sold(1);
        sold[0]["orderId"].as_str().unwrap().clone_into(&mut scene.bystander);
        scene.deliver(&scene.hooks[0]);
        scene.sold(2);
        scene
    }

    /// So many sales: Adobe's checkout is answered in its time, whether or not the order is booked by then.
    fn sold(&self, count: usize) -> Vec<Value> {
        let sales = || Some(self.brand.conversions(&self.campaign.id)).filter(|sales| sales.len() == count);
        eventually("sales to be booked", sales)
    }

    /// Sends what is genuine.
    fn deliver(&self, (topic, body): &Hook) {
        self.send(&self.campaign.shop, &self.headers(topic, body.as_bytes()), body.as_bytes()).expect(200);
    }

    fn headers(&self, topic: &str, body: &[u8]) -> Headers {
        (self.platform.headers)(&self.campaign.shop, topic, body)
    }

    fn send(&self, shop: &Shop, headers: &Headers, body: &[u8]) -> Reply {
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        shop.deliver_to(self.platform.name, &headers, body)
    }

    /// All that the app tells of orders and money.
    fn books(&self) -> Value {
        let told = |path: &str| self.brand.get(path).expect(200).json();
        json!([told("/orders?limit=100"), told("/ledger?limit=100"), self.brand.due(&self.campaign.creator)])
    }

    /// All that it tells of the order that nobody names.
    fn bystander(&self) -> Value {
        let order = self.brand.get(&format!("/orders/{}", self.bystander)).expect(200).json();
        json!([order, self.brand.attribution(&self.bystander)])
    }

    /// Sends so many mutations, each with the headers that `head` gives for its topic, the original and itself; gives
    /// how often each status came.
    fn storm(&self, count: usize, head: impl Fn(&Hook, &[u8]) -> Headers + Sync) -> BTreeMap<u16, usize> {
        let hand = |number: u64| {
            // A connection of its own.
            let shop =
                Shop::new(self.campaign.shop.base(), &self.campaign.shop.id, &self.campaign.shop.secret);
            let (mut chance, mut statuses) = (Chance::new(number), BTreeMap::new());
            for round in 0..count / usize::try_from(HANDS).unwrap() {
                let hook = &self.hooks[round % self.hooks.len()];
                let mut body = hook.1.clone().into_bytes();
                while body == hook.1.as_bytes() {
                    mutate(&mut body, &mut chance);
                }
                let reply = self.send(&shop, &head(hook, &body), &body);
                assert!(reply.status < 500, "{} to {}", reply.text(), String::from_utf8_lossy(&body));
                *statuses.entry(reply.status).or_insert(0) += 1;
            }
            statuses
        };
        let counted = thread::scope(|scope| {
            let hands: Vec<_> = (0..HANDS).map(|number| scope.spawn(move || hand(number))).collect();
            hands.into_iter().flat_map(|hand| hand.join().unwrap()).collect::<Vec<_>>()
        });
        let mut statuses = BTreeMap::new();
        for (status, times) in counted {
            *statuses.entry(status).or_insert(0) += times;
        }
        statuses
    }
}

/// Holds an app to it, and to these answers where the shop itself signs.
fn survives(platform: &Platform<'_>, connect: impl Fn(&Brand) -> Shop, app: &OwnApp, answers: &[u16]) {
    let brand = app.app.brand();
    let shop = connect(&brand);
    let scene = Scene::set_up(platform, brand, shop);
    let books = scene.books();
    let signed: Vec<Headers> =
        scene.hooks.iter().map(|(topic, body)| scene.headers(topic, body.as_bytes())).collect();
    let of = |hook: &Hook| scene.hooks.iter().position(|known| known == hook).unwrap();
    let forged = scene.storm(FORGED, |hook, _| signed[of(hook)].clone());
    assert_eq!(forged, BTreeMap::from([(401, FORGED)]));
    assert_eq!(scene.books(), books, "a forged delivery changes nothing");
    let bystander = scene.bystander();
    let heard = scene.storm(SIGNED, |(topic, _), body| scene.headers(topic, body));
    assert_eq!(heard.keys().copied().collect::<Vec<_>>(), answers, "{heard:?}");
    assert_eq!(scene.bystander(), bystander, "an order that nobody named has changed");
    assert_eq!(scene.brand.get("/ledger/verify").expect(200).json()["valid"], true);
    scene.deliver(&scene.hooks[0]);
}

/// An app of a test's own, in which no other test has orders.
fn own_app() -> Option<OwnApp> {
    (!OwnApp::is_foreign()).then(OwnApp::start)
}

// R30
#[test]
fn shopifys_mutated_bodies_change_nothing_unsigned_and_break_nothing_signed() {
    let Some(app) = own_app() else { return };
    let shopify = Platform {
        name: "shopify",
        hooks: &|id, code| {
            let paid = ("orders/paid", order(id, with_code(code)).to_string());
            vec![paid, ("refunds/create", refund(id + 1, id, "40.00").to_string())]
        },
        headers: &|shop, topic, body| {
            vec![
                ("x-shopify-topic", topic.to_owned()),
                ("x-shopify-shop-domain", "shop.myshopify.com".to_owned()),
                ("x-shopify-hmac-sha256", shop.sign(body)),
            ]
        },
    };
    survives(&shopify, |brand| brand.connect("shopify", "EUR"), &app, &[200, 202]);
}

// R30
#[test]
fn woocommerces_mutated_bodies_change_nothing_unsigned_and_break_nothing_signed() {
    let Some(app) = own_app() else { return };
    let woocommerce = Platform {
        name: "woocommerce",
        hooks: &|id, code| {
            let coupon = json!({"coupon_lines": [{"id": 1, "code": code.to_lowercase()}],
                "refunds": [{"id": id + 1, "reason": "", "total": "-25.00"}]});
            vec![("order.updated", Woocommerce::order(id, coupon).to_string())]
        },
        headers: &|shop, topic, body| {
            vec![("x-wc-webhook-topic", topic.to_owned()), ("x-wc-webhook-signature", shop.sign(body))]
        },
    };
    survives(&woocommerce, |brand| brand.connect("woocommerce", "EUR"), &app, &[200, 202]);
}

// R30
#[test]
fn bigcommerces_mutated_bodies_change_nothing_unsigned_and_break_nothing_signed() {
    if OwnApp::is_foreign() {
        return;
    }
    let shop = Bigcommerce::open();
    let app = OwnApp::start_with(&[&shop.server.url]);
    let bigcommerce = Platform {
        name: "bigcommerce",
        hooks: &|id, code| {
            shop.sell(id, &[code]);
            vec![("", Bigcommerce::notice("store/order/created", id).to_string())]
        },
        headers: &|_, _, body| shop.signed(body),
    };
    survives(&bigcommerce, |brand| shop.connect(brand), &app, &[200, 202]);
}

// R30
#[test]
fn stripes_mutated_bodies_change_nothing_unsigned_and_break_nothing_signed() {
    let Some(app) = own_app() else { return };
    let event = |id: u64, name: &str, object: &Value| {
        json!({"id": format!("evt_{id}"), "object": "event", "created": unix_seconds(), "livemode": true,
            "type": name, "data": {"object": object}})
        .to_string()
    };
    let stripe = Platform {
        name: "stripe",
        hooks: &|id, code| {
            let session = format!("cs_{id}");
            let paid = Stripe::session(&session, json!({"metadata": {"promo_code": code}}));
            let refunded = event(id + 1, "charge.refunded", &Stripe::charge(&session, 2_500));
            vec![("", event(id, "checkout.session.completed", &paid)), ("", refunded)]
        },
        headers: &|shop, _, body| vec![("stripe-signature", Stripe(shop.clone()).sign(unix_seconds(), body))],
    };
    survives(&stripe, |brand| brand.connect("stripe", "EUR"), &app, &[200, 202]);
}

// R30, R35
#[test]
fn mutated_generic_webhooks_change_nothing_unsigned_and_break_nothing_signed() {
    let Some(app) = own_app() else { return };
    let custom = Platform {
        name: "custom",
        hooks: &|id, code| {
            let refunds = json!({"codes": [code], "refunds": [{"id": "r1", "net": "10.00"}]});
            vec![("", Custom::order(&id.to_string(), refunds).to_string())]
        },
        headers: &|shop, _, body| {
            let now = unix_seconds();
            let signature = Custom(shop.clone()).sign("msg", now, body);
            vec![
                ("webhook-id", "msg".to_owned()),
                ("webhook-timestamp", now.to_string()),
                ("webhook-signature", signature),
            ]
        },
    };
    survives(&custom, |brand| brand.connect("custom", "EUR"), &app, &[200, 400, 422]);
}

// R30
#[test]
fn adobes_mutated_events_change_nothing_unsigned_and_break_nothing_signed() {
    if OwnApp::is_foreign() {
        return;
    }
    let shop = AdobeCommerce::open();
    let key = shop.serve_key();
    let app = OwnApp::start_instead_of(ADOBES_HOST, &key);
    let adobe = Platform {
        name: "adobe_commerce",
        hooks: &|id, code| {
            let order = AdobeCommerce::order(id, code);
            vec![("", json!([shop.event("sales_order_save_commit_after", order)]).to_string())]
        },
        headers: &|_, _, body| shop.event_headers(shop.sign(body)),
    };
    // Whose an event is stands in it: where that cannot be read, it is nobody's.
    survives(&adobe, |brand| shop.connect(brand), &app, &[200, 202, 401]);
    assert_eq!(key.asked().len(), 1, "the key was asked for once, and kept");
}

// R30
#[test]
fn an_adobe_shops_mutated_webhooks_change_nothing_unsigned_and_keep_nobody_from_buying() {
    let Some(app) = own_app() else { return };
    let shop = AdobeCommerce::open();
    let adobe = Platform {
        name: "adobe_commerce",
        hooks: &|id, code| vec![("", json!({"order": AdobeCommerce::order(id, code)}).to_string())],
        headers: &|_, _, body| shop.webhook_headers(body),
    };
    survives(&adobe, |brand| shop.connect(brand), &app, &[200]);
}
