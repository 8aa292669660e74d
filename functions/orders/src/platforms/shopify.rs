//! What each topic of Shopify means for us.

use std::collections::BTreeSet;
use std::rc::Rc;

use tributary_domain::order::OrderFacts;
use tributary_platforms::shopify::{self, Parsed, Topic};
use tributary_platforms::{Delivery, Email, OrderUpdate};
use tributary_storage::{Sql, orders, stores};
use tributary_web::{Context, Problem};

use super::Label;
use crate::privacy;
use crate::shop::Shop;
use crate::take::{self, Taken};

/// Orders of a shop that are redacted at a time.
const PAGE: u32 = 200;

/// What a delivery calls itself.
pub(super) fn label(delivery: &Delivery<'_>) -> Label {
    Label {
        topic: shopify::topic(delivery).as_str().to_owned(),
        delivery_id: shopify::delivery_id(delivery).map(ToOwned::to_owned),
    }
}

/// Takes a verified delivery in.
pub(super) async fn take(
    context: &Rc<Context>,
    shop: &Shop,
    label: &Label,
    delivery: &Delivery<'_>,
) -> Result<Taken, Problem> {
    let topic = &Topic::of(&label.topic);
    let known = shopify::Context { currency: Some(shop.currency) };
    let parsed = match shopify::parse(topic, delivery, known) {
        Ok(parsed) => parsed,
        Err(unreadable) => return Ok(Taken::Unreadable { reason: unreadable.to_string() }),
    };
    let reason = match parsed {
        Parsed::Order(update) => {
            take::order(context, shop, *update, topic.as_str()).await?;
            None
        }
        Parsed::Edited { .. } => Some("the figures come with orders/updated".to_owned()),
        Parsed::Redact { order_ids, buyer_email } => {
            for external_id in all_orders(context, shop, order_ids, buyer_email.as_ref()).await? {
                redact(context, shop, external_id, topic).await?;
            }
            None
        }
        Parsed::DataRequest { order_ids, buyer_email, .. } => {
            let order_ids = all_orders(context, shop, order_ids, buyer_email.as_ref()).await?;
            Some(held(context, shop, &order_ids).await?)
        }
        Parsed::ShopRedact { .. } => Some(redact_shop(context, shop, topic).await?),
        Parsed::Uninstalled => {
            context.sql.execute(stores::uninstall(&shop.id, context.now())).await?;
            Some("the app was removed from the shop".to_owned())
        }
        Parsed::Ignored => Some("a topic that is not ours".to_owned()),
    };
    Ok(Taken::Done { reason })
}

/// The orders that Shopify names, and those of this shop that the same buyer's address is on.
async fn all_orders(
    context: &Rc<Context>,
    shop: &Shop,
    named: Vec<String>,
    buyer_email: Option<&Email>,
) -> Result<BTreeSet<String>, Problem> {
    let mut ids = BTreeSet::from_iter(named);
    if let Some(email) = buyer_email {
        let rows = privacy::orders_of(context, email.expose()).await?;
        ids.extend(rows.into_iter().filter(|row| row.store == shop.id).map(|row| row.external_id));
    }
    Ok(ids)
}

/// Forgets an order's buyer, for good: a late webhook does not bring them back.
async fn redact(
    context: &Rc<Context>,
    shop: &Shop,
    external_id: String,
    topic: &Topic,
) -> Result<(), Problem> {
    let facts = OrderFacts { redacted: true, ..OrderFacts::default() };
    let update = OrderUpdate { external_id, facts, buyer_email: None, references: BTreeSet::new() };
    take::order(context, shop, update, topic.as_str()).await
}

async fn redact_shop(context: &Rc<Context>, shop: &Shop, topic: &Topic) -> Result<String, Problem> {
    let mut redacted = 0_usize;
    loop {
        let ids = orders::with_buyers(&context.sql, &shop.id, PAGE).await?;
        if ids.is_empty() {
            return Ok(format!("forgot the buyers of {redacted} orders"));
        }
        redacted += ids.len();
        for external_id in ids {
            redact(context, shop, external_id, topic).await?;
        }
    }
}

/// What we hold of these orders, for the brand to tell its customer (R38).
async fn held(context: &Rc<Context>, shop: &Shop, order_ids: &BTreeSet<String>) -> Result<String, Problem> {
    let mut held = Vec::new();
    for external_id in order_ids {
        if let Some(row) = orders::by_external_id(&context.sql, &shop.id, external_id).await? {
            let person = if row.facts.buyers.is_empty() { "no e-mail" } else { "a keyed hash of the e-mail" };
            held.push(format!("{} ({}: amounts, codes, click ids, {person})", row.id, row.number));
        }
    }
    Ok(if held.is_empty() {
        "we hold nothing of these orders".to_owned()
    } else {
        format!("we hold: {}", held.join("; "))
    })
}
