use std::collections::BTreeMap;

use serde_json::{Value, json};
use tributary_domain::Day;
use tributary_domain::ids::{CampaignId, CreatorId, LinkId};
use tributary_storage::reports::{self, ClicksOf, DayVisits, LinkClicks};
use tributary_web::rest::{Call, Outcome};
use tributary_web::{Problem, Range};

/// Links with a line of their own, those that were clicked most.
const MOST_LINKS: usize = 100;

/// Clicks by day, and by link where a campaign, a creator or a link is named; and the visits that are no clicks, by why.
pub(crate) async fn clicks(call: &Call) -> Result<Outcome, Problem> {
    let days = Range::of(&call.request)?.days_or_recent(call.context.now());
    let of = ClicksOf {
        campaign: call.request.query_as("campaignId", CampaignId::parse)?,
        creator: call.request.query_as("creatorId", CreatorId::parse)?,
        link: call.request.query_as("linkId", LinkId::parse)?,
    };
    let visits = reports::clicks_by_day(&call.context.sql, &of, days).await?;
    let links = reports::clicks_by_link(&call.context.sql, &of, days).await?;
    let counted: Vec<&DayVisits> = visits.iter().filter(|line| line.not_counted.is_none()).collect();
    let sum = |figure: fn(&DayVisits) -> i64| counted.iter().map(|line| figure(line)).sum::<i64>();
    Ok(Outcome::json(&json!({
        "from": days.first,
        "to": days.last,
        "clicks": sum(|line| line.visits),
        "uniqueClicks": sum(|line| line.unique),
        "byDay": by_day(&counted),
        "byLink": links.iter().take(MOST_LINKS).map(link_to_wire).collect::<Vec<Value>>(),
        "notCounted": not_counted(&visits),
    })))
}

/// The newest day first; clicks that were brought along from elsewhere are among those of their day.
fn by_day(counted: &[&DayVisits]) -> Vec<Value> {
    let mut days: BTreeMap<Day, (i64, i64)> = BTreeMap::new();
    for line in counted {
        let (clicks, unique) = days.entry(line.day).or_default();
        *clicks += line.visits;
        *unique += line.unique;
    }
    let line = |(day, (clicks, unique))| json!({"date": day, "clicks": clicks, "uniqueClicks": unique});
    days.into_iter().rev().map(line).collect()
}

fn link_to_wire(line: &LinkClicks) -> Value {
    json!({"linkId": line.link, "slug": line.slug, "creatorId": line.creator,
        "clicks": line.clicks, "uniqueClicks": line.unique_clicks})
}

/// Visits that are no clicks, by why.
fn not_counted(visits: &[DayVisits]) -> Vec<Value> {
    let mut reasons: BTreeMap<&str, i64> = BTreeMap::new();
    for line in visits {
        if let Some(outcome) = line.not_counted {
            *reasons.entry(outcome.as_str()).or_default() += line.visits;
        }
    }
    reasons.into_iter().map(|(reason, visits)| json!({"reason": reason, "visits": visits})).collect()
}
