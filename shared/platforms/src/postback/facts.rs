//! A report as facts that can be merged into an order.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::order::{Beside, OrderFacts, Refund, Snapshot};
use tributary_domain::{Currency, FieldErrors, Money, Timestamp};

use super::report::{Report, Reported};

/// Under which circumstances a report came in.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// When.
    pub now: Timestamp,
    /// Whether its sender proved to be the shop.
    pub is_proved: bool,
    /// The store's currency.
    pub currency: Currency,
    /// What is known of the order already.
    pub known: Option<&'a OrderFacts>,
    /// Stands for a refund without an id: the same for the same report.
    pub fingerprint: &'a str,
}

impl Report {
    /// What the report says, as facts. The same report gives the same facts again.
    ///
    /// # Errors
    /// When the amount cannot be one.
    pub fn facts(&self, heard: &Heard<'_>) -> Result<OrderFacts, FieldErrors> {
        let mut facts =
            OrderFacts { click_ids: self.click_id.clone().into_iter().collect(), ..OrderFacts::default() };
        let known = heard.known.and_then(|known| known.snapshot.as_ref());
        let currency = self.currency.or(known.map(|known| known.currency)).unwrap_or(heard.currency);
        let amount = self.amount.as_deref().map(|text| amount(text, currency)).transpose()?;
        match (self.status, amount) {
            (Reported::Paid, amount) => {
                let amount = amount.unwrap_or_default();
                let beside = self.beside(known, currency)?;
                let said = self.snapshot(heard, known, Money::new(amount, currency));
                facts.snapshot = Some(unchanged(known, Snapshot { beside, ..said }));
                facts.paid = true;
            }
            (Reported::Refunded, None) => facts.refunded = true,
            (Reported::Refunded, Some(amount)) => {
                check_currency(currency, known)?;
                facts.refunds = self.refund(heard, amount);
            }
            (Reported::Canceled, _) => facts.canceled = true,
        }
        Ok(facts)
    }

    fn snapshot(&self, heard: &Heard<'_>, known: Option<&Snapshot>, money: Money) -> Snapshot {
        let codes = match (&self.code, known) {
            (Some(code), _) => vec![code.clone()],
            // A change of the amount is no reason to lose the code.
            (None, Some(known)) => known.codes.clone(),
            (None, None) => Vec::new(),
        };
        // A hundred equal reports at once are one fact, whoever reads first. What changes a report is later than it.
        let first = heard.now.second_start();
        Snapshot {
            proved: heard.is_proved,
            updated_at: known.map_or(first, |known| heard.now.max(known.updated_at.plus_millis(1))),
            sent_at: None,
            standing: None,
            // Of a later report only the first one knows when the order was placed.
            placed_at: known.map_or(first, |known| known.placed_at),
            number: self.order_id.clone(),
            currency: money.currency,
            net: money.amount,
            original_net: money.amount,
            total: money.amount,
            codes,
            included_refunds: BTreeSet::new(),
            standing_refunds: None,
            test: self.is_test,
            beside: Beside::default(),
            lines: Vec::new(),
        }
    }

    /// What is not said of it stays as it was said before.
    fn beside(&self, known: Option<&Snapshot>, currency: Currency) -> Result<Beside, FieldErrors> {
        let known = known.map(|known| known.beside).unwrap_or_default();
        let mut errors = FieldErrors::default();
        let mut read = |path: &str, given: &Option<String>, known: i64| {
            let Some(text) = given else { return known };
            let money = errors.keep(path, Money::parse(text, currency));
            if money.is_some_and(|money| money.amount < 0) {
                errors.add(path, "out_of_range", "must not be negative");
            }
            money.map_or(0, |money| money.amount)
        };
        let beside = Beside {
            shipping: read("shipping", &self.beside.shipping, known.shipping),
            tax: read("tax", &self.beside.tax, known.tax),
            discount: read("discount", &self.beside.discount, known.discount),
        };
        errors.into_result().map(|()| beside)
    }

    fn refund(&self, heard: &Heard<'_>, amount: i64) -> BTreeMap<String, Refund> {
        let id = self.refund_id.as_deref().unwrap_or(heard.fingerprint);
        let known = heard.known.and_then(|known| known.refunds.get(id));
        let at = known.map_or(heard.now.second_start(), |known| known.at);
        BTreeMap::from([(
            id.to_owned(),
            Refund { at, lines_net: Some(amount), amount, lines: BTreeMap::new() },
        )])
    }
}

/// What is known, where the same is said again.
fn unchanged(known: Option<&Snapshot>, said: Snapshot) -> Snapshot {
    match known {
        Some(known) if *known == (Snapshot { updated_at: known.updated_at, ..said.clone() }) => known.clone(),
        _ => said,
    }
}

fn amount(text: &str, currency: Currency) -> Result<i64, FieldErrors> {
    let mut errors = FieldErrors::default();
    let money = errors.keep("amount", Money::parse(text, currency));
    if money.is_some_and(|money| money.amount < 0) {
        errors.add("amount", "out_of_range", "must not be negative; report a refund by its status");
    }
    errors.into_result().map(|()| money.map_or(0, |money| money.amount))
}

fn check_currency(currency: Currency, known: Option<&Snapshot>) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    if let Some(known) = known.filter(|known| known.currency != currency) {
        errors.add("currency", "currency_mismatch", format!("the order is in {}", known.currency));
    }
    errors.into_result()
}
