//! Holding what we know of a store's orders against the store itself (R34).
//!
//! Webhooks get lost: `WooCommerce` never sends one again, and a subscription may have been off. A reconciliation
//! lists the orders that changed in a time, says which of them we have with the same value, and takes in what is
//! missing or different by the same path as a webhook. It reads one page of the store's list in a call; the
//! answer's cursor leads to the next.

mod compare;
mod listing;
mod run;

use serde_json::{Value, json};
use tributary_domain::ids::StoreId;
use tributary_domain::{Day, FieldErrors, Timestamp};
use tributary_web::Problem;
use tributary_web::rest::bodies::Reconciliation;
use tributary_web::rest::elsewhere::{self, RECONCILIATIONS};
use tributary_web::rest::{Call, Change, Outcome, Route};

use crate::shop;
use crate::shop_api::{Api, NotTold};
use crate::webhook;
use compare::Report;
use listing::{Cursor, Window};

/// The calls that reconcile.
pub(crate) fn routes() -> Vec<Route> {
    elsewhere::routes(RECONCILIATIONS, [|call| Box::pin(reconcile(call)), |call| Box::pin(run::run(call))])
}

/// One page of a store's orders that changed between two moments.
async fn reconcile(call: &Call) -> Result<Outcome, Problem> {
    let store = call.id("id", "store", StoreId::parse)?;
    let wanted: Reconciliation = call.request.json()?;
    let window = window(&wanted)?;
    let cursor = wanted.cursor.as_deref().map(Cursor::parse).transpose()?;
    let shop = shop::of(&call.context, &store).await?;
    let api = Api::of(&call.context, &store).await?.map_err(problem)?;
    let page = listing::page(&call.context, &api, &shop, window, cursor).await.map_err(problem)?;
    let next = page.next.as_ref().map(Cursor::to_text);
    let report = Report::of(&call.context, &shop, page).await?;
    let mut body = report.to_wire();
    let more = json!({"storeId": store, "from": window.from, "to": window.to, "nextCursor": next});
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    let change = Change::new("store.reconcile", store.as_str(), body).audited(None, Some(report.counts()));
    Ok(change.into())
}

/// A day as `to` is the last one inside; a time as `to` is the first moment outside.
fn window(wanted: &Reconciliation) -> Result<Window, Problem> {
    let mut errors = FieldErrors::default();
    let from = errors.keep("from", Timestamp::parse(&wanted.from));
    let to = Day::parse(&wanted.to).map(|day| day.next().start()).or_else(|_| Timestamp::parse(&wanted.to));
    let to = errors.keep("to", to);
    match (from, to) {
        (Some(from), Some(to)) if from < to => return Ok(Window { from, to }),
        (Some(_), Some(_)) => errors.add("to", "not_after_from", "must be after from"),
        _ => {}
    }
    Err(Problem::from(errors))
}

/// What is answered where the store did not tell.
pub(crate) fn problem(not_told: NotTold) -> Problem {
    match not_told {
        NotTold::Later(reason) => webhook::later(reason),
        NotTold::Never(reason) => Problem::conflict("store_not_readable", reason),
    }
}
