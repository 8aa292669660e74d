//! Where an account lists its events, and tells a promotion code: paths below `https://api.stripe.com`.
//!
//! Events are what the webhooks carry, so they are taken in as those are. Stripe keeps them for 30 days (Stripe API
//! reference, "List all events").

use tributary_domain::Timestamp;
use tributary_domain::code::comparable;

use crate::json::{Field, Object};
use crate::shop_api::segment;
use crate::unreadable::Unreadable;

/// A page of the events of a time, newest first, after the one with the id `after`.
pub fn events(from: Timestamp, to: Timestamp, after: Option<&str>, limit: u32) -> String {
    let (from, to) = (from.as_seconds(), to.as_seconds());
    let after = after.map(|id| format!("&starting_after={id}")).unwrap_or_default();
    format!("/v1/events?created%5Bgte%5D={from}&created%5Blt%5D={to}&limit={limit}{after}")
}

/// What leads to the next page: the id of the last event, where there are more.
///
/// # Errors
/// When the answer is no list.
pub fn next_page(body: &[u8]) -> Result<Option<String>, Unreadable> {
    let body = Object::of_body(body)?;
    if body.get("has_more")?.flag()? != Some(true) {
        return Ok(None);
    }
    match body.get("data")?.objects()?.last() {
        Some(event) => event.get("id")?.words(),
        None => Ok(None),
    }
}

/// The promotion code of an id, which orders name instead of its text.
pub fn promotion_code(id: &str) -> String {
    format!("/v1/promotion_codes/{}", segment(id))
}

/// The text of a promotion code, in upper case.
///
/// # Errors
/// When the answer has none.
pub fn read_promotion_code(body: &[u8]) -> Result<String, Unreadable> {
    Object::of_body(body)?.get("code")?.need(Field::words).map(|code| comparable(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    // R34
    #[test]
    fn events_are_asked_for_by_their_time_and_page() {
        let at = |text| Timestamp::parse(text).unwrap();
        assert_eq!(
            events(at("2026-11-20"), at("2026-11-21"), Some("evt_9"), 100),
            "/v1/events?created%5Bgte%5D=1795132800&created%5Blt%5D=1795219200&limit=100&starting_after=evt_9"
        );
        let page = br#"{"object": "list", "has_more": true, "data": [{"id": "evt_2"}, {"id": "evt_1"}]}"#;
        assert_eq!(next_page(page).unwrap().as_deref(), Some("evt_1"));
        assert_eq!(next_page(br#"{"has_more": false, "data": [{"id": "evt_1"}]}"#).unwrap(), None);
        assert!(next_page(b"[]").is_err());
    }
    // R34, R44
    #[test]
    fn a_promotion_code_is_asked_for_by_its_id_and_tells_its_text() {
        assert_eq!(promotion_code("promo_1aB"), "/v1/promotion_codes/promo_1aB");
        assert_eq!(read_promotion_code(br#"{"id": "promo_1aB", "code": "anna10"}"#).unwrap(), "ANNA10");
        assert!(read_promotion_code(br#"{"id": "promo_1aB"}"#).is_err());
    }
}
