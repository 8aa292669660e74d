//! Whether the shop sent it.

use crate::delivery::Delivery;
use crate::signature::{Refused, Verified, check_base64};

const SIGNATURE: &str = "x-wc-webhook-signature";

/// Checks the signature: base64 of the HMAC-SHA256 over the raw body, keyed with the webhook's secret
/// (WooCommerce: `WC_Webhook::generate_signature`).
///
/// A webhook without a secret is signed with the empty key, as anybody can: empty secrets are passed over.
///
/// # Errors
/// Why the delivery is not taken for the shop's.
pub fn verify(delivery: &Delivery<'_>, secrets: &[&str]) -> Result<Verified, Refused> {
    let mut signatures = delivery.headers().all(SIGNATURE);
    match (signatures.next(), signatures.next()) {
        (_, Some(_)) => Err(Refused::SeveralSignatures),
        (None | Some(""), None) => Err(Refused::MissingSignature),
        (Some(signature), None) => check_base64(signature, delivery.body(), secrets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // WooCommerce, tests/legacy/unit-tests/webhooks/crud.php, test_generate_signature: an unsaved webhook has no
    // secret.
    const OF_EMPTY_SECRET: &str = "GBDo00G55h6IiV+6CxqivQPLbI//KzaOZm747971tPs=";
    // HMAC-SHA256 of "secret" under "hush".
    const OF_HUSH: &str = "gjV3t8eJoJ49GQm8M+4tjsSjgcuSrUdNrKSjXXQkAmA=";

    #[track_caller]
    fn check(headers: &[(&str, &str)], secrets: &[&str], expected: Result<usize, Refused>) {
        let delivery = Delivery::new(headers.iter().copied(), b"secret");
        assert_eq!(verify(&delivery, secrets).map(Verified::secret), expected);
    }

    // R30
    #[test]
    fn a_signature_under_either_secret_is_taken() {
        check(&[("X-WC-Webhook-Signature", OF_HUSH)], &["hush"], Ok(0));
        check(&[("x-wc-webhook-signature", OF_HUSH)], &["next", "hush"], Ok(1));
    }

    // R30
    #[test]
    fn the_signature_of_a_webhook_without_a_secret_is_refused() {
        let headers = [("X-WC-Webhook-Signature", OF_EMPTY_SECRET)];
        check(&headers, &[], Err(Refused::NoSecret));
        check(&headers, &[""], Err(Refused::NoSecret));
        check(&headers, &["", "hush"], Err(Refused::WrongSignature));
    }

    // R30
    #[test]
    fn anything_else_is_refused() {
        let name = "X-WC-Webhook-Signature";
        check(&[], &["hush"], Err(Refused::MissingSignature));
        check(&[(name, "")], &["hush"], Err(Refused::MissingSignature));
        check(&[(name, "%%%")], &["hush"], Err(Refused::MalformedSignature));
        check(&[(name, OF_HUSH)], &["hush!"], Err(Refused::WrongSignature));
        check(&[(name, OF_HUSH), (name, OF_EMPTY_SECRET)], &["hush"], Err(Refused::SeveralSignatures));
        let of_another_body = Delivery::new([(name, OF_HUSH)], b"Secret");
        assert_eq!(verify(&of_another_body, &["hush"]), Err(Refused::WrongSignature));
        assert_eq!(verify(&Delivery::new([(name, OF_HUSH)], b""), &["hush"]), Err(Refused::EmptyBody));
    }
}
