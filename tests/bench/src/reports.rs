//! `reports`: a page costs what it shows, however long the history is.

use crate::duel::median;
use crate::host::{ADMIN_TOKEN, Host, Place};
use crate::load::{Load, Page, Right};
use crate::options::Options;
use crate::seed;
use crate::table::{self, Target};
use anyhow::{Result, ensure};
use serde_json::Value;
use tributary_tests::Brand;

/// Orders in each history.
const SIZES: [u32; 3] = [1_000, 100_000, 1_000_000];
/// The largest to the smallest.
const TARGET: Target = Target::Most(1.5);

/// An app with a history.
struct App {
    host: Host,
    orders: u32,
    campaign: String,
}

/// The benchmark.
pub(crate) fn run(place: &Place, options: &Options) -> Result<()> {
    let mut apps = Vec::new();
    for orders in SIZES {
        let history = seed::history(place, orders)?;
        let host = place.start(&place.manifest, &history.state)?;
        apps.push(App { host, orders, campaign: history.campaign });
    }
    let period = format!("from={}&to={}", seed::FIRST_DAY, seed::LAST_DAY);
    for app in &apps {
        let summary = Brand::new(&app.host.url(), ADMIN_TOKEN).get(&format!("/summary?{period}")).json();
        let shown = summary.get("orders").and_then(Value::as_u64);
        ensure!(shown == Some(app.orders.into()), "of {} orders the summary shows {shown:?}", app.orders);
    }
    measure("performance", &apps, options, |app| {
        format!("/api/v1/campaigns/{}/performance?{period}", app.campaign)
    })?;
    measure("summary", &apps, options, |_| format!("/api/v1/summary?{period}"))
}

/// One request after the other to each app in turns, and what the middle one took.
fn measure(page: &str, apps: &[App], options: &Options, path: impl Fn(&App) -> String) -> Result<()> {
    let mut rounds = Vec::new();
    for _ in 0..options.rounds {
        let mut latencies = Vec::new();
        for app in apps {
            // A fifth of the time for each: there are three histories and two pages.
            let load = Load {
                address: app.host.address,
                connections: 1,
                time: options.time / 5,
                right: Right { status: 200, text: "" },
            };
            let measured = load.run(Box::new(Page::of_api(app.host.address, &path(app))))?;
            ensure!(measured.wrong == 0, "{} is not answered 200", path(app));
            latencies.push(measured.percentile(50));
        }
        rounds.push(latencies);
    }
    let of = |index: usize| rounds.iter().filter_map(move |latencies| latencies.get(index).copied());
    for (index, app) in apps.iter().enumerate() {
        let figure = format!("{page}, {} orders, p50, ms", app.orders);
        let (ours, smallest) = (median(of(index)), median(of(0)));
        let ratio = median(of(index).zip(of(0)).map(|(ours, smallest)| ours / smallest));
        table::ratio("reports", &figure, ours, smallest, ratio, TARGET);
    }
    Ok(())
}
