use serde_json::Value;
use tributary_domain::ids::PayoutId;
use tributary_storage::conversions::Sort;
use tributary_storage::payouts;
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::to_wire;

pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let sort = call.request.query_as("sort", Sort::parse)?.unwrap_or_default();
    let after = page.after_id(PayoutId::parse)?;
    let payouts = payouts::list(&call.context.sql, sort, after, page.rows_to_read()).await?;
    let rows: Vec<Value> = payouts.iter().map(to_wire).collect();
    Ok(Outcome::json(&rest::list(&page, &rows, rest::id_of)))
}
