//! The webhooks module of Adobe Commerce: the shop asks while the shopper waits.
//!
//! Source: `AdobeDocs/commerce-extensibility`, `src/pages/webhooks`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use tributary_domain::Currency;

use super::entity;
use super::key::PublicKey;
use crate::delivery::Delivery;
use crate::json::Object;
use crate::order_update::OrderUpdate;
use crate::signature::Refused;
use crate::unreadable::Unreadable;

/// The signature, of one webhook among those that the documents call plural.
pub const SIGNATURE_HEADER: &str = "x-adobe-commerce-webhook-signature";
const REQUEST_ID: &str = "x-adobe-commerce-request-id";
/// What the shop must hear, or the shopper cannot buy.
pub const SUCCESS: &str = r#"{"op":"success"}"#;

/// Whether a delivery is of the webhooks module, and so wants [`SUCCESS`] whatever we make of it.
pub fn is_one(delivery: &Delivery<'_>) -> bool {
    [SIGNATURE_HEADER, REQUEST_ID].iter().any(|name| delivery.headers().first(name).is_some())
}

/// The shop's id of the request.
pub fn request_id<'a>(delivery: &Delivery<'a>) -> Option<&'a str> {
    delivery.headers().first(REQUEST_ID)
}

/// Checks the signature: `SHA256withRSA`, by the shop's own key, over the base64 text of the raw body (the
/// documents call it an HMAC; their verifier is this one).
///
/// # Errors
/// Why the delivery is not taken for the shop's. Signing is off in a shop until somebody turns it on.
pub fn verify(delivery: &Delivery<'_>, keys: &[PublicKey]) -> Result<(), Refused> {
    if keys.is_empty() {
        return Err(Refused::NoSecret);
    }
    let mut signatures = delivery.headers().all(SIGNATURE_HEADER);
    let signature = match (signatures.next(), signatures.next()) {
        (None, _) => return Err(Refused::MissingSignature),
        (Some(_), Some(_)) => return Err(Refused::SeveralSignatures),
        (Some(signature), None) => STANDARD.decode(signature).map_err(|_| Refused::MalformedSignature)?,
    };
    let signed = STANDARD.encode(delivery.body());
    if keys.iter().any(|key| key.signed(signed.as_bytes(), &signature)) {
        Ok(())
    } else {
        Err(Refused::WrongSignature)
    }
}

/// Reads the order that stands where the merchant configured it: as the whole body, or under `order` or
/// `data.order`.
///
/// # Errors
/// When it cannot be read.
pub fn parse(body: &[u8], currency: Currency) -> Result<OrderUpdate, Unreadable> {
    let body = Object::of_body(body)?;
    let data = body.get("data")?.object()?;
    let inside = match &data {
        Some(data) => data.get("order")?.object()?,
        None => body.get("order")?.object()?,
    };
    entity::order(&inside.or(data).unwrap_or(body), currency, None)
}
