//! What each topic of WooCommerce means for us.

use std::rc::Rc;

use serde_json::json;
use tributary_platforms::Delivery;
use tributary_platforms::woocommerce::{self, Parsed, Topic};
use tributary_web::{Answer, Context, Problem, Request};

use super::Label;
use crate::shop::Shop;
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
            take::order(context, shop, *update, topic.as_str()).await?;
            Ok(Taken::Done { reason: None })
        }
        Ok(Parsed::Ignored) => Ok(Taken::Done { reason: Some("a topic that is not ours".to_owned()) }),
        Err(unreadable) => Ok(Taken::Unreadable { reason: unreadable.to_string() }),
    }
}
