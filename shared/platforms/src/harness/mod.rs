//! What every platform's tests have in common: broken bodies, and histories in any order of arrival.

mod chance;
mod histories;
mod mutations;

pub(crate) use chance::{Chance, mutate};
pub(crate) use histories::{any_arrival, books, decimal};
pub(crate) use mutations::Mutations;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};

/// The HMAC-SHA256 of a text.
pub(crate) fn mac(text: impl AsRef<[u8]>, secret: impl AsRef<[u8]>) -> Vec<u8> {
    let mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_ref()).unwrap();
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

/// The same in base64.
pub(crate) fn mac_base64(text: impl AsRef<[u8]>, secret: impl AsRef<[u8]>) -> String {
    STANDARD.encode(mac(text, secret))
}
