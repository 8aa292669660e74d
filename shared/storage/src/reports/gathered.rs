//! Sales and clicks on their way into a report, in the report's one currency.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::money::split;
use tributary_domain::rates::RateTable;
use tributary_domain::report::Figures;
use tributary_domain::{Currency, Day, Money};

use super::{Days, MissingRate, Report};
use crate::rates;
use crate::sql::{Row, Sql, SqlError};

/// What was sold on one day in one currency.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sold {
    pub(super) day: Day,
    pub(super) currency: Currency,
    pub(super) orders: i64,
    pub(super) sales: i64,
    pub(super) commission: i64,
}

impl Sold {
    /// Reads a row of `day, currency, orders, sales, commission`.
    pub(super) fn read(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            day: row.get("day")?,
            currency: row.parse("currency", Currency::parse)?,
            orders: row.get("orders")?,
            sales: row.get("sales")?,
            commission: row.get("commission")?,
        })
    }

    pub(super) fn read_all(rows: &[Row]) -> Result<Vec<Self>, SqlError> {
        rows.iter().map(Self::read).collect()
    }
}

/// The rates that a report needs.
pub(super) struct Converter {
    to: Currency,
    table: RateTable,
}

impl Converter {
    /// Reads the rates for what was sold on these days; none where all of it is in the report's currency.
    pub(super) async fn load(
        sql: &impl Sql,
        to: Currency,
        sold: &[Sold],
        days: Days,
    ) -> Result<Self, SqlError> {
        let mut currencies: BTreeSet<Currency> = sold.iter().map(|sold| sold.currency).collect();
        currencies.insert(to);
        let table = if currencies.len() == 1 {
            RateTable::default()
        } else {
            rates::table(sql, &currencies, days).await?
        };
        Ok(Self { to, table })
    }

    /// What was sold on a day, in the report's currency at that day's rate; `None` where there is no rate.
    fn convert(&self, sold: &Sold) -> Option<Figures> {
        let convert = |amount| {
            let money = Money::new(amount, sold.currency);
            self.table.convert(money, self.to, sold.day).map(|money| money.amount)
        };
        Some(Figures {
            orders: sold.orders,
            orders_in_currency: sold.orders,
            sales: convert(sold.sales)?,
            commission: convert(sold.commission)?,
            ..Figures::default()
        })
    }

    /// The same, with the orders alone where there is no rate.
    pub(super) fn figures(&self, sold: &Sold) -> Figures {
        self.convert(sold).unwrap_or(Figures { orders: sold.orders, ..Figures::default() })
    }

    /// The figures of parts of what was sold on one day in one currency. Together with what no part has, they
    /// sum up to the figures of the whole, to the last cent.
    pub(super) fn figures_of_parts(&self, whole: &Sold, parts: &[Sold]) -> Vec<Figures> {
        let Some(converted) = self.convert(whole) else {
            return parts.iter().map(|part| self.figures(part)).collect();
        };
        let shares = |total: i64, amount: fn(&Sold) -> i64| {
            let mut weights: Vec<i64> = parts.iter().map(amount).collect();
            weights.push(amount(whole).saturating_sub(weights.iter().sum()));
            split(total, &weights)
        };
        let sales = shares(converted.sales, |sold| sold.sales);
        let commission = shares(converted.commission, |sold| sold.commission);
        parts
            .iter()
            .zip(sales.into_iter().zip(commission))
            .map(|(part, (sales, commission))| Figures {
                orders: part.orders,
                orders_in_currency: part.orders,
                sales,
                commission,
                ..Figures::default()
            })
            .collect()
    }
}

/// A report in the making.
pub(super) struct Gathered<'a> {
    converter: &'a Converter,
    by_day: BTreeMap<Day, Figures>,
    missing: BTreeMap<Currency, MissingRate>,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(converter: &'a Converter) -> Self {
        Self { converter, by_day: BTreeMap::new(), missing: BTreeMap::new() }
    }

    pub(super) fn add_sales(&mut self, sold: &[Sold]) {
        for sold in sold {
            add(self.by_day.entry(sold.day).or_default(), self.converter.figures(sold));
            if self.converter.convert(sold).is_none() {
                let nothing = MissingRate { currency: sold.currency, orders: 0, sales: 0, commission: 0 };
                let missing = self.missing.entry(sold.currency).or_insert(nothing);
                missing.orders = missing.orders.saturating_add(sold.orders);
                missing.sales = missing.sales.saturating_add(sold.sales);
                missing.commission = missing.commission.saturating_add(sold.commission);
            }
        }
    }

    /// Adds rows of `day, clicks, unique_clicks`.
    pub(super) fn add_clicks(&mut self, rows: &[Row]) -> Result<(), SqlError> {
        for row in rows {
            add(self.by_day.entry(row.get("day")?).or_default(), clicks(row)?);
        }
        Ok(())
    }

    pub(super) fn report(self, removed: Figures) -> Report {
        // A day whose only order was refunded leaves a row of zeros.
        let happened = |figures: &Figures| *figures != Figures::default();
        let nothing = |rate: &MissingRate| (rate.orders, rate.sales, rate.commission) == (0, 0, 0);
        Report {
            currency: self.converter.to,
            total: self.by_day.values().fold(Figures::default(), |sum, day| sum.plus(*day)),
            by_day: self.by_day.into_iter().filter(|(_, figures)| happened(figures)).collect(),
            removed,
            missing_rates: self.missing.into_values().filter(|rate| !nothing(rate)).collect(),
        }
    }
}

pub(super) fn add(sum: &mut Figures, figures: Figures) {
    *sum = sum.plus(figures);
}

/// The figures of a row of `clicks, unique_clicks`.
pub(super) fn clicks(row: &Row) -> Result<Figures, SqlError> {
    Ok(Figures { clicks: row.get("clicks")?, unique_clicks: row.get("unique_clicks")?, ..Figures::default() })
}
