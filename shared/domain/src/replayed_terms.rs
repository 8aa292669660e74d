//! Terms that an applied replay gave a plan's orders of a time, in place of those of the plan's versions (R43).

use crate::plan::{AttributionTerms, CommissionTerms};
use crate::time::Timestamp;

/// What one replay gave the orders of its range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayedTerms {
    /// For orders that were placed at this moment or later,
    pub since: Timestamp,
    /// and before this one.
    pub before: Timestamp,
    /// Counts the replays; the latest one holds.
    pub number: i64,
    /// How credit is decided. `None`: as each plan version says.
    pub attribution: Option<AttributionTerms>,
    /// What a creator earns. `None`: as each plan version says.
    pub commission: Option<CommissionTerms>,
}

/// The terms of a plan's replays that hold for an order placed at that moment, whatever the order in which they come;
/// `None` where those of the plan's versions do. A replay takes the place of earlier ones whole.
pub fn replayed_terms_at(replayed: &[ReplayedTerms], placed_at: Timestamp) -> Option<&ReplayedTerms> {
    replayed
        .iter()
        .filter(|terms| terms.since <= placed_at && placed_at < terms.before)
        .max_by_key(|terms| terms.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    // R43
    #[test]
    fn the_latest_replay_whose_range_holds_an_order_decides() {
        let at = Timestamp::from_seconds;
        let applied = |number, since, before| ReplayedTerms {
            since: at(since),
            before: at(before),
            number,
            attribution: None,
            commission: None,
        };
        let replayed = [applied(3, 20, 30), applied(1, 10, 40), applied(2, 0, 25)];
        for (second, number) in [
            (-1, None),
            (0, Some(2)),
            (10, Some(2)),
            (19, Some(2)),
            (20, Some(3)),
            (29, Some(3)),
            (30, Some(1)),
            (39, Some(1)),
            (40, None),
        ] {
            let held = replayed_terms_at(&replayed, at(second)).map(|terms| terms.number);
            assert_eq!(held, number, "{second}");
        }
    }
}
