//! Secrets at rest: sealed with XChaCha20-Poly1305 under a key of the `secret_keys` variable (R73).
//!
//! The sealed text is `<key id>.<base64url of nonce and ciphertext>`, so that keys can be rotated.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use tributary_domain::keys::{Keyring, Purpose};

const NONCE_LENGTH: usize = 24;

/// A sealed text that cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a stored secret cannot be opened: {0}")]
pub struct Unopenable(&'static str);

/// Seals bytes for one place: `context` (a table and a row id) must be the same on opening, so that a
/// sealed text cannot be moved to another row.
///
/// # Errors
/// Only where the cipher itself refuses, which it does for absurd lengths.
pub fn seal(
    keys: &Keyring,
    context: &str,
    secret: &[u8],
    nonce: [u8; NONCE_LENGTH],
) -> Result<String, Unopenable> {
    let key = keys.current();
    let cipher = XChaCha20Poly1305::new(Key::from_slice(&key.derive(Purpose::Credentials)));
    let sealed = cipher
        .encrypt(XNonce::from_slice(&nonce), Payload { msg: secret, aad: context.as_bytes() })
        .map_err(|_| Unopenable("too long"))?;
    let bytes: Vec<u8> = nonce.into_iter().chain(sealed).collect();
    Ok(format!("{}.{}", key.id, URL_SAFE_NO_PAD.encode(bytes)))
}

/// The place of a store's secrets.
pub fn store_place(id: &tributary_domain::ids::StoreId) -> String {
    format!("stores/{id}")
}

/// The place of a webhook endpoint's secrets.
pub fn endpoint_place(id: &tributary_domain::ids::WebhookEndpointId) -> String {
    format!("webhook_endpoints/{id}")
}

/// Opens what [`seal`] sealed.
///
/// # Errors
/// When the key is not known any more, or the text was altered or moved.
pub fn open(keys: &Keyring, context: &str, sealed: &str) -> Result<Vec<u8>, Unopenable> {
    let (id, text) = sealed.split_once('.').ok_or(Unopenable("malformed"))?;
    let key =
        id.parse().ok().and_then(|id| keys.by_id(id)).ok_or(Unopenable("its key is not in secret_keys"))?;
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Unopenable("malformed"))?;
    let (nonce, ciphertext) = bytes.split_at_checked(NONCE_LENGTH).ok_or(Unopenable("malformed"))?;
    XChaCha20Poly1305::new(Key::from_slice(&key.derive(Purpose::Credentials)))
        .decrypt(XNonce::from_slice(nonce), Payload { msg: ciphertext, aad: context.as_bytes() })
        .map_err(|_| Unopenable("its key does not fit"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Keyring {
        Keyring::parse(text, "an admin token that is long").unwrap()
    }

    // R73
    #[test]
    fn a_sealed_secret_opens_only_with_its_key_and_in_its_place() {
        let old = keys("1:a secret of sixteen letters");
        let sealed = seal(&old, "stores/1", b"shpat_secret", [7; 24]).unwrap();
        assert!(!sealed.contains("shpat"));
        assert_eq!(open(&old, "stores/1", &sealed).unwrap(), b"shpat_secret");
        let rotated = keys("2:another secret that is long,1:a secret of sixteen letters");
        assert_eq!(open(&rotated, "stores/1", &sealed).unwrap(), b"shpat_secret");
        assert!(open(&old, "stores/2", &sealed).is_err());
        assert!(open(&keys("2:another secret that is long"), "stores/1", &sealed).is_err());
        assert!(open(&old, "stores/1", &format!("{sealed}A")).is_err());
        assert!(open(&old, "stores/1", "1.").is_err());
    }
}
