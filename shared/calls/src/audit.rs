//! `GET /audit`: who changed what, when and why.

use serde_json::json;
use tributary_domain::Timestamp;
use tributary_storage::audit::{self, Filter};
use tributary_web::rest::{self, Call, Outcome, Page};
use tributary_web::{Problem, Range};

pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let range = Range::of(&call.request)?;
    let page = Page::of(&call.request)?;
    let filter = Filter {
        from: range.from.unwrap_or(Timestamp::from_millis(0)),
        to: range.before.unwrap_or(Timestamp::from_millis(i64::MAX)),
        actor: call.request.query("actor"),
        before: page.after_as(|text| text.parse().ok())?,
    };
    let entries = audit::list(&call.context.sql, &filter, page.rows_to_read()).await?;
    Ok(Outcome::json(&rest::list_as(&page, &entries, |entry| entry.number.to_string(), |entry| json!(entry))))
}
