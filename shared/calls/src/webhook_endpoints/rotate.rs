use serde_json::json;
use tributary_domain::webhook::overlap_ends;
use tributary_storage::webhooks::endpoints::{self, Endpoint};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::{find, new_secret, to_wire, with_secret};

/// Gives an endpoint a new secret. The one so far signs too for a day, so that no message is refused meanwhile.
pub(crate) async fn rotate(call: &Call) -> Result<Outcome, Problem> {
    let endpoint = find(call).await?;
    let now = call.context.now();
    let until = overlap_ends(now);
    let (secret, sealed) = new_secret(call, &endpoint.id)?;
    let old_secret = Some((endpoint.secret, until));
    let endpoint = Endpoint { secret: sealed, old_secret, updated_at: now, ..endpoint };
    let mut body = with_secret(&endpoint, &secret);
    if let Some(members) = body.as_object_mut() {
        members.insert("oldSecretUntil".to_owned(), json!(until));
    }
    let change = Change::new("webhook_endpoint.rotate_secret", endpoint.id.as_str(), body)
        .with(endpoints::update(&endpoint)?)
        .audited(None, Some(to_wire(&endpoint)));
    Ok(change.into())
}
