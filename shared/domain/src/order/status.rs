//! The statuses of an order (R33).

use serde::{Deserialize, Serialize};

/// Where an order stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = OrderStatus)]
pub enum Status {
    /// Placed, not paid yet.
    Pending,
    /// Paid.
    Paid,
    /// Paid, and a part of it paid back.
    PartiallyRefunded,
    /// All of it paid back.
    Refunded,
    /// Canceled or deleted in the shop.
    Canceled,
}

/// A text that names no status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown order status {0:?}")]
pub struct UnknownStatus(String);

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Paid, Self::PartiallyRefunded, Self::Refunded, Self::Canceled];

    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::PartiallyRefunded => "partially_refunded",
            Self::Refunded => "refunded",
            Self::Canceled => "canceled",
        }
    }

    /// Whether money has come in and not all of it gone back.
    pub const fn earns(self) -> bool {
        matches!(self, Self::Paid | Self::PartiallyRefunded)
    }

    /// Whether the order is still a sale.
    pub const fn is_sale(self) -> bool {
        !matches!(self, Self::Refunded | Self::Canceled)
    }
}

impl TryFrom<&str> for Status {
    type Error = UnknownStatus;
    fn try_from(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_reads_back_from_its_code() {
        for status in Status::ALL {
            assert_eq!(Status::try_from(status.as_str()), Ok(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        assert!(Status::try_from("PAID").is_err());
    }
}
