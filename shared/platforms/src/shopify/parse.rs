//! From a delivery to what it says.

use std::collections::BTreeMap;

use tributary_domain::Currency;
use tributary_domain::order::OrderFacts;

use super::refund::{self, Rate, Tax, Terms};
use super::topic::Topic;
use super::{headers, order, privacy};
use crate::delivery::Delivery;
use crate::email::Email;
use crate::json::{Field, Object};
use crate::order_update::OrderUpdate;
use crate::unreadable::Unreadable;

/// What the caller knows and a body may leave out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context {
    /// The store's currency, for a refund that names none.
    pub currency: Option<Currency>,
}

/// What a delivery says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parsed {
    /// Something of an order.
    Order(Box<OrderUpdate>),
    /// The lines of an order were edited. It has no figures: Shopify sends `orders/updated` with them.
    Edited {
        /// The shop's id of the order.
        external_id: String,
    },
    /// The buyer of these orders is to be forgotten.
    Redact {
        /// The shop's ids of the orders.
        order_ids: Vec<String>,
        /// Whom to forget.
        buyer_email: Option<Email>,
    },
    /// A buyer wants to see what is known of these orders.
    DataRequest {
        /// Shopify's id of the request.
        request_id: Option<String>,
        /// The shop's ids of the orders.
        order_ids: Vec<String>,
        /// Who asks.
        buyer_email: Option<Email>,
    },
    /// All of the shop's data is to be forgotten; sent 48 hours after the app was removed.
    ShopRedact {
        /// Which shop, by the signed body.
        shop_domain: Option<String>,
    },
    /// The app was removed from the shop: its access token is void.
    Uninstalled,
    /// A topic that is not ours.
    Ignored,
}

impl Parsed {
    pub(super) fn order(update: OrderUpdate) -> Self {
        Self::Order(Box::new(update))
    }
}

/// Reads a delivery that was verified: what it says is marked as proved.
///
/// # Errors
/// When the body cannot be read: which field and why, without personal data.
pub fn parse(topic: &Topic, delivery: &Delivery<'_>, context: Context) -> Result<Parsed, Unreadable> {
    if let Topic::Other(_) = topic {
        return Ok(Parsed::Ignored);
    }
    let body = Object::of_body(delivery.body())?;
    match topic {
        Topic::OrdersEdited => edited(topic, &body, delivery),
        Topic::OrdersCreate
        | Topic::OrdersPaid
        | Topic::OrdersUpdated
        | Topic::OrdersCancelled
        | Topic::OrdersDelete => order::read(topic, &body, headers::sent_at(delivery)),
        Topic::RefundsCreate => lone_refund(&body, context),
        Topic::CustomersRedact => privacy::redact(&body),
        Topic::CustomersDataRequest => privacy::data_request(&body),
        Topic::ShopRedact => Ok(Parsed::ShopRedact { shop_domain: body.get("shop_domain")?.words()? }),
        Topic::AppUninstalled => Ok(Parsed::Uninstalled),
        Topic::Other(_) => Ok(Parsed::Ignored),
    }
}

/// `{"order_edit": {"order_id": ...}}`, which has no figures.
fn edited(topic: &Topic, body: &Object<'_>, delivery: &Delivery<'_>) -> Result<Parsed, Unreadable> {
    match body.get("order_edit")?.object()? {
        Some(edit) => Ok(Parsed::Edited { external_id: edit.get("order_id")?.need(Field::id)? }),
        None => order::read(topic, body, headers::sent_at(delivery)),
    }
}

/// A refund in a body of its own.
///
/// It does not say whether prices include tax, so its lines count as they are written. Where they include it,
/// that is too much by the tax, until the `orders/updated` comes that Shopify sends with each refund: its figure
/// leaves the lines out already, and then they are not taken off here.
fn lone_refund(body: &Object<'_>, context: Context) -> Result<Parsed, Unreadable> {
    let external_id = body.get("order_id")?.need(Field::id)?;
    let named = refund::currency(body)?.or(context.currency);
    let currency = match named {
        Some(currency) => currency,
        None => refund::paid_currency(body)?
            .ok_or_else(|| Unreadable::at("transactions", "name no currency, nor does any amount"))?,
    };
    let rate = body
        .get("order_adjustments")?
        .objects()?
        .iter()
        .find_map(|adjustment| Rate::of(adjustment, "amount", currency).transpose())
        .transpose()?;
    let (id, refund) = refund::read(body, &Terms { currency, tax: Tax::OnTop, rate })?;
    let facts = OrderFacts { refunds: BTreeMap::from([(id, refund)]), ..OrderFacts::default() };
    Ok(Parsed::order(OrderUpdate::new(external_id, facts, None)))
}
