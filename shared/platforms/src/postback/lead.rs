//! A lead: a sign-up, a download, a form, a visit (R36).

use tributary_domain::lead::{self, LeadEvent};
use tributary_domain::order::{Beside, OrderFacts, Snapshot};
use tributary_domain::{Currency, FieldErrors, Timestamp};

use super::fields::{CLICK_ID, Fields};
use super::report::optional_id;
use crate::email::Email;

/// What a report says of a lead.
#[derive(Debug, Clone)]
pub struct Lead {
    /// The click id that the visitor came with.
    pub click_id: String,
    /// The shop's word for what happened.
    pub event: LeadEvent,
    /// The shop's id of it.
    pub external_id: String,
    /// The visitor's address, to be hashed.
    pub email: Option<Email>,
}

impl Lead {
    /// Reads a report.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn read(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut need = |path: &str, names: &[&str]| {
            let given = fields.get(names);
            if given.is_none() {
                errors.add(path, "required", "must not be empty");
            }
            optional_id(path, given, &mut errors).unwrap_or_default()
        };
        let click_id = need("clickId", CLICK_ID);
        let external_id = need("externalId", &["externalId", "external_id"]);
        let event = errors.keep("event", LeadEvent::parse(fields.get(&["event"]).unwrap_or_default()));
        let email = fields.get(&["email"]).and_then(Email::new);
        match event {
            Some(event) if errors.is_empty() => Ok(Self { click_id, event, external_id, email }),
            _ => Err(errors),
        }
    }

    /// The id under which the lead is kept: one event with one id is one lead.
    pub fn id(&self) -> String {
        lead::id(&self.event, &self.external_id)
    }

    /// What the report says, as facts: something without a value of its own that happened, in that second.
    pub fn facts(&self, now: Timestamp, currency: Currency) -> OrderFacts {
        let now = now.second_start();
        let snapshot = Snapshot {
            proved: false,
            updated_at: now,
            sent_at: None,
            standing: None,
            placed_at: now,
            number: self.external_id.clone(),
            currency,
            net: 0,
            original_net: 0,
            total: 0,
            codes: Vec::new(),
            included_refunds: std::collections::BTreeSet::new(),
            standing_refunds: None,
            test: false,
            beside: Beside::default(),
            lines: Vec::new(),
        };
        OrderFacts {
            snapshot: Some(snapshot),
            paid: true,
            click_ids: std::iter::once(self.click_id.clone()).collect(),
            ..OrderFacts::default()
        }
    }
}
