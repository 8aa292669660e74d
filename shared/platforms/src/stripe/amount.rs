//! Amounts: whole numbers in what Stripe takes for a currency's minor unit.

use tributary_domain::Currency;

use super::units::rounded_from_stripe;
use crate::json::{Field, Object};
use crate::unreadable::Unreadable;

/// The currency of an object: three letters in lower-case.
pub(super) fn currency(object: &Object<'_>) -> Result<Currency, Unreadable> {
    let field = object.get("currency")?;
    let code = field.need(Field::words)?;
    Currency::of_money(&code).map_err(|invalid| field.wrong(invalid))
}

/// An amount in minor units of the currency, not below zero; `None` where it is absent.
pub(super) fn amount(object: &Object<'_>, name: &str, currency: Currency) -> Result<Option<i64>, Unreadable> {
    let field = object.get(name)?;
    let Some(written) = field.integer()? else { return Ok(None) };
    if written < 0 {
        return Err(field.wrong("must not be negative"));
    }
    rounded_from_stripe(written, currency)
        .map(Some)
        .ok_or_else(|| field.wrong("is larger than any order that can be believed"))
}

/// The same as a sum of the members of that name of a list's objects.
pub(super) fn sum(
    object: &Object<'_>,
    list: &str,
    name: &str,
    currency: Currency,
) -> Result<i64, Unreadable> {
    object
        .get(list)?
        .objects()?
        .iter()
        .try_fold(0_i64, |total, item| Ok(total.saturating_add(amount(item, name, currency)?.unwrap_or(0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    // R50
    #[test]
    fn amounts_have_the_decimals_that_stripe_gives_a_currency() {
        for (code, written, expected) in [
            ("eur", 1_299, 1_299),
            ("JPY", 1_299, 1_299),
            ("kwd", 12_990, 12_990),
            ("ISK", 1_300, 13),
            ("UGX", 1_250, 13),
            ("MGA", 13, 1_300),
            ("HUF", 1_300, 1_300),
        ] {
            let body = format!(r#"{{"currency": "{code}", "amount": {written}}}"#);
            let object = Object::of_body(body.as_bytes()).unwrap();
            let currency = currency(&object).unwrap();
            assert_eq!(amount(&object, "amount", currency), Ok(Some(expected)), "{code}");
        }
    }

    // R50
    #[test]
    fn what_is_no_amount_is_refused() {
        let euro = Currency::parse("EUR").unwrap();
        for wrong in ["-1", "1.5", "\"12.99\"", "true", "99999999999999999999", "9000000000000000000"] {
            let body = format!(r#"{{"amount": {wrong}}}"#);
            assert!(amount(&Object::of_body(body.as_bytes()).unwrap(), "amount", euro).is_err(), "{wrong}");
        }
    }
}
