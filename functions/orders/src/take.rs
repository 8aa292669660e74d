//! Taking in what a webhook says.

use std::rc::Rc;

use tributary_domain::order::OrderFacts;
use tributary_platforms::{Aside, OrderUpdate, Reference};
use tributary_storage::order_references;
use tributary_storage::orders::Kind;
use tributary_storage::orders::book::{Incoming, Take};
use tributary_web::{Context, Problem, till};

use crate::platforms;
use crate::shop::Shop;

/// What became of a delivery that is the shop's.
pub(crate) enum Taken {
    /// Taken in, known already, or none of our business.
    Done {
        /// What there is to say of it.
        reason: Option<String>,
    },
    /// It cannot be read now, because the shop does not answer: the shop is to send it again.
    Later {
        /// What the shop did instead.
        reason: String,
    },
    /// It cannot be read.
    Unreadable {
        /// Which field and why.
        reason: String,
    },
}

/// Books what a delivery says of an order, and what was said of it by another name.
pub(crate) async fn order(
    context: &Rc<Context>,
    shop: &Shop,
    update: OrderUpdate,
    topic: &str,
) -> Result<(), Problem> {
    let OrderUpdate { external_id, mut facts, buyer_email, references } = update;
    if let Some(email) = buyer_email {
        context.note_buyer(&mut facts, email.expose());
    }
    if !references.is_empty() {
        let names = references.iter().map(Reference::as_str).collect();
        let said =
            order_references::claim(&context.sql, &shop.id, &names, &external_id, context.now()).await?;
        facts = facts.merge(said);
    }
    // It may only have told the order's names.
    if facts == OrderFacts::default() {
        return Ok(());
    }
    platforms::learn_codes(context, shop, &facts).await?;
    settle(context, shop, external_id, facts, topic).await
}

/// Keeps what a delivery says of orders by another name, and books it with those that answer to it.
pub(crate) async fn aside(
    context: &Rc<Context>,
    shop: &Shop,
    aside: Aside,
    topic: &str,
) -> Result<(), Problem> {
    let Aside { reference, facts } = aside;
    let orders =
        order_references::say(&context.sql, &shop.id, reference.as_str(), &facts, context.now()).await?;
    for external_id in orders {
        settle(context, shop, external_id, facts.clone(), topic).await?;
    }
    Ok(())
}

async fn settle(
    context: &Rc<Context>,
    shop: &Shop,
    external_id: String,
    facts: OrderFacts,
    topic: &str,
) -> Result<(), Problem> {
    let incoming = Incoming {
        store: shop.id.clone(),
        currency: shop.currency,
        external_id,
        kind: Kind::Order,
        facts,
        actor: shop.platform.as_str().to_owned(),
        reason: topic.to_owned(),
    };
    till::book(context, incoming, Take::Merged).await?;
    Ok(())
}
