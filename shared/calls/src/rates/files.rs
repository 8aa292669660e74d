//! Rates as files: the European Central Bank's XML, and tables as CSV.

use serde_json::json;
use tributary_domain::Currency;
use tributary_domain::rates::RateDay;
use tributary_platforms::rates::{UnreadableRates, read_csv, read_ecb};
use tributary_storage::rates;
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

/// Takes `eurofxref-daily.xml` or `eurofxref-hist-90d.xml` as they are.
pub(crate) async fn ecb(call: &Call) -> Result<Outcome, Problem> {
    let text = std::str::from_utf8(&call.request.body)
        .map_err(|_| Problem::bad_request("invalid_xml", "the body must be the bank's XML file, in UTF-8"))?;
    Ok(state("rates.ecb", &read_ecb(text).map_err(|error| problem(&error))?))
}

/// Takes a table of days and currencies against `?base=`, the euro by default.
pub(crate) async fn csv(call: &Call) -> Result<Outcome, Problem> {
    let base = match call.request.query_as("base", Currency::parse)? {
        Some(base) => base,
        None => Currency::parse("EUR").map_err(|invalid| Problem::internal(invalid.detail))?,
    };
    Ok(state("rates.csv", &read_csv(&call.request.body, base).map_err(|error| problem(&error))?))
}

fn state(action: &'static str, days: &[RateDay]) -> Outcome {
    let body = json!({
        "base": days.first().map(|day| day.base),
        "from": days.iter().map(|day| day.day).min(),
        "to": days.iter().map(|day| day.day).max(),
        "days": days.len(),
        "rates": days.iter().map(|day| day.rates.len()).sum::<usize>(),
    });
    let subject = days.iter().map(|day| day.day).max().map(|day| day.to_string()).unwrap_or_default();
    Change::new(action, subject, body.clone()).with_all(rates::put(days)).audited(None, Some(body)).into()
}

fn problem(error: &UnreadableRates) -> Problem {
    let detail = error.to_string();
    match error {
        UnreadableRates::NoXml(_) => Problem::bad_request("invalid_xml", detail),
        UnreadableRates::NoCsv(_) => Problem::bad_request("invalid_csv", detail),
        UnreadableRates::Value { .. } => Problem::field("body", "invalid_rates", detail),
        UnreadableRates::Nothing => Problem::field("body", "no_rates", detail),
    }
}
