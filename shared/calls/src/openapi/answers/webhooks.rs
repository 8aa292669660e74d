//! Webhooks to the brand's own systems.

use tributary_domain::Timestamp;
use tributary_domain::ids::{MessageId, WebhookEndpointId};
use tributary_domain::webhook::Event;
use tributary_storage::webhooks::endpoints::Status;
use url::Url;
use utoipa::ToSchema;

/// An address that webhooks are sent to.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookEndpoint {
    id: WebhookEndpointId,
    url: Url,
    events: Vec<Event>,
    status: Status,
    /// Why it is disabled, where no person did it.
    disabled_reason: Option<String>,
    /// Since when it has taken nothing.
    failing_since: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// What signs the messages. It is shown once, when it is new.
    #[schema(nullable = false)]
    secret: Option<String>,
    /// Until when the secret before it signs too.
    #[schema(nullable = false)]
    old_secret_until: Option<Timestamp>,
}

/// How a message stands.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MessageStatus {
    Waiting,
    Delivered,
    Failed,
}

/// A message to an endpoint.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookMessage {
    id: MessageId,
    /// What it tells of.
    #[schema(rename = "type")]
    kind: String,
    timestamp: Timestamp,
    status: MessageStatus,
    attempts: u32,
    tried_at: Option<Timestamp>,
    /// The HTTP status of the answer.
    answer_status: Option<u16>,
    error: Option<String>,
    next_attempt_at: Option<Timestamp>,
}

/// A message that is sent after the answer.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookUnderWay {
    id: MessageId,
    #[schema(rename = "type")]
    kind: String,
    status: MessageStatus,
}

/// What a round of sending did.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhooksRun {
    delivered: u64,
    failed: u64,
    waiting: u64,
    retry_after_seconds: Option<u64>,
}
