use serde_json::Value;
use tributary_domain::code::CodeStatus;
use tributary_domain::ids::{CreatorId, PlanId};
use tributary_storage::creators::{self, Filter};
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::to_wire;

pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let filter = Filter {
        tag: call.request.query("tag"),
        text: call.request.query("q"),
        plan: call.request.query_as("planId", PlanId::parse)?,
        code: call.request.query_as("codeStatus", CodeStatus::parse)?,
    };
    let creators =
        creators::list(&call.context.sql, &filter, page.after_id(CreatorId::parse)?, page.rows_to_read())
            .await?;
    let rows: Vec<Value> = creators.iter().map(to_wire).collect();
    Ok(Outcome::json(&rest::list(&page, &rows, rest::id_of)))
}
