//! What we hold of a buyer, shown or forgotten (R38): by a platform's privacy topics, and by the brand's own call.
//!
//! Of a buyer we keep a keyed hash of the e-mail address on their orders, and nothing else. Forgetting takes the
//! hash away, for good, and leaves what the order was worth and who is credited. A body that could not be read is
//! kept as it came, and may hold anything: it is let go where the address stands in it.

use std::rc::Rc;

use serde_json::{Value, json};
use tributary_domain::ids::DeliveryId;
use tributary_domain::keys::{Purpose, buyer_hash};
use tributary_domain::order::OrderFacts;
use tributary_storage::deliveries;
use tributary_storage::orders::book::{Incoming, Take};
use tributary_storage::orders::{self, OrderRow};
use tributary_web::rest::bodies::Buyer;
use tributary_web::rest::elsewhere::{self, PRIVACY};
use tributary_web::rest::{Call, Change, Outcome, Route};
use tributary_web::{Context, Problem, till};

/// Orders that are read at a time.
const PAGE: u32 = 200;
/// The longest address that there can be (RFC 5321).
const LONGEST_EMAIL: usize = 254;

/// The calls about buyers.
pub(crate) fn routes() -> Vec<Route> {
    elsewhere::routes(PRIVACY, [|call| Box::pin(export(call)), |call| Box::pin(erase(call))])
}

/// The address that the body names.
fn address(call: &Call) -> Result<String, Problem> {
    let buyer: Buyer = call.request.json()?;
    let email = buyer.email.trim();
    let is_address = email.len() <= LONGEST_EMAIL
        && email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if is_address {
        Ok(email.to_owned())
    } else {
        Err(Problem::field("email", "invalid", "must be an e-mail address"))
    }
}

/// Everything that we hold of a buyer.
async fn export(call: &Call) -> Result<Outcome, Problem> {
    let email = address(call)?;
    let orders = orders_of(&call.context, &email).await?;
    let kept = kept_bodies(&call.context, &email).await?;
    let orders: Vec<Value> = orders.iter().map(to_wire).collect();
    let body = json!({"orders": orders, "unreadableDeliveries": kept});
    // Who looked, and when, is noted; whom for is not.
    let seen = json!({"orders": orders.len(), "unreadableDeliveries": kept.len()});
    Ok(Change::new("privacy.export", "buyer", body).audited(None, Some(seen)).into())
}

/// Forgets a buyer; the money stays.
async fn erase(call: &Call) -> Result<Outcome, Problem> {
    let email = address(call)?;
    let found = orders_of(&call.context, &email).await?;
    for row in &found {
        forget(&call.context, row, "privacy.erase").await?;
    }
    let kept = kept_bodies(&call.context, &email).await?;
    let body = json!({"orders": found.len(), "unreadableDeliveries": kept.len()});
    let change = Change::new("privacy.erase", "buyer", body.clone())
        .with_all(kept.iter().map(deliveries::forget_body))
        .audited(None, Some(body));
    Ok(change.into())
}

/// The orders of a buyer, under every key that hashes may have been made with.
pub(crate) async fn orders_of(context: &Context, email: &str) -> Result<Vec<OrderRow>, Problem> {
    let mut found: Vec<OrderRow> = Vec::new();
    for key in context.keys.all() {
        let hash = buyer_hash(&key.derive(Purpose::Buyer), email);
        let mut after = None;
        loop {
            let page = orders::of_buyer(&context.sql, &hash, after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id.clone());
            found.extend(page);
        }
    }
    found.sort_by(|one, other| one.id.cmp(&other.id));
    found.dedup_by(|one, other| one.id == other.id);
    Ok(found)
}

/// Forgets an order's buyer, for good: a late webhook does not bring them back.
pub(crate) async fn forget(context: &Rc<Context>, row: &OrderRow, reason: &str) -> Result<(), Problem> {
    let incoming = Incoming {
        store: row.store.clone(),
        currency: row.net.currency,
        external_id: row.external_id.clone(),
        kind: row.kind,
        facts: OrderFacts { redacted: true, ..OrderFacts::default() },
        actor: "privacy".to_owned(),
        reason: reason.to_owned(),
    };
    till::book(context, incoming, Take::Merged).await?;
    Ok(())
}

async fn kept_bodies(context: &Context, email: &str) -> Result<Vec<DeliveryId>, Problem> {
    let wanted = email.to_lowercase();
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = deliveries::with_bodies(&context.sql, after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = Some(last.id.clone());
        let holds = |body: &Option<Vec<u8>>| {
            body.as_ref().is_some_and(|body| String::from_utf8_lossy(body).to_lowercase().contains(&wanted))
        };
        found.extend(page.into_iter().filter(|kept| holds(&kept.body)).map(|kept| kept.id));
    }
}

fn to_wire(row: &OrderRow) -> Value {
    json!({
        "orderId": row.id,
        "storeId": row.store,
        "externalId": row.external_id,
        "number": row.number,
        "kind": row.kind.as_str(),
        "status": row.status,
        "total": row.total,
        "net": row.net,
        "codes": row.codes,
        "clickIds": row.facts.click_ids,
        "emailHashes": row.facts.buyers,
        "placedAt": row.placed_at,
        "receivedAt": row.received_at,
    })
}
