use serde::Deserialize;
use tributary_domain::webhook::Event;
use tributary_storage::webhooks::endpoints::{self, Endpoint, Status};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};
use url::Url;

use super::{check, distinct, find, to_wire};

/// What is absent stays as it is.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WebhookEndpointChanges)]
pub(crate) struct Changes {
    url: Option<Url>,
    events: Option<Vec<Event>>,
    status: Option<Status>,
}

pub(crate) async fn update(call: &Call) -> Result<Outcome, Problem> {
    let changes: Changes = call.request.json()?;
    check(changes.url.as_ref(), changes.events.as_deref()).await?;
    let endpoint = find(call).await?;
    let before = to_wire(&endpoint);
    let endpoint = Endpoint { updated_at: call.context.now(), ..apply(endpoint, changes) };
    let body = to_wire(&endpoint);
    let change = Change::new("webhook_endpoint.update", endpoint.id.as_str(), body.clone())
        .with(endpoints::update(&endpoint)?)
        .audited(Some(before), Some(body));
    Ok(change.into())
}

/// A status that a person sets stands for itself: we had no reason, and the endpoint begins anew.
fn apply(mut endpoint: Endpoint, changes: Changes) -> Endpoint {
    if let Some(status) = changes.status {
        (endpoint.status, endpoint.disabled_reason, endpoint.failing_since) = (status, None, None);
    }
    endpoint.url = changes.url.unwrap_or(endpoint.url);
    endpoint.events = changes.events.map_or(endpoint.events, distinct);
    endpoint
}
