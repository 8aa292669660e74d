//! A creator's own terms in a campaign, in place of the plan's (R51).

use super::CommissionTerms;
use crate::time::Timestamp;

/// What was agreed with one creator at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTerms {
    /// From when on: for orders that are placed at this moment or later.
    pub since: Timestamp,
    /// Counts the agreements; the later one of a moment holds.
    pub number: i64,
    /// What holds. `None`: the plan's terms again.
    pub commission: Option<CommissionTerms>,
}

/// The own terms that hold at a moment, whatever the order in which they come; `None` where the plan's do.
pub fn own_terms_at(own: &[OwnTerms], moment: Timestamp) -> Option<&CommissionTerms> {
    own.iter()
        .filter(|agreed| agreed.since <= moment)
        .max_by_key(|agreed| (agreed.since, agreed.number))
        .and_then(|agreed| agreed.commission.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    // R51
    #[test]
    fn own_terms_hold_from_their_moment_until_the_next_ones() {
        let terms = |rate: &str| -> CommissionTerms {
            serde_json::from_str(&format!(r#"{{"type": "percentage", "rate": "{rate}"}}"#)).unwrap()
        };
        let at = Timestamp::from_seconds;
        let agreed = |second, number, rate: Option<&str>| OwnTerms {
            since: at(second),
            number,
            commission: rate.map(terms),
        };
        let own = [
            agreed(20, 2, Some("20")),
            agreed(10, 1, Some("15")),
            agreed(30, 4, None),
            agreed(30, 3, Some("99")),
        ];
        for (second, rate) in [(9, None), (10, Some("15")), (19, Some("15")), (20, Some("20")), (30, None)] {
            assert_eq!(own_terms_at(&own, at(second)), rate.map(terms).as_ref(), "{second}");
        }
    }
}
