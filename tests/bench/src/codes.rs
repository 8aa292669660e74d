//! `codes`: discount codes made in a local Shopify, without a limit and within its bucket of points.

use crate::host::{ADMIN_TOKEN, Place};
use crate::scene;
use crate::table::{self, Target};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::thread;
use std::time::{Duration, Instant};
use tributary_tests::Brand;
use tributary_tests::local_shop::{Bucket, ShopifyShop};

const CODES: u32 = 1_000;
/// Shopify's bucket, and what a create takes out of it.
const BUCKET: Bucket = Bucket { maximum: 2_000, per_second: 100 };
const COST: u32 = 20;
/// How often the shop is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// Longer than any measurement that makes sense.
const PATIENCE: Duration = Duration::from_mins(10);

/// The benchmark without a limit.
pub(crate) fn free(place: &Place) -> Result<()> {
    let name = "codes";
    let (took, shop) = make(place, name, None)?;
    table::figure(name, "codes a second", f64::from(CODES) / took.as_secs_f64(), Target::Least(200.0));
    check(name, &shop)
}

/// The benchmark within the bucket: what is full at first goes at once, the rest as it comes back.
pub(crate) fn bucket(place: &Place) -> Result<()> {
    let name = "codes-bucket";
    let allowed = f64::from(CODES * COST - BUCKET.maximum) / f64::from(BUCKET.per_second);
    let (took, shop) = make(place, name, Some(BUCKET))?;
    let took = took.as_secs_f64();
    table::ratio(
        name,
        "seconds, and what the bucket allows",
        took,
        allowed,
        took / allowed,
        Target::Most(1.1),
    );
    table::note(name, "requests turned away", f64::from(u32::try_from(shop.throttled())?));
    check(name, &shop)
}

fn check(name: &str, shop: &ShopifyShop) -> Result<()> {
    let (made, there) = (u32::try_from(shop.made().len())?, u32::try_from(shop.texts().len())?);
    let equal =
        table::equal(name, "codes made", made, CODES) && table::equal(name, "codes there", there, CODES);
    ensure!(equal, "{name}: {made} codes were made and {there} are there");
    Ok(())
}

/// The time from the call that enrolls the creators until the last code is in the shop.
fn make(place: &Place, name: &str, bucket: Option<Bucket>) -> Result<(Duration, ShopifyShop)> {
    let app = place.start(&place.manifest, &place.fresh_state(name)?)?;
    let brand = Brand::new(&app.url(), ADMIN_TOKEN);
    let creators = scene::creators(&brand, CODES)?;
    let shop = ShopifyShop::start(bucket);
    let store = brand.post(
        "/stores",
        json!({"name": "Measured", "platform": "shopify", "currency": "EUR",
        "url": "https://shop.example", "credentials": shop.credentials()}),
    );
    let plan = json!({"name": "Measured", "storeId": id(&store.json())?, "mode": "managed",
        "discount": {"type": "percentage", "value": "10"}, "codePattern": "{first_name}{discount}"});
    let plan = brand.post("/plans", plan).json();
    let campaign = brand.add_campaign(&id(&plan)?);
    let began = Instant::now();
    let reply = brand.post(&format!("/campaigns/{campaign}/enrollments"), json!({"creatorIds": creators}));
    ensure!(reply.status == 201, "{}", reply.text());
    while shop.made().len() < creators.len() {
        ensure!(began.elapsed() < PATIENCE, "{name}: {} codes were made", shop.made().len());
        thread::sleep(LOOK);
    }
    Ok((began.elapsed(), shop))
}

fn id(made: &Value) -> Result<String> {
    made.get("id").and_then(Value::as_str).map(ToOwned::to_owned).with_context(|| made.to_string())
}
