//! Whether Stripe sent it.

use tributary_domain::Timestamp;

use crate::delivery::Delivery;
use crate::signature::{Refused, Verified, check_time, from_hex, signs_pieces};

const SIGNATURE: &str = "stripe-signature";
/// The only scheme that proves anything; `v0` is for test events of old.
const SCHEME: &str = "v1";
/// More signatures than secrets that anybody rotates.
const MOST_SIGNATURES: usize = 16;

/// Checks the header `Stripe-Signature: t=<unix seconds>,v1=<hex>[,v1=...]`: the HMAC-SHA256 of `<t>.<raw body>`,
/// keyed with the endpoint's whole secret, `whsec_` included (stripe-node, `src/Webhooks.ts`). While a secret is
/// rotated there is a signature under each.
///
/// # Errors
/// Why the delivery is not taken for the shop's.
pub fn verify(delivery: &Delivery<'_>, secrets: &[&str], now: Timestamp) -> Result<Verified, Refused> {
    let mut headers = delivery.headers().all(SIGNATURE);
    let header = match (headers.next(), headers.next()) {
        (_, Some(_)) => return Err(Refused::SeveralSignatures),
        (None | Some(""), None) => return Err(Refused::MissingSignature),
        (Some(header), None) => header,
    };
    let (time, signatures) = read(header)?;
    if secrets.iter().all(|secret| secret.is_empty()) {
        return Err(Refused::NoSecret);
    }
    if delivery.body().is_empty() {
        return Err(Refused::EmptyBody);
    }
    let pieces = [time.as_bytes(), b".", delivery.body()];
    let signs = |secret: &&str| {
        !secret.is_empty()
            && signatures.iter().any(|signature| signs_pieces(secret.as_bytes(), &pieces, signature))
    };
    let secret = secrets.iter().position(signs).ok_or(Refused::WrongSignature)?;
    // Only what was signed is worth a look at its time.
    check_time(time, now)?;
    Ok(Verified::by(secret))
}

/// The time and the signatures of our scheme.
fn read(header: &str) -> Result<(&str, Vec<Vec<u8>>), Refused> {
    let (mut time, mut signatures) = (None, Vec::new());
    for (name, value) in header.split(',').filter_map(|item| item.trim().split_once('=')) {
        match name {
            "t" if time.is_some() => return Err(Refused::MalformedTime),
            "t" => time = Some(value),
            SCHEME if signatures.len() < MOST_SIGNATURES => {
                signatures.extend(from_hex(value).filter(|bytes| bytes.len() == 32));
            }
            _ => {}
        }
    }
    match (time, signatures.is_empty()) {
        (None, _) => Err(Refused::MalformedTime),
        (Some(_), true) => Err(Refused::MalformedSignature),
        (Some(time), false) => Ok((time, signatures)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::mac;
    use tributary_domain::keys::hex;

    // Derived from stripe-node's test of its own header (test/Webhook.spec.ts): this secret, time and body.
    const SECRET: &str = "whsec_test_secret";
    const BODY: &[u8] = b"{\n  \"id\": \"evt_test_webhook\",\n  \"object\": \"event\"\n}";
    const SIGNATURE: &str = "4f1cd7feda9826e746b7d482c4badebb657398df1099e1046364f6196a230150";
    const AT: i64 = 1_700_000_000;

    #[track_caller]
    fn check_at(second: i64, header: &str, secrets: &[&str], expected: Result<usize, Refused>) {
        let delivery = Delivery::new([("Stripe-Signature", header)], BODY);
        let verified = verify(&delivery, secrets, Timestamp::from_seconds(second));
        assert_eq!(verified.map(Verified::secret), expected, "{header}");
    }

    #[track_caller]
    fn check(header: &str, secrets: &[&str], expected: Result<usize, Refused>) {
        check_at(AT, header, secrets, expected);
    }

    // stripe-node, test/crypto/helpers.ts.
    #[test]
    fn stripes_own_vectors_are_what_we_compute() {
        for (body, signature) in [
            ("", "f7f9bd47fb987337b5796fdc1fdb9ba221d0d5396814bfcaf9521f43fd8927fd"),
            (
                r#"{"obj1":"hello","obj2":"world"}"#,
                "bebb1a643997f419b315ddba19e6f5411e1ce7f810ba6d3617ce72823092f363",
            ),
            ("\u{1F600}", "837da296d05c4fe31f61d5d7ead035099d9585a5bcde87de952012a78f0b0c43"),
        ] {
            assert_eq!(hex(&mac(body, "test_secret")), signature);
            let bytes = from_hex(signature).unwrap();
            assert!(signs_pieces(b"test_secret", &[body.as_bytes()], &bytes));
        }
    }

    // R30
    #[test]
    fn one_good_signature_of_several_is_enough() {
        let other = "0".repeat(64);
        check(&format!("t={AT},v1={SIGNATURE}"), &[SECRET], Ok(0));
        check(&format!("t={AT}, v0={other}, v1={other}, v1={SIGNATURE}"), &["whsec_next", SECRET], Ok(1));
        check(&format!("v1={SIGNATURE},t={AT}"), &["", SECRET], Ok(1));
    }

    // R30
    #[test]
    fn the_time_may_be_five_minutes_off_either_way() {
        let header = format!("t={AT},v1={SIGNATURE}");
        for (off, expected) in
            [(300, Ok(0)), (-300, Ok(0)), (301, Err(Refused::StaleTime)), (-301, Err(Refused::StaleTime))]
        {
            check_at(AT + off, &header, &[SECRET], expected);
        }
    }

    // R30
    #[test]
    fn anything_else_is_refused() {
        let good = format!("t={AT},v1={SIGNATURE}");
        for (header, secrets, expected) in [
            ("", &[SECRET][..], Refused::MissingSignature),
            ("nonsense", &[SECRET], Refused::MalformedTime),
            (&format!("v1={SIGNATURE}"), &[SECRET], Refused::MalformedTime),
            (&format!("t={AT},t=1,v1={SIGNATURE}"), &[SECRET], Refused::MalformedTime),
            (&format!("t={AT}"), &[SECRET], Refused::MalformedSignature),
            (&format!("t={AT},v0={SIGNATURE}"), &[SECRET], Refused::MalformedSignature),
            (&format!("t={AT},v1={}", SIGNATURE.get(2..).unwrap()), &[SECRET], Refused::MalformedSignature),
            (&format!("t={},v1={SIGNATURE}", AT + 1), &[SECRET], Refused::WrongSignature),
            (&good, &["test_secret"], Refused::WrongSignature),
            (&good, &[], Refused::NoSecret),
            (&good, &[""], Refused::NoSecret),
        ] {
            check(header, secrets, Err(expected));
        }
        let twice =
            Delivery::new([("stripe-signature", good.as_str()), ("Stripe-Signature", good.as_str())], BODY);
        assert_eq!(verify(&twice, &[SECRET], Timestamp::from_seconds(AT)), Err(Refused::SeveralSignatures));
        let empty = Delivery::new([("stripe-signature", good.as_str())], b"");
        assert_eq!(verify(&empty, &[SECRET], Timestamp::from_seconds(AT)), Err(Refused::EmptyBody));
    }
}
