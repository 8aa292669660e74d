use serde_json::Value;
use tributary_domain::ids::CampaignId;
use tributary_storage::campaigns::{self, CampaignStatus};
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::to_wire;

pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let status = call.request.query_as("status", CampaignStatus::parse)?;
    let campaigns =
        campaigns::list(&call.context.sql, status, page.after_id(CampaignId::parse)?, page.rows_to_read())
            .await?;
    let rows: Vec<Value> = campaigns.iter().map(to_wire).collect();
    Ok(Outcome::json(&rest::list(&page, &rows, rest::id_of)))
}
