//! What leads earn (R36).

use serde::{Deserialize, Serialize};

use super::terms::check_currency;
use super::{CommissionTerms, Pay};
use crate::field_error::FieldErrors;
use crate::lead::LeadEvent;
use crate::money::{Currency, LARGEST_AMOUNT, Money};

const MOST_EVENTS: usize = 20;

/// What each lead of an event earns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CommissionLead)]
pub struct LeadPay {
    /// Compared without case.
    pub event: LeadEvent,
    /// In the store's currency; 0 for an event that earns nothing.
    pub amount: Money,
}

impl LeadPay {
    /// Checks the amounts, and that no event stands there twice.
    pub(super) fn check(leads: &[Self], currency: Currency, errors: &mut FieldErrors) {
        if leads.len() > MOST_EVENTS {
            errors.add("commission.leads", "too_many", format!("at most {MOST_EVENTS}"));
        }
        for (index, lead) in leads.iter().enumerate() {
            let path = format!("commission.leads[{index}].amount");
            check_currency(&path, lead.amount, currency, errors);
            if !(0..=LARGEST_AMOUNT).contains(&lead.amount.amount) {
                errors.add(path, "out_of_range", "must be zero or more, in minor units");
            }
            if leads.iter().take(index).any(|earlier| earlier.event.is(lead.event.as_str())) {
                let path = format!("commission.leads[{index}].event");
                errors.add(path, "duplicate", "has an amount above; an event is named once");
            }
        }
    }
}

/// The commission of a lead: the amount of its event, or else the one that the terms pay for any; `None` where
/// they pay none.
pub fn of_lead(terms: &CommissionTerms, event: &str) -> Option<Money> {
    let own = terms.leads.iter().find(|lead| lead.event.is(event));
    own.map(|lead| lead.amount).or(match terms.pay {
        Pay::Flat { amount } | Pay::PerLead { amount } => Some(amount),
        Pay::Percentage { .. } | Pay::PerClick { .. } => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commission::{Earlier, of_lead_after};

    const DOCUMENT: &str = include_str!("../../../../docs/COMMISSION.md");

    fn euro() -> Currency {
        Currency::parse("EUR").unwrap()
    }

    // R36, R50
    #[test]
    fn the_worked_leads_of_the_document_come_out_as_it_says() {
        let mut count = 0;
        for row in DOCUMENT.lines().filter(|line| line.starts_with("| leads `{")) {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let [text, events, earned] = cells[..] else { panic!("{row}") };
            let text = text.trim_start_matches("leads ").trim_matches('`');
            let terms: CommissionTerms = serde_json::from_str(text).unwrap();
            let mut month = Earlier::default();
            let mut amounts = Vec::new();
            for event in events.split(", ") {
                let amount = of_lead_after(&terms, event, month).unwrap().map_or(0, |money| money.amount);
                month.month_commission += amount;
                amounts.push(Money::new(amount, euro()).to_decimal());
            }
            assert_eq!(amounts.join(", "), earned, "{row}");
            count += 1;
        }
        assert!(count >= 5, "the document has {count} only");
    }

    // R36
    #[test]
    fn an_event_has_one_amount_in_the_stores_currency() {
        let lead = |event: &str, amount: i64, currency: &str| {
            format!(r#"{{"event":"{event}","amount":{{"amount":{amount},"currency":"{currency}"}}}}"#)
        };
        let terms = |leads: &[String]| {
            let text = format!(r#"{{"type":"percentage","rate":"10","leads":[{}]}}"#, leads.join(","));
            serde_json::from_str::<CommissionTerms>(&text)
        };
        let wrong = |leads: &[String]| {
            let mut errors = FieldErrors::default();
            terms(leads).unwrap().check(euro(), &mut errors);
            errors.as_slice().iter().map(|error| error.path.clone()).collect::<Vec<_>>()
        };
        assert_eq!(wrong(&[lead("sign-up", 150, "EUR"), lead("visit", 0, "EUR")]), [""; 0]);
        assert_eq!(
            wrong(&[
                lead("sign-up", 150, "EUR"),
                lead("Sign-Up", 1, "EUR"),
                lead("form", 5, "USD"),
                lead("visit", -1, "EUR")
            ]),
            ["commission.leads[1].event", "commission.leads[2].amount", "commission.leads[3].amount"]
        );
        let many: Vec<String> = (0..=MOST_EVENTS).map(|index| lead(&index.to_string(), 1, "EUR")).collect();
        assert_eq!(wrong(&many), ["commission.leads"]);
        assert!(terms(&[lead("sign up", 1, "EUR")]).is_err());
        let written = serde_json::to_string(&terms(&[lead("sign-up", 150, "EUR")]).unwrap()).unwrap();
        assert!(written.contains(&lead("sign-up", 150, "EUR")), "{written}");
    }
}
