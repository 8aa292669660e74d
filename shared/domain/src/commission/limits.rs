//! What looks beyond one order: sales tiers within a month, and caps per month and per buyer (R51).
//!
//! An order's commission follows from the order and from what the enrollment's earlier orders came to, in the order in
//! which they were placed. An order is paid at the tier that the month's sales before it had reached, and earns no
//! more than what the caps have left. So the sum of a month never exceeds its cap, and each order carries its own part.

use serde::{Deserialize, Serialize};

use super::{CommissionTerms, Earned, Pay, Sale, Uncomputable, amount_in, of_lead, of_order};
use crate::money::{Currency, Money};

/// What the enrollment's earlier orders under limited terms count for: minor units of the order's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Earlier {
    /// The net value of those of the same calendar month, in UTC.
    pub month_sales: i64,
    /// Their commission.
    pub month_commission: i64,
    /// The commission of those of the same buyer, whatever the month.
    pub buyer_commission: i64,
}

impl CommissionTerms {
    /// Whether a commission under these terms follows from earlier orders too.
    pub fn is_limited(&self) -> bool {
        !self.tiers.is_empty() || self.caps.per_period.is_some() || self.caps.per_buyer.is_some()
    }

    /// The terms with the rate of the highest tier that the month's sales have reached.
    fn at_tier(&self, earlier: Earlier, currency: Currency) -> Result<Self, Uncomputable> {
        let mut terms = self.clone();
        for tier in &self.tiers {
            if amount_in(tier.from, currency)? <= earlier.month_sales {
                terms.pay = Pay::Percentage { rate: tier.rate };
            }
        }
        Ok(terms)
    }

    /// What the caps have left.
    fn room(&self, earlier: Earlier, currency: Currency) -> Result<i64, Uncomputable> {
        let caps = [
            (self.caps.per_period.map(|cap| cap.amount), earlier.month_commission),
            (self.caps.per_buyer, earlier.buyer_commission),
        ];
        let mut room = i64::MAX;
        for (cap, earned) in caps {
            if let Some(cap) = cap {
                room = room.min(amount_in(cap, currency)?.saturating_sub(earned).max(0));
            }
        }
        Ok(room)
    }

    /// The part of a commission for which the caps have room.
    fn cut(&self, owed: Money, earlier: Earlier) -> Result<Money, Uncomputable> {
        let room = self.room(earlier, owed.currency)?;
        Ok(Money { amount: owed.amount.min(room), ..owed })
    }
}

/// What an order earns that came after these.
///
/// # Errors
/// When an amount that is needed is in another currency than the order.
pub fn of_order_after(
    terms: &CommissionTerms,
    sale: &Sale,
    earlier: Earlier,
) -> Result<Earned, Uncomputable> {
    if !terms.is_limited() {
        return of_order(terms, sale);
    }
    let owed = of_order(&terms.at_tier(earlier, sale.net.currency)?, sale)?;
    Ok(owed.at_most(terms.room(earlier, sale.net.currency)?))
}

/// The commission of a lead that came after these; `None` where leads earn nothing.
///
/// # Errors
/// When an amount that is needed is in another currency than the lead's commission.
pub fn of_lead_after(
    terms: &CommissionTerms,
    event: &str,
    earlier: Earlier,
) -> Result<Option<Money>, Uncomputable> {
    of_lead(terms, event).map(|owed| terms.cut(owed, earlier)).transpose()
}

/// What a day's unique clicks earn after the earlier days of the month earned so much; `None` where clicks earn nothing.
pub fn of_clicks(terms: &CommissionTerms, clicks: i64, month_commission: i64) -> Option<Money> {
    let Pay::PerClick { amount } = terms.pay else { return None };
    let owed = Money { amount: amount.amount.saturating_mul(clicks.max(0)), ..amount };
    terms.cut(owed, Earlier { month_commission, ..Earlier::default() }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::Beside;
    use proptest::prelude::*;

    const DOCUMENT: &str = include_str!("../../../../docs/COMMISSION.md");

    fn terms(text: &str) -> CommissionTerms {
        serde_json::from_str(text).unwrap()
    }

    fn sale(net: i64) -> Sale {
        let net = Money::new(net, Currency::parse("EUR").unwrap());
        let (original_net, beside) = (net.amount, Beside::default());
        Sale { net, original_net, beside, customer: None, lines: Vec::new() }
    }

    /// The commissions of a month's orders of one buyer, in the order in which they were placed.
    fn month(terms: &CommissionTerms, orders: &[i64]) -> Vec<i64> {
        let mut earlier = Earlier::default();
        let mut earned = Vec::new();
        for net in orders {
            let commission = of_order_after(terms, &sale(*net), earlier).unwrap().commission.amount;
            earlier.month_sales += net;
            earlier.month_commission += commission;
            earlier.buyer_commission += commission;
            earned.push(commission);
        }
        earned
    }

    // R51
    #[test]
    fn the_worked_months_of_the_document_come_out_as_it_says() {
        let mut count = 0;
        for row in DOCUMENT.lines().filter(|line| line.starts_with("| month `{")) {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let [text, orders, earned] = cells[..] else { panic!("{row}") };
            let euro = Currency::parse("EUR").unwrap();
            let amounts = |text: &str| -> Vec<i64> {
                text.split(", ").map(|text| Money::parse(text, euro).unwrap().amount).collect()
            };
            let text = text.trim_start_matches("month ").trim_matches('`');
            assert_eq!(month(&terms(text), &amounts(orders)), amounts(earned), "{row}");
            count += 1;
        }
        assert!(count >= 5, "the document has {count} months only");
    }

    // R51
    #[test]
    fn a_cap_or_tier_in_another_currency_is_never_guessed() {
        for member in [
            r#""caps": {"perBuyer": {"amount": 1, "currency": "USD"}}"#,
            r#""caps": {"perPeriod": {"amount": {"amount": 1, "currency": "USD"}, "period": "month"}}"#,
            r#""tiers": [{"from": {"amount": 1, "currency": "USD"}, "type": "percentage", "rate": "5"}]"#,
        ] {
            let terms = terms(&format!(r#"{{"type": "percentage", "rate": "10", {member}}}"#));
            let earned = of_order_after(&terms, &sale(100), Earlier::default());
            assert_eq!(earned, Err(Uncomputable::CurrencyMismatch), "{member}");
        }
    }

    // R51
    #[test]
    fn clicks_earn_their_amount_each_up_to_the_months_cap() {
        let per_click = terms(
            r#"{"type": "per_click", "amount": {"amount": 5, "currency": "EUR"},
                "caps": {"perPeriod": {"amount": {"amount": 100, "currency": "EUR"}, "period": "month"}}}"#,
        );
        let earned = |clicks, before| of_clicks(&per_click, clicks, before).unwrap().amount;
        assert_eq!([earned(0, 0), earned(7, 0), earned(7, 80), earned(7, 200)], [0, 35, 20, 0]);
        assert_eq!(
            of_order_after(&per_click, &sale(10_000), Earlier::default()).unwrap().commission.amount,
            0
        );
        assert_eq!(of_lead_after(&per_click, "form", Earlier::default()), Ok(None));
        assert_eq!(of_clicks(&CommissionTerms::default(), 7, 0), None);
    }

    // R36, R51
    #[test]
    fn leads_are_capped_too() {
        let capped = terms(
            r#"{"type": "per_lead", "amount": {"amount": 300, "currency": "EUR"},
                "caps": {"perPeriod": {"amount": {"amount": 500, "currency": "EUR"}, "period": "month"}}}"#,
        );
        let after = |month_commission| {
            of_lead_after(&capped, "form", Earlier { month_commission, ..Earlier::default() })
                .unwrap()
                .unwrap()
                .amount
        };
        assert_eq!([0, 200, 300, 500, 900].map(after), [300, 300, 200, 0, 0]);
    }

    proptest! {
        // R51
        #[test]
        fn no_month_earns_more_than_its_cap_and_no_buyer_more_than_theirs(
            orders in proptest::collection::vec(0..100_000_i64, 0..20),
            per_month in 1..30_000_i64, per_buyer in 1..30_000_i64
        ) {
            let capped = terms(&format!(
                r#"{{"type": "percentage", "rate": "12.5", "caps": {{"perBuyer": {{"amount": {per_buyer}, "currency": "EUR"}},
                    "perPeriod": {{"amount": {{"amount": {per_month}, "currency": "EUR"}}, "period": "month"}}}}}}"#
            ));
            let earned = month(&capped, &orders);
            let free: i64 = orders.iter().map(|net| of_order(&capped, &sale(*net)).unwrap().commission.amount).sum();
            prop_assert!(earned.iter().all(|amount| *amount >= 0));
            prop_assert_eq!(earned.iter().sum::<i64>(), free.min(per_month).min(per_buyer));
        }

        // R51
        #[test]
        fn more_sales_before_an_order_never_lower_its_rate(sales in 0..100_000_i64, more in 0..100_000_i64, net in 0..100_000_i64) {
            let tiered = terms(
                r#"{"type": "percentage", "rate": "5", "tiers": [
                    {"from": {"amount": 20000, "currency": "EUR"}, "type": "percentage", "rate": "10"},
                    {"from": {"amount": 50000, "currency": "EUR"}, "type": "percentage", "rate": "15"}]}"#,
            );
            let after = |month_sales| {
                of_order_after(&tiered, &sale(net), Earlier { month_sales, ..Earlier::default() }).unwrap().commission.amount
            };
            prop_assert!(after(sales) <= after(sales + more));
        }
    }
}
