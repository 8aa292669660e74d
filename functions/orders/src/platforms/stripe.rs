//! What each of Stripe's events means for us.

use std::rc::Rc;

use tributary_domain::code::is_shops_id;
use tributary_domain::order::OrderFacts;
use tributary_platforms::Delivery;
use tributary_platforms::stripe::{self, Parsed, reads};
use tributary_storage::Sql;
use tributary_storage::codes::names;
use tributary_web::{Context, Problem};

use super::Label;
use crate::shop::Shop;
use crate::shop_api::Api;
use crate::take::{self, Taken};

/// What an event calls itself.
pub(super) fn label(delivery: &Delivery<'_>) -> Label {
    Label { topic: stripe::topic(delivery), delivery_id: stripe::event_id(delivery) }
}

/// Takes a verified event in.
pub(super) async fn take(
    context: &Rc<Context>,
    shop: &Shop,
    label: &Label,
    delivery: &Delivery<'_>,
) -> Result<Taken, Problem> {
    let Parsed { order, asides } = match stripe::parse(delivery.body()) {
        Ok(parsed) => parsed,
        Err(unreadable) => return Ok(Taken::Unreadable { reason: unreadable.to_string() }),
    };
    let is_ours = order.is_some() || !asides.is_empty();
    if let Some(update) = order {
        take::order(context, shop, update, &label.topic).await?;
    }
    for aside in asides {
        take::aside(context, shop, aside, &label.topic).await?;
    }
    let reason = (!is_ours).then(|| "an event that is not ours".to_owned());
    Ok(Taken::Done { reason })
}

/// Asks the account for the texts of the promotion codes that an order names by their ids, where they are not known.
/// Those that it does not tell stay unmatched until a replay (R44): the sale is worth more than its code.
///
/// # Errors
/// The database's trouble.
pub(super) async fn learn_codes(context: &Context, shop: &Shop, facts: &OrderFacts) -> Result<(), Problem> {
    let ids = facts.codes().into_iter().filter(|code| is_shops_id(code));
    let wanted = ids.map(|id| (shop.id.clone(), id.to_owned())).collect();
    let known = names::texts(&context.sql, &wanted).await?;
    let mut unknown = wanted.iter().filter(|name| !known.contains_key(name)).peekable();
    if unknown.peek().is_none() {
        return Ok(());
    }
    let Ok(api) = Api::of(context, &shop.id).await? else { return Ok(()) };
    for (store, id) in unknown {
        let told = api.read(context, &reads::promotion_code(id)).await.ok().flatten();
        if let Some(text) = told.and_then(|body| reads::read_promotion_code(&body).ok()) {
            context.sql.execute(names::learn(store, id, &text)).await?;
        }
    }
    Ok(())
}
