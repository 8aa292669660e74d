use std::collections::BTreeMap;

use serde::Deserialize;
use tributary_domain::rates::{Rate, RateDay};
use tributary_domain::{Currency, Day, FieldErrors};
use tributary_storage::rates;
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::to_wire;

/// ISO 4217 has fewer.
const MOST_RATES: usize = 300;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRates)]
pub(crate) struct Sent {
    date: Day,
    base: Currency,
    rates: BTreeMap<String, String>,
}

/// States a day's rates anew; those of other currencies stay as they are.
pub(crate) async fn put(call: &Call) -> Result<Outcome, Problem> {
    let day = check(&call.request.json()?)?;
    let body = to_wire(&day);
    let change = Change::new("rates.put", day.day.to_string(), body.clone())
        .with_all(rates::put(&[day]))
        .audited(None, Some(body));
    Ok(change.into())
}

fn check(sent: &Sent) -> Result<RateDay, Problem> {
    let mut errors = FieldErrors::default();
    let mut rates = BTreeMap::new();
    for (code, text) in &sent.rates {
        let path = format!("rates.{code}");
        let currency = errors.keep(&path, Currency::parse(code));
        let rate = errors.keep(&path, Rate::parse(text));
        if currency == Some(sent.base) {
            errors.add(&path, "is_base", "the base has the rate 1: leave it out");
        }
        rates.extend(currency.zip(rate));
    }
    if sent.rates.is_empty() || sent.rates.len() > MOST_RATES {
        errors.add("rates", "out_of_range", format!("give 1 to {MOST_RATES} rates"));
    }
    errors.into_result()?;
    Ok(RateDay { day: sent.date, base: sent.base, rates })
}
