//! The signature that several platforms share: base64 of the HMAC-SHA256 over the raw body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Proof that a delivery was signed with one of our secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    secret: usize,
}

impl Verified {
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
    // HMAC takes a key of any length; `verify_slice` compares in constant time.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .is_ok_and(|mac| mac.chain_update(body).verify_slice(signature).is_ok())
}
