//! The credit of one order to one enrollment: what it is worth, and whether it is approved (R52).

use serde::{Deserialize, Serialize};

use crate::order::Status;
use crate::time::Timestamp;

/// Whether a commission may be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// It may.
    Approved,
    /// It waits for the end of the plan's hold period.
    Pending,
    /// A person must decide (R45).
    Review,
    /// A person said no.
    Rejected,
}

/// A text that names no approval.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown approval {0:?}")]
pub struct UnknownApproval(String);

impl Approval {
    /// Every approval.
    pub const ALL: [Self; 4] = [Self::Approved, Self::Pending, Self::Review, Self::Rejected];

    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Pending => "pending",
            Self::Review => "review",
            Self::Rejected => "rejected",
        }
    }
}

impl TryFrom<&str> for Approval {
    type Error = UnknownApproval;
    fn try_from(text: &str) -> Result<Self, UnknownApproval> {
        Self::ALL
            .into_iter()
            .find(|approval| approval.as_str() == text)
            .ok_or_else(|| UnknownApproval(text.to_owned()))
    }
}

/// What a person decided of a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It earns, whatever hold or doubt there is.
    Approved,
    /// It does not earn.
    Rejected,
}

impl Verdict {
    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

impl TryFrom<&str> for Verdict {
    type Error = UnknownApproval;
    fn try_from(text: &str) -> Result<Self, UnknownApproval> {
        match text {
            "approved" => Ok(Self::Approved),
            "rejected" => Ok(Self::Rejected),
            other => Err(UnknownApproval(other.to_owned())),
        }
    }
}

/// What reasons for doubt ask for, while no person has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Concern {
    /// Nothing: there is none.
    #[default]
    None,
    /// That a person looks at it.
    Review,
    /// That it does not earn.
    Rejection,
}

/// What approval follows from. Taking a person's verdict away (Undo) leads back to exactly what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grounds {
    /// What a person decided, if anybody did.
    pub verdict: Option<Verdict>,
    /// What reasons for doubt ask for.
    pub concern: Concern,
    /// The end of the plan's hold period.
    pub held_until: Option<Timestamp>,
}

impl Grounds {
    /// The approval at this moment.
    pub fn approval(&self, now: Timestamp) -> Approval {
        match self.verdict {
            Some(Verdict::Rejected) => Approval::Rejected,
            None if self.concern == Concern::Rejection => Approval::Rejected,
            None if self.concern == Concern::Review => Approval::Review,
            None if self.held_until.is_some_and(|end| now < end) => Approval::Pending,
            Some(Verdict::Approved) | None => Approval::Approved,
        }
    }
}

/// What a conversion counts for, in minor units of its order's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Worth {
    /// 1 where it is a sale that counts.
    pub sales: i64,
    /// The net value that counts in the totals.
    pub value: i64,
    /// The commission that counts in the totals.
    pub commission: i64,
    /// The commission that is owed now: what the ledger's lines of this conversion must sum up to (R53).
    pub owed: i64,
}

/// What an order's credit counts for.
///
/// A test counts nowhere (R39), nor does a rejected conversion (R52). Commission is owed once it is approved
/// and the shop has the money.
pub fn worth(status: Status, test: bool, approval: Approval, net: i64, commission: i64) -> Worth {
    if test || approval == Approval::Rejected || !status.is_sale() {
        return Worth::default();
    }
    let owed = if approval == Approval::Approved && status.earns() { commission } else { 0 };
    Worth { sales: 1, value: net, commission, owed }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R52
    #[test]
    fn a_verdict_beats_doubt_and_doubt_beats_the_hold() {
        let now = Timestamp::from_seconds(100);
        let later = Some(Timestamp::from_seconds(101));
        for (verdict, concern, held_until, approval) in [
            (None, Concern::None, None, Approval::Approved),
            (None, Concern::None, Some(now), Approval::Approved),
            (None, Concern::None, later, Approval::Pending),
            (None, Concern::Review, None, Approval::Review),
            (None, Concern::Review, later, Approval::Review),
            (None, Concern::Rejection, later, Approval::Rejected),
            (Some(Verdict::Approved), Concern::Rejection, later, Approval::Approved),
            (Some(Verdict::Rejected), Concern::None, None, Approval::Rejected),
        ] {
            assert_eq!(Grounds { verdict, concern, held_until }.approval(now), approval);
        }
    }

    // R39, R52
    #[test]
    fn tests_rejected_and_refunded_orders_count_for_nothing() {
        let nothing = Worth::default();
        assert_eq!(worth(Status::Paid, true, Approval::Approved, 100, 10), nothing);
        assert_eq!(worth(Status::Paid, false, Approval::Rejected, 100, 10), nothing);
        assert_eq!(worth(Status::Refunded, false, Approval::Approved, 0, 0), nothing);
        assert_eq!(worth(Status::Canceled, false, Approval::Approved, 0, 0), nothing);
    }

    // R52
    #[test]
    fn commission_is_owed_once_it_is_approved_and_paid() {
        let owed = |status, approval| worth(status, false, approval, 100, 10).owed;
        assert_eq!(owed(Status::Paid, Approval::Approved), 10);
        assert_eq!(owed(Status::PartiallyRefunded, Approval::Approved), 10);
        assert_eq!(owed(Status::Pending, Approval::Approved), 0);
        assert_eq!(owed(Status::Paid, Approval::Pending), 0);
        assert_eq!(owed(Status::Paid, Approval::Review), 0);
    }

    #[test]
    fn every_approval_reads_back_from_its_code() {
        for approval in Approval::ALL {
            assert_eq!(Approval::try_from(approval.as_str()), Ok(approval));
        }
        assert!(Approval::try_from("maybe").is_err());
    }
}
