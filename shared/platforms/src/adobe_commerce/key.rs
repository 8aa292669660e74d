//! The public keys of Adobe and of shops.

use rsa::RsaPublicKey;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::pkcs8::DecodePublicKey;
use rsa::signature::Verifier;
use sha2::Sha256;

/// A public RSA key.
#[derive(Debug, Clone)]
pub struct PublicKey(VerifyingKey<Sha256>);

/// A text that is no public key in PEM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no public RSA key in PEM, which begins with -----BEGIN PUBLIC KEY-----")]
pub struct InvalidKey;

impl PublicKey {
    /// Reads PEM (`-----BEGIN PUBLIC KEY-----`), with or without its line breaks at the right places.
    ///
    /// # Errors
    /// When the text is none.
    pub fn parse(pem: &str) -> Result<Self, InvalidKey> {
        let key = RsaPublicKey::from_public_key_pem(pem.trim()).map_err(|_| InvalidKey)?;
        Ok(Self(VerifyingKey::new(key)))
    }

    /// Whether the owner of the key signed these bytes: RSASSA-PKCS1-v1.5 with SHA-256.
    pub(super) fn signed(&self, bytes: &[u8], signature: &[u8]) -> bool {
        Signature::try_from(signature).is_ok_and(|signature| self.0.verify(bytes, &signature).is_ok())
    }
}
