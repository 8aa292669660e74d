//! Taking in what a webhook says.

use std::rc::Rc;

use tributary_platforms::OrderUpdate;
use tributary_storage::orders::Kind;
use tributary_storage::orders::book::{Incoming, book};
use tributary_web::{Context, Problem};

use crate::shop::Shop;

/// What became of a delivery that is the shop's.
pub(crate) enum Taken {
    /// Taken in, known already, or none of our business.
    Done {
        /// What there is to say of it.
        reason: Option<String>,
    },
    /// It cannot be read.
    Unreadable {
        /// Which field and why.
        reason: String,
    },
}

/// Books what a delivery says of an order.
pub(crate) async fn order(
    context: &Rc<Context>,
    shop: &Shop,
    update: OrderUpdate,
    topic: &str,
) -> Result<(), Problem> {
    let OrderUpdate { external_id, mut facts, buyer_email } = update;
    facts.buyers.extend(buyer_email.map(|email| context.buyer(email.expose())));
    let incoming = Incoming {
        store: shop.id.clone(),
        currency: shop.currency,
        external_id,
        kind: Kind::Order,
        facts,
        actor: shop.platform.as_str().to_owned(),
        reason: topic.to_owned(),
    };
    book(&context.sql, context.verifier(), context.now(), context.id_random(), &incoming).await?;
    Ok(())
}
