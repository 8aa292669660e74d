use serde_json::{Value, json};
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use crate::work;

/// How long a round begins new codes. A scheduler's patience is longer than this and one slow answer of a shop.
const ROUND_MILLIS: i64 = 8_000;

/// One round of the work loop, for a scheduler: it works off what is due, as fast as the shops allow.
///
/// `retryAfterSeconds` is when it is worth coming back: when the next code is due, not before its shop's limit or
/// refusal is over. `null` where nothing waits.
pub(crate) async fn run(call: &Call) -> Result<Outcome, Problem> {
    let context = &call.context;
    let done = work::round(context, context.now().plus_millis(ROUND_MILLIS)).await?;
    let waiting = work::waiting(context).await?;
    let now = context.now();
    let wait = waiting.iter().map(|store| store.next_at.as_millis() - now.as_millis()).min();
    let stores: Vec<Value> = waiting
        .iter()
        .map(|store| {
            json!({
                "storeId": store.store,
                "waiting": store.codes,
                "nextAt": store.next_at,
                "reason": store.paused,
            })
        })
        .collect();
    Ok(Outcome::json(&json!({
        "leased": done.leased,
        "active": done.active,
        "failed": done.failed,
        "waiting": waiting.iter().map(|store| store.codes).sum::<u64>(),
        "retryAfterSeconds": wait.map(seconds),
        "stores": stores,
    })))
}

/// Whole seconds, rounded up, one at least.
const fn seconds(millis: i64) -> i64 {
    if millis <= 1_000 { 1 } else { (millis + 999) / 1_000 }
}
