//! Leads: a sign-up, a download, a form, a visit (R36).

use serde::{Deserialize, Serialize};

use crate::field_error::Invalid;

/// Leads are kept in one table with orders, under ids of this form. No order of a shop may have one.
pub const PREFIX: &str = "lead:";
const LONGEST_EVENT: usize = 40;

/// The brand's word for what a visitor did: letters, digits, hyphens and underscores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LeadEvent(String);

impl LeadEvent {
    /// Reads a word.
    ///
    /// # Errors
    /// When it is empty, too long, or has other characters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !plain || text.is_empty() || text.len() > LONGEST_EVENT {
            let detail = format!("must be 1 to {LONGEST_EVENT} letters, digits, hyphens and underscores");
            return Err(Invalid::new("invalid", detail));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the same word, in whatever case.
    pub fn is(&self, event: &str) -> bool {
        self.0.eq_ignore_ascii_case(event)
    }
}

impl TryFrom<String> for LeadEvent {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<LeadEvent> for String {
    fn from(event: LeadEvent) -> Self {
        event.0
    }
}

/// The id under which a lead is kept: one event with one id is one lead.
pub fn id(event: &LeadEvent, external_id: &str) -> String {
    format!("{PREFIX}{}:{external_id}", event.0)
}

/// The event of a lead, by the id under which it is kept; empty where it is none.
pub fn event_of(id: &str) -> &str {
    id.strip_prefix(PREFIX).and_then(|rest| rest.split_once(':')).map_or("", |(event, _)| event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_event_is_a_plain_word() {
        for text in ["sign-up", "Form_2", "x", &"x".repeat(LONGEST_EVENT)] {
            assert_eq!(LeadEvent::parse(text).unwrap().as_str(), text);
        }
        for text in ["", "a:b", "sign up", "é", &"x".repeat(LONGEST_EVENT + 1)] {
            assert!(LeadEvent::parse(text).is_err(), "{text}");
        }
        assert_eq!(event_of("1001"), "");
    }

    proptest! {
        // R36
        #[test]
        fn the_id_of_a_lead_tells_its_event(event in "[A-Za-z0-9_-]{1,40}", external_id in ".*") {
            let id = id(&LeadEvent::parse(&event).unwrap(), &external_id);
            prop_assert_eq!(event_of(&id), event);
        }
    }
}
