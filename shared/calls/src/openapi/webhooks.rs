//! What the calls about webhooks to the brand's own systems take and answer.

use serde_json::json;

use super::answers::{WebhookEndpoint, WebhookMessage, WebhookUnderWay, WebhooksRun};
use super::described::{Described, call};
use crate::webhook_endpoints;

pub(super) fn all() -> Vec<Described> {
    vec![
        call("POST /webhook-endpoints")
            .takes::<webhook_endpoints::NewEndpoint>(
                &json!({"url": "https://hooks.brand.example/tributary", "events": ["order.attributed"]}),
            )
            .gives::<WebhookEndpoint>(201),
        call("GET /webhook-endpoints").lists::<WebhookEndpoint>(),
        call("GET /webhook-endpoints/{id}").gives::<WebhookEndpoint>(200),
        call("PATCH /webhook-endpoints/{id}")
            .takes::<webhook_endpoints::Changes>(&json!({"status": "disabled"}))
            .gives::<WebhookEndpoint>(200),
        call("DELETE /webhook-endpoints/{id}").gives_nothing(204, "Nothing is sent there any more"),
        call("POST /webhook-endpoints/{id}/rotate-secret").gives::<WebhookEndpoint>(200),
        call("GET /webhook-endpoints/{id}/messages").lists::<WebhookMessage>(),
        call("POST /webhook-endpoints/run").gives::<WebhooksRun>(200),
        call("POST /webhook-endpoints/{id}/test").gives::<WebhookUnderWay>(202),
        call("POST /webhook-endpoints/{id}/messages/{messageId}/resend").gives::<WebhookUnderWay>(202),
    ]
}
