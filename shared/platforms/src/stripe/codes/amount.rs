//! Amounts in the smallest unit as Stripe counts it, which is not always ISO 4217's.

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
    let code = currency.code();
    let minor = if WITH_TWO_DECIMALS.contains(&code) {
        (amount % HUNDRED == 0).then_some(amount / HUNDRED)?
    } else if WITHOUT_DECIMALS.contains(&code) {
        amount.checked_mul(HUNDRED)?
    } else {
        amount
    };
    Some(Money::new(minor, currency))
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
