//! Whether a buyer bought here before.

use serde::{Deserialize, Serialize};

/// What a buyer was to the store when the order was placed: kept with the order, and told anew where an order before it
/// becomes known or is paid for later. No refund changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Customer {
    /// No earlier order of theirs was paid.
    New,
    /// They had bought before.
    Returning,
}

impl Customer {
    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Returning => "returning",
        }
    }
}
