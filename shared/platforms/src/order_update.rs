//! What a delivery says of one order, whatever the platform.

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
}

impl OrderUpdate {
    /// Of these facts. Merging with nothing gives the normal form, which bounds what a hostile cart can add.
    pub(crate) fn new(external_id: String, facts: OrderFacts, buyer_email: Option<Email>) -> Self {
        Self { external_id, facts: OrderFacts::default().merge(facts), buyer_email }
    }
}
