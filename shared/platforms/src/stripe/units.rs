//! Amounts in the smallest unit as Stripe counts it, which is not always ISO 4217's.

use tributary_domain::money::{LARGEST_AMOUNT, divide_rounding};
use tributary_domain::{Currency, Money};

/// Stripe: "Zero-decimal currencies" that have decimals in ISO 4217.
const WITHOUT_DECIMALS: [&str; 1] = ["MGA"];
/// Stripe: currencies without decimals that are written with two all the same.
const WITH_TWO_DECIMALS: [&str; 2] = ["ISK", "UGX"];
/// Stripe: of "three-decimal currencies", the last digit must be 0.
const TEN: i64 = 10;
const HUNDRED: i64 = 100;

/// An amount as Stripe wants it. `None` where it has more decimals than Stripe takes.
pub(super) fn to_stripe(money: Money) -> Option<i64> {
    let code = money.currency.code();
    if WITH_TWO_DECIMALS.contains(&code) {
        money.amount.checked_mul(HUNDRED)
    } else if WITHOUT_DECIMALS.contains(&code) {
        (money.amount % HUNDRED == 0).then_some(money.amount / HUNDRED)
    } else if money.currency.exponent() == 3 {
        (money.amount % TEN == 0).then_some(money.amount)
    } else {
        Some(money.amount)
    }
}

/// Reads [`to_stripe`] back. `None` where it does not fit.
pub(super) fn from_stripe(amount: i64, currency: Currency) -> Option<Money> {
    let (times, by) = scale(currency);
    let minor = amount.checked_mul(times)?;
    (minor % by == 0).then(|| Money::new(minor / by, currency))
}

/// The same for what a buyer paid, where a part of a minor unit is rounded. `None` for more than can be believed.
pub(super) fn rounded_from_stripe(amount: i64, currency: Currency) -> Option<i64> {
    let (times, by) = scale(currency);
    let minor = divide_rounding(i128::from(amount).checked_mul(times.into())?, by.into());
    i64::try_from(minor).ok().filter(|minor| *minor <= LARGEST_AMOUNT)
}

/// By what Stripe's amounts are multiplied and divided to be minor units.
fn scale(currency: Currency) -> (i64, i64) {
    let code = currency.code();
    if WITH_TWO_DECIMALS.contains(&code) {
        (1, HUNDRED)
    } else if WITHOUT_DECIMALS.contains(&code) {
        (HUNDRED, 1)
    } else {
        (1, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R50
    #[test]
    fn stripe_counts_some_currencies_in_units_of_its_own() {
        for (code, minor, stripe) in [
            ("EUR", 1_299, Some(1_299)),
            ("JPY", 1_299, Some(1_299)),
            ("ISK", 500, Some(50_000)),
            ("UGX", 500, Some(50_000)),
            ("MGA", 50_000, Some(500)),
            ("MGA", 50_001, None),
            ("KWD", 1_230, Some(1_230)),
            ("KWD", 1_234, None),
        ] {
            let money = Money::new(minor, Currency::parse(code).unwrap());
            assert_eq!(to_stripe(money), stripe, "{minor} {code}");
            if let Some(stripe) = stripe {
                assert_eq!(from_stripe(stripe, money.currency), Some(money), "{stripe} {code}");
            }
        }
    }
}
