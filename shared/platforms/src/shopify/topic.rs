//! What a delivery is about.

/// A topic of Shopify's webhooks, by the name that the topic header has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Topic {
    /// An order was placed. It says nothing of payment.
    OrdersCreate,
    /// An order was paid.
    OrdersPaid,
    /// Anything of an order changed.
    OrdersUpdated,
    /// The lines of an order were edited.
    OrdersEdited,
    /// An order was canceled.
    OrdersCancelled,
    /// An order was deleted.
    OrdersDelete,
    /// Something of an order was given back.
    RefundsCreate,
    /// A buyer wants to see what is known of her.
    CustomersDataRequest,
    /// A buyer is to be forgotten.
    CustomersRedact,
    /// A shop is to be forgotten.
    ShopRedact,
    /// The shop has removed the app.
    AppUninstalled,
    /// A topic that is not ours.
    Other(String),
}

impl Topic {
    /// Every topic that is ours.
    pub const KNOWN: [Self; 11] = [
        Self::OrdersCreate,
        Self::OrdersPaid,
        Self::OrdersUpdated,
        Self::OrdersEdited,
        Self::OrdersCancelled,
        Self::OrdersDelete,
        Self::RefundsCreate,
        Self::CustomersDataRequest,
        Self::CustomersRedact,
        Self::ShopRedact,
        Self::AppUninstalled,
    ];

    /// Reads Shopify's name, in any case.
    pub fn of(text: &str) -> Self {
        let name = text.trim().to_ascii_lowercase();
        match Self::KNOWN.into_iter().find(|topic| topic.as_str() == name) {
            Some(topic) => topic,
            None => Self::Other(name),
        }
    }

    /// Shopify's name.
    pub const fn as_str(&self) -> &str {
        match self {
            Self::OrdersCreate => "orders/create",
            Self::OrdersPaid => "orders/paid",
            Self::OrdersUpdated => "orders/updated",
            Self::OrdersEdited => "orders/edited",
            Self::OrdersCancelled => "orders/cancelled",
            Self::OrdersDelete => "orders/delete",
            Self::RefundsCreate => "refunds/create",
            Self::CustomersDataRequest => "customers/data_request",
            Self::CustomersRedact => "customers/redact",
            Self::ShopRedact => "shop/redact",
            Self::AppUninstalled => "app/uninstalled",
            Self::Other(name) => name.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_reads_back_from_its_name() {
        for topic in Topic::KNOWN {
            assert_eq!(Topic::of(topic.as_str()), topic);
            assert_eq!(Topic::of(&topic.as_str().to_uppercase()), topic);
        }
        assert_eq!(Topic::of("products/update"), Topic::Other("products/update".to_owned()));
    }
}
