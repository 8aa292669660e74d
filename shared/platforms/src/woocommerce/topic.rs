//! What a delivery is about.

/// A topic of `WooCommerce`'s webhooks. There is none for paid, canceled or refunded: the order's body says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Topic {
    /// An order was made; it may not be paid.
    OrderCreated,
    /// Anything of an order changed, refunds included.
    OrderUpdated,
    /// An order went to the trash. The body is its id and nothing else.
    OrderDeleted,
    /// An order came back from the trash.
    OrderRestored,
    /// A topic that is not ours.
    Other(String),
}

impl Topic {
    /// Every topic that is ours.
    pub const KNOWN: [Self; 4] =
        [Self::OrderCreated, Self::OrderUpdated, Self::OrderDeleted, Self::OrderRestored];

    /// Reads `WooCommerce`'s name, in any case.
    pub fn of(text: &str) -> Self {
        let name = text.trim().to_ascii_lowercase();
        match Self::KNOWN.into_iter().find(|topic| topic.as_str() == name) {
            Some(topic) => topic,
            None => Self::Other(name),
        }
    }

    /// `WooCommerce`'s name.
    pub const fn as_str(&self) -> &str {
        match self {
            Self::OrderCreated => "order.created",
            Self::OrderUpdated => "order.updated",
            Self::OrderDeleted => "order.deleted",
            Self::OrderRestored => "order.restored",
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
        assert_eq!(Topic::of("coupon.created"), Topic::Other("coupon.created".to_owned()));
    }
}
