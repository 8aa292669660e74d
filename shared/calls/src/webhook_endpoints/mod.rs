//! `/webhook-endpoints`: where the brand's own systems hear of what happens (R68). Trying one and sending again stand in
//! the function that may send.

mod create;
mod delete;
mod get;
mod list;
mod messages;
mod rotate;
mod update;

pub(crate) use create::{NewEndpoint, create};
pub(crate) use delete::delete;
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use messages::messages;
pub(crate) use rotate::rotate;
pub(crate) use update::{Changes, update};

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tributary_domain::FieldErrors;
use tributary_domain::ids::WebhookEndpointId;
use tributary_domain::webhook::{Event, check_target};
use tributary_platforms::standard_webhooks::Secret;
use tributary_storage::webhooks::endpoints::{self, Endpoint};
use tributary_web::Problem;
use tributary_web::context::{outbound, random};
use tributary_web::rest::Call;
use tributary_web::seal::endpoint_place;
use url::Url;

async fn find(call: &Call) -> Result<Endpoint, Problem> {
    let id = call.id("id", "webhook endpoint", WebhookEndpointId::parse)?;
    endpoints::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("webhook endpoint"))
}

fn to_wire(endpoint: &Endpoint) -> Value {
    json!({
        "id": endpoint.id,
        "url": endpoint.url,
        "events": endpoint.events,
        "status": endpoint.status,
        "disabledReason": endpoint.disabled_reason,
        "failingSince": endpoint.failing_since,
        "createdAt": endpoint.created_at,
        "updatedAt": endpoint.updated_at,
    })
}

/// The same with its secret, which is shown this once.
fn with_secret(endpoint: &Endpoint, secret: &Secret) -> Value {
    let mut body = to_wire(endpoint);
    if let Some(members) = body.as_object_mut() {
        members.insert("secret".to_owned(), json!(secret.reveal()));
    }
    body
}

async fn check(url: Option<&Url>, events: Option<&[Event]>) -> Result<(), Problem> {
    let mut errors = FieldErrors::default();
    if let Some(url) = url {
        errors.keep("url", check_target(url, &outbound::named_hosts().await));
    }
    if events.is_some_and(<[Event]>::is_empty) {
        errors.add("events", "required", "name one event at least");
    }
    Ok(errors.into_result()?)
}

/// Each event once.
fn distinct(events: Vec<Event>) -> Vec<Event> {
    events.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

/// A new secret of an endpoint, and the same sealed.
fn new_secret(call: &Call, id: &WebhookEndpointId) -> Result<(Secret, String), Problem> {
    let secret = Secret::new(random());
    let sealed = call.context.seal_at(&endpoint_place(id), &secret.reveal())?;
    Ok((secret, sealed))
}
