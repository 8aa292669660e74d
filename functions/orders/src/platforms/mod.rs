//! Which platform does what: one file a platform, and here the one place that chooses among them.
//!
//! A delivery goes through four steps, each a function here: [`greet`] answers what is no delivery yet (a ping, a
//! challenge), [`verify`] tells whether the shop sent it, [`label`] says what it calls itself, [`take`] takes it in.
//! A platform with nothing of its own to do at a step has no arm there.

mod adobe_commerce;
pub(crate) mod bigcommerce;
mod custom;
mod shopify;
mod stripe;
pub(crate) mod woocommerce;

use std::rc::Rc;

use tributary_domain::capability::Platform;
use tributary_domain::order::OrderFacts;
use tributary_platforms::{Delivery, Refused};
use tributary_web::{Answer, Context, Problem, Request};

use crate::shop::Shop;
use crate::take::Taken;

/// What a delivery calls itself. It is kept with a delivery that cannot be read, whose headers are not.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    /// The platform's name of what happened.
    pub topic: String,
    /// The platform's id of the delivery.
    pub delivery_id: Option<String>,
}

/// Whether webhooks of this platform are read at all.
pub(crate) const fn has_webhooks(platform: Platform) -> bool {
    matches!(
        platform,
        Platform::AdobeCommerce
            | Platform::Bigcommerce
            | Platform::Custom
            | Platform::Shopify
            | Platform::Stripe
            | Platform::Woocommerce
    )
}

/// Whether its deliveries only name what changed, so that the shop must be read before they can be.
pub(crate) const fn has_thin_webhooks(platform: Platform) -> bool {
    matches!(platform, Platform::Bigcommerce)
}

/// Answers what is sent to a webhook's address before or instead of a delivery, signed or not.
pub(crate) fn greet(shop: &Shop, request: &Request) -> Option<Answer> {
    match shop.platform {
        Platform::AdobeCommerce => adobe_commerce::greet(shop, request),
        Platform::Woocommerce => woocommerce::greet(request),
        _ => None,
    }
}

/// Whether the shop sent it.
///
/// # Errors
/// Our own trouble. In the inner result: why it is not taken for the shop's.
pub(crate) async fn verify(
    context: &Rc<Context>,
    shop: &Shop,
    delivery: &Delivery<'_>,
) -> Result<Result<(), Refused>, Problem> {
    let secrets: Vec<&str> = shop.webhook_secrets.iter().map(String::as_str).collect();
    let verified = match shop.platform {
        Platform::AdobeCommerce => return adobe_commerce::verify(context, shop, delivery).await,
        Platform::Bigcommerce => tributary_platforms::bigcommerce::verify(delivery, &secrets, context.now()),
        Platform::Custom => tributary_platforms::custom::verify(delivery, &secrets, context.now()),
        Platform::Shopify => tributary_platforms::shopify::verify(delivery, &secrets),
        Platform::Stripe => tributary_platforms::stripe::verify(delivery, &secrets, context.now()),
        Platform::Woocommerce => tributary_platforms::woocommerce::verify(delivery, &secrets),
        Platform::Amazon => Err(Refused::NoSecret),
    };
    Ok(verified.map(drop))
}

/// What to answer, whatever becomes of a delivery, where a shopper waits for the answer: the shop does not let
/// them buy without it.
pub(crate) fn answer_to_a_waiting_shopper(platform: Platform, request: &Request) -> Option<Answer> {
    let waits = platform == Platform::AdobeCommerce && adobe_commerce::shopper_waits(request);
    waits.then(adobe_commerce::let_go)
}

/// What it calls itself.
pub(crate) fn label(platform: Platform, delivery: &Delivery<'_>) -> Label {
    match platform {
        Platform::AdobeCommerce => adobe_commerce::label(delivery),
        Platform::Bigcommerce => bigcommerce::label(delivery),
        Platform::Custom => custom::label(delivery),
        Platform::Shopify => shopify::label(delivery),
        Platform::Stripe => stripe::label(delivery),
        Platform::Woocommerce => woocommerce::label(delivery),
        Platform::Amazon => Label { topic: String::new(), delivery_id: None },
    }
}

/// Makes sure that the codes of an order are known by what it calls them, as far as the shop tells.
///
/// # Errors
/// The database's trouble.
pub(crate) async fn learn_codes(context: &Context, shop: &Shop, facts: &OrderFacts) -> Result<(), Problem> {
    match shop.platform {
        Platform::Stripe => stripe::learn_codes(context, shop, facts).await,
        _ => Ok(()),
    }
}

/// Takes a verified delivery in.
///
/// # Errors
/// Our own trouble, after which the shop sends again; or what a brand's developer must mend.
pub(crate) async fn take(
    context: &Rc<Context>,
    shop: &Shop,
    label: &Label,
    delivery: &Delivery<'_>,
) -> Result<Taken, Problem> {
    match shop.platform {
        Platform::AdobeCommerce => adobe_commerce::take(context, shop, label, delivery).await,
        Platform::Bigcommerce => bigcommerce::take(context, shop, delivery).await,
        Platform::Custom => custom::take(context, shop, delivery).await,
        Platform::Shopify => shopify::take(context, shop, label, delivery).await,
        Platform::Stripe => stripe::take(context, shop, label, delivery).await,
        Platform::Woocommerce => woocommerce::take(context, shop, label, delivery).await,
        Platform::Amazon => {
            Ok(Taken::Done { reason: Some("webhooks of this platform are not read".to_owned()) })
        }
    }
}
