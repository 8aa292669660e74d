use serde_json::json;
use tributary_domain::ids::MessageId;
use tributary_domain::webhook::TEST;
use tributary_storage::webhooks::messages;
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::{active, under_way};

/// Sends an endpoint a message that tells of nothing, after the answer.
pub(crate) async fn try_out(call: &Call) -> Result<Outcome, Problem> {
    let endpoint = active(call).await?;
    let now = call.context.now();
    let id = MessageId::new(now, call.context.id_random());
    let data = json!({"endpointId": endpoint.id}).to_string();
    let change = Change::new("webhook_endpoint.test", endpoint.id.as_str(), under_way(id.as_str(), TEST))
        .status(202)
        .with_all(messages::test(&endpoint.id, &id, &data, now));
    Ok(change.into())
}
