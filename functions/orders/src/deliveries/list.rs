use serde_json::Value;
use tributary_domain::ids::DeliveryId;
use tributary_storage::deliveries::{self, Outcome as DeliveryOutcome};
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::to_wire;

pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let outcome = call.request.query_as("outcome", |text| DeliveryOutcome::try_from(text))?;
    // Nobody sees a body that is too old, whether or not another one had to be kept since.
    deliveries::forget_bodies(&call.context.sql, call.context.now()).await?;
    let found =
        deliveries::list(&call.context.sql, outcome, page.after_id(DeliveryId::parse)?, page.rows_to_read())
            .await?;
    let rows: Vec<Value> = found.iter().map(to_wire).collect();
    Ok(Outcome::json(&rest::list(&page, &rows, rest::id_of)))
}
