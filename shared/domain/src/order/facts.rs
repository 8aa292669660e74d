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
mod tests;
