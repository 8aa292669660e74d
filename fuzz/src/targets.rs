//! One function a target: reads any bytes as a delivery, and holds what comes out to what must always be so.
//!
//! `cargo fuzz` runs them on bytes that it makes up, and `shared/platforms/tests/corpus.rs` on the corpus.

#![allow(dead_code, reason = "each target uses one of these")]

#[path = "reads.rs"]
pub(crate) mod reads;

use tributary_domain::order::OrderFacts;
use tributary_domain::{Currency, Timestamp};
use tributary_platforms::postback::{Fields, Join, Lead, Report, proved};
use tributary_platforms::{
    Delivery, Unreadable, adobe_commerce, bigcommerce, custom, shopify, stripe, woocommerce,
};

/// The first byte chooses, the others are the body.
fn chosen<T: Clone>(data: &[u8], among: &[T]) -> Option<(T, Vec<u8>)> {
    let (first, body) = data.split_first()?;
    among.get(usize::from(*first) % among.len()).map(|choice| (choice.clone(), body.to_vec()))
}

/// What must hold of everything that a delivery says.
fn check(facts: &OrderFacts) {
    let most = facts.snapshot.as_ref().map_or(0, |snapshot| snapshot.net.max(0));
    assert!((0..=most).contains(&facts.net()), "more is given back than there was, or taken");
    assert_eq!(facts.clone().merge(facts.clone()), *facts, "said twice is said once");
    assert!(facts.buyers.is_empty(), "a buyer's address is nobody's but the caller's");
}

/// Refusals are kept, logged and shown, so they quote nothing.
fn check_words(unreadable: &Unreadable) {
    assert!(unreadable.to_string().is_ascii());
}

pub(crate) fn shopify(data: &[u8]) {
    let Some((topic, body)) = chosen(data, &shopify::Topic::KNOWN) else { return };
    match shopify::parse(&topic, &Delivery::new([], &body), shopify::Context::default()) {
        Ok(shopify::Parsed::Order(update)) => check(&update.facts),
        Ok(_) => {}
        Err(unreadable) => check_words(&unreadable),
    }
}

pub(crate) fn woocommerce(data: &[u8]) {
    let Some((topic, body)) = chosen(data, &woocommerce::Topic::KNOWN) else { return };
    if let (b'[', Ok(euro)) = (body.first().copied().unwrap_or_default(), Currency::parse("EUR")) {
        let _ = woocommerce::refund_details(&body, euro);
        return;
    }
    match woocommerce::parse(&topic, Some("delivery"), &body) {
        Ok(woocommerce::Parsed::Order(update)) => check(&update.facts),
        Ok(woocommerce::Parsed::Ignored) => {}
        Err(unreadable) => check_words(&unreadable),
    }
}

pub(crate) fn stripe(data: &[u8]) {
    match stripe::parse(data) {
        Ok(parsed) => {
            parsed.order.iter().for_each(|update| check(&update.facts));
            parsed.asides.iter().for_each(|aside| check(&aside.facts));
        }
        Err(unreadable) => check_words(&unreadable),
    }
}

pub(crate) fn bigcommerce(data: &[u8]) {
    if let Err(unreadable) = bigcommerce::parse(data) {
        check_words(&unreadable);
    }
}

pub(crate) fn adobe_commerce(data: &[u8]) {
    let Ok(euro) = Currency::parse("EUR") else { return };
    match adobe_commerce::events::parse(data, euro) {
        Ok(updates) => updates.iter().for_each(|update| check(&update.facts)),
        Err(unreadable) => check_words(&unreadable),
    }
    if let Ok(update) = adobe_commerce::webhook::parse(data, euro) {
        check(&update.facts);
    }
}

pub(crate) fn custom(data: &[u8]) {
    let Ok(euro) = Currency::parse("EUR") else { return };
    if let Ok(update) = custom::parse(data, euro) {
        check(&update.facts);
    }
}

pub(crate) fn postback(data: &[u8]) {
    if let Ok(fields) = Fields::of_json(data) {
        let _ = Report::read(&fields);
        let _ = Lead::read(&fields);
        let _ = Join::read(&fields);
    }
}

/// The first line is a header's value, the rest the body.
pub(crate) fn signatures(data: &[u8]) {
    let Some((value, body)) = std::str::from_utf8(data).ok().and_then(|text| text.split_once('\n')) else {
        return;
    };
    let now = Timestamp::from_seconds(1_763_715_600);
    let names = [
        "x-shopify-hmac-sha256",
        "x-wc-webhook-signature",
        "stripe-signature",
        "webhook-signature",
        "x-tributary-signature",
    ];
    let headers = names
        .map(|name| (name, value))
        .into_iter()
        .chain([("webhook-id", "m"), ("webhook-timestamp", "1763715600")]);
    let delivery = Delivery::new(headers, body.as_bytes());
    let secrets = ["a secret that nobody signs with"];
    assert!(shopify::verify(&delivery, &secrets).is_err());
    assert!(woocommerce::verify(&delivery, &secrets).is_err());
    assert!(stripe::verify(&delivery, &secrets, now).is_err());
    assert!(custom::verify(&delivery, &secrets, now).is_err());
    assert!(proved(&delivery, None, &secrets, now).is_err());
}
