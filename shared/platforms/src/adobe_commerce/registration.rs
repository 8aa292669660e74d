//! How Adobe finds out whether an address takes its events, when they are registered: by a challenge that is
//! answered with itself, or else by an address of its own that must be called within five minutes.
//!
//! Neither is signed. Source: `AdobeDocs/adobe-io-events`, `src/pages/guides/index.md`.

use crate::json::{Field, Object};

/// Adobe's own confirmation, and the one address that is ever called for a stranger's asking.
const CONFIRMATION: &str = "https://csm.adobe.io/csm/registrations/validate?";
/// Two UUIDs, and what stands around them.
const LONGEST_QUERY: usize = 256;
/// A challenge is a UUID.
const LONGEST_CHALLENGE: usize = 128;

/// Whether this is a challenge, and nothing that could do harm in an answer.
pub fn is_challenge(text: &str) -> bool {
    text.len() <= LONGEST_CHALLENGE && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The address that Adobe wants to be called, to confirm a registration; `None` for every other body.
pub fn confirmation(body: &[u8]) -> Option<String> {
    let body = Object::of_body(body).ok()?;
    // It has this one field; an event has others.
    body.only().ok()?;
    let url = body.get("validationUrl").ok()?.need(Field::words).ok()?;
    let query = url.strip_prefix(CONFIRMATION)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=' | b'&');
    let is_query = !query.is_empty() && query.len() <= LONGEST_QUERY && query.bytes().all(is_plain);
    is_query.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    // R30
    #[test]
    fn a_registration_is_confirmed_at_adobes_own_address_alone() {
        let asked = |url: &str| confirmation(format!(r#"{{"validationUrl": "{url}"}}"#).as_bytes());
        let adobes = "https://csm.adobe.io/csm/registrations/validate?id=1a-2b&challenge=3c-4d";
        assert_eq!(asked(adobes).as_deref(), Some(adobes));
        for wrong in [
            "http://csm.adobe.io/csm/registrations/validate?id=1&challenge=2",
            "https://csm.adobe.io.evil.example/csm/registrations/validate?id=1",
            "https://csm.adobe.io@evil.example/csm/registrations/validate?id=1",
            "https://csm.adobe.io/csm/registrations/delete?id=1",
            "https://csm.adobe.io/csm/registrations/validate?id=1#x",
            "https://csm.adobe.io/csm/registrations/validate?id=%0a",
            "https://csm.adobe.io/csm/registrations/validate?",
            "https://evil.example/",
        ] {
            assert_eq!(asked(wrong), None, "{wrong}");
        }
        assert_eq!(asked(&format!("{adobes}{}", "0".repeat(300))), None);
        for body in [
            "",
            "[]",
            "{}",
            r#"{"validationUrl": 7}"#,
            &format!(r#"{{"validationUrl": "{adobes}", "id": 1}}"#),
        ] {
            assert_eq!(confirmation(body.as_bytes()), None, "{body}");
        }
    }

    // R30
    #[test]
    fn a_challenge_is_plain_and_short() {
        assert!(is_challenge("8ec8d794-e0ab-42df-9017-e3dada8e84f7"));
        assert!(!is_challenge("a b") && !is_challenge("é") && !is_challenge(&"a".repeat(129)));
    }
}
