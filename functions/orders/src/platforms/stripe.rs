//! What each of Stripe's events means for us.

use std::rc::Rc;

use tributary_platforms::Delivery;
use tributary_platforms::stripe::{self, Parsed};
use tributary_web::{Context, Problem};

use super::Label;
use crate::shop::Shop;
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
