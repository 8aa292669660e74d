//! `POST /stores/{id}/check`: tries a store's credentials in its shop (R73).

use serde_json::json;
use tributary_platforms::shop_api::{Done, Failure, Task};
use tributary_storage::shops;
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use crate::shop::ShopDesk;

/// Asks the shop whether it knows us, and what it does not let us do, in its own words.
///
/// Codes that wait because the shop refused us go on at once where it no longer does.
pub(crate) async fn check(call: &Call) -> Result<Outcome, Problem> {
    let desk = ShopDesk::of_call(call).await?;
    let id = &desk.store.id;
    let (works, missing, reason) = match desk.ask(Task::Check).await {
        Ok(Done::Ready { missing }) if missing.is_empty() => (true, missing, None),
        Ok(Done::Ready { missing }) => {
            let reason = format!("the credentials lack {}", missing.join(", "));
            (false, missing, Some(reason))
        }
        Ok(_) => (false, Vec::new(), Some("the shop answered something else".to_owned())),
        Err(failure) => (false, Vec::new(), Some(words(&failure))),
    };
    let body = json!({"storeId": id, "ok": works, "missing": missing, "reason": reason});
    if !works {
        return Ok(Outcome::json(&body));
    }
    Ok(Change::new("store.check", id.as_str(), body).with(shops::resume(id)).into())
}

fn words(failure: &Failure) -> String {
    match failure {
        Failure::Throttled { .. } => "the shop asks us to slow down; try again in a moment".to_owned(),
        other => other.to_string(),
    }
}
