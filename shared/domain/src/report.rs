//! What a report counts, and the rates and averages that follow from it (R61). No floats.

use crate::money::{Currency, Money, divide_rounding};

/// The decimals of a rate: 0.0123 is 1.23 percent.
const RATE_DECIMALS: u32 = 4;

/// What happened in a time range. Amounts are in minor units of the report's one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Orders that count, in any currency.
    pub orders: i64,
    /// Those of them whose amounts are in the report's currency.
    pub orders_in_currency: i64,
    /// Their net value.
    pub sales: i64,
    /// Their commission.
    pub commission: i64,
    /// Clicks.
    pub clicks: i64,
    /// Clicks without the repeats of one visitor.
    pub unique_clicks: i64,
}

impl Figures {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            orders: self.orders.saturating_add(other.orders),
            orders_in_currency: self.orders_in_currency.saturating_add(other.orders_in_currency),
            sales: self.sales.saturating_add(other.sales),
            commission: self.commission.saturating_add(other.commission),
            clicks: self.clicks.saturating_add(other.clicks),
            unique_clicks: self.unique_clicks.saturating_add(other.unique_clicks),
        }
    }

    /// What is left without the other.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self {
            orders: self.orders.saturating_sub(other.orders),
            orders_in_currency: self.orders_in_currency.saturating_sub(other.orders_in_currency),
            sales: self.sales.saturating_sub(other.sales),
            commission: self.commission.saturating_sub(other.commission),
            clicks: self.clicks.saturating_sub(other.clicks),
            unique_clicks: self.unique_clicks.saturating_sub(other.unique_clicks),
        }
    }

    /// Orders by click, as a decimal with four places; `None` without clicks.
    pub fn conversion_rate(&self) -> Option<String> {
        let scale = 10_i128.pow(RATE_DECIMALS);
        (self.clicks > 0).then(|| {
            let rate = divide_rounding(i128::from(self.orders) * scale, self.clicks.into());
            format!("{}.{:04}", rate / scale, rate % scale)
        })
    }

    /// The net value of an order; `None` without orders in this currency.
    pub fn average_order(&self, currency: Currency) -> Option<Money> {
        average(self.sales, self.orders_in_currency, currency)
    }

    /// The commission that a click brings its creator; `None` without clicks.
    pub fn earnings_per_click(&self, currency: Currency) -> Option<Money> {
        average(self.commission, self.clicks, currency)
    }
}

fn average(sum: i64, count: i64, currency: Currency) -> Option<Money> {
    let amount = i64::try_from(divide_rounding(sum.into(), count.into())).ok()?;
    (count > 0).then(|| Money::new(amount, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    // R61
    #[test]
    fn rates_and_averages_are_rounded_by_the_one_rule_and_absent_without_a_base() {
        let euro = Currency::parse("EUR").unwrap();
        let figures = Figures {
            orders: 3,
            orders_in_currency: 2,
            sales: 10_001,
            commission: 1_000,
            clicks: 7,
            unique_clicks: 5,
        };
        assert_eq!(figures.conversion_rate().as_deref(), Some("0.4286"));
        assert_eq!(figures.average_order(euro), Some(Money::new(5_001, euro)));
        assert_eq!(figures.earnings_per_click(euro), Some(Money::new(143, euro)));
        assert_eq!(Figures { orders: 15, ..figures }.conversion_rate().as_deref(), Some("2.1429"));
        let nothing = Figures::default();
        assert_eq!(nothing.conversion_rate(), None);
        assert_eq!((nothing.average_order(euro), nothing.earnings_per_click(euro)), (None, None));
        assert_eq!(figures.plus(figures).minus(figures), figures);
    }
}
