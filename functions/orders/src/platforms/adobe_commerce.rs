//! Adobe Commerce and Magento: Adobe's events, and the shop's own webhooks, for which a shopper waits.
//!
//! A store's webhook secrets are here what proves a delivery: the client id of the brand's project at Adobe, to
//! which its events are addressed, and the shop's public key in PEM, with which it signs its webhooks.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;
use tributary_domain::Timestamp;
use tributary_platforms::adobe_commerce::{PublicKey, events, registration, webhook};
use tributary_platforms::{Delivery, Refused};
use tributary_storage::{Sql, adobe_keys};
use tributary_web::context::outbound;
use tributary_web::context::task::{sleep, spawn};
use tributary_web::request::Method;
use tributary_web::{Answer, Context, Problem, Request, log};

use super::Label;
use crate::shop::Shop;
use crate::take::{self, Taken};

/// What a webhook of the shop's own is called in the log: it has no name of itself.
const WEBHOOK: &str = "webhook";
const PEM: &str = "-----BEGIN";
/// Adobe takes its address to be called only once it has our answer.
const AFTER_THE_ANSWER: Duration = Duration::from_secs(1);

thread_local! {
    /// Whether a registration is being confirmed: strangers do not make us call Adobe many times at once.
    static CONFIRMING: Cell<bool> = const { Cell::new(false) };
}

/// Answers Adobe's questions whether this address takes events: a challenge with itself; and where Adobe wants an
/// address of its own to be called instead, that is done after the answer, which Adobe waits for first.
pub(super) fn greet(shop: &Shop, request: &Request) -> Option<Answer> {
    if request.method == Method::Get {
        let challenge = request.query("challenge").filter(|text| registration::is_challenge(text))?;
        return Some(Answer::bytes(200, "text/plain; charset=utf-8", challenge));
    }
    // Events come to stores that have a client id; others have no registration to confirm.
    let url = registration::confirmation(&request.body).filter(|_| has_client_id(shop))?;
    if !CONFIRMING.replace(true) {
        spawn(async move {
            sleep(AFTER_THE_ANSWER).await;
            let outcome = ask(&url).await.map(|answer| answer.status());
            if !outcome.as_ref().is_ok_and(http::StatusCode::is_success) {
                log::warn("adobe_registration_not_confirmed", &json!({"answer": format!("{outcome:?}")}));
            }
            CONFIRMING.set(false);
        });
    }
    Some(Answer::json(200, &json!({"status": "confirming"})))
}

fn has_client_id(shop: &Shop) -> bool {
    shop.webhook_secrets.iter().any(|secret| !is_key(secret))
}

fn is_key(secret: &str) -> bool {
    secret.trim().starts_with(PEM)
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
        shop.webhook_secrets.iter().map(String::as_str).partition(|secret| is_key(secret));
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
    let fetched = fetch(path).await.map_err(|why| Problem {
        internal: Some(format!("{}: {why}", path.url())),
        ..Problem::new(503, "key_unavailable", "Adobe's key cannot be had at the moment; send it again")
    })?;
    let Some(pem) = fetched else { return Ok(None) };
    context.sql.execute(adobe_keys::keep(path.as_str(), &pem, now)).await?;
    Ok(PublicKey::parse(&pem).ok())
}

async fn fetch(path: &events::KeyPath) -> Result<Option<String>, String> {
    let answer = ask(&path.url()).await?;
    events::read_key(answer).map_err(|why| why.to_string())
}

async fn ask(url: &str) -> Result<http::Response<Vec<u8>>, String> {
    let request = http::Request::get(url).body(Vec::new()).map_err(|error| error.to_string())?;
    outbound::send(request).await.map_err(|error| error.to_string())
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
