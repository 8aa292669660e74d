//! `/orders`: what the stores' webhooks added up to, and why each is credited as it is.

mod attribution;
mod get;
mod list;

pub(crate) use attribution::attribution;
pub(crate) use get::get;
pub(crate) use list::list;

use serde_json::{Value, json};
use tributary_domain::ids::{ConversionId, OrderId};
use tributary_storage::orders::{self, OrderRow};
use tributary_web::Problem;
use tributary_web::rest::Call;

async fn find(call: &Call) -> Result<OrderRow, Problem> {
    let id = call.id("id", "order", OrderId::parse)?;
    call.context.settle().await?;
    orders::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("order"))
}

/// Without the buyer: the hash of an address is nobody's business outside.
fn to_wire(order: &OrderRow) -> Value {
    json!({
        "id": order.id,
        "storeId": order.store,
        "externalId": order.external_id,
        "kind": order.kind.as_str(),
        "number": order.number,
        "status": order.status,
        "net": order.net,
        "total": order.total,
        "codes": order.codes,
        "test": order.test,
        "customer": order.facts.customer,
        "placedAt": order.placed_at,
        "receivedAt": order.received_at,
        "updatedAt": order.updated_at,
        "conversionId": order.enrollment.is_some().then(|| ConversionId::from(&order.id)),
        "enrollmentId": order.enrollment,
        "creatorId": order.creator,
        "campaignId": order.campaign,
    })
}
