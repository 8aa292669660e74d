//! `cargo xtask demo`: a shop with creators, clicks and orders of two months, put in through the public
//! contract alone, as a brand and its shop would do it.

#![allow(clippy::indexing_slicing, reason = "a missing field of a `serde_json::Value` reads as null")]

mod api;
mod chance;
mod orders;
mod people;
mod time;

use crate::http::Client;
use anyhow::{Context, Result};
use api::{Api, Enrollment};
use chance::Chance;
use orders::Shop;
use serde_json::{Value, json};
use std::ffi::OsString;
use time::Now;

const HELP: &str = "\
Usage: cargo xtask demo --url URL --key KEY

Puts a demo shop with 12 creators, 2 campaigns, clicks and orders of 60 days into a running app.
`cargo xtask up --demo` does the same to an app that it starts. Where the demo shop is already
there, nothing is done.

  --url URL   the app, such as http://127.0.0.1:3000
  --key KEY   its admin key";

/// By this name a second run knows that the demo is there.
const STORE: &str = "Northlight Goods (demo)";
const CURRENCY: &str = "EUR";
/// How far back the demo reaches.
pub(crate) const DAYS: u64 = 60;

/// Parses the arguments and fills the app.
pub(crate) fn run(arguments: Vec<OsString>) -> Result<()> {
    let Some((url, key)) = app_named(arguments)? else {
        println!("{HELP}");
        return Ok(());
    };
    for line in seed(&url, &key)? {
        println!("{line}");
    }
    Ok(())
}

/// The address and the key of a running app, as arguments name them; `None` where they ask for help.
pub(crate) fn app_named(arguments: Vec<OsString>) -> Result<Option<(String, String)>> {
    use lexopt::prelude::{Long, Short, ValueExt};
    let (mut url, mut key) = (None, None);
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("url") => url = Some(parser.value()?.string()?),
            Long("key") => key = Some(parser.value()?.string()?),
            Long("help") | Short('h') => return Ok(None),
            _ => return Err(argument.unexpected().into()),
        }
    }
    Ok(Some((url.context("--url is missing")?, key.context("--key is missing")?)))
}

/// Fills the app once, and says what there is to look at.
pub(crate) fn seed(url: &str, key: &str) -> Result<Vec<String>> {
    let api = Api::new(Client::new(url), key)?;
    if api.find("/api/v1/stores", "name", STORE)?.is_some() {
        return Ok(vec![format!(
            "The shop \"{STORE}\" is already there; an empty --state-dir starts afresh."
        )]);
    }
    let now = Now::read()?;
    let mut chance = Chance::new(20);
    let secret = crate::secrets::random_hex(16)?;

    progress("the shop, its creators, plans and campaigns");
    let store = api.create("/api/v1/stores", &store(&secret))?;
    let creators = people::PEOPLE
        .iter()
        .map(|person| api.create("/api/v1/creators", &person.to_json()))
        .collect::<Result<Vec<String>>>()?;
    let spring = campaign(&api, "Spring Light", &spring_plan(&store))?;
    let trail = campaign(&api, "Trail Notes", &trail_plan(&store))?;
    let groups = [
        enroll(&api, &spring, &creators, "10")?,
        enroll(&api, &trail, creators.get(..7).unwrap_or(&creators), "5")?,
    ];

    progress("clicks of the past");
    let clicks = import_clicks(&api, &groups, now, &mut chance)?;

    let shop = Shop { api: &api, store: &store, secret: &secret, now };
    progress("orders of the past, as the shop's signed webhooks");
    let past = orders::of_the_past(&groups, now, &mut chance);
    shop.deliver(&past)?;
    progress("clicks of today, and orders that came from them");
    let fresh = shop.orders_from_fresh_clicks(&groups, &mut chance)?;
    shop.deliver(&fresh)?;

    Ok(things_to_see(&api, &spring, &groups, clicks, past.len() + fresh.len()))
}

fn progress(what: &str) {
    eprintln!("==> demo: {what}");
}

fn store(secret: &str) -> Value {
    json!({
        "name": STORE,
        "platform": "shopify",
        "url": "https://northlight.example",
        "currency": CURRENCY,
        "webhookSecrets": [secret],
    })
}

/// A share of each sale; a code counts before a link.
fn spring_plan(store: &str) -> Value {
    json!({
        "name": "Spring Light 10%",
        "storeId": store,
        "mode": "manual",
        "discount": {"type": "percentage", "value": "10"},
        "codePattern": "{first_name|instagram}{discount}",
        "link": {
            "clickThroughUrl": "https://northlight.example/collections/spring",
            "applyCode": true,
            "utm": {"source": "tributary", "medium": "creator", "campaign": "{campaign}"},
        },
        "attribution": {"rule": "code_first", "model": "last_touch", "windowDays": 30},
        "commission": {"type": "percentage", "rate": "12.5"},
    })
}

/// The same amount for each order; a link counts before a code.
fn trail_plan(store: &str) -> Value {
    json!({
        "name": "Trail Notes flat",
        "storeId": store,
        "mode": "manual",
        "discount": {"type": "fixed", "amount": {"amount": 500, "currency": CURRENCY}},
        "codePattern": "{instagram|first_name}{discount}",
        "link": {
            "clickThroughUrl": "https://northlight.example/collections/trail",
            "applyCode": true,
            "utm": {"source": "tributary", "medium": "creator", "campaign": "{campaign}"},
        },
        "attribution": {"rule": "link_first", "model": "last_touch", "windowDays": 45},
        "commission": {"type": "flat", "amount": {"amount": 800, "currency": CURRENCY}},
    })
}

fn campaign(api: &Api, name: &str, plan: &Value) -> Result<String> {
    let plan = api.create("/api/v1/plans", plan)?;
    api.create("/api/v1/campaigns", &json!({"name": name, "planId": plan, "status": "live"}))
}

/// Enrolls the creators; a code that could not be made of the pattern is typed in, as a brand would do it.
fn enroll(api: &Api, campaign: &str, creators: &[String], suffix: &str) -> Result<Vec<Enrollment>> {
    let path = format!("/api/v1/campaigns/{campaign}/enrollments");
    let answer = api.post(&path, &json!({"creatorIds": creators}))?;
    let enrollments = answer["data"].as_array().with_context(|| format!("POST {path}: no data: {answer}"))?;
    let mut read = Vec::with_capacity(enrollments.len());
    for enrollment in enrollments {
        let person = creators
            .iter()
            .position(|id| enrollment["creatorId"] == id.as_str())
            .and_then(|index| people::PEOPLE.get(index))
            .with_context(|| format!("POST {path}: an unknown creator: {enrollment}"))?;
        let mut enrollment = Enrollment::read(enrollment)?;
        if enrollment.code.is_empty() {
            let typed = person.typed_code(suffix);
            api.put(&format!("/api/v1/enrollments/{}/code", enrollment.id), &json!({"text": typed}))?;
            enrollment.code = typed;
        }
        enrollment.reach = person.reach;
        read.push(enrollment);
    }
    Ok(read)
}

/// Daily counts for each link; gives the sum.
fn import_clicks(api: &Api, groups: &[Vec<Enrollment>], now: Now, chance: &mut Chance) -> Result<u64> {
    let mut sum = 0;
    for enrollment in groups.iter().flatten() {
        let mut days = Vec::new();
        for ago in (1..=DAYS).rev() {
            // A creator posts about every ninth day: many clicks then, few on the days after.
            let posted = if chance.one_in(9) { 8 } else { 1 };
            let clicks = chance.up_to(enrollment.reach) * posted;
            if clicks > 0 {
                sum += clicks;
                let unique = clicks - chance.up_to(clicks / 3);
                days.push(json!({"date": now.date(ago), "clicks": clicks, "uniqueClicks": unique}));
            }
        }
        api.post("/api/v1/imports/clicks", &json!({"linkId": enrollment.link, "days": days}))?;
    }
    Ok(sum)
}

fn things_to_see(
    api: &Api,
    campaign: &str,
    groups: &[Vec<Enrollment>],
    clicks: u64,
    orders: usize,
) -> Vec<String> {
    let base = api.base();
    let mut lines = vec![
        format!("Demo       {} creators, {clicks} past clicks, {orders} orders", people::PEOPLE.len()),
        format!("  summary      {base}/api/v1/summary"),
        format!("  performance  {base}/api/v1/campaigns/{campaign}/performance"),
        format!("  sales        {base}/api/v1/exports/conversions.csv"),
    ];
    if let Some(enrollment) = groups.iter().flatten().next() {
        lines.push(format!("  a link       {base}/{}", enrollment.slug));
    }
    lines
}
