use serde_json::{Value, json};
use tributary_domain::Day;
use tributary_domain::rates::RateDay;
use tributary_storage::rates;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome, Page, cut};

use super::to_wire;

/// Rates, the newest day first; a day with several bases has a line for each. `limit` counts days.
pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let before = page.after_as(|text| Day::parse(text).ok())?;
    let lines = rates::list(&call.context.sql, before, page.rows_to_read()).await?;
    let days: Vec<&[RateDay]> = lines.chunk_by(|a, b| a.day == b.day).collect();
    let day_of = |day: &&[RateDay]| day.first().map(|line| line.day.to_string()).unwrap_or_default();
    let (shown, next) = cut(&page, &days, day_of);
    let data: Vec<Value> = shown.iter().copied().flatten().map(to_wire).collect();
    Ok(Outcome::json(&json!({ "data": data, "nextCursor": next })))
}
