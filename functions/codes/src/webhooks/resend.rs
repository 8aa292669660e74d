use tributary_domain::ids::MessageId;
use tributary_storage::webhooks::messages;
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::{active, under_way};

/// Sends a message again, under the same id, after the answer.
pub(crate) async fn resend(call: &Call) -> Result<Outcome, Problem> {
    let not_found = || Problem::not_found("message");
    let endpoint = active(call).await?;
    let id = call.id("messageId", "message", MessageId::parse)?;
    let known = messages::by_id(&call.context.sql, &endpoint.id, &id).await?.ok_or_else(not_found)?;
    let change =
        Change::new("webhook_endpoint.resend", endpoint.id.as_str(), under_way(id.as_str(), &known.event))
            .status(202)
            .with(messages::resend(&endpoint.id, &id, call.context.now()))
            .on_stale(not_found())
            .because(id.as_str());
    Ok(change.into())
}
