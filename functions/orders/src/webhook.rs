//! One webhook, from its bytes to its answer.
//!
//! A platform that gets a few errors in a row switches the subscription off, and sales would be lost. So only
//! two things are answered with an error: what is not the shop's, and our own trouble, after which the shop
//! sends again. What is the shop's but cannot be read is kept and answered 202 (R30). A webhook that only names
//! an order needs the shop's API: while that does not answer, neither do we, so that it comes again, but it is
//! kept from the first time on, and after a day it is answered 202 too.

use std::rc::Rc;
use std::time::Duration;

use serde_json::json;
use tributary_domain::capability::Platform;
use tributary_domain::ids::{DeliveryId, StoreId};
use tributary_platforms::{Delivery, Refused};
use tributary_web::context::task;
use tributary_web::request::Method;
use tributary_web::{Answer, Context, Problem, Request, log};

use crate::journal::Patience;
use crate::shop::{self, Shop};
use crate::take::Taken;
use crate::{journal, platforms};

/// How long a shopper waits at the most, while the shop asks us before it lets them buy. What takes longer goes on.
const SHOPPERS_PATIENCE: Duration = Duration::from_secs(1);

/// Answers a webhook.
pub(crate) async fn answer(request: &Request) -> Answer {
    let platform = address(&request.path).ok().map(|(platform, _)| platform);
    let waiting = platform.and_then(|platform| platforms::answer_to_a_waiting_shopper(platform, request));
    let Some(let_go) = waiting else {
        return receive(request).await.unwrap_or_else(|problem| refusal(request, problem));
    };
    let heard = request.clone();
    match task::within(SHOPPERS_PATIENCE, async move { receive(&heard).await }).await {
        Some(Err(problem)) if problem.status < 500 => refusal(request, problem),
        // Our own trouble is none of the shopper's: a reconciliation finds the order.
        Some(Err(problem)) => {
            refusal(request, problem);
            let_go
        }
        Some(Ok(_)) | None => let_go,
    }
}

/// The answer to an error, which is noted in the log.
fn refusal(request: &Request, problem: Problem) -> Answer {
    let request_id = tributary_web::rest::request_id();
    if let Some(internal) = &problem.internal {
        let fields = json!({"requestId": request_id, "path": request.path, "status": problem.status, "error": internal});
        log::error("webhook_failed", &fields);
    }
    problem.into_answer(&request_id)
}

async fn receive(request: &Request) -> Result<Answer, Problem> {
    let (platform, id) = address(&request.path)?;
    let context = Context::get().await?;
    context.migrated().await?;
    let mut shop = shop::find(&context, platform, &id).await?;
    if let Some(answer) = platforms::greet(&shop, request) {
        return Ok(answer);
    }
    if request.method != Method::Post {
        return Err(Problem::method_not_allowed(&["POST"]));
    }
    let delivery = Delivery::new(request.headers.iter(), &request.body);
    if platforms::verify(&context, &shop, &delivery).await?.is_err() {
        shop = shop::find_anew(&context, platform, &id).await?;
    }
    if let Err(refused) = platforms::verify(&context, &shop, &delivery).await? {
        journal::refused(&context, &shop, &delivery, &refused.to_string());
        // Signing is off in such a shop until somebody turns it on: nothing is believed, and nobody kept waiting.
        let is_unsigned = matches!(refused, Refused::NoSecret | Refused::MissingSignature);
        let waiting = platforms::answer_to_a_waiting_shopper(platform, request);
        if let Some(let_go) = waiting.filter(|_| is_unsigned) {
            return Ok(let_go);
        }
        return Err(Problem::new(401, "bad_signature", refused.to_string()));
    }
    take(&context, &shop, &delivery).await
}

async fn take(context: &Rc<Context>, shop: &Shop, delivery: &Delivery<'_>) -> Result<Answer, Problem> {
    let label = platforms::label(shop.platform, delivery);
    let taken = platforms::take(context, shop, &label, delivery).await.inspect_err(|problem| {
        if problem.status < 500 {
            journal::refused(context, shop, delivery, &problem.detail);
        }
    })?;
    match taken {
        Taken::Done { reason } => {
            if platforms::has_thin_webhooks(shop.platform) {
                journal::read_at_last(context, shop, &label).await?;
            }
            journal::done(context, shop, delivery, reason);
            Ok(Answer::json(200, &json!({"status": "done"})))
        }
        Taken::Later { reason } => match journal::not_yet(context, shop, &label, delivery, &reason).await? {
            Patience::Left => Err(later(reason)),
            Patience::Over(id) => Ok(kept(&id, &reason)),
        },
        Taken::Unreadable { reason } => {
            let id = journal::unreadable(context, shop, delivery, &reason).await?;
            log::error(
                "webhook_unreadable",
                &json!({"deliveryId": id, "storeId": shop.id, "topic": label.topic, "reason": reason}),
            );
            Ok(kept(&id, &reason))
        }
    }
}

fn kept(id: &DeliveryId, reason: &str) -> Answer {
    Answer::json(202, &json!({"status": "unreadable", "deliveryId": id, "reason": reason}))
}

/// 503: the shop sends it again, and is asked again then.
pub(crate) fn later(reason: String) -> Problem {
    let detail = "the store's API did not say what changed; send it again";
    Problem { internal: Some(reason), ..Problem::new(503, "store_unavailable", detail) }
}

/// The platform and the store of a path `/webhooks/{platform}/{storeId}`.
fn address(path: &str) -> Result<(Platform, StoreId), Problem> {
    let mut parts = path.trim_start_matches("/webhooks").trim_matches('/').split('/');
    let (platform, id, rest) = (parts.next(), parts.next(), parts.next());
    let platform = platform.and_then(|text| Platform::parse(text).ok());
    let id = id.and_then(|text| StoreId::parse(text).ok());
    match (platform, id, rest) {
        (Some(platform), Some(id), None) => Ok((platform, id)),
        _ => Err(Problem::not_found("store; the address is /webhooks/{platform}/{storeId}")),
    }
}
