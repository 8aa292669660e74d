//! Where a code stands (R5).

use serde::{Deserialize, Serialize};

use crate::field_error::Invalid;

/// Where a code stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeStatus {
    /// It has its text and waits to be made in the shop.
    Pending,
    /// The shop is being asked.
    Creating,
    /// It can be used.
    Active,
    /// It has no text, or the shop refused it; the reason says why.
    Failed,
    /// To be decided: somebody will type it in.
    Tbd,
    /// Switched off by the brand. Orders that carry it are still credited.
    Disabled,
}

impl CodeStatus {
    /// Every status.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Creating, Self::Active, Self::Failed, Self::Tbd, Self::Disabled];

    /// The stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Creating => "creating",
            Self::Active => "active",
            Self::Failed => "failed",
            Self::Tbd => "tbd",
            Self::Disabled => "disabled",
        }
    }

    /// Reads [`CodeStatus::as_str`] back.
    ///
    /// # Errors
    /// When there is no such status.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            Invalid::new("unknown_status", format!("must be one of {names}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_read_back_from_its_word() {
        for status in CodeStatus::ALL {
            assert_eq!(CodeStatus::parse(status.as_str()), Ok(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        assert!(CodeStatus::parse("Active").is_err());
    }
}
