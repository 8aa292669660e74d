//! What a creator earns of one order or lead (R51). `docs/COMMISSION.md` has worked examples, which are run as
//! tests of this module.

mod leads;
mod limits;
mod own;
mod sale;
mod share;
mod terms;

pub use leads::{LeadPay, of_lead};
pub use limits::{Earlier, of_clicks, of_lead_after, of_order_after};
pub use own::{OwnTerms, own_terms_at};
pub use sale::Sale;
pub use terms::{BaseOptions, CapPerPeriod, Caps, CommissionTerms, Pay, PayRule, Period, Tier, When};

use share::{Share, shares};

use crate::money::{Currency, Money, product, split};

/// What an order earns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earned {
    /// In all.
    pub commission: Money,
    /// What each rule gave, in the order of the rules. Together they are the commission.
    pub parts: Vec<Part>,
}

/// What one rule gave of an order's commission. Amounts are minor units of the order's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The rule's place in the list, from 0 on; `None` for the terms beside the rules.
    pub rule: Option<usize>,
    /// What still stands of what the rule was taken of.
    pub base: i64,
    /// The pieces of it, as the order was placed; 0 where the shop tells no lines.
    pub units: i64,
    /// What it gave.
    pub commission: i64,
}

/// Why no commission could be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Uncomputable {
    /// An amount of the terms is in one currency, the order in another: amounts are never converted by guess.
    #[error("an amount of the commission is in another currency than the order")]
    CurrencyMismatch,
}

/// What an order earns under these terms.
///
/// A percentage is taken of the base that the terms choose, as far as it stands. A flat amount is reduced in
/// proportion to what was given back (R33). Each part is rounded once; a cap cuts their sum.
///
/// # Errors
/// When an amount that is needed is in another currency than the order.
pub fn of_order(terms: &CommissionTerms, sale: &Sale) -> Result<Earned, Uncomputable> {
    let shares = shares(terms, sale)?;
    let stands: Vec<i64> = shares.iter().map(|share| share.stands).collect();
    let kept = (sale.net.amount, sum(&stands));
    let base = match terms.base.added(sale.beside) {
        0 => (1, 1),
        added => (sale.original_net.saturating_add(added), sale.original_net),
    };
    let earned = shares.iter().map(|share| share.earns(sale, kept, base)).collect::<Result<Vec<_>, _>>()?;
    let commission = Money { amount: sum(&earned), ..sale.net };
    let bases = split(product(sale.net.amount, &[base]), &stands);
    let part = |((share, base), commission): ((&Share, i64), i64)| Part {
        rule: share.rule,
        base,
        units: share.units,
        commission,
    };
    let parts = shares.iter().zip(bases).zip(earned).map(part).collect();
    let earned = Earned { commission, parts };
    match terms.caps.per_order {
        Some(cap) => Ok(earned.at_most(amount_in(cap, sale.net.currency)?)),
        None => Ok(earned),
    }
}

impl Earned {
    /// No more than so much, of which each part keeps its share.
    fn at_most(mut self, most: i64) -> Self {
        if self.commission.amount > most {
            let amounts: Vec<i64> = self.parts.iter().map(|part| part.commission).collect();
            for (part, left) in self.parts.iter_mut().zip(split(most, &amounts)) {
                part.commission = left;
            }
            self.commission.amount = most;
        }
        self
    }
}

fn sum(amounts: &[i64]) -> i64 {
    amounts.iter().fold(0, |sum, amount| sum.saturating_add(*amount))
}

fn amount_in(money: Money, currency: Currency) -> Result<i64, Uncomputable> {
    if money.currency == currency { Ok(money.amount) } else { Err(Uncomputable::CurrencyMismatch) }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::order::{Beside, Customer, Line, OrderFacts, Refund, Returned, Snapshot, fitted};
    use crate::percent::Percent;
    use crate::time::Timestamp;
    use proptest::prelude::*;

    const DOCUMENT: &str = include_str!("../../../../docs/COMMISSION.md");
    const FLAT: &str = r#"{"type": "flat", "amount": {"amount": 500, "currency": "EUR"}}"#;
    /// A share of shoes, an amount for each bag, and a share of the rest that depends on the order's size.
    const RULES: &str = r#"{"type": "percentage", "rate": "5", "rules": [
        {"when": {"products": ["SHOE"]}, "type": "percentage", "rate": "20"},
        {"when": {"products": ["BAG"], "minimumQuantity": 2}, "type": "flat", "amount": {"amount": 300, "currency": "EUR"}},
        {"when": {"minimumOrder": {"amount": 20000, "currency": "EUR"}}, "type": "percentage", "rate": "10"}]}"#;

    fn terms(text: &str) -> CommissionTerms {
        serde_json::from_str(text).unwrap()
    }

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    fn cents(text: &str) -> i64 {
        Money::parse(text.trim(), currency("EUR")).unwrap().amount
    }

    fn sale(net: i64, original_net: i64, code: &str) -> Sale {
        let net = Money::new(net, currency(code));
        Sale { net, original_net, beside: Beside::default(), customer: None, lines: Vec::new() }
    }

    #[track_caller]
    fn earned(terms: &CommissionTerms, sale: &Sale) -> i64 {
        let Earned { commission, parts } = of_order(terms, sale).unwrap();
        assert_eq!(parts.iter().map(|part| part.commission).sum::<i64>(), commission.amount);
        assert!(parts.iter().all(|part| part.commission >= 0 && part.base >= 0), "{parts:?}");
        commission.amount
    }

    /// `SHOE×2 60.00`.
    fn line(text: &str) -> Line {
        let (name, rest) = text.trim().split_once('×').unwrap();
        let (quantity, net) = rest.split_once(' ').unwrap();
        let quantity = quantity.parse().unwrap();
        Line {
            id: name.to_owned(),
            names: vec![name.to_owned()],
            categories: vec!["all".to_owned()],
            quantity,
            net: cents(net),
        }
    }

    /// `SHOE×1` is a piece of a line, `SHOE 10.00` a part of its value, `10.00` a part of the order's.
    fn refund(text: &str, lines: &[Line]) -> Refund {
        let at = Timestamp::from_seconds(9);
        let of = |name: &str| lines.iter().find(|line| line.id == name).unwrap();
        let (name, net, returned) = match (text.split_once('×'), text.split_once(' ')) {
            (Some((name, units)), _) => {
                let units: i64 = units.parse().unwrap();
                (name, of(name).net * units / of(name).quantity, Some(Returned::Units(units)))
            }
            (None, Some((name, net))) => (name, cents(net), Some(Returned::Net(cents(net)))),
            (None, None) => ("", cents(text), None),
        };
        let lines = returned.map(|returned| (name.to_owned(), returned)).into_iter().collect();
        Refund { at, lines_net: Some(net), amount: 0, lines }
    }

    fn order(lines: Vec<Line>, original_net: i64, refunds: Vec<Refund>) -> OrderFacts {
        let snapshot = Snapshot {
            proved: true,
            updated_at: Timestamp::from_seconds(1),
            sent_at: None,
            standing: None,
            placed_at: Timestamp::from_seconds(1),
            number: "1".to_owned(),
            currency: currency("EUR"),
            net: original_net,
            original_net,
            total: original_net,
            codes: Vec::new(),
            included_refunds: BTreeSet::new(),
            standing_refunds: None,
            test: false,
            beside: Beside::default(),
            lines: fitted(lines, original_net),
        };
        let refunds: BTreeMap<_, _> =
            refunds.into_iter().enumerate().map(|(id, refund)| (id.to_string(), refund)).collect();
        OrderFacts { snapshot: Some(snapshot), refunds, paid: true, ..OrderFacts::default() }
    }

    fn examples(cells: usize) -> Vec<Vec<&'static str>> {
        let rows = DOCUMENT.lines().filter(|line| line.starts_with("| `{"));
        let rows = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
        rows.filter(|row| row.len() == cells).collect()
    }

    // R50, R51
    #[test]
    fn the_worked_examples_of_the_document_come_out_as_it_says() {
        let rows = DOCUMENT.lines().filter(|line| line.starts_with("| `{")).count();
        assert_eq!(rows, [5, 6, 8].map(|cells| examples(cells).len()).iter().sum::<usize>());
        assert!(rows >= 40, "the document has {rows} examples only");
        for row in examples(5).into_iter().chain(examples(8)) {
            let (text, code, placed, beside, stands, owed) = match row[..] {
                [text, code, placed, stands, owed] => (text, code, placed, ["0"; 3], stands, owed),
                [text, code, placed, shipping, tax, discount, stands, owed] => {
                    (text, code, placed, [shipping, tax, discount], stands, owed)
                }
                _ => panic!("{row:?}"),
            };
            let amount = |text| Money::parse(text, currency(code)).unwrap().amount;
            let [shipping, tax, discount] = beside.map(amount);
            let beside = Beside { shipping, tax, discount };
            let sale = Sale { beside, ..sale(amount(stands), amount(placed), code) };
            assert_eq!(earned(&terms(text.trim_matches('`')), &sale), amount(owed), "{row:?}");
        }
    }

    // R33, R50, R51
    #[test]
    fn the_worked_examples_of_lines_come_out_as_it_says() {
        for row in examples(6) {
            let [text, lines, given_back, customer, by_rule, owed] = row[..] else { panic!("{row:?}") };
            let lines: Vec<Line> = lines.split(',').map(line).collect();
            let refunds = given_back.split(',').map(str::trim).filter(|text| !text.is_empty());
            let refunds = refunds.map(|text| refund(text, &lines)).collect();
            let whole = lines.iter().map(|line| line.net).sum();
            let customer = match customer {
                "new" => Some(Customer::New),
                "returning" => Some(Customer::Returning),
                _ => None,
            };
            let facts = OrderFacts { customer, ..order(lines, whole, refunds) };
            let Earned { commission, parts } =
                of_order(&terms(text.trim_matches('`')), &Sale::of(&facts, currency("EUR"))).unwrap();
            let told: Vec<String> = parts
                .iter()
                .map(|part| {
                    let rule = part.rule.map_or("else".to_owned(), |rule| format!("rule {}", rule + 1));
                    format!("{rule}: {}", Money::new(part.commission, currency("EUR")).to_decimal())
                })
                .collect();
            assert_eq!(
                (told.join(", ").as_str(), commission.to_decimal().as_str()),
                (by_rule, owed),
                "{row:?}"
            );
        }
    }

    // R51
    #[test]
    fn an_amount_in_another_currency_is_never_guessed() {
        let cap =
            r#"{"type": "percentage", "rate": "10", "caps": {"perOrder": {"amount": 1, "currency": "EUR"}}}"#;
        let rule = r#"{"type": "percentage", "rate": "10", "rules": [{"minimumOrder": {"amount": 1, "currency": "EUR"},
            "type": "percentage", "rate": "20"}]}"#;
        for text in [FLAT, cap, rule] {
            assert_eq!(of_order(&terms(text), &sale(100, 100, "USD")), Err(Uncomputable::CurrencyMismatch));
        }
    }

    // R36, R51
    #[test]
    fn a_lead_earns_a_flat_amount_and_an_order_nothing_where_leads_are_paid() {
        let per_lead = terms(r#"{"type": "per_lead", "amount": {"amount": 150, "currency": "EUR"}}"#);
        assert_eq!(of_lead(&per_lead, "form").unwrap().amount, 150);
        assert_eq!(earned(&per_lead, &sale(10_000, 10_000, "EUR")), 0);
        assert_eq!(of_lead(&terms(FLAT), "form").unwrap().amount, 500);
        assert_eq!(of_lead(&CommissionTerms::default(), "form"), None);
    }

    fn any_lines() -> impl Strategy<Value = Vec<Line>> {
        let any_line = ("SHOE|BAG|HAT", 0..5_i64, 0..30_000_i64);
        proptest::collection::vec(any_line, 0..6).prop_map(|lines| {
            let line = |(id, (name, quantity, net)): (usize, (String, i64, i64))| Line {
                id: id.to_string(),
                names: vec![name],
                categories: Vec::new(),
                quantity,
                net,
            };
            lines.into_iter().enumerate().map(line).collect()
        })
    }

    /// So much of a line by its place, or of the order where there is none; each refund takes what is left at most.
    fn any_refunds() -> impl Strategy<Value = Vec<(usize, i64)>> {
        proptest::collection::vec((0..8_usize, 0..20_000_i64), 0..5)
    }

    /// The refunds one after the other, as a shop would let them happen.
    fn refunds(lines: &[Line], whole: i64, wanted: &[(usize, i64)]) -> Vec<Refund> {
        let mut left: Vec<i64> = lines.iter().map(|line| line.net).collect();
        let mut whole = whole;
        let mut made = Vec::new();
        for (place, amount) in wanted {
            let amount = (*amount).min(whole).min(left.get(*place).copied().unwrap_or(i64::MAX));
            whole -= amount;
            let named = left.get_mut(*place).map(|left| *left -= amount).is_some();
            let lines = named.then(|| (place.to_string(), Returned::Net(amount))).into_iter().collect();
            made.push(Refund { at: Timestamp::from_seconds(9), lines_net: Some(amount), amount: 0, lines });
        }
        made
    }

    proptest! {
        // R51
        #[test]
        fn a_commission_is_never_negative_nor_more_than_the_terms_say(
            net in 0..1_000_000_000_i64, more in 0..1_000_000_i64, rate in 0..=100_u32, cap in 1..2_000_i64
        ) {
            let percentage = terms(&format!(r#"{{"type": "percentage", "rate": "{rate}"}}"#));
            let share = earned(&percentage, &sale(net, net + more, "EUR"));
            prop_assert_eq!(share, sale(net, 0, "EUR").net.share(Percent::parse(&rate.to_string()).unwrap()).amount);
            let flat = earned(&terms(FLAT), &sale(net, net + more, "EUR"));
            prop_assert!((0..=500).contains(&flat));
            let caps = Caps { per_order: Some(Money::new(cap, currency("EUR"))), ..Caps::default() };
            let capped = earned(&CommissionTerms { caps, ..percentage }, &sale(net, net + more, "EUR"));
            prop_assert_eq!(capped, share.min(cap));
        }

        // R33, R51
        #[test]
        fn a_base_stands_in_the_proportion_in_which_the_goods_do(
            net in 1..1_000_000_000_i64, [shipping, tax, discount] in [0..1_000_000_i64, 0..1_000_000, 0..1_000_000],
            [one, other] in [0..1_000_i64, 0..1_000], rate in 0..=100_u32, chosen in any::<[bool; 3]>()
        ) {
            let chosen = BaseOptions { shipping: chosen[0], tax: chosen[1], before_discount: chosen[2] };
            let options = serde_json::to_string(&chosen).unwrap();
            let terms = terms(&format!(r#"{{"type": "percentage", "rate": "{rate}", "base": {options}}}"#));
            let beside = Beside { shipping, tax, discount };
            let earned = |stands| earned(&terms, &Sale { beside, ..sale(stands, net, "EUR") });
            let (less, more) = (net * one.min(other) / 1_000, net * one.max(other) / 1_000);
            prop_assert!(0 <= earned(less) && earned(less) <= earned(more));
            let whole = sale(net + chosen.added(beside), 0, "EUR").net;
            prop_assert_eq!(earned(net), whole.share(Percent::parse(&rate.to_string()).unwrap()).amount);
            prop_assert_eq!(earned(0), 0);
        }

        // R33, R51
        #[test]
        fn what_is_given_back_never_earns_more(net in 0..1_000_000_i64, given_back in 0..1_000_000_i64) {
            for text in [FLAT, r#"{"type": "percentage", "rate": "12.5", "caps": {"perOrder": {"amount": 900, "currency": "EUR"}}}"#] {
                let terms = terms(text);
                let earned = |stands| earned(&terms, &sale(stands, net, "EUR"));
                prop_assert!(earned((net - given_back).max(0)) <= earned(net));
            }
        }

        // R33, R51
        #[test]
        fn each_refund_by_line_or_of_the_order_lowers_the_part_of_every_rule_or_leaves_it(
            lines in any_lines(), beyond in 0..10_000_i64, wanted in any_refunds()
        ) {
            let whole = lines.iter().map(|line| line.net).sum::<i64>() + beyond;
            let made = refunds(&lines, whole, &wanted);
            let terms = terms(RULES);
            let mut before: Option<Earned> = None;
            for count in 0..=made.len() {
                let facts = order(lines.clone(), whole, made[..count].to_vec());
                let sale = Sale::of(&facts, currency("EUR"));
                earned(&terms, &sale);
                let now = of_order(&terms, &sale).unwrap();
                prop_assert_eq!(now.parts.iter().map(|part| part.base).sum::<i64>(), facts.net());
                if let Some(before) = before {
                    prop_assert_eq!(before.parts.len(), now.parts.len());
                    for (before, now) in before.parts.iter().zip(&now.parts) {
                        prop_assert!(now.rule == before.rule && now.commission <= before.commission, "{before:?} {now:?}");
                    }
                }
                before = Some(now);
            }
        }

        // R51
        #[test]
        fn rules_that_all_pay_the_same_pay_as_one(lines in any_lines(), wanted in any_refunds(), rate in 0..=100_u32) {
            let whole = lines.iter().map(|line| line.net).sum();
            let facts = order(lines.clone(), whole, refunds(&lines, whole, &wanted));
            let sale = Sale::of(&facts, currency("EUR"));
            let alone = terms(&format!(r#"{{"type": "percentage", "rate": "{rate}"}}"#));
            let parted = terms(&format!(r#"{{"type": "percentage", "rate": "{rate}", "rules": [
                {{"when": {{"products": ["SHOE"]}}, "type": "percentage", "rate": "{rate}"}}]}}"#));
            // Two parts are rounded, each by half a cent at most.
            prop_assert!((earned(&alone, &sale) - earned(&parted, &sale)).abs() <= 1);
        }
    }
}
