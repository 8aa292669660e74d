use serde::Deserialize;
use tributary_domain::ids::WebhookEndpointId;
use tributary_domain::webhook::Event;
use tributary_storage::webhooks::endpoints::{self, Endpoint, MOST, Status};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};
use url::Url;

use super::{check, distinct, new_secret, to_wire, with_secret};

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWebhookEndpoint)]
pub(crate) struct NewEndpoint {
    url: Url,
    events: Vec<Event>,
}

pub(crate) async fn create(call: &Call) -> Result<Outcome, Problem> {
    let wanted: NewEndpoint = call.request.json()?;
    check(Some(&wanted.url), Some(&wanted.events)).await?;
    let now = call.context.now();
    let id = WebhookEndpointId::new(now, call.context.id_random());
    let (secret, sealed) = new_secret(call, &id)?;
    let endpoint = Endpoint {
        id,
        url: wanted.url,
        events: distinct(wanted.events),
        secret: sealed,
        old_secret: None,
        status: Status::Active,
        disabled_reason: None,
        failing_since: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let too_many = format!("there are {MOST} endpoints already; delete one first");
    let change =
        Change::new("webhook_endpoint.create", endpoint.id.as_str(), with_secret(&endpoint, &secret))
            .status(201)
            .with(endpoints::insert(&endpoint)?)
            .on_stale(Problem::conflict("too_many_endpoints", too_many))
            .audited(None, Some(to_wire(&endpoint)));
    Ok(change.into())
}
