//! `redirect-hot` and `redirect-zipf`: a click with all its work against a bare 302.

use crate::clicks::Clicks;
use crate::database::{Database, becomes};
use crate::duel::{Side, Targets, duel};
use crate::host::{ADMIN_TOKEN, Host, Place};
use crate::load::{Requests, Right};
use crate::options::Options;
use crate::scene;
use crate::table::{self, Target};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;
use tributary_tests::{Brand, Shopper};

/// Creators in each campaign.
const CREATORS: u32 = 1_000;
/// Campaigns of the many links.
const CAMPAIGNS: u32 = 10;

/// Visits are written within this time.
const SETTLED: Duration = Duration::from_secs(2);

/// Without a click id a shopper lands in the shop all the same, but nobody gets credit.
const CLICK_ID: Right = Right { status: 302, text: "trb=" };

/// An app with links, and the yardstick.
struct Stage {
    app: Host,
    bare: Host,
    brand: Brand,
    state: PathBuf,
    slugs: Rc<[String]>,
}

/// One link that everybody clicks.
pub(crate) fn hot(place: &Place, options: &Options) -> Result<()> {
    let stage = Stage::set(place, "redirect-hot", 1, 1)?;
    stage.run("redirect-hot", options, Targets { rate: 0.7, p99: 1.5 })
}

/// Ten thousand links, as popular as links are.
pub(crate) fn zipf(place: &Place, options: &Options) -> Result<()> {
    let stage = Stage::set(place, "redirect-zipf", CREATORS, CAMPAIGNS)?;
    stage.run("redirect-zipf", options, Targets { rate: 0.5, p99: 2.5 })
}

impl Stage {
    fn set(place: &Place, name: &str, creators: u32, campaigns: u32) -> Result<Self> {
        let state = place.fresh_state(name)?;
        let app = place.start(&place.manifest, &state)?;
        let bare = place.start(&place.bare_manifest()?, &place.fresh_state("bare")?)?;
        eprintln!("{name}: making {} links", creators * campaigns);
        let brand = Brand::new(&app.url(), ADMIN_TOKEN);
        let creators = scene::creators(&brand, creators)?;
        let mut slugs = Vec::new();
        for _ in 0..campaigns {
            slugs.extend(scene::campaign(&brand, &creators)?.slugs()?);
        }
        warm(&app.url(), &slugs)?;
        Ok(Self { app, bare, brand, state, slugs: slugs.into() })
    }

    fn run(&self, name: &str, options: &Options, targets: Targets) -> Result<()> {
        let database = Database::open(&self.state)?;
        let before = database.bytes()?;
        let recorded_before = self.recorded()?;
        let (mut ours, mut yardsticks) = (clicks(&self.slugs), clicks(&self.slugs));
        let app = Side { host: &self.app, right: CLICK_ID, requests: &mut ours };
        let bare =
            Side { host: &self.bare, right: Right { status: 302, text: "" }, requests: &mut yardsticks };
        let answered = duel(name, options, app, bare, targets)?;
        let recorded =
            becomes(recorded_before + answered, || self.recorded())?.saturating_sub(recorded_before);
        let equal = table::equal(name, "clicks recorded, and answered", recorded, answered);
        let each = (database.bytes()? - before) / f64::from(answered.max(1));
        table::figure(name, "bytes of storage a click", each, Target::Most(200.0));
        ensure!(equal, "{name}: {answered} clicks were answered and {recorded} recorded");
        Ok(())
    }

    /// The clicks that the account's report shows.
    fn recorded(&self) -> Result<u32> {
        let summary = self.brand.get("/summary").json();
        let clicks = summary.get("clicks").and_then(Value::as_u64);
        Ok(u32::try_from(clicks.with_context(|| format!("no clicks in {summary}"))?)?)
    }
}

/// Opens each link once, as a program, so that what is measured is links in use and not the filling of the cache,
/// and waits until these visits are written.
fn warm(url: &str, slugs: &[String]) -> Result<()> {
    let crawler = Shopper::at(url, "192.0.2.1").with("user-agent", "curl/8.14.1");
    for slug in slugs {
        let status = crawler.open(&format!("/{slug}")).status;
        ensure!(status == 302, "the link {slug} answers {status}");
    }
    std::thread::sleep(SETTLED);
    Ok(())
}

/// Clicks for one round after the other: the same bytes for both sides.
fn clicks(slugs: &Rc<[String]>) -> impl FnMut() -> Result<Box<dyn Requests>> {
    let slugs = Rc::clone(slugs);
    let mut rounds = 0..;
    move || Ok(Box::new(Clicks::new(Rc::clone(&slugs), rounds.next().unwrap_or(0))))
}
