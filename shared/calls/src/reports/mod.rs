//! `/summary` and `/campaigns/{id}/performance` (R60, R61). Their cost does not grow with orders.

mod clicks;
mod performance;
mod summary;

pub(crate) use clicks::clicks;
pub(crate) use performance::performance;
pub(crate) use summary::summary;

use serde_json::{Map, Value, json};
use tributary_domain::report::Figures;
use tributary_domain::{Currency, Money};
use tributary_storage::reports::{Days, MissingRate, Report};

fn to_wire(report: &Report, days: Days) -> Value {
    let currency = report.currency;
    let mut wire = with_rates(&report.total, currency);
    let by_day: Vec<Value> = report
        .by_day
        .iter()
        .map(|(day, figures)| {
            let mut row = counts(figures, currency);
            row.insert("date".to_owned(), json!(day));
            Value::Object(row)
        })
        .collect();
    let removed = &report.removed;
    wire.insert("currency".to_owned(), json!(currency));
    wire.insert("days".to_owned(), json!({"from": days.first, "to": days.last}));
    wire.insert("byDay".to_owned(), json!(by_day));
    wire.insert(
        "removedCreators".to_owned(),
        json!({
            "orders": removed.orders,
            "sales": Money::new(removed.sales, currency),
            "commission": Money::new(removed.commission, currency),
        }),
    );
    wire.insert("missingRates".to_owned(), report.missing_rates.iter().map(missing_rate).collect());
    Value::Object(wire)
}

fn missing_rate(rate: &MissingRate) -> Value {
    json!({
        "currency": rate.currency,
        "orders": rate.orders,
        "sales": Money::new(rate.sales, rate.currency),
        "commission": Money::new(rate.commission, rate.currency),
    })
}

fn counts(figures: &Figures, currency: Currency) -> Map<String, Value> {
    [
        ("sales", json!(Money::new(figures.sales, currency))),
        ("orders", json!(figures.orders)),
        ("commission", json!(Money::new(figures.commission, currency))),
        ("clicks", json!(figures.clicks)),
        ("uniqueClicks", json!(figures.unique_clicks)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

fn with_rates(figures: &Figures, currency: Currency) -> Map<String, Value> {
    let mut wire = counts(figures, currency);
    wire.insert("conversionRate".to_owned(), json!(figures.conversion_rate()));
    wire.insert("averageOrder".to_owned(), json!(figures.average_order(currency)));
    wire.insert("earningsPerClick".to_owned(), json!(figures.earnings_per_click(currency)));
    wire
}
