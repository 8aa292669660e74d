//! The generic webhook: any shop that can send the whole of an order whenever it changes (R35).
//!
//! Signed as the Standard Webhooks specification says, in a shape of our own (`docs/INTEGRATIONS.md`). It is written
//! by the brand's own developer, who gets a clear error that names every wrong field.

mod lines;
mod order;

#[cfg(test)]
mod tests;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tributary_domain::Timestamp;

use crate::delivery::Delivery;
use crate::signature::{Refused, Verified};
use crate::standard_webhooks;

pub use order::{Wrong, parse};

/// Stands before a secret in the specification's libraries.
const PREFIX: &str = "whsec_";

/// Checks the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`.
///
/// A secret that is base64, with or without `whsec_` before it, is the key that it stands for, as the
/// specification's own libraries have it; the bytes of the secret as it stands will do as well.
///
/// # Errors
/// Why the delivery is not taken for the shop's.
pub fn verify(delivery: &Delivery<'_>, secrets: &[&str], now: Timestamp) -> Result<Verified, Refused> {
    let decoded: Vec<Vec<u8>> = secrets.iter().filter_map(|secret| key(secret)).collect();
    let as_they_stand = secrets.iter().map(|secret| secret.as_bytes());
    let keys: Vec<&[u8]> = as_they_stand.chain(decoded.iter().map(Vec::as_slice)).collect();
    standard_webhooks::check(delivery, &keys, now)
}

/// The key that a secret stands for in base64.
fn key(secret: &str) -> Option<Vec<u8>> {
    STANDARD.decode(secret.strip_prefix(PREFIX).unwrap_or(secret)).ok()
}

/// The delivery's id: the same on every retry.
pub fn delivery_id<'a>(delivery: &Delivery<'a>) -> Option<&'a str> {
    standard_webhooks::delivery_id(delivery)
}
