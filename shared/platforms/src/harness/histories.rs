//! Histories of an order, and what any order of arrival of their deliveries comes to.

use std::fmt::Debug;

use proptest::prelude::*;
use tributary_domain::Currency;
use tributary_domain::commission::{Sale, of_order};
use tributary_domain::order::OrderFacts;
use tributary_domain::plan::CommissionTerms;

/// An amount of a currency with two decimals, as shops write it.
pub(crate) fn decimal(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// A history of up to five events, and its deliveries doubled and in some other order.
pub(crate) fn any_arrival<Event: Clone + Debug, Hook: Clone + Debug>(
    event: impl Strategy<Value = Event>,
    live: impl Fn(&[Event]) -> Vec<Hook>,
) -> impl Strategy<Value = (Vec<Event>, Vec<Hook>)> {
    proptest::collection::vec(event, 0..6).prop_flat_map(move |events| {
        let hooks = live(&events);
        let doubled: Vec<Hook> = hooks.iter().chain(&hooks).cloned().collect();
        (Just(events), Just(doubled).prop_shuffle())
    })
}

/// What a creator's ledger says of one order after all of its deliveries.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Books {
    /// The order.
    pub facts: OrderFacts,
    /// The sum of its ledger lines.
    pub owed: i64,
}

/// Takes in what deliveries say, one after the other, with a ledger line of `owed - booked` after each under a
/// commission of 12.5 percent, as the storage does. At no moment is more reversed than was earned.
pub(crate) fn books(said: impl IntoIterator<Item = OrderFacts>) -> Books {
    let terms: CommissionTerms = serde_json::from_str(r#"{"type": "percentage", "rate": "12.5"}"#).unwrap();
    let (mut facts, mut lines) = (OrderFacts::default(), Vec::new());
    for update in said {
        facts = facts.merge(update);
        lines.push(owed(&facts, &terms) - lines.iter().sum::<i64>());
        let earned: i64 = lines.iter().filter(|line| **line > 0).sum();
        let reversed: i64 = -lines.iter().filter(|line| **line < 0).sum::<i64>();
        assert!(reversed <= earned, "{reversed} reversed, {earned} earned");
    }
    Books { owed: lines.iter().sum(), facts }
}

fn owed(facts: &OrderFacts, terms: &CommissionTerms) -> i64 {
    let euro = Currency::parse("EUR").unwrap();
    let sale = Sale::of(facts, euro);
    if facts.status().earns() { of_order(terms, &sale).unwrap().commission.amount } else { 0 }
}
