//! Money: integer minor units with an ISO 4217 currency and its own exponent. No floats (R50).
//!
//! There is one rounding rule, [`divide_rounding`]: to the nearest minor unit, halves away from zero.

use serde::{Deserialize, Serialize};

use crate::field_error::Invalid;
use crate::percent::{Percent, WHOLE};

/// The largest amount that is believed of an order, in minor units (ten thousand million euros).
///
/// Sums of a million such orders still fit an `i64`.
pub const LARGEST_AMOUNT: i64 = 1_000_000_000_000;

/// An ISO 4217 currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads a currency code in any case.
    ///
    /// # Errors
    /// When ISO 4217 has no such currency.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let upper = text.to_ascii_uppercase();
        let bytes: Result<[u8; 3], _> = upper.as_bytes().try_into();
        match bytes {
            Ok(bytes) if iso_currency::Currency::from_code(&upper).is_some() => Ok(Self(bytes)),
            _ => Err(Invalid::new("unknown_currency", "must be an ISO 4217 code such as EUR")),
        }
    }

    /// Reads the code of a currency in which somebody can pay: see [`Currency::must_be_paid_in`].
    ///
    /// # Errors
    /// When ISO 4217 has no such currency, or nobody pays in it.
    pub fn of_money(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)?.must_be_paid_in()
    }

    /// ISO 4217 has codes for gold (XAU), for tests (XTS) and for no currency at all too. They have no minor unit.
    ///
    /// # Errors
    /// When nobody can pay in it.
    pub fn must_be_paid_in(self) -> Result<Self, Invalid> {
        let currency = iso_currency::Currency::from_code(self.code());
        match currency.and_then(iso_currency::Currency::exponent) {
            Some(_) => Ok(self),
            None => Err(Invalid::new("no_money", "must be a currency in which people pay, such as EUR")),
        }
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many decimals the currency has: EUR 2, JPY 0, KWD 3.
    pub fn exponent(self) -> u32 {
        iso_currency::Currency::from_code(self.code())
            .and_then(iso_currency::Currency::exponent)
            .map_or(0, u32::from)
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// An amount in the minor units of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Money {
    /// Minor units: cents for EUR, yen for JPY.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// An amount in minor units.
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Reads a decimal string in major units, as the shop platforms write money.
    ///
    /// Digits beyond the currency's exponent are rounded by the one rule (BigCommerce sends four decimals).
    ///
    /// # Errors
    /// When the text is no plain decimal or is larger than [`LARGEST_AMOUNT`].
    pub fn parse(text: &str, currency: Currency) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("invalid_amount", "must be a decimal amount such as 12.99");
        let kept = text.find('.').map_or(0, |dot| text.len() - dot - 1);
        let decimals = u32::try_from(kept).ok().filter(|decimals| *decimals <= 12).ok_or_else(invalid)?;
        let units = parse_decimal(text, decimals).ok_or_else(invalid)?;
        let exponent = currency.exponent();
        let amount = if decimals > exponent {
            divide_rounding(units.into(), 10_i128.pow(decimals - exponent))
        } else {
            i128::from(units).checked_mul(10_i128.pow(exponent - decimals)).ok_or_else(invalid)?
        };
        match i64::try_from(amount) {
            Ok(amount) if amount.abs() <= LARGEST_AMOUNT => Ok(Self { amount, currency }),
            _ => Err(Invalid::new("amount_too_large", "is larger than any order that can be believed")),
        }
    }

    /// The amount in major units, with the currency's decimals: `12.99`.
    pub fn to_decimal(self) -> String {
        let exponent = self.currency.exponent();
        let scale = 10_u64.pow(exponent);
        let sign = if self.amount < 0 { "-" } else { "" };
        let (whole, part) = (self.amount.unsigned_abs() / scale, self.amount.unsigned_abs() % scale);
        match usize::try_from(exponent) {
            Ok(width) if width > 0 => format!("{sign}{whole}.{part:0width$}"),
            _ => format!("{sign}{whole}"),
        }
    }

    /// This share of the amount, rounded by the one rule.
    #[must_use]
    pub fn share(self, percent: Percent) -> Self {
        Self { amount: proportion(self.amount, percent.units().into(), WHOLE.into()), ..self }
    }
}

/// `amount * part / whole`, rounded by the one rule. A `whole` of zero gives zero.
pub fn proportion(amount: i64, part: i64, whole: i64) -> i64 {
    if whole == 0 {
        return 0;
    }
    let exact = divide_rounding(i128::from(amount) * i128::from(part), i128::from(whole));
    i64::try_from(exact).unwrap_or(if exact < 0 { i64::MIN } else { i64::MAX })
}

/// `amount` times each of these ratios, part by whole, rounded once by the one rule. A whole of zero gives zero.
///
/// It is exact as long as the numbers fit 38 digits, which those of any order do that is worth less than a hundred
/// million euros; beyond, it is rounded in between as well.
pub fn product(amount: i64, ratios: &[(i64, i64)]) -> i64 {
    let (mut top, mut bottom) = (i128::from(amount), 1_i128);
    for (part, whole) in ratios {
        let (part, whole) = reduced(*part, *whole);
        if whole == 0 {
            return 0;
        }
        (top, bottom) = match (top.checked_mul(part), bottom.checked_mul(whole)) {
            (Some(top), Some(bottom)) => (top, bottom),
            _ => (divide_rounding(top, bottom).saturating_mul(part), whole),
        };
    }
    let exact = divide_rounding(top, bottom);
    i64::try_from(exact).unwrap_or(if exact < 0 { i64::MIN } else { i64::MAX })
}

/// The same ratio in its smallest numbers.
fn reduced(part: i64, whole: i64) -> (i128, i128) {
    let (mut divisor, mut rest) = (part.unsigned_abs(), whole.unsigned_abs());
    while let Some(next) = divisor.checked_rem(rest) {
        (divisor, rest) = (rest, next);
    }
    let divisor = i128::from(divisor.max(1));
    (i128::from(part) / divisor, i128::from(whole) / divisor)
}

/// Splits an amount into parts in proportion to their weights, by largest remainder: the parts always sum up
/// to the amount. Of equal remainders the earlier part gets the unit.
///
/// Weights below zero count as zero. Where no part has a weight, the first one gets all of it.
pub fn split(amount: i64, weights: &[i64]) -> Vec<i64> {
    let weights: Vec<i128> = weights.iter().map(|weight| i128::from((*weight).max(0))).collect();
    let whole: i128 = weights.iter().sum();
    if whole == 0 {
        return weights.iter().enumerate().map(|(index, _)| if index == 0 { amount } else { 0 }).collect();
    }
    let exact = |weight: &i128| i128::from(amount).abs() * weight;
    let mut parts: Vec<i128> = weights.iter().map(|weight| exact(weight) / whole).collect();
    let missing = i128::from(amount).abs() - parts.iter().sum::<i128>();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder
        .sort_by_key(|index| std::cmp::Reverse(weights.get(*index).map(|weight| exact(weight) % whole)));
    for index in by_remainder.into_iter().take(usize::try_from(missing).unwrap_or_default()) {
        if let Some(part) = parts.get_mut(index) {
            *part += 1;
        }
    }
    let sign = i128::from(amount.signum());
    parts.into_iter().map(|part| i64::try_from(part * sign).unwrap_or_default()).collect()
}

/// Divides and rounds to the nearest integer, halves away from zero: the one rounding rule.
///
/// The divisor must not be zero; a zero divisor gives zero.
pub fn divide_rounding(value: i128, divisor: i128) -> i128 {
    let (Some(quotient), Some(remainder)) = (value.checked_div(divisor), value.checked_rem(divisor)) else {
        return 0;
    };
    if remainder.unsigned_abs() * 2 >= divisor.unsigned_abs() {
        quotient + if (value < 0) == (divisor < 0) { 1 } else { -1 }
    } else {
        quotient
    }
}

/// Reads a plain decimal (`-12.50`) as an integer count of `10^-decimals`.
///
/// Signs, digits and one dot only: no exponent, no grouping, no spaces. `None` where the text is
/// anything else, has more decimals than that, or does not fit.
pub fn parse_decimal(text: &str, decimals: u32) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let width = usize::try_from(decimals).ok()?;
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(part) || part.len() > width {
        return None;
    }
    if digits.ends_with('.') {
        return None;
    }
    let joined = format!("{whole}{part:0<width$}");
    let value: i64 = joined.parse().ok()?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    // R50
    #[test]
    fn each_currency_has_its_own_exponent() {
        for (text, code, amount, written) in [
            ("12.99", "EUR", 1_299, "12.99"),
            ("12", "eur", 1_200, "12.00"),
            ("-5.00", "USD", -500, "-5.00"),
            ("1299", "JPY", 1_299, "1299"),
            ("1.234", "KWD", 1_234, "1.234"),
            ("398.0000", "USD", 39_800, "398.00"),
            ("0.005", "USD", 1, "0.01"),
            ("-0.005", "USD", -1, "-0.01"),
            ("0.0049", "USD", 0, "0.00"),
            ("0.5", "JPY", 1, "1"),
        ] {
            let money = Money::parse(text, currency(code)).unwrap();
            assert_eq!((money.amount, money.to_decimal().as_str()), (amount, written), "{text} {code}");
        }
    }

    // R50
    #[test]
    fn what_nobody_pays_in_is_no_currency_of_money() {
        for code in ["EUR", "jpy", "KWD", "XOF", "XAF", "XPF", "XCD", "CLP"] {
            assert_eq!(Currency::of_money(code), Currency::parse(code), "{code}");
        }
        for code in ["XXX", "XTS", "XAU", "XAG", "XPT", "XPD", "XDR"] {
            assert_eq!(Currency::of_money(code).unwrap_err().code, "no_money", "{code}");
        }
        assert_eq!(Currency::of_money("EURO").unwrap_err().code, "unknown_currency");
    }

    // R50
    #[test]
    fn what_is_no_plain_decimal_is_refused() {
        for text in ["", ".", "1.", ".5", "1e9", "1,000.00", " 1", "+1", "0x1", "NaN", "--1", "1.2.3", "٣"] {
            assert!(Money::parse(text, currency("EUR")).is_err(), "{text}");
        }
        assert!(Money::parse("99999999999999999999", currency("EUR")).is_err());
        assert!(Money::parse("10000000000000.00", currency("EUR")).is_err());
        assert!(Currency::parse("ZZZ").is_err());
        assert!(Currency::parse("EURO").is_err());
    }

    // R50
    #[test]
    fn an_amount_is_split_by_largest_remainder() {
        for (amount, weights, parts) in [
            (100, vec![1, 1, 1], vec![34, 33, 33]),
            (-100, vec![1, 1, 1], vec![-34, -33, -33]),
            (5, vec![1, 2, 7], vec![1, 1, 3]),
            (7, vec![0, 3, 0], vec![0, 7, 0]),
            (7, vec![0, 0], vec![7, 0]),
            (1, vec![-5, 1], vec![0, 1]),
            (0, vec![4, 5], vec![0, 0]),
            (9, vec![], vec![]),
        ] {
            assert_eq!(split(amount, &weights), parts, "{amount} by {weights:?}");
        }
    }

    // R50
    #[test]
    fn a_product_of_ratios_is_rounded_once() {
        for (amount, ratios, expected) in [
            (100, vec![(1, 3), (3, 1)], 100),
            (1, vec![(1, 2)], 1),
            (-1, vec![(1, 2)], -1),
            (1, vec![(1, 2), (1, 2)], 0),
            (7, vec![], 7),
            (7, vec![(0, 5)], 0),
            (7, vec![(5, 0)], 0),
            (
                LARGEST_AMOUNT,
                vec![(WHOLE.into(), WHOLE.into()), (LARGEST_AMOUNT, LARGEST_AMOUNT)],
                LARGEST_AMOUNT,
            ),
            (i64::MAX, vec![(i64::MAX, 1), (i64::MAX, 2)], i64::MAX),
        ] {
            assert_eq!(product(amount, &ratios), expected, "{amount} {ratios:?}");
        }
    }

    proptest! {
        // R50
        #[test]
        fn any_split_sums_up_to_the_whole_and_is_off_by_less_than_a_unit(
            amount in -LARGEST_AMOUNT..LARGEST_AMOUNT, weights in proptest::collection::vec(0..1_000_000_000_i64, 1..20)
        ) {
            let parts = split(amount, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), amount);
            let whole: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
            for (part, weight) in parts.iter().zip(&weights).filter(|_| whole > 0) {
                let off = i128::from(*part) * whole - i128::from(amount) * i128::from(*weight);
                prop_assert!(off.abs() < whole);
            }
        }

        // R50
        #[test]
        fn a_written_amount_reads_back(amount in -LARGEST_AMOUNT..LARGEST_AMOUNT, code in "EUR|JPY|KWD") {
            let money = Money::new(amount, currency(&code));
            prop_assert_eq!(Money::parse(&money.to_decimal(), money.currency).unwrap(), money);
        }

        // R50
        #[test]
        fn rounding_is_symmetric_and_never_off_by_more_than_a_half(value in any::<i64>(), divisor in 1..1_000_000_i64) {
            let (value, divisor) = (i128::from(value), i128::from(divisor));
            let rounded = divide_rounding(value, divisor);
            prop_assert_eq!(divide_rounding(-value, divisor), -rounded);
            prop_assert!((rounded * divisor - value).abs() * 2 <= divisor);
        }
    }
}
