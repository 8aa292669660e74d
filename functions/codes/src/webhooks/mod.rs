//! Sending webhooks to the brand's own systems (R68): the one function besides `orders` that may call out does it.
//! What to send stands in the outbox, written with what happened.

mod resend;
mod round;
mod run;
mod send;
mod try_out;

use serde_json::{Value, json};
use tributary_domain::ids::WebhookEndpointId;
use tributary_storage::webhooks::endpoints::{self, Endpoint, Status};
use tributary_web::Problem;
use tributary_web::rest::elsewhere::{self, WEBHOOKS};
use tributary_web::rest::{Call, Route};

pub(crate) use round::go_on;

/// The calls that send.
pub(crate) fn routes() -> Vec<Route> {
    elsewhere::routes(
        WEBHOOKS,
        [
            |call| Box::pin(run::run(call)),
            |call| Box::pin(try_out::try_out(call)),
            |call| Box::pin(resend::resend(call)),
        ],
    )
}

/// The endpoint of a call, which must be on to be sent anything.
async fn active(call: &Call) -> Result<Endpoint, Problem> {
    let not_found = || Problem::not_found("webhook endpoint");
    let id = call.id("id", "webhook endpoint", WebhookEndpointId::parse)?;
    let endpoint = endpoints::by_id(&call.context.sql, &id).await?.ok_or_else(not_found)?;
    match endpoint.status {
        Status::Active => Ok(endpoint),
        Status::Disabled => {
            let detail = "the endpoint is disabled; set its status to active first";
            Err(Problem::conflict("endpoint_disabled", detail))
        }
    }
}

/// A message that is sent after the answer.
fn under_way(id: &str, event: &str) -> Value {
    json!({"id": id, "type": event, "status": "waiting"})
}
