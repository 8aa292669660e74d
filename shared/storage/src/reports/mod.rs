//! What a time range brought, for the account and for one campaign (R60, R61).
//!
//! Read from daily counts alone, so that the cost grows with the days that are shown and never with orders.

mod account;
mod campaign;

use std::collections::BTreeMap;

use tributary_domain::report::Figures;
use tributary_domain::{Currency, Day};

pub use account::{CampaignLine, account, campaigns};
pub use campaign::{CampaignReport, Heading, Member, campaign, heading};

use crate::sql::{Row, SqlError};

/// Days in UTC, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub first: Day,
    /// The last.
    pub last: Day,
}

/// Amounts that cannot be shown in the report's currency, because there is no rate for them (R55).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingRate {
    /// Their currency.
    pub currency: Currency,
    /// Orders in it. They are among the report's orders, but their amounts are in no sum.
    pub orders: i64,
    /// Their net value.
    pub sales: i64,
    /// Their commission.
    pub commission: i64,
}

/// What a time range brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The currency of its amounts.
    pub currency: Currency,
    /// All of it.
    pub total: Figures,
    /// The same by day, for days on which something happened, the oldest first.
    pub by_day: Vec<(Day, Figures)>,
    /// What removed creators brought of it (R62).
    pub removed: Figures,
    /// What is in no sum of amounts.
    pub missing_rates: Vec<MissingRate>,
}

/// Sales and clicks on their way into a report.
struct Gathered {
    currency: Currency,
    by_day: BTreeMap<Day, Figures>,
    missing: BTreeMap<Currency, MissingRate>,
}

impl Gathered {
    fn new(currency: Currency) -> Self {
        Self { currency, by_day: BTreeMap::new(), missing: BTreeMap::new() }
    }

    /// Adds rows of `day, currency, orders, sales, commission`.
    fn add_sales(&mut self, rows: &[Row]) -> Result<(), SqlError> {
        for row in rows {
            let (currency, figures) = sales(row, self.currency)?;
            add(self.by_day.entry(row.get("day")?).or_default(), figures);
            if currency != self.currency {
                let missing = self.missing.entry(currency).or_insert(MissingRate {
                    currency,
                    orders: 0,
                    sales: 0,
                    commission: 0,
                });
                missing.orders = missing.orders.saturating_add(row.get("orders")?);
                missing.sales = missing.sales.saturating_add(row.get("sales")?);
                missing.commission = missing.commission.saturating_add(row.get("commission")?);
            }
        }
        Ok(())
    }

    /// Adds rows of `day, clicks, unique_clicks`.
    fn add_clicks(&mut self, rows: &[Row]) -> Result<(), SqlError> {
        for row in rows {
            add(self.by_day.entry(row.get("day")?).or_default(), clicks(row)?);
        }
        Ok(())
    }

    fn report(self, removed: Figures) -> Report {
        // A day whose only order was refunded leaves a row of zeros.
        let happened = |figures: &Figures| *figures != Figures::default();
        let nothing = |rate: &MissingRate| (rate.orders, rate.sales, rate.commission) == (0, 0, 0);
        Report {
            currency: self.currency,
            total: self.by_day.values().fold(Figures::default(), |sum, day| sum.plus(*day)),
            by_day: self.by_day.into_iter().filter(|(_, figures)| happened(figures)).collect(),
            removed,
            missing_rates: self.missing.into_values().filter(|rate| !nothing(rate)).collect(),
        }
    }
}

fn add(sum: &mut Figures, figures: Figures) {
    *sum = sum.plus(figures);
}

/// The figures of a row of `currency, orders, sales, commission`; amounts only where the currency is right.
fn sales(row: &Row, wanted: Currency) -> Result<(Currency, Figures), SqlError> {
    let currency = row.parse("currency", Currency::parse)?;
    let orders = row.get("orders")?;
    let mut figures = Figures { orders, ..Figures::default() };
    if currency == wanted {
        figures.orders_in_currency = orders;
        figures.sales = row.get("sales")?;
        figures.commission = row.get("commission")?;
    }
    Ok((currency, figures))
}

/// The figures of a row of `clicks, unique_clicks`.
fn clicks(row: &Row) -> Result<Figures, SqlError> {
    Ok(Figures { clicks: row.get("clicks")?, unique_clicks: row.get("unique_clicks")?, ..Figures::default() })
}

#[cfg(test)]
mod tests;
