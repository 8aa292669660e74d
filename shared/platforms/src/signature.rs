//! The signature that several platforms share: base64 of the HMAC-SHA256 over the raw body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use tributary_domain::Timestamp;

/// Proof that a delivery was signed with one of our secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    secret: usize,
}

impl Verified {
    /// Proof by the secret at this position.
    pub(crate) const fn by(secret: usize) -> Self {
        Self { secret }
    }

    /// The position of the secret that matched: shows when a rotated one is no longer in use.
    pub const fn secret(self) -> usize {
        self.secret
    }
}

/// Why a delivery is not taken for the shop's. The words tell a forger nothing that he does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No secret is set for this store: our fault, not the sender's.
    #[error("no secret is set for this store")]
    NoSecret,
    /// A delivery without a body.
    #[error("the body is empty")]
    EmptyBody,
    /// No signature header.
    #[error("the signature is missing")]
    MissingSignature,
    /// More than one signature, so that two readers could check different ones.
    #[error("there is more than one signature")]
    SeveralSignatures,
    /// The header is no base64 of 32 bytes.
    #[error("the signature is malformed")]
    MalformedSignature,
    /// No secret gives this signature.
    #[error("the signature does not match")]
    WrongSignature,
    /// The time that was signed is missing or no time.
    #[error("the signature's time is malformed")]
    MalformedTime,
    /// It was signed too long ago, or in the future: perhaps sent again by somebody who listened.
    #[error("the signature's time is more than five minutes away from ours")]
    StaleTime,
    /// No secret is this token.
    #[error("the token does not match")]
    WrongToken,
}

/// Checks a base64 HMAC-SHA256 over the body: see [`check`].
pub(crate) fn check_base64(signature: &str, body: &[u8], secrets: &[&str]) -> Result<Verified, Refused> {
    match STANDARD.decode(signature) {
        Ok(signature) => check(&signature, body, secrets),
        // What holds whatever the signature is said first.
        Err(_) => check(&[], body, secrets),
    }
}

/// Checks an HMAC-SHA256 over the body, in constant time, with any number of secrets for rotation.
///
/// Empty secrets are passed over: whoever knows that a secret is unset could sign with it.
pub(crate) fn check(signature: &[u8], body: &[u8], secrets: &[&str]) -> Result<Verified, Refused> {
    if secrets.iter().all(|secret| secret.is_empty()) {
        return Err(Refused::NoSecret);
    }
    if body.is_empty() {
        return Err(Refused::EmptyBody);
    }
    if signature.len() != 32 {
        return Err(Refused::MalformedSignature);
    }
    secrets
        .iter()
        .position(|secret| !secret.is_empty() && signs(secret, body, signature))
        .map(|secret| Verified { secret })
        .ok_or(Refused::WrongSignature)
}

fn signs(secret: &str, body: &[u8], signature: &[u8]) -> bool {
    signs_pieces(secret.as_bytes(), &[body], signature)
}

/// Whether this is the HMAC-SHA256 of these pieces, one after the other, under this key.
pub(crate) fn signs_pieces(key: &[u8], pieces: &[&[u8]], signature: &[u8]) -> bool {
    // HMAC takes a key of any length; `verify_slice` compares in constant time.
    Hmac::<Sha256>::new_from_slice(key)
        .is_ok_and(|mac| pieces.iter().fold(mac, Mac::chain_update).verify_slice(signature).is_ok())
}

/// How far the time of a signature may lie from ours, either way, in seconds (Stripe and Standard Webhooks alike).
const TOLERANCE_SECONDS: i64 = 300;

/// Checks the time that a signature was made at, in Unix seconds.
///
/// # Errors
/// When it is no time, or too far from now.
pub(crate) fn check_time(written: &str, now: Timestamp) -> Result<(), Refused> {
    let signed_at: i64 = written.parse().map_err(|_| Refused::MalformedTime)?;
    if signed_at.abs_diff(now.as_seconds()) > TOLERANCE_SECONDS.unsigned_abs() {
        return Err(Refused::StaleTime);
    }
    Ok(())
}

/// The bytes that hexadecimal digits stand for.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(high << 4 | low),
            _ => None,
        })
        .collect()
}

/// Checks a token that is one of the secrets itself, in constant time.
pub(crate) fn check_token(token: &str, secrets: &[&str]) -> Result<Verified, Refused> {
    if secrets.iter().all(|secret| secret.is_empty()) {
        return Err(Refused::NoSecret);
    }
    let fits = |secret: &&str| !secret.is_empty() && bool::from(secret.as_bytes().ct_eq(token.as_bytes()));
    secrets.iter().position(fits).map(Verified::by).ok_or(Refused::WrongToken)
}
