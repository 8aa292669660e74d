//! Who may change an order's money after the first report: whoever knows a webhook secret of the store.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tributary_domain::Timestamp;

use crate::Delivery;
use crate::custom;
use crate::signature::{Refused, check, check_token, from_hex};

/// Carries the HMAC-SHA256 of the raw body under a webhook secret of the store, in hexadecimal or base64.
pub const SIGNATURE_HEADER: &str = "x-tributary-signature";
/// Stands before the signature in some libraries.
const SCHEME: &str = "sha256=";

/// The header of the Standard Webhooks specification, for those who sign the generic webhook already.
const STANDARD_HEADER: &str = "webhook-signature";

/// Whether a report is proved: by a signature over its body, or by a secret itself as its token. `false`
/// where it does not claim to be.
///
/// # Errors
/// When it claims to be, and is not.
pub fn proved(
    delivery: &Delivery<'_>,
    token: Option<&str>,
    secrets: &[&str],
    now: Timestamp,
) -> Result<bool, Refused> {
    if delivery.headers().all(STANDARD_HEADER).next().is_some() {
        return custom::verify(delivery, secrets, now).map(|_| true);
    }
    let mut signatures = delivery.headers().all(SIGNATURE_HEADER);
    match (signatures.next(), signatures.next(), token) {
        (Some(_), Some(_), _) => Err(Refused::SeveralSignatures),
        (Some(signature), None, _) => {
            let signature = decode(signature.trim()).ok_or(Refused::MalformedSignature)?;
            check(&signature, delivery.body(), secrets).map(|_| true)
        }
        (None, _, Some(token)) => check_token(token, secrets).map(|_| true),
        (None, _, None) => Ok(false),
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.strip_prefix(SCHEME).unwrap_or(text);
    if text.len() == 64 { from_hex(text) } else { STANDARD.decode(text).ok() }
}
