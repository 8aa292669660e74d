//! One webhook, from its bytes to its answer.
//!
//! A platform that gets a few errors in a row switches the subscription off, and sales would be lost. So only
//! two things are answered with an error: what is not the shop's, and our own trouble, after which the shop
//! sends again. What is the shop's but cannot be read is kept and answered 202 (R30).

use std::rc::Rc;

use serde_json::json;
use tributary_domain::capability::Platform;
use tributary_domain::ids::StoreId;
use tributary_platforms::Delivery;
use tributary_web::request::Method;
use tributary_web::{Answer, Context, Problem, Request, log};

use crate::shop::{self, Shop};
use crate::take::Taken;
use crate::{journal, platforms};

/// Answers a webhook.
pub(crate) async fn answer(request: &Request) -> Answer {
    match receive(request).await {
        Ok(answer) => answer,
        Err(problem) => {
            let request_id = tributary_web::rest::request_id();
            if let Some(internal) = &problem.internal {
                let fields = json!({"requestId": request_id, "path": request.path, "status": problem.status, "error": internal});
                log::error("webhook_failed", &fields);
            }
            problem.into_answer(&request_id)
        }
    }
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
        return Err(Problem::new(405, "method_not_allowed", "webhooks are sent by POST"));
    }
    let delivery = Delivery::new(request.headers.iter(), &request.body);
    if platforms::verify(&shop, &delivery, context.now()).is_err() {
        shop = shop::find_anew(&context, platform, &id).await?;
    }
    if let Err(refused) = platforms::verify(&shop, &delivery, context.now()) {
        journal::refused(&context, &shop, &delivery, &refused.to_string());
        return Err(Problem::new(401, "bad_signature", refused.to_string()));
    }
    take(&context, &shop, &delivery).await
}

async fn take(context: &Rc<Context>, shop: &Shop, delivery: &Delivery<'_>) -> Result<Answer, Problem> {
    let label = platforms::label(shop.platform, delivery);
    match platforms::take(context, shop, &label, delivery).await? {
        Taken::Done { reason } => {
            journal::done(context, shop, delivery, reason);
            Ok(Answer::json(200, &json!({"status": "done"})))
        }
        Taken::Unreadable { reason } => {
            let id = journal::unreadable(context, shop, delivery, &reason).await?;
            log::error(
                "webhook_unreadable",
                &json!({"deliveryId": id, "storeId": shop.id, "topic": label.topic, "reason": reason}),
            );
            Ok(Answer::json(202, &json!({"status": "unreadable", "deliveryId": id, "reason": reason})))
        }
    }
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
