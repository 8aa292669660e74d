//! `pages`: every page of the dashboard costs what it shows, however long the history is.

use crate::client::Client;
use crate::duel::median;
use crate::host::{ADMIN_TOKEN, Host, Place};
use crate::load::Page;
use crate::options::Options;
use crate::scene;
use crate::seed;
use crate::table::{self, Target};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::time::Instant;
use tributary_tests::{Brand, Marketer};

/// Orders in the two histories.
const SIZES: [u32; 2] = [1_000, 100_000];
/// The time with the longer history to that with the shorter one.
const TARGET: Target = Target::Most(3.0);
/// The heaviest page, in KB.
const WEIGHT: Target = Target::Most(100.0);
/// More people than one page shows.
const PEOPLE: u32 = 60;
/// How often a page is asked for in a round.
const TIMES: u32 = 10;

/// An app with a history, and somebody who is signed in.
struct App {
    host: Host,
    cookie: String,
    pages: Vec<(String, String)>,
}

/// The benchmark.
pub(crate) fn run(place: &Place, options: &Options) -> Result<()> {
    let [small, large] = SIZES.map(|orders| App::start(place, orders));
    let (small, large) = (small?, large?);
    let mut heaviest = (0.0, "");
    for ((name, short), (_, long)) in small.pages.iter().zip(&large.pages) {
        let mut rounds = Vec::new();
        for _ in 0..options.rounds * TIMES {
            let (yardstick, _) = small.ask(short)?;
            let (ours, weight) = large.ask(long)?;
            if weight > heaviest.0 {
                heaviest = (weight, name);
            }
            rounds.push((ours, yardstick));
        }
        let (ours, yardstick) =
            (median(rounds.iter().map(|round| round.0)), median(rounds.iter().map(|round| round.1)));
        let ratio = median(rounds.iter().map(|(ours, yardstick)| ours / yardstick));
        table::ratio("pages", &format!("{name}, 100k and 1k orders, ms"), ours, yardstick, ratio, TARGET);
    }
    table::figure("pages", &format!("the heaviest, {}, KB", heaviest.1), heaviest.0, WEIGHT);
    Ok(())
}

impl App {
    fn start(place: &Place, orders: u32) -> Result<Self> {
        let history = seed::history(place, orders)?;
        let host = place.start(&place.manifest, &history.state)?;
        let brand = Brand::new(&host.url(), ADMIN_TOKEN);
        let crowd = scene::campaign(&brand, &scene::creators(&brand, PEOPLE)?)?;
        let pages = pages(&brand, &history.campaign, &crowd.id)?;
        let cookie = Marketer::sign_in_at(&host.url(), ADMIN_TOKEN).cookie().to_owned();
        Ok(Self { host, cookie, pages })
    }

    /// What an answer takes in milliseconds, and its weight in KB.
    fn ask(&self, path: &str) -> Result<(f64, f64)> {
        let mut request = Vec::new();
        Page::of_dashboard(self.host.address, path, &self.cookie).write(&mut request);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut client = Client::connect(self.host.address).await?;
            let asked = Instant::now();
            let status = client.exchange(&request).await?;
            let took = asked.elapsed().as_secs_f64() * 1_000.0;
            ensure!(status == 200, "{path} is answered {status}");
            Ok((took, client.weight()))
        })
    }
}

/// Every page, by name, with the whole history in its range.
fn pages(brand: &Brand, campaign: &str, crowd: &str) -> Result<Vec<(String, String)>> {
    let range = format!("from={}&to={}", seed::FIRST_DAY, seed::LAST_DAY);
    let first = |list: &str| -> Result<String> {
        let page = brand.get(list).expect(200).json();
        let id = page.pointer("/data/0/id").and_then(Value::as_str);
        Ok(id.with_context(|| format!("nothing in {list}"))?.to_owned())
    };
    let (creator, plan) = (first("/creators")?, first("/plans")?);
    let (store, order) = (first("/stores")?, first("/orders")?);
    let ranged = |name: &str, path: &str| (name.to_owned(), format!("/dashboard{path}?{range}"));
    let fixed = |name: &str, path: &str| (name.to_owned(), format!("/dashboard{path}"));
    Ok(vec![
        ranged("home", ""),
        ranged("campaigns", "/campaigns"),
        ranged("campaign", &format!("/campaigns/{campaign}")),
        fixed("people", &format!("/campaigns/{crowd}/people")),
        fixed("adding people", &format!("/campaigns/{crowd}/add")),
        ranged("creators", "/creators"),
        ranged("creator", &format!("/creators/{creator}")),
        fixed("plans", "/plans"),
        fixed("plan", &format!("/plans/{plan}")),
        fixed("plan form", &format!("/plans/{plan}/edit")),
        fixed("stores", "/stores"),
        fixed("store", &format!("/stores/{store}")),
        ranged("sales", "/sales"),
        ranged("review", "/review"),
        ranged("orders", "/orders"),
        fixed("order", &format!("/orders/{order}")),
        fixed("payouts", "/payouts"),
        fixed("deliveries", "/deliveries"),
        fixed("settings", "/settings"),
        fixed("keys", "/keys"),
        fixed("audit", "/audit"),
    ])
}
