//! Exchange rates by day, and amounts converted at them (R55). No floats, and nothing is guessed.
//!
//! A rate says how many units of a currency one unit of its base is worth on a day. An amount is converted
//! at the rates of one day and one base: times the wanted currency's rate, divided by its own currency's
//! rate, exactly, and rounded once by the one rule. The base itself has the rate 1.

use std::collections::BTreeMap;

use crate::field_error::Invalid;
use crate::money::{Currency, Money, divide_rounding, parse_decimal};
use crate::time::Day;

/// How old a rate may be: banks publish none on weekends and holidays.
pub const OLDEST_DAYS: i32 = 7;

const DECIMALS: u32 = 10;
const ONE: i64 = 10_000_000_000;

/// How many units of a currency one unit of the base is worth: more than zero, with up to ten decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(i64);

impl Rate {
    /// Reads a plain decimal such as `1.0837`.
    ///
    /// # Errors
    /// When the text is no plain decimal, has more than ten decimals, is not more than zero, or is larger
    /// than 922 million.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        parse_decimal(text, DECIMALS).filter(|units| *units > 0).map(Self).ok_or_else(|| {
            Invalid::new(
                "invalid_rate",
                "must be a decimal above zero with up to ten decimals, such as \"1.0837\"",
            )
        })
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fraction = format!("{:010}", self.0 % ONE);
        match fraction.trim_end_matches('0') {
            "" => write!(formatter, "{}", self.0 / ONE),
            digits => write!(formatter, "{}.{digits}", self.0 / ONE),
        }
    }
}

/// The rates of one day, all against one base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateDay {
    /// The day.
    pub day: Day,
    /// What one unit of each rate's currency is measured by.
    pub base: Currency,
    /// The rates.
    pub rates: BTreeMap<Currency, Rate>,
}

/// Rates of some days and bases, to convert with.
#[derive(Debug, Clone, Default)]
pub struct RateTable {
    days: BTreeMap<Day, BTreeMap<Currency, BTreeMap<Currency, Rate>>>,
}

impl RateTable {
    /// Adds one rate.
    pub fn add(&mut self, day: Day, base: Currency, currency: Currency, rate: Rate) {
        self.days.entry(day).or_default().entry(base).or_default().insert(currency, rate);
    }

    /// An amount in another currency at the rates of that day, or of the nearest earlier day that has both
    /// currencies, up to [`OLDEST_DAYS`] before. `None` where there is none: it is missing, and never guessed.
    ///
    /// Of several bases on one day, that of the wanted currency comes first, then that of the amount's own,
    /// then the alphabet.
    pub fn convert(&self, money: Money, to: Currency, on: Day) -> Option<Money> {
        if money.currency == to {
            return Some(money);
        }
        let earliest = Day::from_number(on.number().saturating_sub(OLDEST_DAYS));
        let (own, wanted) = self
            .days
            .range(earliest..=on)
            .rev()
            .find_map(|(_, bases)| pair_of_rates(bases, money.currency, to))?;
        exchange(money, own, to, wanted)
    }
}

/// The rates of both currencies against one base.
fn pair_of_rates(
    bases: &BTreeMap<Currency, BTreeMap<Currency, Rate>>,
    from: Currency,
    to: Currency,
) -> Option<(Rate, Rate)> {
    let others = bases.keys().copied().filter(|base| *base != to && *base != from);
    [to, from].into_iter().chain(others).find_map(|base| {
        let rates = bases.get(&base)?;
        let rate = |currency| if currency == base { Some(Rate(ONE)) } else { rates.get(&currency).copied() };
        Some((rate(from)?, rate(to)?))
    })
}

/// `amount * wanted / own`, in the minor units of the wanted currency. `None` where it is too large.
fn exchange(money: Money, own: Rate, to: Currency, wanted: Rate) -> Option<Money> {
    let scale = |exponent: u32| 10_i128.checked_pow(exponent);
    let above = i128::from(money.amount).checked_mul(wanted.0.into())?.checked_mul(scale(to.exponent())?)?;
    let below = i128::from(own.0).checked_mul(scale(money.currency.exponent())?)?;
    let amount = i64::try_from(divide_rounding(above, below)).ok()?;
    Some(Money::new(amount, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    /// The euro's rates of a Friday, as the ECB publishes them, and one of the day before.
    fn table() -> RateTable {
        let mut table = RateTable::default();
        for (date, code, rate) in [
            ("2026-11-19", "USD", "1.0900"),
            ("2026-11-20", "USD", "1.0837"),
            ("2026-11-20", "GBP", "0.8412"),
            ("2026-11-20", "JPY", "163.45"),
            ("2026-11-20", "KWD", "0.3333"),
        ] {
            table.add(day(date), currency("EUR"), currency(code), Rate::parse(rate).unwrap());
        }
        table
    }

    #[track_caller]
    fn check(amount: i64, from: &str, to: &str, on: &str, expected: Option<i64>) {
        let converted = table().convert(Money::new(amount, currency(from)), currency(to), day(on));
        assert_eq!(
            converted,
            expected.map(|amount| Money::new(amount, currency(to))),
            "{amount} {from} to {to}"
        );
    }

    // R55
    #[test]
    fn an_amount_is_converted_at_its_days_rate_and_rounded_once_by_the_one_rule() {
        // 100.00 / 1.0837 = 92.2764...
        check(10_000, "USD", "EUR", "2026-11-20", Some(9_228));
        check(-10_000, "USD", "EUR", "2026-11-20", Some(-9_228));
        check(10_000, "EUR", "USD", "2026-11-20", Some(10_837));
        check(10_000, "EUR", "EUR", "2026-11-20", Some(10_000));
        // 0.50 EUR are 0.54185 USD.
        check(50, "EUR", "USD", "2026-11-20", Some(54));
        check(0, "USD", "EUR", "2026-11-20", Some(0));
    }

    // R50, R55
    #[test]
    fn each_currency_has_its_own_decimals() {
        check(100, "EUR", "JPY", "2026-11-20", Some(163));
        check(16_345, "JPY", "EUR", "2026-11-20", Some(10_000));
        check(100, "EUR", "KWD", "2026-11-20", Some(333));
    }

    // R55
    #[test]
    fn a_cross_rate_goes_through_the_base() {
        // 100.00 / 1.0837 * 0.8412 = 77.6229...
        check(10_000, "USD", "GBP", "2026-11-20", Some(7_762));
    }

    // R55
    #[test]
    fn the_nearest_earlier_rate_is_taken_up_to_a_week_back_and_none_from_later() {
        check(10_900, "USD", "EUR", "2026-11-19", Some(10_000));
        check(10_837, "USD", "EUR", "2026-11-22", Some(10_000));
        check(10_837, "USD", "EUR", "2026-11-27", Some(10_000));
        check(10_837, "USD", "EUR", "2026-11-28", None);
        check(10_000, "USD", "EUR", "2026-11-18", None);
        // Of the day before there is no pound.
        check(10_000, "GBP", "EUR", "2026-11-19", None);
        check(10_000, "CHF", "EUR", "2026-11-20", None);
    }

    // R55
    #[test]
    fn of_several_bases_that_of_the_wanted_currency_comes_first() {
        let mut table = table();
        table.add(day("2026-11-20"), currency("USD"), currency("EUR"), Rate::parse("0.9").unwrap());
        let convert = |from, to| {
            table.convert(Money::new(10_000, currency(from)), currency(to), day("2026-11-20")).unwrap().amount
        };
        assert_eq!((convert("USD", "EUR"), convert("EUR", "USD")), (9_228, 11_111));
    }

    // R55
    #[test]
    fn what_is_no_rate_is_refused() {
        for text in ["", "0", "-1", "1,08", "1e3", "NaN", "1.12345678901", "9999999999"] {
            assert!(Rate::parse(text).is_err(), "{text}");
        }
        for text in ["1.0837", "163.45", "0.0000585", "16000", "1"] {
            assert_eq!(Rate::parse(text).unwrap().to_string(), text);
        }
    }

    proptest! {
        // R55
        #[test]
        fn there_and_back_again_loses_no_more_than_the_rounding(
            amount in -1_000_000_000_i64..1_000_000_000, rate in 1_000_000_000..1_000_000_000_000_i64
        ) {
            let (euro, dollar, on) = (currency("EUR"), currency("USD"), day("2026-11-20"));
            let mut table = RateTable::default();
            table.add(on, euro, dollar, Rate(rate));
            let there = table.convert(Money::new(amount, euro), dollar, on).unwrap();
            let back = table.convert(there, euro, on).unwrap();
            // Half a minor unit of each currency, seen in euros.
            let most = i128::from(ONE) / (2 * i128::from(rate)) + 2;
            prop_assert!(i128::from((back.amount - amount).abs()) <= most);
        }
    }
}
