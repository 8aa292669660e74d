//! What a delivery says of one order, whatever the platform.

use std::collections::BTreeSet;

use tributary_domain::order::OrderFacts;

use crate::email::Email;

/// What a delivery says of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderUpdate {
    /// The shop's id of the order.
    pub external_id: String,
    /// What is said of it, in its normal form. `buyers` is empty: the caller hashes the e-mail.
    pub facts: OrderFacts,
    /// The buyer's e-mail, where the shop may show it.
    pub buyer_email: Option<Email>,
    /// Other names under which something may be said of it: see [`Reference`].
    pub references: BTreeSet<Reference>,
}

/// A name of an order other than its id, such as its payment's: whoever knows only the name can still say something
/// of the order, before or after it is known ([`Aside`]).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference(String);

impl Reference {
    /// Longer is no id of anybody's.
    pub(crate) const LONGEST: usize = 255;

    /// The id of a payment that is the order's or a part of it.
    pub fn payment(id: &str) -> Option<Self> {
        Self::of("payment", id)
    }

    /// The id of the subscription that the order belongs to, as its renewals do.
    pub fn subscription(id: &str) -> Option<Self> {
        Self::of("subscription", id)
    }

    /// The token of the checkout that became the order (Shopify: `checkout_token`).
    pub fn checkout(token: &str) -> Option<Self> {
        Self::of("checkout", token)
    }

    /// The id of the cart that became the order (BigCommerce: `cart_id`).
    pub fn cart(id: &str) -> Option<Self> {
        Self::of("cart", id)
    }

    /// The stable text, under which it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(kind: &str, id: &str) -> Option<Self> {
        let id = id.trim();
        let is_id = !id.is_empty() && id.len() <= Self::LONGEST && !id.chars().any(char::is_control);
        is_id.then(|| Self(format!("{kind}:{id}")))
    }
}

/// What is said of orders that are known only by a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// The orders' other name.
    pub reference: Reference,
    /// What is said of each of them.
    pub facts: OrderFacts,
}

impl OrderUpdate {
    /// Of these facts. Merging with nothing gives the normal form, which bounds what a hostile cart can add.
    pub(crate) fn new(external_id: String, facts: OrderFacts, buyer_email: Option<Email>) -> Self {
        let facts = OrderFacts::default().merge(facts);
        Self { external_id, facts, buyer_email, references: BTreeSet::new() }
    }
}
