//! `POST /t/checkout`: which click a checkout or a cart came from (R35). The order is told by its shop's webhook, before
//! or after this: whichever comes later finds the other.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::json;
use tributary_domain::Timestamp;
use tributary_domain::order::OrderFacts;
use tributary_platforms::postback::Join;
use tributary_storage::order_references;
use tributary_storage::orders::{Kind, by_external_id};
use tributary_web::{Answer, Context, Problem, Request};

use crate::booking::{Booking, Trust, book_and_answer};
use crate::given;
use crate::shop::{self, Shop};

/// A shopper clicks before buying; the shop's clock may be off by so many milliseconds.
const TOLERANCE_MILLIS: i64 = 10 * 60 * 1_000;

/// Keeps what the page says, and books it with the order where that is known already.
pub(crate) async fn post(request: &Request) -> Result<Answer, Problem> {
    let join = Join::read(&given::fields(request)?)?;
    let context = Context::get().await?;
    context.migrated().await?;
    let click = context
        .verifier()
        .verify(&join.click_id)
        .map_err(|rejected| Problem::field("clickId", "rejected", rejected.to_string()))?;
    let shop = shop::find(&context, join.store.as_ref(), Some(&join.click_id)).await?;
    refuse_late_click(&context, &shop, &join, click.at).await?;
    let facts = OrderFacts { click_ids: BTreeSet::from([join.click_id]), ..OrderFacts::default() };
    let name = join.reference.as_str();
    let orders = order_references::say(&context.sql, &shop.id, name, &facts, context.now()).await?;
    for external_id in &orders {
        book(&context, &shop, external_id, &facts).await?;
    }
    Ok(Answer::json(200, &json!({ "joined": !orders.is_empty() })))
}

/// Anybody can send this, so a click that was made after the purchase credits nobody for it.
async fn refuse_late_click(
    context: &Context,
    shop: &Shop,
    join: &Join,
    clicked_at: Timestamp,
) -> Result<(), Problem> {
    let orders = order_references::orders_of(&context.sql, &shop.id, join.reference.as_str()).await?;
    for external_id in orders {
        let order = by_external_id(&context.sql, &shop.id, &external_id).await?;
        let latest = |placed_at: Timestamp| placed_at.as_millis().saturating_add(TOLERANCE_MILLIS);
        if order.is_some_and(|order| clicked_at.as_millis() > latest(order.placed_at)) {
            return Err(Problem::field("clickId", "too_late", "was clicked after the order was placed"));
        }
    }
    Ok(())
}

async fn book(
    context: &Rc<Context>,
    shop: &Shop,
    external_id: &str,
    facts: &OrderFacts,
) -> Result<(), Problem> {
    let booking = Booking {
        shop,
        external_id: external_id.to_owned(),
        kind: Kind::Order,
        facts: facts.clone(),
        email: None,
        actor: "pixel",
        reason: "a click of its checkout".to_owned(),
    };
    // The click id is signed, and only a click before the purchase comes here.
    book_and_answer(context, booking, Trust::Proved).await.map(drop)
}
