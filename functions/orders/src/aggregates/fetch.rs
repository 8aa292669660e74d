use serde_json::json;
use tributary_domain::{Day, Timestamp};
use tributary_platforms::amazon::{Report, ReportBy};
use tributary_storage::aggregates;
use tributary_web::Problem;
use tributary_web::rest::bodies::AggregatesFetch;
use tributary_web::rest::{Call, Change, Outcome};

use super::kept;
use crate::amazon::Amazon;
use crate::reconcile;

/// Amazon restates a day for 28 days after it, because of returns.
const RESTATED_DAYS: i64 = 29;

/// Fetches a page of Amazon's report, by link first and then by creator; of the days that it still restates, where
/// none are named. After the last page, what Amazon no longer tells of these days is gone here too.
pub(super) async fn fetch(call: &Call) -> Result<Outcome, Problem> {
    let store = super::store(call).await?;
    let now = call.context.now();
    let wanted: AggregatesFetch = call.request.json()?;
    let at = match &wanted.cursor {
        Some(cursor) => Progress::parse(cursor)
            .ok_or_else(|| Problem::field("cursor", "invalid", "must be the nextCursor of an answer"))?,
        None => Progress::beginning(days(&wanted, now)?, now),
    };
    let amazon = Amazon::open(&call.context, &store).await.map_err(reconcile::problem)?;
    let report = amazon.report(&store, at.by, at.days, at.cursor.as_deref()).await;
    let Report { lines, cursor } = report.map_err(reconcile::problem)?;
    let next = at.next(cursor);
    let body = json!({"storeId": store.id, "from": at.days.0, "to": at.days.1, "lines": lines.len(),
        "nextCursor": next.as_ref().map(Progress::to_text)});
    let mut change = Change::new("aggregates.fetch", store.id.as_str(), body.clone())
        .with_all(kept::restated(&store, lines, now))
        .audited(None, Some(body));
    if next.is_none() {
        change = change.with(aggregates::take_out(&store.id, at.days, at.since));
    }
    Ok(change.into())
}

fn days(wanted: &AggregatesFetch, now: Timestamp) -> Result<(Day, Day), Problem> {
    let last = wanted.to.unwrap_or(now.day());
    let first = wanted.from.unwrap_or(last.start().plus_days(-RESTATED_DAYS).day());
    if first > last {
        return Err(Problem::field("to", "before_from", "must not be before from"));
    }
    Ok((first, last))
}

/// How far a fetch is: of which days, since when, in which report, and at which of its pages.
struct Progress {
    by: ReportBy,
    days: (Day, Day),
    since: Timestamp,
    cursor: Option<String>,
}

impl Progress {
    const fn beginning(days: (Day, Day), now: Timestamp) -> Self {
        Self { by: ReportBy::Link, days, since: now, cursor: None }
    }

    fn next(&self, cursor: Option<String>) -> Option<Self> {
        let by = match (self.by, &cursor) {
            (by, Some(_)) => by,
            (ReportBy::Link, None) => ReportBy::Creator,
            (ReportBy::Creator, None) => return None,
        };
        Some(Self { by, cursor, ..*self })
    }

    fn to_text(&self) -> String {
        let by = match self.by {
            ReportBy::Link => "link",
            ReportBy::Creator => "creator",
        };
        let (first, last) = self.days;
        let cursor = self.cursor.as_deref().unwrap_or_default();
        format!("{by}.{first}.{last}.{}.{cursor}", self.since.as_millis())
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(5, '.');
        let mut part = || parts.next();
        let by = match part()? {
            "link" => ReportBy::Link,
            "creator" => ReportBy::Creator,
            _ => return None,
        };
        let days = (Day::parse(part()?).ok()?, Day::parse(part()?).ok()?);
        let since = Timestamp::from_millis(part()?.parse().ok()?);
        let cursor = Some(part()?.to_owned()).filter(|cursor| !cursor.is_empty());
        Some(Self { by, days, since, cursor })
    }
}
