//! What webhooks have said of an order, and how it is merged.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::lines::{Line, Returned, SoldLine, sold};
use super::{Beside, CodeUse, Customer, Payments, Status, keep_first};
use crate::Currency;
use crate::money::proportion;
use crate::time::Timestamp;

/// How many click ids of one order are kept; more than a handful is an attack.
const MOST_CLICK_IDS: usize = 16;
/// How many deletions of one order are kept, and how many restorations.
const MOST_DELETIONS: usize = 16;

/// Where an order stands by the shop's own word for it, in shops where it can come back from anywhere: a
/// canceled order of `WooCommerce` may be paid after all.
///
/// Of two words within one second the later one here is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// No money has come in.
    Pending,
    /// Paid.
    Paid,
    /// All of it paid back.
    Refunded,
    /// Called off.
    Canceled,
}

/// The order as one webhook described it as a whole.
///
/// The order of the fields is the order in which two descriptions are compared: the greater one is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Snapshot {
    /// Whether the sender proved to be the shop. An unproved report never replaces anything.
    pub proved: bool,
    /// When the shop last changed the order, by the shop's own clock.
    pub updated_at: Timestamp,
    /// When the shop sent this, to tell two changes within one second apart.
    pub sent_at: Option<Timestamp>,
    /// Where the order stood. `None` where the shop's events say it, each for good: see `OrderFacts::paid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// When the order was placed.
    pub placed_at: Timestamp,
    /// The number that people use, such as `#1001`.
    pub number: String,
    /// The shop's currency, in which all amounts here are, in minor units.
    pub currency: Currency,
    /// Goods after discount, without tax and shipping, less the lines of `included_refunds`.
    pub net: i64,
    /// The same before any refund.
    pub original_net: i64,
    /// What the buyer was to pay in all, before any refund.
    pub total: i64,
    /// The codes on the order, upper-case, in the shop's order.
    pub codes: Vec<String>,
    /// The refunds whose lines `net` already leaves out.
    pub included_refunds: BTreeSet<String>,
    /// The refunds that stand, where a shop lists them all and can take one back. `None`: every known one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing_refunds: Option<BTreeSet<String>>,
    /// Whether the shop marks the order as a test (R39).
    pub test: bool,
    /// What stands beside `original_net`.
    #[serde(default, skip_serializing_if = "Beside::is_nothing")]
    pub beside: Beside,
    /// The lines, as they were placed; none where the shop tells none. See [`super::fitted`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
}

/// One refund of an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refund {
    /// When it was made.
    pub at: Timestamp,
    /// The net value of the lines given back, where the shop says which lines.
    pub lines_net: Option<i64>,
    /// What was paid back in all where no line is named, with tax, without shipping.
    pub amount: i64,
    /// What it gives back of which line, by the shop's ids, where it says so. It tells lines apart, and takes off
    /// nothing besides.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lines: BTreeMap<String, Returned>,
}

/// The first sale to a buyer who pays again and again: renewals of a subscription are credited as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Binding {
    /// When the first sale was made: a click must lie within the plan's window before it.
    pub at: Timestamp,
    /// The codes on it, upper-case, in the shop's order.
    pub codes: Vec<String>,
}

/// Everything that is known of one order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, joined by `or`")]
pub struct OrderFacts {
    /// The greatest description so far.
    pub snapshot: Option<Snapshot>,
    /// Refunds by the shop's own id.
    pub refunds: BTreeMap<String, Refund>,
    /// What a payment service tells of its money besides.
    #[serde(skip_serializing_if = "Payments::is_empty")]
    pub payments: Payments,
    /// The first sale of a subscription that this order belongs to; of several the earliest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binding: Option<Binding>,
    /// What was seen when a code alone earned it, once somebody looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_use: Option<CodeUse>,
    /// Some webhook said that it was paid.
    pub paid: bool,
    /// Some webhook said that it was canceled.
    pub canceled: bool,
    /// Some webhook said that all of it was paid back.
    pub refunded: bool,
    /// Deliveries, by their ids, that said that it was deleted. They have no time: it is deleted while there
    /// are more of them than of `restored`.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub deleted: BTreeSet<String>,
    /// Deliveries, by their ids, that said that it was brought back.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub restored: BTreeSet<String>,
    /// Click ids found on the order, as they were written.
    pub click_ids: BTreeSet<String>,
    /// Keyed hashes of the buyer's e-mail (R38).
    pub buyers: BTreeSet<String>,
    /// Keyed hashes of the mailboxes that those reach, where they are written in another way (R45).
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub mailboxes: BTreeSet<String>,
    /// The shop asked us to forget the buyer.
    pub redacted: bool,
    /// What the buyer was to the store, once that was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
}

impl OrderFacts {
    /// Both parties' knowledge together.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.snapshot = self.snapshot.max(other.snapshot);
        for (id, refund) in other.refunds {
            self.refunds
                .entry(id)
                .and_modify(|known| {
                    if refund > *known {
                        known.clone_from(&refund);
                    }
                })
                .or_insert(refund);
        }
        self.payments = self.payments.merge(other.payments);
        self.binding = self.binding.into_iter().chain(other.binding).min();
        self.code_use = self.code_use.into_iter().chain(other.code_use).min();
        self.customer = self.customer.into_iter().chain(other.customer).min();
        self.paid |= other.paid;
        self.canceled |= other.canceled;
        self.refunded |= other.refunded;
        self.redacted |= other.redacted;
        self.deleted.extend(other.deleted);
        self.restored.extend(other.restored);
        self.click_ids.extend(other.click_ids);
        self.buyers.extend(other.buyers);
        self.mailboxes.extend(other.mailboxes);
        self.normal()
    }

    /// The one form in which equal knowledge is equal: bounded, and without a buyer that must be forgotten.
    #[must_use]
    fn normal(mut self) -> Self {
        keep_first(&mut self.click_ids, MOST_CLICK_IDS);
        keep_first(&mut self.deleted, MOST_DELETIONS);
        keep_first(&mut self.restored, MOST_DELETIONS);
        if self.redacted {
            self.buyers.clear();
            self.mailboxes.clear();
        }
        self
    }

    /// Where the order stands (R33).
    pub fn status(&self) -> Status {
        if self.is_called_off() {
            return Status::Canceled;
        }
        let gave_back = self.given_back();
        if self.is_paid_back() || (gave_back > 0 && self.snapshot.is_some() && self.net() == 0) {
            Status::Refunded
        } else if gave_back > 0 {
            Status::PartiallyRefunded
        } else if self.paid || self.standing() == Some(Standing::Paid) {
            Status::Paid
        } else {
            Status::Pending
        }
    }

    /// The net value that still stands, in minor units: what commission is computed of.
    pub fn net(&self) -> i64 {
        let Some(snapshot) = self.snapshot.as_ref().filter(|_| !self.is_called_off() && !self.is_paid_back())
        else {
            return 0;
        };
        let share = |amount| proportion(snapshot.original_net, amount, snapshot.total);
        let named: i64 = self
            .standing_refunds()
            .map(|(id, refund)| match refund.lines_net {
                Some(_) if snapshot.included_refunds.contains(id) => 0,
                Some(net) => net,
                None => share(refund.amount),
            })
            .fold(0, i64::saturating_add);
        let missing = named
            .max(share(self.payments.sum_given_back()))
            .saturating_add(share(self.payments.sum_disputed()));
        snapshot.net.saturating_sub(missing).max(0)
    }

    /// What the net value was before any refund.
    pub fn original_net(&self) -> i64 {
        self.snapshot.as_ref().map_or(0, |snapshot| snapshot.original_net.max(0))
    }

    /// What stood beside it.
    pub fn beside(&self) -> Beside {
        self.snapshot.as_ref().map(|snapshot| snapshot.beside).unwrap_or_default()
    }

    /// The lines, each with what is left of it by the refunds that name lines.
    pub fn sold_lines(&self) -> Vec<SoldLine> {
        let lines = self.snapshot.as_ref().map_or(&[][..], |snapshot| &snapshot.lines);
        let refunds: Vec<_> = self.standing_refunds().map(|(_, refund)| &refund.lines).collect();
        sold(lines, &refunds)
    }

    /// The codes that may earn it: those on the order, and those of the first sale that it renews.
    pub fn codes(&self) -> Vec<&str> {
        let own = self.snapshot.iter().flat_map(|snapshot| &snapshot.codes);
        let mut codes: Vec<&str> = Vec::new();
        for code in own.chain(self.binding.iter().flat_map(|binding| &binding.codes)) {
            if !codes.contains(&code.as_str()) {
                codes.push(code);
            }
        }
        codes
    }

    /// Whether the order is a test and counts nowhere (R39).
    pub fn is_test(&self) -> bool {
        self.snapshot.as_ref().is_some_and(|snapshot| snapshot.test)
    }

    fn standing(&self) -> Option<Standing> {
        self.snapshot.as_ref().and_then(|snapshot| snapshot.standing)
    }

    fn is_called_off(&self) -> bool {
        self.canceled
            || self.standing() == Some(Standing::Canceled)
            || self.deleted.len() > self.restored.len()
    }

    fn is_paid_back(&self) -> bool {
        self.refunded || self.standing() == Some(Standing::Refunded)
    }

    fn standing_refunds(&self) -> impl Iterator<Item = (&String, &Refund)> {
        let listed = self.snapshot.as_ref().and_then(|snapshot| snapshot.standing_refunds.as_ref());
        self.refunds.iter().filter(move |(id, _)| {
            listed.is_none_or(|listed| listed.contains(*id))
                && !self.payments.failed_refunds.contains_key(*id)
        })
    }

    fn given_back(&self) -> i64 {
        let named = self
            .standing_refunds()
            .map(|(_, refund)| refund.lines_net.unwrap_or(refund.amount))
            .fold(0, i64::saturating_add);
        named.max(self.payments.sum_given_back()).saturating_add(self.payments.sum_disputed())
    }
}

impl From<Payments> for OrderFacts {
    fn from(payments: Payments) -> Self {
        Self { payments, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Sum;
    use super::*;
    use crate::ids::EnrollmentId;
    use proptest::prelude::*;

    fn snapshot(second: i64, net: i64) -> Snapshot {
        Snapshot {
            proved: true,
            updated_at: Timestamp::from_seconds(second),
            sent_at: None,
            standing: None,
            placed_at: Timestamp::from_seconds(1),
            number: "#1001".to_owned(),
            currency: Currency::parse("EUR").unwrap(),
            net,
            original_net: 10_000,
            total: 12_500,
            codes: vec!["ANNA10".to_owned()],
            included_refunds: BTreeSet::new(),
            standing_refunds: None,
            test: false,
            beside: Beside::default(),
            lines: Vec::new(),
        }
    }

    fn placed(second: i64, net: i64) -> OrderFacts {
        OrderFacts { snapshot: Some(snapshot(second, net)), ..OrderFacts::default() }
    }

    fn refund(id: &str, lines_net: Option<i64>, amount: i64) -> OrderFacts {
        let refund = Refund { at: Timestamp::from_seconds(9), lines_net, amount, lines: BTreeMap::new() };
        OrderFacts { refunds: BTreeMap::from([(id.to_owned(), refund)]), ..OrderFacts::default() }
    }

    fn paid() -> OrderFacts {
        OrderFacts { paid: true, ..OrderFacts::default() }
    }

    #[track_caller]
    fn check(history: Vec<OrderFacts>, status: Status, net: i64) {
        let order = history.into_iter().fold(OrderFacts::default(), OrderFacts::merge);
        assert_eq!((order.status(), order.net()), (status, net));
    }

    // R33
    #[test]
    fn an_order_goes_from_pending_to_paid_to_refunded() {
        check(vec![placed(1, 10_000)], Status::Pending, 10_000);
        check(vec![placed(1, 10_000), paid()], Status::Paid, 10_000);
        check(vec![placed(1, 10_000), paid(), refund("1", Some(4_000), 0)], Status::PartiallyRefunded, 6_000);
        check(vec![placed(1, 10_000), paid(), refund("1", Some(10_000), 0)], Status::Refunded, 0);
    }

    // R33
    #[test]
    fn a_refund_by_amount_takes_its_share_of_the_total() {
        check(vec![placed(1, 10_000), paid(), refund("1", None, 6_250)], Status::PartiallyRefunded, 5_000);
        check(vec![placed(1, 10_000), paid(), refund("1", None, 12_500)], Status::Refunded, 0);
    }

    // R32
    #[test]
    fn refund_before_create_and_canceled_before_paid_end_the_same() {
        check(vec![refund("1", Some(4_000), 0), placed(1, 10_000), paid()], Status::PartiallyRefunded, 6_000);
        let canceled = OrderFacts { canceled: true, ..OrderFacts::default() };
        check(vec![canceled, paid(), placed(1, 10_000)], Status::Canceled, 0);
    }

    // R32
    #[test]
    fn an_old_retry_after_a_new_update_changes_nothing() {
        check(vec![placed(9, 8_000), paid(), placed(1, 10_000)], Status::Paid, 8_000);
    }

    // R33
    #[test]
    fn a_refund_that_the_shops_figure_leaves_out_already_is_not_taken_off_twice() {
        let mut later = snapshot(9, 6_000);
        later.included_refunds.insert("1".to_owned());
        let later = OrderFacts { snapshot: Some(later), ..OrderFacts::default() };
        check(vec![refund("1", Some(4_000), 0), later, paid()], Status::PartiallyRefunded, 6_000);
    }

    // R33
    #[test]
    fn never_more_is_given_back_than_was_paid() {
        check(
            vec![placed(1, 10_000), paid(), refund("1", Some(9_000), 0), refund("2", None, 12_500)],
            Status::Refunded,
            0,
        );
    }

    fn standing(second: i64, standing: Standing) -> OrderFacts {
        let snapshot = Snapshot { standing: Some(standing), ..snapshot(second, 10_000) };
        OrderFacts { snapshot: Some(snapshot), ..OrderFacts::default() }
    }

    // R32, R33
    #[test]
    fn where_the_shop_says_how_an_order_stands_its_latest_word_holds() {
        use Standing::{Canceled, Paid, Pending, Refunded};
        for (latest, status, net) in [
            (Pending, Status::Pending, 10_000),
            (Paid, Status::Paid, 10_000),
            (Refunded, Status::Refunded, 0),
            (Canceled, Status::Canceled, 0),
        ] {
            let history = vec![standing(9, latest), standing(1, Canceled), standing(2, Paid)];
            check(history, status, net);
        }
        check(vec![standing(1, Paid), standing(1, Pending)], Status::Paid, 10_000);
    }

    // R32
    #[test]
    fn an_order_is_deleted_until_it_was_restored_as_often() {
        let named = |id: &str| BTreeSet::from([id.to_owned()]);
        let deleted = |id| OrderFacts { deleted: named(id), ..OrderFacts::default() };
        let restored = |id| OrderFacts { restored: named(id), ..standing(1, Standing::Paid) };
        check(vec![standing(1, Standing::Paid), deleted("a"), deleted("a")], Status::Canceled, 0);
        check(vec![restored("b"), deleted("a"), restored("b")], Status::Paid, 10_000);
        check(vec![deleted("a"), restored("b"), deleted("c")], Status::Canceled, 0);
    }

    // R33
    #[test]
    fn a_refund_that_the_shop_took_back_counts_no_more() {
        let listed = |second, ids: &[&str]| {
            let listed = ids.iter().map(|id| (*id).to_owned()).collect();
            let snapshot = Snapshot { standing_refunds: Some(listed), ..snapshot(second, 10_000) };
            OrderFacts { snapshot: Some(snapshot), ..paid() }
        };
        let refunds = || [refund("1", Some(1_000), 0), refund("2", Some(500), 0)];
        let [one, two] = refunds();
        check(vec![listed(1, &["1", "2"]), one, two], Status::PartiallyRefunded, 8_500);
        let [one, two] = refunds();
        check(vec![listed(2, &["2"]), one, listed(1, &["1", "2"]), two], Status::PartiallyRefunded, 9_500);
        let [one, two] = refunds();
        check(vec![one, two, listed(3, &[])], Status::Paid, 10_000);
    }

    // R33
    #[test]
    fn refunds_named_one_by_one_and_their_sum_are_the_same_money() {
        let sum = |second, amount| Sum { at: Timestamp::from_seconds(second), amount };
        let in_all = |second, amount| {
            let given_back = BTreeMap::from([("ch_1".to_owned(), sum(second, amount))]);
            OrderFacts { payments: Payments { given_back, ..Payments::default() }, ..paid() }
        };
        let disputed = |amount| {
            let disputed = BTreeMap::from([("dp_1".to_owned(), sum(1, amount))]);
            OrderFacts { payments: Payments { disputed, ..Payments::default() }, ..paid() }
        };
        let failed = |id: &str, amount| {
            let failed_refunds = BTreeMap::from([(id.to_owned(), sum(20, amount))]);
            OrderFacts { payments: Payments { failed_refunds, ..Payments::default() }, ..paid() }
        };
        let placed = || placed(1, 10_000);
        check(vec![placed(), in_all(1, 6_250)], Status::PartiallyRefunded, 5_000);
        check(vec![placed(), in_all(1, 6_250), refund("1", None, 6_250)], Status::PartiallyRefunded, 5_000);
        // One of the two is known by the sum alone.
        check(vec![placed(), refund("1", None, 1_250), in_all(1, 6_250)], Status::PartiallyRefunded, 5_000);
        check(
            vec![placed(), refund("1", None, 6_250), in_all(1, 6_250), failed("1", 6_250)],
            Status::Paid,
            10_000,
        );
        check(vec![placed(), in_all(1, 6_250), disputed(6_250)], Status::Refunded, 0);
        check(vec![placed(), disputed(0), paid()], Status::Paid, 10_000);
    }

    // R38
    #[test]
    fn a_buyer_that_must_be_forgotten_does_not_come_back_with_a_late_webhook() {
        let known = OrderFacts { buyers: BTreeSet::from(["hash".to_owned()]), ..placed(1, 5) };
        let redacted = OrderFacts { redacted: true, ..OrderFacts::default() };
        assert!(redacted.clone().merge(known.clone()).buyers.is_empty());
        assert!(known.clone().merge(redacted).merge(known).buyers.is_empty());
    }

    fn line(id: &str, net: i64) -> Line {
        Line { id: id.to_owned(), names: vec![], categories: vec![], quantity: 1, net }
    }

    fn any_standing() -> impl Strategy<Value = Standing> {
        prop_oneof![
            Just(Standing::Pending),
            Just(Standing::Paid),
            Just(Standing::Refunded),
            Just(Standing::Canceled)
        ]
    }

    fn any_snapshot() -> impl Strategy<Value = Snapshot> {
        (
            0..4_i64,
            proptest::option::of(0..3_i64),
            0..3_i64,
            proptest::collection::btree_set("[1-3]", 0..3),
            proptest::option::of(proptest::collection::btree_set("[1-3]", 0..3)),
            proptest::option::of(any_standing()),
            any::<(bool, bool)>(),
        )
            .prop_map(
                |(second, sent, net, included_refunds, standing_refunds, standing, (test, proved))| {
                    Snapshot {
                        proved,
                        standing,
                        standing_refunds,
                        sent_at: sent.map(Timestamp::from_seconds),
                        included_refunds,
                        test,
                        beside: Beside { tax: net, ..Beside::default() },
                        lines: vec![line("1", net * 2_000), line("2", 3_000)],
                        ..snapshot(second, net * 5_000)
                    }
                },
            )
    }

    /// Sums, failures and disputes of the same ids and amounts as these refunds.
    fn payments_like(refunds: &BTreeMap<String, Refund>) -> Payments {
        let sums = |odd: i64| {
            let chosen = refunds.iter().filter(|(_, refund)| refund.amount % 3 == odd);
            chosen.map(|(id, refund)| (id.clone(), Sum { at: refund.at, amount: refund.amount })).collect()
        };
        Payments { given_back: sums(0), failed_refunds: sums(1), disputed: sums(2) }
    }

    fn any_facts() -> impl Strategy<Value = OrderFacts> {
        let refund = ("[1-3]", 0..3_i64, proptest::option::of(0..8_000_i64), 0..9_000_i64);
        (
            proptest::option::of(any_snapshot()),
            proptest::collection::vec(refund, 0..3),
            any::<[bool; 4]>(),
            proptest::collection::btree_set("[a-z]{2}", 0..12),
            proptest::collection::btree_set("[a-c]", 0..3),
            [proptest::collection::btree_set("[a-c]", 0..3), proptest::collection::btree_set("[d-f]", 0..3)],
        )
            .prop_map(|(snapshot, refunds, flags, click_ids, buyers, [deleted, restored])| {
                let [paid, canceled, refunded, redacted] = flags;
                let refunds: BTreeMap<String, Refund> = refunds
                    .into_iter()
                    .map(|(id, at, lines_net, amount)| {
                        let lines = BTreeMap::from([(id.clone(), Returned::Net(amount))]);
                        (id, Refund { at: Timestamp::from_seconds(at), lines_net, amount, lines })
                    })
                    .collect();
                let payments = payments_like(&refunds);
                let binding = (canceled || refunded).then(|| Binding {
                    at: Timestamp::from_seconds(i64::from(canceled)),
                    codes: click_ids.iter().take(1).cloned().collect(),
                });
                let code_use = (paid || refunded).then(|| CodeUse {
                    enrollment: EnrollmentId::new(Timestamp::from_seconds(0), [0; 10]),
                    buyer_orders: i64::from(paid),
                    clicks: i64::from(refunded),
                    clicks_before: i64::from(canceled),
                });
                OrderFacts {
                    snapshot,
                    refunds,
                    payments,
                    binding,
                    code_use,
                    paid,
                    canceled,
                    refunded,
                    deleted,
                    restored,
                    click_ids,
                    mailboxes: buyers.clone(),
                    buyers,
                    redacted,
                    customer: canceled.then_some(if paid { Customer::New } else { Customer::Returning }),
                }
                .normal()
            })
    }

    proptest! {
        // R31, R32
        #[test]
        fn merging_is_commutative_associative_and_idempotent(a in any_facts(), b in any_facts(), c in any_facts()) {
            prop_assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
            prop_assert_eq!(a.clone().merge(b.clone()).merge(c.clone()), a.clone().merge(b.merge(c)));
            prop_assert_eq!(a.clone().merge(a.clone()), a);
        }

        // R32
        #[test]
        fn any_order_of_arrival_with_doubles_ends_in_one_state(
            (history, shuffled) in proptest::collection::vec(any_facts(), 1..8).prop_flat_map(|history| {
                let doubled: Vec<_> = history.iter().chain(history.iter()).cloned().collect();
                (Just(history), Just(doubled).prop_shuffle())
            })
        ) {
            let merge = |facts: Vec<OrderFacts>| facts.into_iter().fold(OrderFacts::default(), OrderFacts::merge);
            prop_assert_eq!(merge(history), merge(shuffled));
        }

        // R33
        #[test]
        fn the_net_value_stays_between_zero_and_what_the_shop_said(facts in any_facts()) {
            let most = facts.snapshot.as_ref().map_or(0, |snapshot| snapshot.net);
            prop_assert!((0..=most.max(0)).contains(&facts.net()));
        }

        #[test]
        fn facts_read_back_from_json(facts in any_facts()) {
            let text = serde_json::to_string(&facts).unwrap();
            prop_assert_eq!(serde_json::from_str::<OrderFacts>(&text).unwrap(), facts);
        }
    }
}
