//! The generic webhook of a shop that no platform's rules are known for.

use std::rc::Rc;

use tributary_platforms::Delivery;
use tributary_platforms::custom::{self, Wrong};
use tributary_web::{Context, Problem};

use super::Label;
use crate::shop::Shop;
use crate::take::{self, Taken};

/// All deliveries are about an order.
const TOPIC: &str = "order";

/// What a delivery calls itself.
pub(super) fn label(delivery: &Delivery<'_>) -> Label {
    Label { topic: TOPIC.to_owned(), delivery_id: custom::delivery_id(delivery).map(ToOwned::to_owned) }
}

/// Takes a verified delivery in. The brand's own developer sends it, who is told what is wrong with it: unlike a
/// platform, nobody switches it off for that (R30).
pub(super) async fn take(
    context: &Rc<Context>,
    shop: &Shop,
    delivery: &Delivery<'_>,
) -> Result<Taken, Problem> {
    match custom::parse(delivery.body(), shop.currency) {
        Ok(update) => {
            take::order(context, shop, update, TOPIC).await?;
            Ok(Taken::Done { reason: None })
        }
        Err(Wrong::Body(unreadable)) => Err(Problem::bad_request("invalid_json", unreadable.to_string())),
        Err(Wrong::Fields(errors)) => Err(errors.into()),
    }
}
