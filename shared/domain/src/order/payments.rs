//! What a payment service tells of an order's money, apart from refunds named one by one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A sum as it stood at a moment: of two, the later one holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sum {
    /// When it was so.
    pub at: Timestamp,
    /// In minor units of the order's currency.
    pub amount: i64,
}

/// What a payment service tells of an order's money. Merged by [`Payments::merge`], a join as that of the facts it
/// belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Payments {
    /// What was given back in all, by payment. It includes the refunds that are also named one by one.
    pub given_back: BTreeMap<String, Sum>,
    /// Refunds that failed, by their ids: neither they nor a sum that was told before count them.
    pub failed_refunds: BTreeMap<String, Sum>,
    /// What buyers have asked their banks to take back, by dispute; nothing once the dispute was won.
    pub disputed: BTreeMap<String, Sum>,
}

impl Payments {
    /// Whether nothing was told.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Both parties' knowledge together.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        keep_later(&mut self.given_back, other.given_back);
        keep_later(&mut self.failed_refunds, other.failed_refunds);
        keep_later(&mut self.disputed, other.disputed);
        self
    }

    /// What was given back in all by the payments' own sums, less the refunds that failed since.
    pub fn sum_given_back(&self) -> i64 {
        let told_at = self.given_back.values().map(|sum| sum.at).max();
        let failed_since = self
            .failed_refunds
            .values()
            .filter(|failed| Some(failed.at) > told_at)
            .map(|failed| failed.amount);
        add(self.given_back.values().map(|sum| sum.amount)).saturating_sub(add(failed_since)).max(0)
    }

    /// What buyers' banks have taken back.
    pub fn sum_disputed(&self) -> i64 {
        add(self.disputed.values().map(|sum| sum.amount))
    }
}

fn keep_later(known: &mut BTreeMap<String, Sum>, others: BTreeMap<String, Sum>) {
    for (id, other) in others {
        known.entry(id).and_modify(|sum| *sum = (*sum).max(other)).or_insert(other);
    }
}

fn add(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(list: &[(&str, i64, i64)]) -> BTreeMap<String, Sum> {
        let sum = |second, amount| Sum { at: Timestamp::from_seconds(second), amount };
        list.iter().map(|(id, second, amount)| ((*id).to_owned(), sum(*second, *amount))).collect()
    }

    // R32, R33
    #[test]
    fn a_sum_told_later_replaces_the_earlier_one_in_any_order() {
        let told = |list| Payments { given_back: sums(list), ..Payments::default() };
        let (early, late) = (told(&[("ch_1", 1, 30)]), told(&[("ch_1", 2, 50)]));
        assert_eq!(early.clone().merge(late.clone()).sum_given_back(), 50);
        assert_eq!(late.merge(early).sum_given_back(), 50);
    }

    // R33
    #[test]
    fn a_refund_that_failed_after_the_sum_was_told_is_taken_off_it() {
        let payments = |told, failed| Payments {
            given_back: sums(&[("ch_1", told, 50)]),
            failed_refunds: sums(&[("re_2", failed, 20)]),
            ..Payments::default()
        };
        assert_eq!(payments(1, 2).sum_given_back(), 30);
        assert_eq!(payments(3, 2).sum_given_back(), 50);
    }

    // R33
    #[test]
    fn a_dispute_that_was_won_takes_nothing() {
        let open = Payments { disputed: sums(&[("dp_1", 1, 100)]), ..Payments::default() };
        let won = Payments { disputed: sums(&[("dp_1", 9, 0)]), ..Payments::default() };
        assert_eq!(open.sum_disputed(), 100);
        assert_eq!(won.merge(open).sum_disputed(), 0);
    }
}
