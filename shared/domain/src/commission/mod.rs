//! What a creator earns of one order or lead (R51). `docs/COMMISSION.md` has worked examples, which are run as
//! tests of this module.

mod limits;
mod own;
mod terms;

pub use limits::{Earlier, of_clicks, of_lead_after, of_order_after};
pub use own::{OwnTerms, own_terms_at};
pub use terms::{BaseOptions, CapPerPeriod, Caps, CommissionTerms, Pay, PayRule, Period, Tier};

use crate::money::{Money, product, proportion};
use crate::order::Beside;
use crate::percent::{Percent, WHOLE};

/// What commission is computed of: minor units of the order's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Base {
    /// The net value that still stands.
    pub net: Money,
    /// The net value before any refund, in the same currency.
    pub original_net: i64,
    /// What stood beside it as the order was placed.
    pub beside: Beside,
}

/// Why no commission could be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Uncomputable {
    /// An amount of the terms is in one currency, the order in another: amounts are never converted by guess.
    #[error("an amount of the commission is in another currency than the order")]
    CurrencyMismatch,
}

/// The commission of an order under these terms.
///
/// A percentage is taken of the base that the terms choose, as far as it stands. A flat amount is reduced in
/// proportion to what was given back (R33). A cap cuts what comes out.
///
/// # Errors
/// When an amount that is needed is in another currency than the order.
pub fn of_order(terms: &CommissionTerms, base: Base) -> Result<Money, Uncomputable> {
    let owed = match pay_of(terms, base)? {
        Pay::Percentage { rate } => percentage(rate, terms.base, base),
        Pay::Flat { amount } => {
            let kept = base.net.amount.min(base.original_net);
            let amount = in_currency_of(amount, base)?;
            Money::new(proportion(amount.amount, kept, base.original_net), amount.currency)
        }
        Pay::PerLead { .. } | Pay::PerClick { .. } => Money::new(0, base.net.currency),
    };
    match terms.caps.per_order {
        Some(cap) => Ok(Money::new(owed.amount.min(in_currency_of(cap, base)?.amount), owed.currency)),
        None => Ok(owed),
    }
}

/// Of what the goods cost, with what the terms add; all of it stands in the proportion in which the goods do.
/// Nothing beside them counts where they cost nothing.
fn percentage(rate: Percent, options: BaseOptions, base: Base) -> Money {
    let added = options.added(base.beside);
    if added == 0 {
        return base.net.share(rate);
    }
    let whole = (base.original_net.saturating_add(added), base.original_net);
    Money { amount: product(base.net.amount, &[(rate.units().into(), WHOLE.into()), whole]), ..base.net }
}

/// What the first rule that holds says, else what the terms say.
fn pay_of(terms: &CommissionTerms, base: Base) -> Result<Pay, Uncomputable> {
    for rule in &terms.rules {
        if base.original_net >= in_currency_of(rule.minimum_order, base)?.amount {
            return Ok(rule.pay);
        }
    }
    Ok(terms.pay)
}

fn in_currency_of(money: Money, base: Base) -> Result<Money, Uncomputable> {
    if money.currency == base.net.currency { Ok(money) } else { Err(Uncomputable::CurrencyMismatch) }
}

/// The commission of a lead: the flat amount, or nothing where the plan pays a share of sales.
pub fn of_lead(terms: &CommissionTerms) -> Option<Money> {
    match terms.pay {
        Pay::Flat { amount } | Pay::PerLead { amount } => Some(amount),
        Pay::Percentage { .. } | Pay::PerClick { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use proptest::prelude::*;

    const DOCUMENT: &str = include_str!("../../../../docs/COMMISSION.md");

    fn terms(text: &str) -> CommissionTerms {
        serde_json::from_str(text).unwrap()
    }

    fn base(net: i64, original_net: i64, code: &str) -> Base {
        let net = Money::new(net, Currency::parse(code).unwrap());
        Base { net, original_net, beside: Beside::default() }
    }

    const FLAT: &str = r#"{"type": "flat", "amount": {"amount": 500, "currency": "EUR"}}"#;

    // R50, R51
    #[test]
    fn the_worked_examples_of_the_document_come_out_as_it_says() {
        let rows = DOCUMENT.lines().filter(|line| line.starts_with("| `{"));
        let mut count = 0;
        for row in rows {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let (text, currency, placed, beside, stands, owed) = match cells[..] {
                [text, currency, placed, stands, owed] => (text, currency, placed, ["0"; 3], stands, owed),
                [text, currency, placed, shipping, tax, discount, stands, owed] => {
                    (text, currency, placed, [shipping, tax, discount], stands, owed)
                }
                _ => panic!("{row}"),
            };
            let money = |text| Money::parse(text, Currency::parse(currency).unwrap()).unwrap();
            let [shipping, tax, discount] = beside.map(|text| money(text).amount);
            let beside = Beside { shipping, tax, discount };
            let base = Base { net: money(stands), original_net: money(placed).amount, beside };
            assert_eq!(of_order(&terms(text.trim_matches('`')), base), Ok(money(owed)), "{row}");
            count += 1;
        }
        assert!(count >= 20, "the document has {count} examples only");
    }

    // R51
    #[test]
    fn an_amount_in_another_currency_is_never_guessed() {
        let cap =
            r#"{"type": "percentage", "rate": "10", "caps": {"perOrder": {"amount": 1, "currency": "EUR"}}}"#;
        let rule = r#"{"type": "percentage", "rate": "10", "rules": [{"minimumOrder": {"amount": 1, "currency": "EUR"},
            "type": "percentage", "rate": "20"}]}"#;
        for text in [FLAT, cap, rule] {
            assert_eq!(of_order(&terms(text), base(100, 100, "USD")), Err(Uncomputable::CurrencyMismatch));
        }
    }

    // R36, R51
    #[test]
    fn a_lead_earns_a_flat_amount_and_an_order_nothing_where_leads_are_paid() {
        let per_lead = terms(r#"{"type": "per_lead", "amount": {"amount": 150, "currency": "EUR"}}"#);
        assert_eq!(of_lead(&per_lead).unwrap().amount, 150);
        assert_eq!(of_order(&per_lead, base(10_000, 10_000, "EUR")).unwrap().amount, 0);
        assert_eq!(of_lead(&terms(FLAT)).unwrap().amount, 500);
        assert_eq!(of_lead(&CommissionTerms::default()), None);
    }

    proptest! {
        // R51
        #[test]
        fn a_commission_is_never_negative_nor_more_than_the_terms_say(
            net in 0..1_000_000_000_i64, more in 0..1_000_000_i64, rate in 0..=100_u32, cap in 1..2_000_i64
        ) {
            let percentage = terms(&format!(r#"{{"type": "percentage", "rate": "{rate}"}}"#));
            let share = of_order(&percentage, base(net, net + more, "EUR")).unwrap().amount;
            prop_assert!((0..=net).contains(&share));
            let flat = of_order(&terms(FLAT), base(net, net + more, "EUR")).unwrap().amount;
            prop_assert!((0..=500).contains(&flat));
            let per_order = Some(Money::new(cap, Currency::parse("EUR").unwrap()));
            let caps = Caps { per_order, ..Caps::default() };
            let capped = of_order(&CommissionTerms { caps, ..percentage }, base(net, net + more, "EUR")).unwrap();
            prop_assert_eq!(capped.amount, share.min(cap));
        }

        // R33, R51
        #[test]
        fn a_base_stands_in_the_proportion_in_which_the_goods_do(
            net in 1..1_000_000_000_i64, [shipping, tax, discount] in [0..1_000_000_i64, 0..1_000_000, 0..1_000_000],
            [one, other] in [0..1_000_i64, 0..1_000], rate in 0..=100_u32, chosen in any::<[bool; 3]>()
        ) {
            let chosen = BaseOptions { shipping: chosen[0], tax: chosen[1], before_discount: chosen[2] };
            let options = serde_json::to_string(&chosen).unwrap();
            let terms =
                terms(&format!(r#"{{"type": "percentage", "rate": "{rate}", "base": {options}}}"#));
            let beside = Beside { shipping, tax, discount };
            let earned = |stands| {
                of_order(&terms, Base { beside, ..base(stands, net, "EUR") }).unwrap().amount
            };
            let (less, more) = (net * one.min(other) / 1_000, net * one.max(other) / 1_000);
            prop_assert!(0 <= earned(less) && earned(less) <= earned(more));
            let whole = Money { amount: net + chosen.added(beside), ..base(0, 0, "EUR").net };
            prop_assert_eq!(earned(net), whole.share(Percent::parse(&rate.to_string()).unwrap()).amount);
            prop_assert_eq!(earned(0), 0);
        }

        // R33, R51
        #[test]
        fn what_is_given_back_never_earns_more(net in 0..1_000_000_i64, given_back in 0..1_000_000_i64) {
            for text in [FLAT, r#"{"type": "percentage", "rate": "12.5", "caps": {"perOrder": {"amount": 900, "currency": "EUR"}}}"#] {
                let terms = terms(text);
                let earned = |stands| of_order(&terms, base(stands, net, "EUR")).unwrap().amount;
                prop_assert!(earned((net - given_back).max(0)) <= earned(net));
            }
        }
    }
}
