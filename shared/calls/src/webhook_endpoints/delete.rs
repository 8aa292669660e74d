use serde_json::Value;
use tributary_storage::webhooks::endpoints;
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::{find, to_wire};

/// Forgets an endpoint, with what was sent there and what still waits.
pub(crate) async fn delete(call: &Call) -> Result<Outcome, Problem> {
    let endpoint = find(call).await?;
    let change = Change::new("webhook_endpoint.delete", endpoint.id.as_str(), Value::Null)
        .status(204)
        .with_all(endpoints::delete(&endpoint.id))
        .on_stale(Problem::not_found("webhook endpoint"))
        .audited(Some(to_wire(&endpoint)), None);
    Ok(change.into())
}
