//! `webhook-...` of each platform, and `conversion`: signed orders, verified, merged, credited and booked, against a
//! bare 302; and what a hundred equal deliveries at once cost.

use crate::clicks::Clicks;
use crate::database::Database;
use crate::duel::{Side, Targets, duel};
use crate::host::{ADMIN_TOKEN, Host, Place};
use crate::load::{Load, Requests, Right};
use crate::options::Options;
use crate::scene;
use crate::senders::{Bigcommerce, Conversion, Custom, Delivery, Events, Sender, Stripe, Woocommerce};
use crate::table::{self, Target};
use anyhow::{Context as _, Result, ensure};
use std::rc::Rc;
use std::time::Duration;
use tributary_tests::{Brand, Shop};

/// Creators whose codes are on the orders.
const CREATORS: u32 = 12;
/// The first order's number.
const FIRST: u64 = 7_000_000_000_000_000;
/// Equal deliveries at once.
const EQUAL: u32 = 100;

const CREDITED: &str = "SELECT COUNT(*) FROM orders WHERE enrollment_id IS NOT NULL AND owed <> 0";

const WRITES: &str = "SELECT SUM(version) FROM orders";

/// Deliveries, each sent once, the last one first.
struct Deliveries(Vec<Vec<u8>>);

impl Requests for Deliveries {
    fn next(&mut self, request: &mut Vec<u8>) -> bool {
        self.0.pop().map(|ready| *request = ready).is_some()
    }
}

/// The benchmark of this name.
pub(crate) fn run(name: &str, place: &Place, options: &Options) -> Result<()> {
    match name {
        "webhook-woocommerce" => measure(name, &Woocommerce, place, options),
        "webhook-bigcommerce" => measure(name, &Bigcommerce::open(), place, options),
        "webhook-adobe" => measure(name, &Events::open()?, place, options),
        "webhook-stripe" => measure(name, &Stripe, place, options),
        "webhook-custom" => measure(name, &Custom, place, options),
        _ => measure(name, &Conversion, place, options),
    }
}

fn measure(name: &str, sender: &dyn Sender, place: &Place, options: &Options) -> Result<()> {
    let state = place.fresh_state(name)?;
    let app = place.start_with(&place.manifest, &state, sender.stand_in().as_deref())?;
    let bare = place.start(&place.bare_manifest()?, &place.fresh_state("bare")?)?;
    let brand = Brand::new(&app.url(), ADMIN_TOKEN);
    let campaign = scene::campaign_in(&brand, sender.connect(&brand), &scene::creators(&brand, CREATORS)?)?;
    let codes = campaign.codes()?;
    let mut next = FIRST;
    let mut orders = || -> Result<Box<dyn Requests>> {
        let first = next;
        next += sender.orders_a_second() * (options.time.as_secs() + 1);
        // The oldest is last, and sent first.
        let wanted: Vec<(u64, &str)> =
            (first..next).rev().zip(codes.iter().map(String::as_str).cycle()).collect();
        Ok(Box::new(Deliveries(ready(sender, &campaign.shop, &wanted)?)))
    };
    let mut clicks =
        || -> Result<Box<dyn Requests>> { Ok(Box::new(Clicks::new(Rc::from(["any".to_owned()]), 1))) };
    let ours = Side { host: &app, right: Right { status: 200, text: "" }, requests: &mut orders };
    let yardstick = Side { host: &bare, right: Right { status: 302, text: "" }, requests: &mut clicks };
    let answered = duel(name, options, ours, yardstick, Targets { rate: 0.15, p99: 8.0 })?;
    let database = Database::open(&state)?;
    let credited = database.number_that_becomes(answered, CREDITED)?;
    let all = table::equal(name, "orders credited, and answered", credited, answered);
    ensure!(all, "{name}: {answered} orders were answered and {credited} credited");
    let code = codes.first().context("there are no codes")?;
    send_equal(name, &app, &database, &sender.delivery(&campaign.shop, FIRST - 1, code)?)
}

/// Two hands make them ready: signing takes longer than what is measured, with some platforms.
fn ready(sender: &dyn Sender, shop: &Shop, wanted: &[(u64, &str)]) -> Result<Vec<Vec<u8>>> {
    let make = |some: &[(u64, &str)]| -> Result<Vec<Vec<u8>>> {
        some.iter().map(|(id, code)| Ok(sender.delivery(shop, *id, code)?.bytes())).collect()
    };
    let (some, others) = wanted.split_at(wanted.len() / 2);
    std::thread::scope(|scope| {
        let other_hand = scope.spawn(|| make(others));
        let mut all = make(some)?;
        all.extend(other_hand.join().ok().context("a delivery could not be made")??);
        Ok(all)
    })
}

/// Sends one delivery a hundred times at once, and shows how often it was written.
fn send_equal(name: &str, app: &Host, database: &Database, delivery: &Delivery) -> Result<()> {
    let before = database.number(WRITES)?;
    let load = Load {
        address: app.address,
        connections: EQUAL,
        time: Duration::from_secs(30),
        right: Right { status: 200, text: "" },
    };
    let copies = std::iter::repeat_n(delivery.bytes(), usize::try_from(EQUAL)?).collect();
    let measured = load.run(Box::new(Deliveries(copies)))?;
    ensure!(measured.answered == EQUAL, "{name}: {} of {EQUAL} were answered", measured.answered);
    let written = database.number(WRITES)?.saturating_sub(before);
    table::figure(name, "writes of 100 equal deliveries", f64::from(written), Target::Most(1.0));
    Ok(())
}
