//! The deployment's secrets, and the keys that are made of them: one for each purpose, so that a key that
//! leaks out of one use is worth nothing in another.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::field_error::Invalid;

/// The fewest characters of a configured secret: 16 random ones are out of reach of guessing.
pub const SHORTEST_SECRET: usize = 16;
/// The key id of the fallback secret.
const FALLBACK_KEY_ID: u8 = 0;
/// SHA-256's block, to which HMAC pads its key (RFC 2104).
const BLOCK_LENGTH: usize = 64;

/// An HMAC whose key is already mixed in: cloning it saves two of the four hash blocks of a short message.
pub(crate) type PreparedHmac = Hmac<Sha256>;

/// What a derived key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signing click ids (R21).
    ClickId,
    /// Hashing visitors (R23).
    Visitor,
    /// Encrypting store credentials at rest (R73).
    Credentials,
    /// Hashing buyers' e-mail addresses (R38).
    Buyer,
    /// Signing dashboard sessions and private links (R67).
    Session,
    /// Drawing the random part of discount codes, so that a preview shows what will be made (R4).
    Code,
}

impl Purpose {
    /// Part of every derived key: changing a label makes all that was signed or hashed with it void.
    const fn label(self) -> &'static [u8] {
        match self {
            Self::ClickId => b"tributary/click-id/1",
            Self::Visitor => b"tributary/visitor/1",
            Self::Credentials => b"tributary/credentials/1",
            Self::Buyer => b"tributary/buyer/1",
            Self::Session => b"tributary/session/1",
            Self::Code => b"tributary/code/1",
        }
    }
}

/// One secret with its id. It never shows its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// Written into what the key signs, so that the right key is found after a rotation.
    pub id: u8,
    secret: String,
}

impl Key {
    /// The key of this purpose: HMAC-SHA256 of the purpose's label under the secret.
    pub fn derive(&self, purpose: Purpose) -> [u8; 32] {
        hmac_sha256(self.secret.as_bytes(), &[purpose.label()])
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Key {{ id: {}, secret: [redacted] }}", self.id)
    }
}

/// The secrets of this deployment: the one that signs, and older ones that still verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyring {
    current: Key,
    older: Vec<Key>,
}

impl Keyring {
    /// Reads `id:secret,id:secret`; the first one signs, all of them verify.
    ///
    /// Where the text is empty, `fallback` (the admin token) is the only secret, with key id 0. It may be
    /// short, because an operator chose it for another use; but everything signed with it can be used to
    /// guess it, so a deployment on the open internet sets its own keys.
    ///
    /// # Errors
    /// When an id is not 0 to 255 or is used twice, a secret is shorter than [`SHORTEST_SECRET`], or there
    /// is no secret at all. The message never repeats a secret.
    pub fn parse(secret_keys: &str, fallback: &str) -> Result<Self, Invalid> {
        let mut keys = Vec::new();
        for entry in secret_keys.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let key = parse_key(entry)?;
            if keys.iter().any(|known: &Key| known.id == key.id) {
                return Err(refused(format!("key id {} is used twice", key.id)));
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        match keys.next() {
            Some(current) => Ok(Self { current, older: keys.collect() }),
            None if fallback.is_empty() => {
                Err(refused("there is no secret: set secret keys or an admin token"))
            }
            None => {
                let current = Key { id: FALLBACK_KEY_ID, secret: fallback.to_owned() };
                Ok(Self { current, older: Vec::new() })
            }
        }
    }

    /// The key that signs.
    pub const fn current(&self) -> &Key {
        &self.current
    }

    /// The key of this id, current or older.
    pub fn by_id(&self, id: u8) -> Option<&Key> {
        self.all().find(|key| key.id == id)
    }

    /// Every key, the current one first.
    pub fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.older)
    }
}

fn parse_key(entry: &str) -> Result<Key, Invalid> {
    let Some((id, secret)) = entry.split_once(':') else {
        return Err(refused("write each key as id:secret, such as 1:a-long-random-text"));
    };
    let Ok(id) = id.trim().parse::<u8>() else {
        return Err(refused("a key id is a number from 0 to 255"));
    };
    let secret = secret.trim();
    if secret.chars().count() < SHORTEST_SECRET {
        return Err(refused(format!("the secret of key {id} is shorter than {SHORTEST_SECRET} characters")));
    }
    Ok(Key { id, secret: secret.to_owned() })
}

fn refused(detail: impl Into<String>) -> Invalid {
    Invalid::new("invalid_secret_keys", detail)
}

/// HMAC-SHA256 (RFC 2104) of the parts, one after the other.
///
/// The parts are not separated: where more than one of them can vary in length, the caller puts a byte
/// between them that neither can hold.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = prepare_hmac(key);
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Pads the key to a whole block as RFC 2104 says, because only that constructor cannot fail.
pub(crate) fn prepare_hmac(key: &[u8]) -> PreparedHmac {
    let mut block = [0_u8; BLOCK_LENGTH];
    let hashed = (key.len() > BLOCK_LENGTH).then(|| Sha256::digest(key));
    let key = hashed.as_ref().map_or(key, |hashed| hashed.as_slice());
    for (slot, byte) in block.iter_mut().zip(key) {
        *slot = *byte;
    }
    <PreparedHmac as Mac>::new(&block.into())
}

/// A buyer's e-mail address as a keyed hash, in hexadecimal: all that is kept of it (R38).
///
/// `key` is the one for [`Purpose::Buyer`]. Blanks around the address and its case do not matter.
pub fn buyer_hash(key: &[u8; 32], email: &str) -> String {
    hex(&hmac_sha256(key, &[email.trim().to_lowercase().as_bytes()]))
}

/// A mailbox as a keyed hash, which is no address's own hash ([`crate::mailbox`]).
pub fn mailbox_hash(key: &[u8; 32], mailbox: &str) -> String {
    hex(&hmac_sha256(key, &[b"mailbox:", mailbox.as_bytes()]))
}

/// Bytes in hexadecimal, lower-case.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)]).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RING: &str = "7:a-secret-of-the-year-2026, 3:a-secret-of-the-year-2025";

    // R73
    #[test]
    fn the_first_key_signs_and_all_keys_are_found_by_their_id() {
        let ring = Keyring::parse(RING, "unused").unwrap();
        assert_eq!(ring.current().id, 7);
        assert_eq!(ring.by_id(3).unwrap().secret, "a-secret-of-the-year-2025");
        assert_eq!(ring.by_id(0), None);
        assert_eq!(ring.all().map(|key| key.id).collect::<Vec<_>>(), [7, 3]);
    }

    // R73
    #[test]
    fn without_keys_the_admin_token_is_key_0() {
        for empty in ["", "  ", ","] {
            let ring = Keyring::parse(empty, "token").unwrap();
            assert_eq!((ring.current().id, ring.current().secret.as_str()), (0, "token"));
        }
    }

    // R73
    #[test]
    fn keys_that_cannot_be_meant_are_refused_without_repeating_a_secret() {
        for text in [
            "a-secret-of-the-year-2026",
            "256:a-secret-of-the-year-2026",
            "-1:a-secret-of-the-year-2026",
            "x:a-secret-of-the-year-2026",
            "1:too-short-secre",
            "1:a-secret-of-the-year-2026,1:a-secret-of-the-year-2025",
        ] {
            let refusal = Keyring::parse(text, "fallback-fallback").unwrap_err();
            assert!(!refusal.detail.contains("secret-of") && !refusal.detail.contains("too-short"), "{text}");
        }
        assert!(Keyring::parse("", "").is_err());
    }

    // R73
    #[test]
    fn a_key_that_is_printed_shows_no_secret() {
        let printed = format!("{:?}", Keyring::parse(RING, "").unwrap());
        assert!(printed.contains("id: 7") && !printed.contains("a-secret"), "{printed}");
    }

    #[test]
    fn each_purpose_and_each_secret_has_a_key_of_its_own() {
        let ring = Keyring::parse(RING, "").unwrap();
        let purposes = [
            Purpose::ClickId,
            Purpose::Visitor,
            Purpose::Credentials,
            Purpose::Buyer,
            Purpose::Session,
            Purpose::Code,
        ];
        let keys: std::collections::BTreeSet<[u8; 32]> =
            ring.all().flat_map(|key| purposes.map(|purpose| key.derive(purpose))).collect();
        assert_eq!(keys.len(), 2 * purposes.len());
    }

    #[test]
    fn the_hmac_is_that_of_rfc_4231_for_short_and_long_keys() {
        // Test cases 1, 2 and 6.
        assert_eq!(
            hex(&hmac_sha256(&[0x0b; 20], &[b"Hi ", b"There"])),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        assert_eq!(
            hex(&hmac_sha256(b"Jefe", &[b"what do ya want for nothing?"])),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&hmac_sha256(&[0xaa; 131], &[b"Test Using Larger Than Block-Size Key - Hash Key First"])),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    // R38
    #[test]
    fn a_buyer_is_known_again_however_the_address_is_written_and_only_under_the_same_key() {
        let hash = buyer_hash(&[1; 32], "Anna@Example.com");
        assert_eq!(hash, buyer_hash(&[1; 32], "  anna@example.COM\n"));
        assert_eq!(hash.len(), 64);
        assert_ne!(hash, buyer_hash(&[1; 32], "anna@example.org"));
        assert_ne!(hash, buyer_hash(&[2; 32], "anna@example.com"));
        assert!(!hash.contains("anna"));
    }
}
