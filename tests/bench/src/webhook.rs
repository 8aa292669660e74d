//! `webhook`: a signed Shopify order, verified, merged, credited and booked, against a bare 302; and
//! `webhook-equal`: the same where each delivery comes a hundred times.

use crate::clicks::Clicks;
use crate::database::Database;
use crate::duel::{Side, Targets, duel};
use crate::host::{ADMIN_TOKEN, Place};
use crate::load::{Requests, Right};
use crate::options::Options;
use crate::scene;
use crate::senders::of_somebody_else;
use crate::table;
use anyhow::{Result, ensure};
use serde_json::json;
use std::{path::PathBuf, rc::Rc};
use tributary_tests::{Brand, Shop, order};

/// Creators whose codes are on the orders.
const CREATORS: u32 = 12;
/// As many orders a second as are made ready: more than the app can take.
const ORDERS_A_SECOND: u64 = 10_000;
/// Stands for the order's id in the text that all orders share. As long as every id.
const SOME_ID: u64 = 7_000_000_000_000_000;

/// How often each delivery comes in `webhook-equal`.
const EQUAL: u64 = 100;

const CREDITED: &str = "SELECT COUNT(*) FROM orders WHERE enrollment_id IS NOT NULL AND owed <> 0";

const WRITES: &str = "SELECT SUM(version) FROM orders";

/// Deliveries of orders.
struct Orders {
    ready: Vec<Vec<u8>>,
    /// How often each is sent, one right after the other.
    times: u64,
    sent: u64,
}

impl Requests for Orders {
    fn next(&mut self, request: &mut Vec<u8>) -> bool {
        if self.sent == self.times {
            self.sent = 0;
            self.ready.pop();
        }
        self.sent += 1;
        self.ready.last().map(|ready| request.clone_from(ready)).is_some()
    }
}

/// The benchmark of orders that are each delivered once.
pub(crate) fn run(place: &Place, options: &Options) -> Result<()> {
    let (state, answered) = measure("webhook", place, options, 1)?;
    let credited = Database::open(&state)?.number_that_becomes(answered, CREDITED)?;
    let equal = table::equal("webhook", "orders credited, and answered", credited, answered);
    ensure!(equal, "webhook: {answered} orders were answered and {credited} credited");
    Ok(())
}

/// The benchmark of equal deliveries.
pub(crate) fn equal(place: &Place, options: &Options) -> Result<()> {
    let (state, _) = measure("webhook-equal", place, options, EQUAL)?;
    let database = Database::open(&state)?;
    let (writes, orders) = (database.number(WRITES)?, database.number(CREDITED)?);
    let equal = table::equal("webhook-equal", "writes of orders, and orders", writes, orders);
    ensure!(equal, "webhook-equal: {orders} orders were written {writes} times");
    Ok(())
}

/// Delivers each order so many times; gives the folder of the app's state, and how many were answered.
fn measure(name: &str, place: &Place, options: &Options, times: u64) -> Result<(PathBuf, u32)> {
    let state = place.fresh_state(name)?;
    let app = place.start(&place.manifest, &state)?;
    let bare = place.start(&place.bare_manifest()?, &place.fresh_state("bare")?)?;
    let brand = Brand::new(&app.url(), ADMIN_TOKEN);
    let campaign = scene::campaign(&brand, &scene::creators(&brand, CREATORS)?)?;
    let templates = templates(&campaign.codes()?);
    let mut next = SOME_ID;
    let mut orders = || -> Result<Box<dyn Requests>> {
        let first = next + 1;
        next += ORDERS_A_SECOND * (options.time.as_secs() + 1) / times;
        // The oldest is last, and sent first.
        let orders = (first..next).rev().zip(templates.iter().cycle());
        let ready = orders.map(|(id, template)| delivery(&campaign.shop, id, template)).collect();
        Ok(Box::new(Orders { ready, times, sent: 0 }))
    };
    let mut clicks =
        || -> Result<Box<dyn Requests>> { Ok(Box::new(Clicks::new(Rc::from(["any".to_owned()]), 1))) };
    let app = Side { host: &app, right: Right { status: 200, text: "" }, requests: &mut orders };
    let bare = Side { host: &bare, right: Right { status: 302, text: "" }, requests: &mut clicks };
    let answered = duel(name, options, app, bare, Targets { rate: 0.2, p99: 6.0 })?;
    Ok((state, answered))
}

/// The text of an order with each of the codes.
fn templates(codes: &[String]) -> Vec<String> {
    let with =
        |code: &String| json!({"discount_codes": [{"code": code, "amount": "10.00", "type": "percentage"}]});
    codes.iter().map(|code| order(SOME_ID, with(code)).to_string()).collect()
}

/// A delivery of an order, as bytes.
fn delivery(shop: &Shop, id: u64, template: &str) -> Vec<u8> {
    let body = of_somebody_else(&template.replace(&SOME_ID.to_string(), &id.to_string()), id);
    let head = format!(
        "POST /webhooks/shopify/{} HTTP/1.1\r\nhost: go.brand.example\r\ncontent-type: application/json\r\n\
         user-agent: Shopify-Captain-Hook\r\nx-shopify-topic: orders/paid\r\n\
         x-shopify-shop-domain: shop.myshopify.com\r\nx-shopify-api-version: 2026-10\r\n\
         x-shopify-webhook-id: {id}\r\nx-shopify-hmac-sha256: {}\r\ncontent-length: {}\r\n\r\n",
        shop.id,
        shop.sign(body.as_bytes()),
        body.len()
    );
    [head.as_bytes(), body.as_bytes()].concat()
}
