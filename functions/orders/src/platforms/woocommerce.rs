//! What each topic of WooCommerce means for us.

use std::rc::Rc;

use serde_json::json;
use tributary_domain::order::OrderFacts;
use tributary_platforms::woocommerce::{self, Parsed, Topic};
use tributary_platforms::{Delivery, OrderUpdate};
use tributary_web::{Answer, Context, Problem, Request};

use super::Label;
use crate::shop::Shop;
use crate::shop_api::{Api, NotTold};
use crate::take::{self, Taken};

/// Answers the unsigned ping of a webhook that is being saved, which wants exactly 200.
pub(super) fn greet(request: &Request) -> Option<Answer> {
    let delivery = Delivery::new(request.headers.iter(), &request.body);
    woocommerce::is_ping(&delivery).then(|| Answer::json(200, &json!({"status": "ready"})))
}

/// What a delivery calls itself.
pub(super) fn label(delivery: &Delivery<'_>) -> Label {
    Label {
        topic: woocommerce::topic(delivery).as_str().to_owned(),
        delivery_id: woocommerce::delivery_id(delivery).map(ToOwned::to_owned),
    }
}

/// Takes a verified delivery in.
///
/// Refunds in it are sums, of which the goods bear their share. Where the shop can be read, what
/// [`woocommerce::refund_details`] finds there is merged in as further facts of the same order.
pub(super) async fn take(
    context: &Rc<Context>,
    shop: &Shop,
    label: &Label,
    delivery: &Delivery<'_>,
) -> Result<Taken, Problem> {
    let topic = Topic::of(&label.topic);
    match woocommerce::parse(&topic, label.delivery_id.as_deref(), delivery.body()) {
        Ok(Parsed::Order(update)) => {
            let update = detailed(context, shop, *update).await?;
            take::order(context, shop, update, topic.as_str()).await?;
            Ok(Taken::Done { reason: None })
        }
        Ok(Parsed::Ignored) => Ok(Taken::Done { reason: Some("a topic that is not ours".to_owned()) }),
        Err(unreadable) => Ok(Taken::Unreadable { reason: unreadable.to_string() }),
    }
}

/// An order with the lines of its refunds, where it has any and the shop can be asked. Where it does not tell, the
/// goods bear their share: the shop would not send the webhook again.
async fn detailed(context: &Rc<Context>, shop: &Shop, update: OrderUpdate) -> Result<OrderUpdate, Problem> {
    if update.facts.refunds.is_empty() {
        return Ok(update);
    }
    match Api::of(context, &shop.id).await? {
        Ok(api) => Ok(with_refunds(context, &api, update.clone()).await.unwrap_or(update)),
        Err(_) => Ok(update),
    }
}

/// An order with the lines of its refunds, which its own body only sums up.
///
/// # Errors
/// Why the shop did not tell.
pub(crate) async fn with_refunds(
    context: &Context,
    api: &Api,
    update: OrderUpdate,
) -> Result<OrderUpdate, NotTold> {
    let currency = update.facts.snapshot.as_ref().map(|snapshot| snapshot.currency);
    let Some(currency) = currency.filter(|_| !update.facts.refunds.is_empty()) else { return Ok(update) };
    let path = woocommerce::reads::refunds(&update.external_id);
    let Some(body) = api.read(context, &path).await? else { return Ok(update) };
    let refunds = woocommerce::refund_details(&body, currency)
        .map_err(|unreadable| NotTold::Never(format!("the store's answer: {unreadable}")))?;
    let details = OrderFacts { refunds, ..OrderFacts::default() };
    Ok(OrderUpdate { facts: update.facts.merge(details), ..update })
}
