use serde_json::{Value, json};
use tributary_storage::webhooks::messages::{self, Sending};
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::find;

/// What was sent to an endpoint, and what waits to be.
pub(crate) async fn messages(call: &Call) -> Result<Outcome, Problem> {
    let endpoint = find(call).await?;
    let page = Page::of(&call.request)?;
    let after = page.after_as(|text| text.parse().ok())?;
    messages::gather(&call.context.sql).await?;
    let rows = messages::list(&call.context.sql, &endpoint.id, after, page.rows_to_read()).await?;
    Ok(Outcome::json(&rest::list_as(&page, &rows, |row| row.position().to_string(), to_wire)))
}

fn to_wire(sending: &Sending) -> Value {
    json!({
        "id": sending.id,
        "type": sending.event,
        "timestamp": sending.at,
        "status": sending.status,
        "attempts": sending.attempts,
        "triedAt": sending.tried_at,
        "answerStatus": sending.answer,
        "error": sending.error,
        "nextAttemptAt": sending.due_at,
    })
}
