use serde_json::Value;
use tributary_domain::code::CodeStatus;
use tributary_domain::ids::{CampaignId, CodeId, PlanId};
use tributary_storage::codes::{self, Filter};
use tributary_web::Problem;
use tributary_web::codes::to_wire;
use tributary_web::rest::{self, Call, Outcome, Page};

/// Today's codes, or with `?replaced=true` the older ones too.
pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let filter = Filter {
        plan: call.request.query_as("planId", PlanId::parse)?,
        campaign: call.request.query_as("campaignId", CampaignId::parse)?,
        status: call.request.query_as("status", CodeStatus::parse)?,
        replaced: call.request.query_as("replaced", str::parse)?.unwrap_or(false),
    };
    let codes =
        codes::list(&call.context.sql, &filter, page.after_id(CodeId::parse)?, page.rows_to_read()).await?;
    let rows: Vec<Value> = codes.iter().map(to_wire).collect();
    Ok(Outcome::json(&rest::list(&page, &rows, rest::id_of)))
}
