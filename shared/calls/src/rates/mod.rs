//! `/rates`: what currencies were worth, by day (R55).

mod files;
mod list;
mod put;

pub(crate) use files::{csv, ecb};
pub(crate) use list::list;
pub(crate) use put::{Sent, put};

use serde_json::{Map, Value, json};
use tributary_domain::rates::RateDay;

fn to_wire(day: &RateDay) -> Value {
    let rates: Map<String, Value> = day
        .rates
        .iter()
        .map(|(currency, rate)| (currency.to_string(), Value::String(rate.to_string())))
        .collect();
    json!({"date": day.day, "base": day.base, "rates": rates})
}
