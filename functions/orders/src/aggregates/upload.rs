use serde_json::json;
use tributary_platforms::amazon;
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::kept;

/// Lines of a file; Amazon's own reports have no more in a page.
const MOST_LINES: usize = 10_000;

/// Takes a file of Amazon's report in: CSV with a line of names, or JSON.
pub(super) async fn upload(call: &Call) -> Result<Outcome, Problem> {
    let store = super::store(call).await?;
    let is_csv = call.request.headers.get("content-type").is_some_and(|kind| kind.contains("csv"));
    let read = if is_csv { amazon::read_csv } else { amazon::read_json };
    let lines = read(&call.request.body, store.currency)
        .map_err(|unreadable| Problem::field("body", "unreadable", unreadable.to_string()))?;
    if lines.len() > MOST_LINES {
        let detail = format!("has {} lines; send at most {MOST_LINES} at once", lines.len());
        return Err(Problem::field("body", "too_many", detail));
    }
    let body = json!({"storeId": store.id, "lines": lines.len()});
    let change = Change::new("aggregates.upload", store.id.as_str(), body.clone())
        .with_all(kept::restated(&store, lines, call.context.now()))
        .audited(None, Some(body));
    Ok(change.into())
}
