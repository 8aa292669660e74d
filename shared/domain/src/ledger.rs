//! The ledger: append-only money lines of creators, chained by hashes (R53).

use sha2::{Digest, Sha256};

use crate::time::Timestamp;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Commission that came to be owed.
    Accrual,
    /// A change of what is owed.
    Adjustment,
    /// All of it taken back.
    Reversal,
    /// What a day's clicks earned, or a change of it.
    Clicks,
    /// Money that was paid out.
    Payout,
}

impl Kind {
    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accrual => "accrual",
            Self::Adjustment => "adjustment",
            Self::Reversal => "reversal",
            Self::Clicks => "clicks",
            Self::Payout => "payout",
        }
    }

    /// The kind of the line that brings what is booked up to what is owed; `None` where they agree.
    ///
    /// The line's amount is always `owed - booked`: that one rule gives refunds, rejections, undo, replay
    /// and clawback. (The database's trigger is held to this function by a test.)
    pub const fn of_delta(booked: i64, owed: i64) -> Option<Self> {
        if owed == booked {
            None
        } else if booked == 0 {
            Some(Self::Accrual)
        } else if owed == 0 {
            Some(Self::Reversal)
        } else {
            Some(Self::Adjustment)
        }
    }
}

/// What a line's hash is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// The line's number, from 1 on.
    pub number: i64,
    /// Whose line.
    pub creator: &'a str,
    /// Which conversion, for all but payouts.
    pub conversion: Option<&'a str>,
    /// The kind's text code.
    pub kind: &'a str,
    /// Minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: &'a str,
    /// When it was booked.
    pub at: Timestamp,
    /// Why.
    pub reason: &'a str,
    /// Who.
    pub actor: &'a str,
}

/// A link of the chain.
pub type Hash = [u8; 32];

/// The hash before the first line.
pub const GENESIS: Hash = [0; 32];

/// The hash of a line: SHA-256 over the hash before it and every field, each with its length, so that no
/// text can run over into the next field.
pub fn seal(before: &Hash, line: &Line<'_>) -> Hash {
    let mut digest = Sha256::new();
    digest.update(before);
    let (number, amount, at) =
        (line.number.to_string(), line.amount.to_string(), line.at.as_millis().to_string());
    for field in [
        number.as_str(),
        line.creator,
        line.conversion.unwrap_or_default(),
        line.kind,
        amount.as_str(),
        line.currency,
        at.as_str(),
        line.reason,
        line.actor,
    ] {
        digest.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(field.as_bytes());
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Line<'static> {
        Line {
            number: 1,
            creator: "crt_a",
            conversion: Some("cnv_b"),
            kind: "accrual",
            amount: 500,
            currency: "EUR",
            at: Timestamp::from_seconds(1),
            reason: "order paid",
            actor: "store",
        }
    }

    // R53
    #[test]
    fn every_field_and_the_line_before_change_the_hash() {
        let sealed = seal(&GENESIS, &line());
        let changed = [
            Line { number: 2, ..line() },
            Line { creator: "crt_b", ..line() },
            Line { conversion: None, ..line() },
            Line { kind: "payout", ..line() },
            Line { amount: 501, ..line() },
            Line { currency: "USD", ..line() },
            Line { at: Timestamp::from_seconds(2), ..line() },
            Line { reason: "order pai", actor: "dstore", ..line() },
            Line { actor: "somebody", ..line() },
        ];
        for other in changed {
            assert_ne!(seal(&GENESIS, &other), sealed, "{other:?}");
        }
        assert_ne!(seal(&[1; 32], &line()), sealed);
        assert_eq!(seal(&GENESIS, &line()), sealed);
    }

    // R53
    #[test]
    fn a_line_brings_what_is_booked_up_to_what_is_owed() {
        assert_eq!(Kind::of_delta(0, 0), None);
        assert_eq!(Kind::of_delta(0, 500), Some(Kind::Accrual));
        assert_eq!(Kind::of_delta(500, 300), Some(Kind::Adjustment));
        assert_eq!(Kind::of_delta(300, 500), Some(Kind::Adjustment));
        assert_eq!(Kind::of_delta(500, 0), Some(Kind::Reversal));
    }
}
