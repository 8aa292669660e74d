//! Whether Shopify sent it.

use crate::delivery::Delivery;
use crate::signature::{Refused, Verified, check_base64};

const WEBHOOK_SIGNATURE: &str = "x-shopify-hmac-sha256";
const EVENT_SIGNATURE: &str = "shopify-hmac-sha256";

/// Checks the signature: base64 of the HMAC-SHA256 over the raw body, keyed with the app's client secret
/// (shopify.dev, "Verify webhook deliveries").
///
/// Any number of secrets may be given: after a rotation Shopify signs with the old one for up to an hour, and
/// webhooks made by hand in the shop's settings have a secret of their own.
///
/// # Errors
/// Why the delivery is not taken for the shop's.
pub fn verify(delivery: &Delivery<'_>, secrets: &[&str]) -> Result<Verified, Refused> {
    check_base64(signature(delivery)?, delivery.body(), secrets)
}

/// The one signature. Both families of headers may carry it, but not two different ones.
fn signature<'a>(delivery: &Delivery<'a>) -> Result<&'a str, Refused> {
    let one = |name| {
        let mut values = delivery.headers().all(name);
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(Refused::SeveralSignatures),
            (first, None) => Ok(first.filter(|value| !value.is_empty())),
        }
    };
    match (one(WEBHOOK_SIGNATURE)?, one(EVENT_SIGNATURE)?) {
        (Some(webhook), Some(event)) if webhook != event => Err(Refused::SeveralSignatures),
        (webhook, event) => webhook.or(event).ok_or(Refused::MissingSignature),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // shopify-api-php, tests/Webhooks/RegistryTest.php and tests/BaseTestCase.php.
    const SECRET: &str = "steffi";
    const BODY: &[u8] = br#"{"foo":"bar"}"#;
    const SIGNATURE: &str = "/Redz4YXHLnSmmSN8grr5/Jl/Ua3d7yX3iWbjb8R8wo=";

    #[track_caller]
    fn check(headers: &[(&str, &str)], body: &[u8], secrets: &[&str], expected: Result<usize, Refused>) {
        let delivery = Delivery::new(headers.iter().copied(), body);
        assert_eq!(verify(&delivery, secrets).map(Verified::secret), expected);
    }

    // R30
    #[test]
    fn shopifys_own_vector_is_taken_under_either_header() {
        check(&[("X-Shopify-Hmac-Sha256", SIGNATURE)], BODY, &[SECRET], Ok(0));
        check(&[("shopify-hmac-sha256", SIGNATURE)], BODY, &[SECRET], Ok(0));
        check(
            &[("Shopify-Hmac-Sha256", SIGNATURE), ("X-Shopify-Hmac-Sha256", SIGNATURE)],
            BODY,
            &[SECRET],
            Ok(0),
        );
    }

    // R30
    #[test]
    fn while_rotating_either_secret_is_taken() {
        let headers = [("X-Shopify-Hmac-Sha256", SIGNATURE)];
        check(&headers, BODY, &["new", SECRET], Ok(1));
        check(&headers, BODY, &[SECRET, "old"], Ok(0));
        check(&headers, BODY, &["", "new", SECRET], Ok(2));
    }

    // R30
    #[test]
    fn a_body_changed_by_one_byte_is_refused() {
        check(
            &[("X-Shopify-Hmac-Sha256", SIGNATURE)],
            br#"{"foo":"baz"}"#,
            &[SECRET],
            Err(Refused::WrongSignature),
        );
        check(
            &[("X-Shopify-Hmac-Sha256", SIGNATURE)],
            br#"{"foo": "bar"}"#,
            &[SECRET],
            Err(Refused::WrongSignature),
        );
    }

    // R30
    #[test]
    fn another_secret_is_refused() {
        let headers = [("X-Shopify-Hmac-Sha256", SIGNATURE)];
        check(&headers, BODY, &["stefan", "STEFFI"], Err(Refused::WrongSignature));
    }

    // R30
    #[test]
    fn without_a_secret_nothing_is_taken() {
        // What anybody could compute: the HMAC with the empty key.
        let empty_key = "z2j+hoosqz57sDjqR1cYzCvgH2mbz1xpmBcSuOd2QpI=";
        for secrets in [&[][..], &[""][..], &["", ""][..]] {
            check(&[("X-Shopify-Hmac-Sha256", SIGNATURE)], BODY, secrets, Err(Refused::NoSecret));
            check(&[("X-Shopify-Hmac-Sha256", empty_key)], BODY, secrets, Err(Refused::NoSecret));
        }
        check(&[("X-Shopify-Hmac-Sha256", empty_key)], BODY, &["", SECRET], Err(Refused::WrongSignature));
    }

    // R30
    #[test]
    fn an_empty_body_is_refused_even_when_signed() {
        // The HMAC of nothing, keyed with "steffi".
        let of_nothing = "OAACjlBmgM3SXlESqUYBdJ+cpVAR6hinv3DhG3ZMxnU=";
        check(&[("X-Shopify-Hmac-Sha256", of_nothing)], b"", &[SECRET], Err(Refused::EmptyBody));
    }

    // R30
    #[test]
    fn a_missing_signature_is_refused() {
        check(&[], BODY, &[SECRET], Err(Refused::MissingSignature));
        check(&[("X-Shopify-Hmac-Sha256", "")], BODY, &[SECRET], Err(Refused::MissingSignature));
    }

    // R30
    #[test]
    fn a_doubled_signature_is_refused() {
        let name = "X-Shopify-Hmac-Sha256";
        for second in [SIGNATURE, "AAAA"] {
            check(&[(name, SIGNATURE), (name, second)], BODY, &[SECRET], Err(Refused::SeveralSignatures));
        }
        let families = [(name, SIGNATURE), ("shopify-hmac-sha256", "AAAA")];
        check(&families, BODY, &[SECRET], Err(Refused::SeveralSignatures));
        let joined = format!("{SIGNATURE}, {SIGNATURE}");
        check(&[(name, &joined)], BODY, &[SECRET], Err(Refused::MalformedSignature));
    }

    // R30
    #[test]
    fn a_malformed_signature_is_refused() {
        let hex = "fd179dcf86171cb9d29a648df20aebe7f265fd46b777bc97de259b8dbf11f30a";
        for wrong in ["?", "AAAA", SIGNATURE.trim_end_matches('='), hex] {
            check(&[("X-Shopify-Hmac-Sha256", wrong)], BODY, &[SECRET], Err(Refused::MalformedSignature));
        }
    }

    // R30
    #[test]
    fn a_refusal_names_neither_secret_nor_signature() {
        for refused in [
            Refused::NoSecret,
            Refused::EmptyBody,
            Refused::MissingSignature,
            Refused::SeveralSignatures,
            Refused::MalformedSignature,
            Refused::WrongSignature,
        ] {
            let words = format!("{refused} {refused:?}");
            assert!(!words.contains(SECRET) && !words.contains("Redz4"), "{words}");
        }
    }
}
