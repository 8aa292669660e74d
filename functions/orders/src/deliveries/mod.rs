//! `/deliveries`: what became of webhooks, and another try for those that could not be read.

mod list;
mod retry;

use serde_json::{Value, json};
use tributary_storage::deliveries::Delivery;
use tributary_web::rest::Route;
use tributary_web::rest::elsewhere::{self, DELIVERIES};

/// The calls about deliveries.
pub(crate) fn routes() -> Vec<Route> {
    elsewhere::routes(DELIVERIES, [|call| Box::pin(list::list(call)), |call| Box::pin(retry::retry(call))])
}

fn to_wire(delivery: &Delivery) -> Value {
    json!({
        "id": delivery.id,
        "storeId": delivery.store,
        "topic": delivery.topic,
        "externalId": delivery.external_id,
        "outcome": delivery.outcome.as_str(),
        "reason": delivery.reason,
        "receivedAt": delivery.received_at,
    })
}
