//! Whether the shop sent it.

use tributary_domain::Timestamp;

use crate::delivery::Delivery;
use crate::signature::{Refused, Verified, check_token};
use crate::standard_webhooks;

/// The header, besides `Authorization: Bearer`, in which a webhook may carry a secret of the store.
pub const TOKEN_HEADER: &str = "x-tributary-token";

/// Checks the signature, where there is one: Standard Webhooks, keyed with the raw bytes of the app's client
/// secret (bigcommerce/docs, `https-webhook-overview.mdx`). Older stores' webhooks have none; they prove
/// themselves by a header that was given when the webhook was made, and that comes with each delivery: a
/// secret of the store in [`TOKEN_HEADER`] or as a bearer token.
///
/// # Errors
/// Why the delivery is not taken for the shop's.
pub fn verify(delivery: &Delivery<'_>, secrets: &[&str], now: Timestamp) -> Result<Verified, Refused> {
    if standard_webhooks::is_signed(delivery) {
        let keys: Vec<&[u8]> = secrets.iter().map(|secret| secret.as_bytes()).collect();
        return standard_webhooks::check(delivery, &keys, now);
    }
    if delivery.body().is_empty() {
        return Err(Refused::EmptyBody);
    }
    let headers = delivery.headers();
    let bearer = headers.first("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let token = headers.first(TOKEN_HEADER).or(bearer).ok_or(Refused::MissingSignature)?;
    check_token(token, secrets)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Derived by the vendor's documentation: `fixtures/hmac_vectors.json` of the project's sources.
    const BODY: &[u8] = br#"{"scope":"store/order/created","store_id":"1025646","data":{"type":"order","id":250},"hash":"dd70c0976e06b67aaf671e73f49dcb79230ebf9d","created_at":1561479335,"producer":"stores/abcde"}"#;
    const SECRET: &str = "test_client_secret";
    const SIGNED: [(&str, &str); 3] = [
        ("webhook-id", "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"),
        ("webhook-timestamp", "1674087231"),
        ("webhook-signature", "v1,9bnHocto0kY9m7moR1sLtiBbhkpQ32a/qa1bVf51338="),
    ];

    #[track_caller]
    fn check(headers: &[(&str, &str)], body: &[u8], secrets: &[&str], expected: Result<usize, Refused>) {
        let delivery = Delivery::new(headers.iter().copied(), body);
        let now = Timestamp::from_seconds(1_674_087_240);
        assert_eq!(verify(&delivery, secrets, now).map(Verified::secret), expected);
    }

    // R30
    #[test]
    fn a_signature_with_the_raw_client_secret_is_taken() {
        check(&SIGNED, BODY, &["new", SECRET], Ok(1));
        check(&SIGNED, BODY, &["another"], Err(Refused::WrongSignature));
        check(&SIGNED, br#"{"scope":"store/order/created"}"#, &[SECRET], Err(Refused::WrongSignature));
        check(&SIGNED, BODY, &[], Err(Refused::NoSecret));
    }

    // R30
    #[test]
    fn a_shop_that_does_not_sign_proves_itself_by_the_header_it_was_given() {
        check(&[("X-Tributary-Token", "hush")], BODY, &["new", "hush"], Ok(1));
        check(&[("Authorization", "Bearer hush")], BODY, &["hush"], Ok(0));
        for wrong in ["", "hus", "hush ", "HUSH"] {
            check(&[("X-Tributary-Token", wrong)], BODY, &["hush"], Err(Refused::WrongToken));
        }
        check(&[("Authorization", "hush")], BODY, &["hush"], Err(Refused::MissingSignature));
        check(&[], BODY, &["hush"], Err(Refused::MissingSignature));
        check(&[("X-Tributary-Token", "")], BODY, &[""], Err(Refused::NoSecret));
        check(&[("X-Tributary-Token", "hush")], b"", &["hush"], Err(Refused::EmptyBody));
    }

    // R30
    #[test]
    fn a_token_does_not_excuse_a_wrong_signature() {
        let mut headers = SIGNED.to_vec();
        headers.push(("x-tributary-token", "hush"));
        check(&headers, BODY, &["hush"], Err(Refused::WrongSignature));
    }
}
