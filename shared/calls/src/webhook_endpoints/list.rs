use serde_json::Value;
use tributary_domain::ids::WebhookEndpointId;
use tributary_storage::webhooks::endpoints;
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::to_wire;

pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let found =
        endpoints::list(&call.context.sql, page.after_id(WebhookEndpointId::parse)?, page.rows_to_read())
            .await?;
    let rows: Vec<Value> = found.iter().map(to_wire).collect();
    Ok(Outcome::json(&rest::list(&page, &rows, rest::id_of)))
}
