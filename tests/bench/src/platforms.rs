//! `webhook-woocommerce` and `webhook-stripe`: signed orders of these platforms, verified, merged, credited and booked,
//! against a bare 302. A Stripe session also claims its payment's name.

use crate::clicks::Clicks;
use crate::database::Database;
use crate::duel::{Side, Targets, duel};
use crate::host::{ADMIN_TOKEN, Place};
use crate::load::{Requests, Right};
use crate::options::Options;
use crate::{scene, table};
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::rc::Rc;
use tributary_tests::{Brand, Shop, Stripe, Woocommerce, unix_seconds};

/// Creators whose codes are on the orders.
const CREATORS: u32 = 12;
/// As many orders a second as are made ready: more than the app can take.
const ORDERS_A_SECOND: u64 = 8_000;
/// The first order's number.
const FIRST: u64 = 7_000_000_000_000_000;

const CREDITED: &str = "SELECT COUNT(*) FROM orders WHERE enrollment_id IS NOT NULL AND owed <> 0";

/// Whose webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Platform {
    Woocommerce,
    Stripe,
}

impl Platform {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Woocommerce => "woocommerce",
            Self::Stripe => "stripe",
        }
    }

    /// An order with a code, as the platform writes it.
    fn body(self, id: u64, code: &str) -> Value {
        match self {
            Self::Woocommerce => {
                Woocommerce::order(id, json!({"coupon_lines": [{"id": 1, "code": code.to_lowercase()}]}))
            }
            Self::Stripe => {
                let session = Stripe::session(&format!("cs_{id}"), json!({"metadata": {"promo_code": code}}));
                json!({"id": format!("evt_{id}"), "object": "event", "created": unix_seconds(), "livemode": true,
                    "type": "checkout.session.completed", "data": {"object": session}})
            }
        }
    }

    /// The headers of its own.
    fn headers(self, shop: &Shop, id: u64, body: &[u8]) -> String {
        match self {
            Self::Woocommerce => format!(
                "x-wc-webhook-topic: order.created\r\nx-wc-webhook-id: 4\r\nx-wc-webhook-delivery-id: {id}\r\n\
                 x-wc-webhook-signature: {}",
                shop.sign(body)
            ),
            Self::Stripe => {
                format!("stripe-signature: {}", Stripe(shop.clone()).sign(unix_seconds(), body))
            }
        }
    }
}

/// Deliveries, each sent once.
struct Deliveries(Vec<Vec<u8>>);

impl Requests for Deliveries {
    fn next(&mut self, request: &mut Vec<u8>) -> bool {
        self.0.pop().map(|ready| *request = ready).is_some()
    }
}

/// The benchmark.
pub(crate) fn run(name: &str, platform: Platform, place: &Place, options: &Options) -> Result<()> {
    let state = place.fresh_state(name)?;
    let app = place.start(&place.manifest, &state)?;
    let bare = place.start(&place.bare_manifest()?, &place.fresh_state("bare")?)?;
    let brand = Brand::new(&app.url(), ADMIN_TOKEN);
    let shop = brand.connect(platform.as_str(), "EUR");
    let campaign = scene::campaign_in(&brand, shop, &scene::creators(&brand, CREATORS)?)?;
    let codes = campaign.codes()?;
    let mut next = FIRST;
    let mut orders = || -> Result<Box<dyn Requests>> {
        let first = next;
        next += ORDERS_A_SECOND * (options.time.as_secs() + 1);
        let ready = (first..next).zip(codes.iter().cycle());
        Ok(Box::new(Deliveries(
            ready.map(|(id, code)| delivery(platform, &campaign.shop, id, code)).collect(),
        )))
    };
    let mut clicks =
        || -> Result<Box<dyn Requests>> { Ok(Box::new(Clicks::new(Rc::from(["any".to_owned()]), 1))) };
    let app = Side { host: &app, right: Right { status: 200, text: "" }, requests: &mut orders };
    let bare = Side { host: &bare, right: Right { status: 302, text: "" }, requests: &mut clicks };
    let answered = duel(name, options, app, bare, Targets { rate: 0.15, p99: 8.0 })?;
    let credited = Database::open(&state)?.number_that_becomes(answered, CREDITED)?;
    let equal = table::equal(name, "orders credited, and answered", credited, answered);
    ensure!(equal, "{name}: {answered} orders were answered and {credited} credited");
    Ok(())
}

/// A delivery of an order, as bytes.
fn delivery(platform: Platform, shop: &Shop, id: u64, code: &str) -> Vec<u8> {
    let body = platform.body(id, code).to_string();
    let head = format!(
        "POST /webhooks/{}/{} HTTP/1.1\r\nhost: go.brand.example\r\ncontent-type: application/json\r\n{}\r\n\
         content-length: {}\r\n\r\n",
        platform.as_str(),
        shop.id,
        platform.headers(shop, id, body.as_bytes()),
        body.len()
    );
    [head.as_bytes(), body.as_bytes()].concat()
}
