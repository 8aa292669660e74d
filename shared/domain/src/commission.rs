//! What a creator earns of one order or lead (R51).

use crate::money::{Money, proportion};
use crate::plan::CommissionTerms;

/// What commission is computed of: minor units of the order's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Base {
    /// The net value that still stands.
    pub net: Money,
    /// The net value before any refund, in the same currency.
    pub original_net: i64,
}

/// Why no commission could be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Uncomputable {
    /// A flat commission in one currency, an order in another: amounts are never converted by guess.
    #[error("the flat commission is in another currency than the order")]
    CurrencyMismatch,
}

/// The commission of an order under these terms.
///
/// A percentage is taken of the net value that stands. A flat amount is reduced in proportion to what was
/// given back (R33).
///
/// # Errors
/// When a flat amount is in another currency than the order.
pub fn of_order(terms: &CommissionTerms, base: Base) -> Result<Money, Uncomputable> {
    match terms {
        CommissionTerms::Percentage { rate } => Ok(base.net.share(*rate)),
        CommissionTerms::Flat { amount } if amount.currency != base.net.currency => {
            Err(Uncomputable::CurrencyMismatch)
        }
        CommissionTerms::Flat { amount } => {
            let kept = base.net.amount.min(base.original_net);
            Ok(Money::new(proportion(amount.amount, kept, base.original_net), amount.currency))
        }
    }
}

/// The commission of a lead: the flat amount, or nothing where the plan pays a share of sales.
pub fn of_lead(terms: &CommissionTerms) -> Option<Money> {
    match terms {
        CommissionTerms::Flat { amount } => Some(*amount),
        CommissionTerms::Percentage { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use proptest::prelude::*;

    fn terms(text: &str) -> CommissionTerms {
        serde_json::from_str(text).unwrap()
    }

    fn base(net: i64, original_net: i64, code: &str) -> Base {
        Base { net: Money::new(net, Currency::parse(code).unwrap()), original_net }
    }

    const FLAT: &str = r#"{"type": "flat", "amount": {"amount": 500, "currency": "EUR"}}"#;

    // R51
    #[test]
    fn worked_examples() {
        let half = r#"{"type": "percentage", "rate": "12.5"}"#;
        for (text, net, original, code, owed) in [
            (half, 10_000, 10_000, "EUR", 1_250),
            (half, 999, 999, "EUR", 125),
            (half, 4, 4, "EUR", 1),
            (half, 3, 3, "EUR", 0),
            (half, 1_299, 1_299, "JPY", 162),
            (FLAT, 10_000, 10_000, "EUR", 500),
            (FLAT, 4_000, 10_000, "EUR", 200),
            (FLAT, 0, 10_000, "EUR", 0),
            (FLAT, 0, 0, "EUR", 0),
        ] {
            assert_eq!(
                of_order(&terms(text), base(net, original, code)).unwrap().amount,
                owed,
                "{text} {net} {code}"
            );
        }
    }

    // R51
    #[test]
    fn a_flat_amount_in_another_currency_is_never_guessed() {
        assert_eq!(of_order(&terms(FLAT), base(100, 100, "USD")), Err(Uncomputable::CurrencyMismatch));
    }

    proptest! {
        // R51
        #[test]
        fn a_commission_is_never_negative_nor_more_than_the_terms_say(
            net in 0..1_000_000_000_i64, more in 0..1_000_000_i64, rate in 0..=100_u32
        ) {
            let percentage = terms(&format!(r#"{{"type": "percentage", "rate": "{rate}"}}"#));
            let share = of_order(&percentage, base(net, net + more, "EUR")).unwrap().amount;
            prop_assert!((0..=net).contains(&share));
            let flat = of_order(&terms(FLAT), base(net, net + more, "EUR")).unwrap().amount;
            prop_assert!((0..=500).contains(&flat));
        }
    }
}
