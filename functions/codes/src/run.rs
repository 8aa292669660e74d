use serde_json::json;
use tributary_storage::codes;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

/// One round of the work loop.
///
/// No shop can be asked yet, so nothing is leased, and what waits goes on waiting: the answer says just that.
/// A caller need not come back for it, hence no `retryAfterSeconds`.
pub(crate) async fn run(call: &Call) -> Result<Outcome, Problem> {
    let waiting = codes::count_waiting(&call.context.sql).await?;
    Ok(Outcome::json(&json!({
        "leased": 0,
        "active": 0,
        "failed": 0,
        "waiting": waiting,
        "retryAfterSeconds": null,
    })))
}
