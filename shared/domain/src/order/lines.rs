//! The lines of an order: what was bought of what, and what of it was given back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::money::{proportion, split};

/// Of an order of more lines those that are worth most are kept, so that its row stays small.
pub const MOST_LINES: usize = 200;
/// A longer name is none of a product's.
const LONGEST_NAME: usize = 100;
/// More categories than that are no choice any more.
const MOST_CATEGORIES: usize = 20;

/// One line of an order, as it was placed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Line {
    /// The shop's id of the line, by which a refund names it.
    pub id: String,
    /// What a rule may call the goods by: the shop's ids of the product and of its variant, and the SKU.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The shop's ids of the categories that they are in, where it tells them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Pieces.
    pub quantity: i64,
    /// After discount, without tax, before any refund; minor units of the order's currency.
    pub net: i64,
}

/// What of a line a refund gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Returned {
    /// So many pieces.
    Units(i64),
    /// So much of its net value, in minor units.
    Net(i64),
}

/// A line and what of it still stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoldLine {
    /// As it was placed.
    pub line: Line,
    /// What is left of its net value, by the refunds that name it.
    pub stands: i64,
}

impl Line {
    /// What is left of the net value after these.
    fn after<'r>(&self, returned: impl Iterator<Item = &'r Returned>) -> i64 {
        let (units, net) = returned.fold((0_i64, 0_i64), |(units, net), returned| match returned {
            Returned::Units(more) => (units.saturating_add(*more), net),
            Returned::Net(more) => (units, net.saturating_add(*more)),
        });
        let gone = proportion(self.net, units.clamp(0, self.quantity), self.quantity).saturating_add(net);
        self.net.saturating_sub(gone).clamp(0, self.net)
    }

    fn sold(&self, refunds: &[&BTreeMap<String, Returned>]) -> SoldLine {
        let stands = self.after(refunds.iter().filter_map(|lines| lines.get(&self.id)));
        SoldLine { line: self.clone(), stands }
    }
}

/// What is left of each of these lines after refunds.
pub(super) fn sold(lines: &[Line], refunds: &[&BTreeMap<String, Returned>]) -> Vec<SoldLine> {
    lines.iter().map(|line| line.sold(refunds)).collect()
}

/// Lines as they are kept of an order whose goods were worth `goods`.
///
/// They are never worth more than that together: where a shop tells them before a discount of the whole order, each
/// takes its share of it.
pub fn fitted(lines: Vec<Line>, goods: i64) -> Vec<Line> {
    let mut lines: Vec<Line> = lines.into_iter().map(Line::plain).collect();
    let nets: Vec<i64> = lines.iter().map(|line| line.net).collect();
    if nets.iter().fold(0, |sum: i64, net| sum.saturating_add(*net)) > goods {
        for (line, net) in lines.iter_mut().zip(split(goods.max(0), &nets)) {
            line.net = net;
        }
    }
    if lines.len() > MOST_LINES {
        lines.sort_by_key(|line| std::cmp::Reverse(line.net));
        lines.truncate(MOST_LINES);
    }
    lines
}

/// What a refund says of lines, as it is kept: nothing where it names more of them than are kept, and then it takes
/// from all alike.
pub fn returned(lines: BTreeMap<String, Returned>) -> BTreeMap<String, Returned> {
    if lines.len() > MOST_LINES { BTreeMap::new() } else { lines }
}

impl Line {
    fn plain(mut self) -> Self {
        let is_name = |name: &String| !name.is_empty() && name.len() <= LONGEST_NAME;
        self.names.retain(is_name);
        self.categories.retain(is_name);
        self.categories.truncate(MOST_CATEGORIES);
        Self { quantity: self.quantity.max(0), net: self.net.max(0), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(id: &str, quantity: i64, net: i64) -> Line {
        Line { id: id.to_owned(), names: vec![id.to_uppercase()], categories: Vec::new(), quantity, net }
    }

    // R33
    #[test]
    fn what_stands_of_a_line_is_told_by_the_refunds_that_name_it() {
        for (returned, stands) in [
            (vec![], 1_000),
            (vec![("a", Returned::Units(1))], 667),
            (vec![("a", Returned::Units(1)), ("a", Returned::Units(1))], 333),
            (vec![("a", Returned::Units(2)), ("a", Returned::Units(2))], 0),
            (vec![("a", Returned::Net(250))], 750),
            (vec![("a", Returned::Net(250)), ("a", Returned::Units(1))], 417),
            (vec![("a", Returned::Net(2_000))], 0),
            (vec![("b", Returned::Units(1))], 1_000),
        ] {
            let refunds: Vec<BTreeMap<String, Returned>> = returned
                .iter()
                .map(|(id, returned)| BTreeMap::from([((*id).to_owned(), *returned)]))
                .collect();
            assert_eq!(
                sold(&[line("a", 3, 1_000)], &refunds.iter().collect::<Vec<_>>())[0].stands,
                stands,
                "{returned:?}"
            );
        }
        let uncounted = BTreeMap::from([("a".to_owned(), Returned::Units(1))]);
        assert_eq!(sold(&[line("a", 0, 1_000)], &[&uncounted])[0].stands, 1_000);
    }

    // R51
    #[test]
    fn an_order_of_a_thousand_lines_keeps_those_that_are_worth_most() {
        let lines: Vec<Line> = (0..1_000).map(|number| line(&format!("l{number}"), 1, number)).collect();
        let kept = fitted(lines, i64::MAX);
        assert_eq!(kept.len(), MOST_LINES);
        assert_eq!(kept.iter().map(|line| line.net).min(), Some(800));
        assert!(serde_json::to_string(&kept).unwrap().len() < 20_000);
        let many = |most: usize| (0..most).map(|id| (id.to_string(), Returned::Units(1))).collect();
        assert_eq!(returned(many(MOST_LINES)).len(), MOST_LINES);
        assert!(returned(many(MOST_LINES + 1)).is_empty());
        let odd = Line { names: vec![String::new(), "x".repeat(101), "A".to_owned()], ..line("a", -1, -5) };
        assert_eq!(fitted(vec![odd], 0), [Line { names: vec!["A".to_owned()], ..line("a", 0, 0) }]);
    }

    proptest! {
        // R51
        #[test]
        fn lines_are_never_worth_more_than_the_goods(
            goods in 0..1_000_000_i64, nets in proptest::collection::vec(-10..500_000_i64, 0..12)
        ) {
            let lines = nets.iter().enumerate().map(|(id, net)| line(&id.to_string(), 1, *net)).collect();
            let sum: i64 = fitted(lines, goods).iter().map(|line| line.net).sum();
            let told: i64 = nets.iter().map(|net| net.max(&0)).sum();
            prop_assert_eq!(sum, told.min(goods));
        }
    }
}
