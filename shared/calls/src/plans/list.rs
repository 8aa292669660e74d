use serde_json::Value;
use tributary_domain::ids::{PlanId, StoreId};
use tributary_storage::plans;
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::to_wire;

pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let store = call.request.query_as("storeId", StoreId::parse)?;
    let plans =
        plans::list(&call.context.sql, store.as_ref(), page.after_id(PlanId::parse)?, page.rows_to_read())
            .await?;
    let rows: Vec<Value> = plans.iter().map(to_wire).collect();
    Ok(Outcome::json(&rest::list(&page, &rows, rest::id_of)))
}
