//! Signatures as the Standard Webhooks specification has them
//! (<https://github.com/standard-webhooks/standard-webhooks>, `spec/standard-webhooks.md`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tributary_domain::Timestamp;
use tributary_domain::field_error::Invalid;
use tributary_domain::keys::hmac_sha256;

use crate::delivery::Delivery;
use crate::signature::{Refused, Verified, check_time, signs_pieces};

/// The header of the message's id.
pub const ID: &str = "webhook-id";
/// The header of the time at which it was signed, in seconds since 1970.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// The header of its signatures.
pub const SIGNATURE: &str = "webhook-signature";
/// What stands before a signature by a shared secret; `v1a`, by a key pair, is not ours.
const VERSION: &str = "v1";

/// What stands before a secret, so that one that leaked is found.
const SECRET_PREFIX: &str = "whsec_";

/// A secret that signs messages of ours. It never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// A secret of these random bytes; the specification asks for 24 to 64.
    pub fn new(random: [u8; 32]) -> Self {
        Self(random.to_vec())
    }

    /// Reads [`Secret::reveal`] back.
    ///
    /// # Errors
    /// When it is no base64 behind the prefix.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bytes = text.strip_prefix(SECRET_PREFIX).and_then(|text| STANDARD.decode(text).ok());
        let bytes = bytes.filter(|bytes| !bytes.is_empty());
        bytes.map(Self).ok_or_else(|| Invalid::new("invalid_secret", "must be whsec_ and base64"))
    }

    /// The text that the receiver is told once.
    pub fn reveal(&self) -> String {
        format!("{SECRET_PREFIX}{}", STANDARD.encode(&self.0))
    }

    fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        let signed = hmac_sha256(&self.0, &[id.as_bytes(), b".", timestamp.as_bytes(), b".", body]);
        format!("{VERSION},{}", STANDARD.encode(signed))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret([redacted])")
    }
}

/// The request that brings a message to an address.
///
/// # Errors
/// When the address is one that HTTP cannot carry.
pub fn request(
    url: &str,
    id: &str,
    body: Vec<u8>,
    secrets: &[Secret],
    now: Timestamp,
) -> Result<http::Request<Vec<u8>>, http::Error> {
    let usual = http::Request::post(url)
        .header("content-type", "application/json")
        .header("user-agent", concat!("Tributary/", env!("CARGO_PKG_VERSION")));
    let signed = sign(id, &body, secrets, now);
    signed.into_iter().fold(usual, |request, (name, value)| request.header(name, value)).body(body)
}

/// The headers of a message: signed by each of the secrets, because while one is being rotated the receiver may
/// know only one of two.
fn sign(id: &str, body: &[u8], secrets: &[Secret], now: Timestamp) -> [(&'static str, String); 3] {
    let timestamp = now.as_seconds().to_string();
    let signatures: Vec<String> = secrets.iter().map(|secret| secret.sign(id, &timestamp, body)).collect();
    [(ID, id.to_owned()), (SIGNATURE, signatures.join(" ")), (TIMESTAMP, timestamp)]
}

/// The delivery's id: the same on every retry.
pub(crate) fn delivery_id<'a>(delivery: &Delivery<'a>) -> Option<&'a str> {
    delivery.headers().first(ID).filter(|id| !id.is_empty())
}

/// Whether the delivery claims to be signed in this way.
pub(crate) fn is_signed(delivery: &Delivery<'_>) -> bool {
    delivery.headers().first(SIGNATURE).is_some()
}

/// Checks the signatures over id, time and raw body with any number of keys, in constant time. One that
/// matches is enough: while a secret is being rotated there are several, in one header parted by blanks.
///
/// # Errors
/// Why the delivery is not taken for the sender's; [`Refused::StaleTime`] only where the signature is
/// right, so that a forger learns nothing.
pub(crate) fn check(delivery: &Delivery<'_>, keys: &[&[u8]], now: Timestamp) -> Result<Verified, Refused> {
    if keys.iter().all(|key| key.is_empty()) {
        return Err(Refused::NoSecret);
    }
    if delivery.body().is_empty() {
        return Err(Refused::EmptyBody);
    }
    let id = one(delivery, ID)?;
    let timestamp = one(delivery, TIMESTAMP)?;
    let signatures = signatures(one(delivery, SIGNATURE)?)?;
    let signs = |key: &&[u8]| !key.is_empty() && fits(key, id, timestamp, delivery.body(), &signatures);
    let secret = keys.iter().position(signs).ok_or(Refused::WrongSignature)?;
    check_time(timestamp, now)?;
    Ok(Verified::by(secret))
}

fn one<'a>(delivery: &Delivery<'a>, name: &str) -> Result<&'a str, Refused> {
    let mut values = delivery.headers().all(name);
    match (values.next().filter(|value| !value.is_empty()), values.next()) {
        (_, Some(_)) => Err(Refused::SeveralSignatures),
        (Some(value), None) => Ok(value),
        (None, None) => Err(Refused::MissingSignature),
    }
}

/// The signatures of our version.
fn signatures(header: &str) -> Result<Vec<Vec<u8>>, Refused> {
    let ours: Vec<Vec<u8>> = header
        .split(' ')
        .filter_map(|signature| signature.split_once(','))
        .filter(|(version, _)| *version == VERSION)
        .filter_map(|(_, signature)| STANDARD.decode(signature).ok())
        .filter(|signature| signature.len() == 32)
        .collect();
    if ours.is_empty() { Err(Refused::MalformedSignature) } else { Ok(ours) }
}

fn fits(key: &[u8], id: &str, timestamp: &str, body: &[u8], signatures: &[Vec<u8>]) -> bool {
    let pieces = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
    signatures.iter().any(|signature| signs_pieces(key, &pieces, signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    // standard-webhooks/standard-webhooks, libraries/javascript/src/webhook.test.ts.
    const KEY: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNED_AT: i64 = 1_614_265_330;
    const RIGHT: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const WRONG: &str = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    fn checked(signature: &str, body: &[u8], now: i64) -> Result<usize, Refused> {
        let headers = [
            ("Webhook-Id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("Webhook-Timestamp", "1614265330"),
            ("Webhook-Signature", signature),
        ];
        let key = STANDARD.decode(KEY).unwrap();
        let keys: [&[u8]; 3] = [b"", b"another", &key];
        check(&Delivery::new(headers, body), &keys, Timestamp::from_seconds(now)).map(Verified::secret)
    }

    // R30
    #[test]
    fn the_specifications_own_vector_is_taken() {
        assert_eq!(checked(RIGHT, BODY, SIGNED_AT), Ok(2));
    }

    // R30
    #[test]
    fn one_right_signature_among_several_is_enough() {
        for several in
            [format!("{WRONG} {RIGHT}"), format!("{RIGHT} {WRONG}"), format!("v1a,xyz {RIGHT} v2,x")]
        {
            assert_eq!(checked(&several, BODY, SIGNED_AT), Ok(2), "{several}");
        }
        assert_eq!(checked(WRONG, BODY, SIGNED_AT), Err(Refused::WrongSignature));
        for malformed in ["", "v1,", "v1,AAAA", "g0hM9SsE", &RIGHT.replace("v1,", "v1a,")] {
            let refused = checked(malformed, BODY, SIGNED_AT).unwrap_err();
            assert!(
                matches!(refused, Refused::MalformedSignature | Refused::MissingSignature),
                "{malformed}"
            );
        }
    }

    // R30
    #[test]
    fn a_delivery_is_taken_within_five_minutes_of_its_time_and_not_after() {
        for (seconds, taken) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let expected = if taken { Ok(2) } else { Err(Refused::StaleTime) };
            assert_eq!(checked(RIGHT, BODY, SIGNED_AT + seconds), expected, "{seconds}");
        }
        assert_eq!(checked(WRONG, BODY, SIGNED_AT + 301), Err(Refused::WrongSignature));
    }

    // R30
    #[test]
    fn what_is_signed_is_the_id_the_time_and_the_very_bytes() {
        assert_eq!(checked(RIGHT, br#"{"test":2432232314}"#, SIGNED_AT), Err(Refused::WrongSignature));
        assert_eq!(checked(RIGHT, b"", SIGNED_AT), Err(Refused::EmptyBody));
        let key = STANDARD.decode(KEY).unwrap();
        for (id, timestamp, refused) in [
            ("msg_other", "1614265330", Refused::WrongSignature),
            ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265331", Refused::WrongSignature),
            ("", "1614265330", Refused::MissingSignature),
            ("msg_p5jXN8AQM9LWM0D4loKWxJek", "", Refused::MissingSignature),
        ] {
            let headers = [(ID, id), (TIMESTAMP, timestamp), (SIGNATURE, RIGHT)];
            let now = Timestamp::from_seconds(SIGNED_AT);
            assert_eq!(check(&Delivery::new(headers, BODY), &[&key], now), Err(refused));
        }
    }

    // R68
    #[test]
    fn what_we_sign_is_what_the_specifications_own_vector_says() {
        let secret = Secret::parse(&format!("whsec_{KEY}")).unwrap();
        assert_eq!(Secret::parse(&secret.reveal()), Ok(secret.clone()));
        assert!(!format!("{secret:?}").contains("31"), "a secret shows itself");
        let now = Timestamp::from_seconds(SIGNED_AT);
        let url = "https://hooks.brand.example/in?a=b";
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let request = request(url, id, BODY.to_vec(), &[secret], now).unwrap();
        assert_eq!((request.uri().to_string().as_str(), request.body().as_slice()), (url, BODY));
        for (name, value) in [(ID, id), (SIGNATURE, RIGHT), (TIMESTAMP, "1614265330")] {
            assert_eq!(request.headers()[name], value);
        }
    }

    // R68
    #[test]
    fn while_a_secret_is_rotated_both_sign() {
        let secrets = [Secret::new([1; 32]), Secret::new([2; 32])];
        let now = Timestamp::from_seconds(SIGNED_AT);
        let headers = sign("msg_1", BODY, &secrets, now);
        let headers = headers.iter().map(|(name, value)| (*name, value.as_str()));
        let delivery = Delivery::new(headers, BODY);
        for key in [[1; 32], [2; 32]] {
            assert!(check(&delivery, &[&key], now).is_ok());
        }
        assert_eq!(check(&delivery, &[&[3; 32]], now), Err(Refused::WrongSignature));
        for wrong in ["", "whsec_", "whsec_?", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            assert!(Secret::parse(wrong).is_err(), "{wrong}");
        }
    }

    // R30
    #[test]
    fn without_a_key_nothing_is_taken() {
        let headers = [(ID, "1"), (TIMESTAMP, "1614265330"), (SIGNATURE, RIGHT)];
        let now = Timestamp::from_seconds(SIGNED_AT);
        for keys in [&[][..], &[&b""[..]][..]] {
            assert_eq!(check(&Delivery::new(headers, BODY), keys, now), Err(Refused::NoSecret));
        }
    }
}
