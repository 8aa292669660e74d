//! Adobe Commerce and Magento: Adobe's events, and the shop's own webhooks, for which a shopper waits.
//!
//! A store's webhook secrets are here what proves a delivery: the client id of the brand's project at Adobe, to
//! which its events are addressed, and the shop's public key in PEM, with which it signs its webhooks.

use std::rc::Rc;

use tributary_domain::Timestamp;
use tributary_platforms::adobe_commerce::{PublicKey, events, webhook};
use tributary_platforms::{Delivery, Refused};
use tributary_storage::{Sql, adobe_keys};
use tributary_web::context::outbound;
use tributary_web::request::Method;
use tributary_web::{Answer, Context, Problem, Request};

use super::Label;
use crate::shop::Shop;
use crate::take::{self, Taken};

/// What a webhook of the shop's own is called in the log: it has no name of itself.
const WEBHOOK: &str = "webhook";
const PEM: &str = "-----BEGIN";
/// A challenge is a UUID.
const LONGEST_CHALLENGE: usize = 128;

/// Answers Adobe's question whether this address takes events: with what it asked with.
pub(super) fn greet(request: &Request) -> Option<Answer> {
    let challenge = request.query("challenge").filter(|_| request.method == Method::Get)?;
    let is_one =
        challenge.len() <= LONGEST_CHALLENGE && challenge.bytes().all(|byte| byte.is_ascii_graphic());
    is_one.then(|| Answer::bytes(200, "text/plain; charset=utf-8", challenge))
}

/// Whether a shopper waits for the answer.
pub(super) fn shopper_waits(request: &Request) -> bool {
    webhook::is_one(&Delivery::new(request.headers.iter(), &[]))
}

/// What lets the shopper go on.
pub(super) fn let_go() -> Answer {
    Answer::bytes(200, "application/json", webhook::SUCCESS)
}

/// What a delivery calls itself.
pub(super) fn label(delivery: &Delivery<'_>) -> Label {
    if webhook::is_one(delivery) {
        let delivery_id = webhook::request_id(delivery).map(ToOwned::to_owned);
        return Label { topic: WEBHOOK.to_owned(), delivery_id };
    }
    let (topic, delivery_id) = events::label(delivery.body());
    Label { topic: topic.unwrap_or_default(), delivery_id }
}

/// Whether the shop or Adobe sent it.
///
/// # Errors
/// The database's trouble, or Adobe's where its key cannot be had. In the inner result: why it is refused.
pub(super) async fn verify(
    context: &Rc<Context>,
    shop: &Shop,
    delivery: &Delivery<'_>,
) -> Result<Result<(), Refused>, Problem> {
    let (keys, client_ids): (Vec<&str>, Vec<&str>) =
        shop.webhook_secrets.iter().map(String::as_str).partition(|secret| secret.trim().starts_with(PEM));
    if webhook::is_one(delivery) {
        let keys: Vec<PublicKey> = keys.iter().filter_map(|pem| PublicKey::parse(pem).ok()).collect();
        return Ok(webhook::verify(delivery, &keys));
    }
    if client_ids.is_empty() {
        return Ok(Err(Refused::NoSecret));
    }
    let claims = match events::claims(delivery) {
        Ok(claims) => claims,
        Err(refused) => return Ok(Err(refused)),
    };
    // Before any key is fetched: strangers do not make us call Adobe.
    if !events::are_for(delivery.body(), &client_ids) {
        return Ok(Err(Refused::WrongToken));
    }
    let mut trouble = None;
    for claim in claims {
        match key(context, &claim.key).await {
            Ok(Some(key)) if claim.holds(&key, delivery.body()) => return Ok(Ok(())),
            Ok(_) => {}
            Err(problem) => trouble = Some(problem),
        }
    }
    trouble.map_or(Ok(Err(Refused::WrongSignature)), Err)
}

/// A key of Adobe's, which all instances share for a day; `None` where Adobe has no such key.
async fn key(context: &Context, path: &events::KeyPath) -> Result<Option<PublicKey>, Problem> {
    let now = context.now();
    let oldest = Timestamp::from_millis(now.as_millis().saturating_sub(events::KEY_KEPT_HOURS * 3_600_000));
    if let Some(pem) = adobe_keys::find(&context.sql, path.as_str(), oldest).await? {
        return Ok(PublicKey::parse(&pem).ok());
    }
    let unavailable = |why: String| Problem {
        internal: Some(format!("{}: {why}", path.url())),
        ..Problem::new(503, "key_unavailable", "Adobe's key cannot be had at the moment; send it again")
    };
    let request = http::Request::get(path.url()).body(Vec::new());
    let request = request.map_err(|error| unavailable(error.to_string()))?;
    let response = outbound::send(request).await.map_err(|error| unavailable(error.to_string()))?;
    if response.status().is_client_error() {
        return Ok(None);
    }
    let pem = String::from_utf8(response.into_body()).unwrap_or_default();
    let Ok(key) = PublicKey::parse(&pem) else { return Err(unavailable("no public key".to_owned())) };
    context.sql.execute(adobe_keys::keep(path.as_str(), &pem, now)).await?;
    Ok(Some(key))
}

/// Takes a verified delivery in.
pub(super) async fn take(
    context: &Rc<Context>,
    shop: &Shop,
    label: &Label,
    delivery: &Delivery<'_>,
) -> Result<Taken, Problem> {
    let read = if label.topic == WEBHOOK {
        webhook::parse(delivery.body(), shop.currency).map(|update| vec![update])
    } else {
        events::parse(delivery.body(), shop.currency)
    };
    match read {
        Ok(updates) if updates.is_empty() => {
            Ok(Taken::Done { reason: Some("an event that is not ours".to_owned()) })
        }
        Ok(updates) => {
            for update in updates {
                take::order(context, shop, update, &label.topic).await?;
            }
            Ok(Taken::Done { reason: None })
        }
        Err(unreadable) => Ok(Taken::Unreadable { reason: unreadable.to_string() }),
    }
}
