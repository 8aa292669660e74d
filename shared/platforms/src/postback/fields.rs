//! Named texts, from a query, a form or JSON alike.

use crate::json::Object;
use crate::unreadable::Unreadable;

/// The click id, as networks call it.
pub(super) const CLICK_ID: &[&str] = &["clickId", "click_id", "transaction_id", "cid", "subid", "trb"];
/// The shop's id of the order.
pub(super) const ORDER_ID: &[&str] = &["orderId", "order_id", "txn_id", "invoiceId"];
/// The value of the order, or what of it is given back.
pub(super) const AMOUNT: &[&str] = &["amount", "sale_amount", "revenue"];
/// A discount code on the order.
pub(super) const CODE: &[&str] = &["code", "coupon", "promo_code"];
/// The store, where no click id says it.
pub(super) const STORE_ID: &[&str] = &["storeId", "store_id"];
/// The token of the checkout that will be the order.
pub(super) const CHECKOUT_TOKEN: &[&str] = &["checkoutToken", "checkout_token"];
/// The id of the cart that will be the order.
pub(super) const CART_ID: &[&str] = &["cartId", "cart_id"];
/// Tells two refunds of one order apart.
pub(super) const REFUND_ID: &[&str] = &["refundId", "refund_id"];

/// Named texts. Of two values of one name the first counts.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Of a query or a form, decoded.
    pub fn of_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Of a JSON object: its texts, numbers and truth values. Numbers keep their digits.
    ///
    /// # Errors
    /// When it is no JSON object, or has a member twice.
    pub fn of_json(body: &[u8]) -> Result<Self, Unreadable> {
        Object::of_body(body)?.plain_members().map(Self)
    }

    /// These, and those where these have none.
    #[must_use]
    pub fn or(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// The first value that is not blank under one of these names, the names in their order.
    pub fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let values = self.0.iter().filter(|(known, _)| known == name);
            values.map(|(_, value)| value.trim()).find(|value| !value.is_empty())
        })
    }
}

/// Without values: tokens and buyers' addresses do not belong in a log.
impl std::fmt::Debug for Fields {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
