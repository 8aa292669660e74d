use serde_json::json;
use tributary_domain::webhook::kept_since;
use tributary_storage::orders;
use tributary_storage::webhooks::{messages, work};
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use super::round::round;

/// How long a round begins to send. A scheduler's patience is longer than this and one slow answer.
const ROUND_MILLIS: i64 = 8_000;

/// One round, for a scheduler: sends what is due, and forgets what is old.
///
/// `retryAfterSeconds` is when the next message is due that waits already; `null` where none does.
pub(crate) async fn run(call: &Call) -> Result<Outcome, Problem> {
    let context = &call.context;
    // An approval by the end of a hold period is a message, whether or not somebody looks at the conversion.
    orders::release_held(&context.sql, context.now()).await?;
    messages::forget(&context.sql, kept_since(context.now())).await?;
    let done = round(context, context.now().plus_millis(ROUND_MILLIS)).await?;
    let waiting = work::waiting(&context.sql).await?;
    let wait = waiting.next_at.map(|next| next.as_millis() - context.now().as_millis());
    Ok(Outcome::json(&json!({
        "delivered": done.delivered,
        "failed": done.failed,
        "waiting": waiting.messages,
        "retryAfterSeconds": wait.map(seconds),
    })))
}

/// Whole seconds, rounded up, one at least.
const fn seconds(millis: i64) -> i64 {
    if millis <= 1_000 { 1 } else { (millis + 999) / 1_000 }
}
