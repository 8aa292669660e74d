//! Payouts: what is paid to whom, and what becomes of each payment (R54). We move no money.

use serde::{Deserialize, Serialize};

use crate::iban::{Bic, Iban};

/// Whether somebody who is due so much is paid: something, and no less than the minimum, in minor units of the
/// payout's currency. Who is due less, or has had too much already, is carried into the next payout.
pub const fn is_paid(due: i64, minimum: i64) -> bool {
    due > 0 && due >= minimum
}

/// Where payments to somebody go, or where the brand's own come from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schema(as = PaymentAccount)]
pub struct Account {
    /// The name on the account.
    pub holder: Option<String>,
    /// The account's number.
    pub iban: Option<Iban>,
    /// The account's bank; most banks find it by the number.
    pub bic: Option<Bic>,
    /// The address of a `PayPal` account.
    pub paypal: Option<String>,
}

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PayoutStatus)]
pub enum Status {
    /// In a batch that the brand has not said to be paid yet.
    Pending,
    /// The brand says that it was paid.
    Paid,
    /// It did not arrive: the creator is due the money again.
    Failed,
}

/// A text that names no status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown payout status {0:?}")]
pub struct UnknownStatus(String);

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Paid, Self::Failed];

    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Failed => "failed",
        }
    }

    /// Whether a payment that stands so may come to stand like that. A payment that was said to be paid may
    /// come back from the bank; one that failed is over, because its money is due again.
    pub const fn may_become(self, next: Self) -> bool {
        matches!((self, next), (Self::Pending, Self::Paid | Self::Failed) | (Self::Paid, Self::Failed))
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

    // R54
    #[test]
    fn who_is_due_less_than_the_minimum_or_nothing_waits_for_the_next_payout() {
        for (due, minimum, expected) in [
            (5_000, 5_000, true),
            (4_999, 5_000, false),
            (1, 0, true),
            (0, 0, false),
            (-700, 0, false),
            (0, -1_000, false),
        ] {
            assert_eq!(is_paid(due, minimum), expected, "{due} of {minimum}");
        }
    }

    // R54
    #[test]
    fn a_failed_payment_stays_failed() {
        for status in Status::ALL {
            assert!(!Status::Failed.may_become(status));
            assert!(!status.may_become(status) && !status.may_become(Status::Pending));
            assert_eq!(Status::try_from(status.as_str()), Ok(status));
        }
        assert!(Status::Paid.may_become(Status::Failed));
        assert!(Status::try_from("sent").is_err());
    }
}
