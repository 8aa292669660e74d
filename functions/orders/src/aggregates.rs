//! Amazon's figures (R37): fetched from its report or taken from a file, kept by the day and shown beside orders,
//! never as orders.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tributary_domain::Money;
use tributary_domain::capability::Platform;
use tributary_domain::ids::StoreId;
use tributary_platforms::amazon::{self, Line, Publisher};
use tributary_storage::aggregates::{self, Aggregate};
use tributary_storage::stores::{self, Store};
use tributary_web::aggregate::figures;
use tributary_web::rest::bodies::{AggregatesFetch, AggregatesTags};
use tributary_web::rest::elsewhere::{self, AGGREGATES};
use tributary_web::rest::{self, Call, Change, Outcome, Page, Route};
use tributary_web::{Problem, Range};

use crate::amazon::Amazon;
use crate::reconcile;

/// Lines of a file; Amazon's own reports have no more in a page.
const MOST_LINES: usize = 10_000;
/// Amazon restates a day for 28 days after it, because of returns.
const RESTATED_DAYS: i64 = 29;

/// The calls about aggregates.
pub(crate) fn routes() -> Vec<Route> {
    elsewhere::routes(
        AGGREGATES,
        [
            |call| Box::pin(list(call)),
            |call| Box::pin(upload(call)),
            |call| Box::pin(fetch(call)),
            |call| Box::pin(tags(call)),
        ],
    )
}

async fn store(call: &Call) -> Result<Store, Problem> {
    let id = call.id("id", "store", StoreId::parse)?;
    let store = stores::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("store"))?;
    if store.platform == Platform::Amazon {
        Ok(store)
    } else {
        Err(Problem::conflict("no_aggregates", "only an Amazon store has aggregates; this one has orders"))
    }
}

/// The lines of a time and what they come to.
async fn list(call: &Call) -> Result<Outcome, Problem> {
    let store = store(call).await?;
    let days = Range::of(&call.request)?.days_or_recent(call.context.now());
    let days = (days.first, days.last);
    let page = Page::of(&call.request)?;
    let offset = page.after_as(|text| text.parse::<u32>().ok())?.unwrap_or(0);
    let lines = aggregates::list(&call.context.sql, &store.id, days, page.rows_to_read(), offset).await?;
    let next = offset.saturating_add(page.limit).to_string();
    let mut body = rest::list_as(&page, &lines, |_| next.clone(), to_wire);
    let totals = aggregates::totals(&call.context.sql, &store.id, days).await?;
    let totals: Vec<Value> = totals.iter().map(figures).collect();
    if let Value::Object(body) = &mut body {
        body.insert("totals".to_owned(), json!(totals));
    }
    Ok(Outcome::json(&body))
}

/// Takes a file of Amazon's report in: CSV with a line of names, or JSON.
async fn upload(call: &Call) -> Result<Outcome, Problem> {
    let store = store(call).await?;
    let is_csv = call.request.headers.get("content-type").is_some_and(|kind| kind.contains("csv"));
    let read = if is_csv { amazon::read_csv } else { amazon::read_json };
    let lines = read(&call.request.body, store.currency)
        .map_err(|unreadable| Problem::field("body", "unreadable", unreadable.to_string()))?;
    if lines.len() > MOST_LINES {
        let detail = format!("has {} lines; send at most {MOST_LINES} at once", lines.len());
        return Err(Problem::field("body", "too_many", detail));
    }
    let body = json!({"storeId": store.id, "lines": lines.len()});
    Ok(kept(call, "aggregates.upload", &store, lines, body).into())
}

/// Fetches a page of Amazon's report; of the days that it still restates, where none are named.
async fn fetch(call: &Call) -> Result<Outcome, Problem> {
    let store = store(call).await?;
    let wanted: AggregatesFetch = call.request.json()?;
    let last = wanted.to.unwrap_or(call.context.now().day());
    let first = wanted.from.unwrap_or(last.start().plus_days(-RESTATED_DAYS).day());
    if first > last {
        return Err(Problem::field("to", "before_from", "must not be before from"));
    }
    let amazon = Amazon::open(&call.context, &store).await.map_err(reconcile::problem)?;
    let report = amazon.report(&store, (first, last), wanted.cursor.as_deref()).await;
    let report = report.map_err(reconcile::problem)?;
    let body = json!({"storeId": store.id, "from": first, "to": last, "lines": report.lines.len(),
        "nextCursor": report.cursor});
    Ok(kept(call, "aggregates.fetch", &store, report.lines, body).into())
}

/// The profile's tags with a publisher. Amazon measures nothing before they were asked for once.
async fn tags(call: &Call) -> Result<Outcome, Problem> {
    let store = store(call).await?;
    let wanted: AggregatesTags = call.request.json()?;
    let amazon = Amazon::open(&call.context, &store).await.map_err(reconcile::problem)?;
    let mut publishers = amazon.publishers().await.map_err(reconcile::problem)?;
    publishers.retain(|publisher| !publisher.has_macros);
    let is_it = |publisher: &&Publisher| publisher.name.eq_ignore_ascii_case(wanted.publisher.trim());
    let Some(publisher) = publishers.iter().find(is_it) else {
        let known: Vec<&str> = publishers.iter().map(|publisher| publisher.name.as_str()).collect();
        let detail = format!("must be one that Amazon lists without macros: {}", known.join(", "));
        return Err(Problem::field("publisher", "unknown", detail));
    };
    let tags = amazon.tags(publisher).await.map_err(reconcile::problem)?;
    let tags: Vec<Value> =
        tags.iter().map(|tag| json!({"advertiserId": tag.advertiser, "maas": tag.maas})).collect();
    let body = json!({"storeId": store.id, "publisher": publisher.name, "tags": tags});
    Ok(Change::new("aggregates.tags", store.id.as_str(), body.clone()).audited(None, Some(body)).into())
}

/// Restates the lines. Where one stands twice, the later one is meant.
fn kept(call: &Call, action: &'static str, store: &Store, lines: Vec<Line>, body: Value) -> Change {
    let currency = store.currency;
    let mut by_key = BTreeMap::new();
    for line in lines {
        let key = (
            line.day,
            line.campaign.clone(),
            line.ad_group.clone(),
            line.creative.clone(),
            line.publisher.clone(),
        );
        let figures = line.figures;
        let aggregate = Aggregate {
            day: line.day,
            campaign: line.campaign,
            ad_group: line.ad_group,
            creative: line.creative,
            publisher: line.publisher,
            clicks: figures.clicks,
            detail_page_views: figures.detail_page_views,
            add_to_carts: figures.add_to_carts,
            purchases: figures.purchases,
            units: figures.units,
            sales: Money::new(figures.sales, currency),
            bonus: Money::new(figures.bonus, currency),
        };
        by_key.insert(key, aggregate);
    }
    let lines: Vec<Aggregate> = by_key.into_values().collect();
    Change::new(action, store.id.as_str(), body.clone())
        .with_all(aggregates::restate(&store.id, &lines, call.context.now()))
        .audited(None, Some(body))
}

fn to_wire(line: &Aggregate) -> Value {
    let mut wire = figures(line);
    let names = json!({"date": line.day, "campaign": line.campaign, "adGroup": line.ad_group,
        "creative": line.creative, "publisher": line.publisher});
    if let (Value::Object(wire), Value::Object(names)) = (&mut wire, names) {
        wire.extend(names);
    }
    wire
}
