//! `POST /imports/clicks`: daily counts from another platform, for a brand that moves here.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;
use tributary_domain::ids::LinkId;
use tributary_domain::{Day, FieldErrors, Timestamp};
use tributary_storage::imports::{self, ClickDay};
use tributary_storage::links;
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

/// Ten years.
const MOST_DAYS: usize = 3_660;
/// More than any link has had; sums of ten years of it still fit.
const MOST_CLICKS: u32 = 1_000_000_000;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ClickImport)]
pub(crate) struct Import {
    link_id: LinkId,
    days: Vec<Counted>,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ClickDay)]
pub(crate) struct Counted {
    date: Day,
    clicks: i64,
    unique_clicks: i64,
}

/// States each day's counts anew; days that are not named stay as they are.
pub(crate) async fn clicks(call: &Call) -> Result<Outcome, Problem> {
    let import: Import = call.request.json()?;
    let days = check(&import.days, call.context.now())?;
    let unknown = || Problem::field("linkId", "unknown", "there is no such link");
    let link = links::by_id(&call.context.sql, &import.link_id).await?.ok_or_else(unknown)?;
    let sum = |count: fn(&ClickDay) -> u32| days.iter().map(|day| i64::from(count(day))).sum::<i64>();
    let body = json!({
        "linkId": import.link_id,
        "days": days.len(),
        "clicks": sum(|day| day.clicks),
        "uniqueClicks": sum(|day| day.unique_clicks),
    });
    let change = Change::new("clicks.import", import.link_id.as_str(), body.clone())
        .with_all(imports::put(link.number, &days))
        .audited(None, Some(body));
    Ok(change.into())
}

fn check(days: &[Counted], now: Timestamp) -> Result<Vec<ClickDay>, Problem> {
    let mut errors = FieldErrors::default();
    if days.len() > MOST_DAYS {
        errors.add("days", "too_many", format!("at most {MOST_DAYS} days in one call"));
        return Err(errors.into());
    }
    let mut seen = BTreeSet::new();
    let mut checked = Vec::with_capacity(days.len());
    for (index, day) in days.iter().enumerate() {
        if !seen.insert(day.date) {
            errors.add(format!("days[{index}].date"), "twice", "this day came already");
        }
        checked.extend(check_day(index, day, now, &mut errors));
    }
    errors.into_result()?;
    Ok(checked)
}

fn check_day(index: usize, day: &Counted, now: Timestamp, errors: &mut FieldErrors) -> Option<ClickDay> {
    // It may be tomorrow already where the other platform counted.
    if !(Day::from_number(0)..=now.day().next()).contains(&day.date) {
        errors.add(format!("days[{index}].date"), "out_of_range", "must lie between 1970 and today");
    }
    let count = |count: i64| u32::try_from(count).ok().filter(|count| *count <= MOST_CLICKS);
    let (clicks, unique_clicks) = (count(day.clicks), count(day.unique_clicks));
    for (name, count) in [("clicks", clicks), ("uniqueClicks", unique_clicks)] {
        if count.is_none() {
            let detail = format!("must be a number from 0 to {MOST_CLICKS}");
            errors.add(format!("days[{index}].{name}"), "out_of_range", detail);
        }
    }
    let (clicks, unique_clicks) = (clicks?, unique_clicks?);
    if unique_clicks > clicks {
        errors.add(format!("days[{index}].uniqueClicks"), "more_than_clicks", "must not exceed clicks");
    }
    Some(ClickDay { day: day.date, clicks, unique_clicks })
}
