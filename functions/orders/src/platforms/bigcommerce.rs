//! `BigCommerce`: a webhook names an order, and the shop is asked for the rest (R34).

use std::collections::BTreeSet;
use std::rc::Rc;

use tributary_domain::order::OrderFacts;
use tributary_platforms::bigcommerce::{self, Answers, Said, is_full_page, reads};
use tributary_platforms::{Delivery, OrderUpdate, Unreadable};
use tributary_web::{Context, Problem};

use super::Label;
use crate::shop::Shop;
use crate::shop_api::{Api, NotTold};
use crate::take::{self, Taken};

/// An order has a handful of coupons and lines; more pages than this are not read.
const MOST_PAGES: u32 = 20;
/// What a shop says of an order that it has thrown away.
const ARCHIVED: &str = "store/order/archived";

/// What a delivery calls itself.
pub(super) fn label(delivery: &Delivery<'_>) -> Label {
    let notice = bigcommerce::parse(delivery.body());
    Label {
        topic: notice.map(|notice| notice.scope).unwrap_or_default(),
        delivery_id: bigcommerce::delivery_id(delivery),
    }
}

/// Takes a verified delivery in: reads the order that it names from the shop.
pub(super) async fn take(
    context: &Rc<Context>,
    shop: &Shop,
    delivery: &Delivery<'_>,
) -> Result<Taken, Problem> {
    let notice = match bigcommerce::parse(delivery.body()) {
        Ok(notice) => notice,
        Err(unreadable) => return Ok(Taken::Unreadable { reason: unreadable.to_string() }),
    };
    let Said::Order { external_id } = notice.said else {
        return Ok(Taken::Done { reason: Some("a topic that is not ours".to_owned()) });
    };
    let told = match Api::of(context, &shop.id).await? {
        Ok(api) => read(context, &api, &external_id).await,
        Err(not_told) => Err(not_told),
    };
    match told {
        Ok(Some(Ok(order))) => {
            take::order(context, shop, order, &notice.scope).await?;
            Ok(Taken::Done { reason: None })
        }
        Ok(Some(Err(unreadable))) => {
            Ok(Taken::Unreadable { reason: format!("the store's answer: {unreadable}") })
        }
        Ok(None) if notice.scope == ARCHIVED => {
            let facts = OrderFacts { canceled: true, ..OrderFacts::default() };
            let update = OrderUpdate { external_id, facts, buyer_email: None, references: BTreeSet::new() };
            take::order(context, shop, update, &notice.scope).await?;
            Ok(Taken::Done { reason: None })
        }
        Ok(None) => Ok(Taken::Done { reason: Some("the store has no such order".to_owned()) }),
        Err(NotTold::Later(reason)) => Ok(Taken::Later { reason }),
        Err(NotTold::Never(reason)) => Ok(Taken::Unreadable { reason }),
    }
}

/// Reads an order from the shop; `None` where it has no such order. In the inner result: why its answers cannot be
/// read.
pub(crate) async fn read(
    context: &Context,
    api: &Api,
    external_id: &str,
) -> Result<Option<Result<OrderUpdate, Unreadable>>, NotTold> {
    // What changes while we read is told by a webhook of its own.
    let read_at = context.now();
    let Some(order) = api.read(context, &reads::order(external_id)).await? else { return Ok(None) };
    let answers = Answers {
        order,
        coupons: pages(context, api, |page| reads::coupons(external_id, page)).await?,
        products: pages(context, api, |page| reads::products(external_id, page)).await?,
        refunds: api.read(context, &reads::refunds(external_id)).await?.unwrap_or_default(),
    };
    Ok(Some(bigcommerce::read(&answers, read_at)))
}

async fn pages(context: &Context, api: &Api, path: impl Fn(u32) -> String) -> Result<Vec<Vec<u8>>, NotTold> {
    let mut pages = Vec::new();
    for page in 1..=MOST_PAGES {
        let body = api.read(context, &path(page)).await?.unwrap_or_default();
        let is_full = is_full_page(&body).map_err(|unreadable| NotTold::Never(unreadable.to_string()))?;
        pages.push(body);
        if !is_full {
            break;
        }
    }
    Ok(pages)
}
