//! Click ids: signed and self-contained, so that an order can be credited from the id alone (R21).
//!
//! 33 bytes, which are exactly 44 characters of base64url: every character counts, no padding, and no
//! second text for the same bytes.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of this layout |
//! | 1 | key id, for rotation |
//! | 6 | link number |
//! | 2 | plan version |
//! | 5 | seconds since 1970-01-01T00:00:00Z |
//! | 6 | random, so that two clicks in one second differ |
//! | 12 | HMAC-SHA256 over all before it, truncated: 96 bits, as RFC 2104 section 5 allows |

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;
use percent_encoding::percent_decode_str;
use subtle::ConstantTimeEq;

use crate::field_error::Invalid;
use crate::keys::{Keyring, PreparedHmac, Purpose, prepare_hmac};
use crate::time::Timestamp;

/// The query parameter that carries the click id to the store.
pub const PARAMETER: &str = "trb";
/// The characters of a click id.
pub const TEXT_LENGTH: usize = 44;

const VERSION: u8 = 1;
const SIGNED_LENGTH: usize = 21;
const TAG_LENGTH: usize = 12;
const LENGTH: usize = SIGNED_LENGTH + TAG_LENGTH;
const LARGEST_LINK_NUMBER: u64 = (1 << 48) - 1;
const LARGEST_SECONDS: i64 = (1 << 40) - 1;

/// A URL in a URL in a URL: a shop's redirect within a login's redirect is as deep as it gets.
const DEEPEST_NESTING: u8 = 3;
/// An order with more candidates than this is somebody's experiment.
const MOST_CANDIDATES: usize = 8;
/// Longer values are no click id, not even a damaged one.
const LONGEST_CANDIDATE: usize = 200;

/// A link's short number: what a click id has instead of the link's long id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct LinkNumber(u64);

impl LinkNumber {
    /// A number below 2^48.
    ///
    /// # Errors
    /// When it is larger.
    pub fn new(number: u64) -> Result<Self, Invalid> {
        if number > LARGEST_LINK_NUMBER {
            return Err(Invalid::new("invalid_link_number", "must be less than 2^48"));
        }
        Ok(Self(number))
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl TryFrom<u64> for LinkNumber {
    type Error = Invalid;
    fn try_from(number: u64) -> Result<Self, Invalid> {
        Self::new(number)
    }
}

impl From<LinkNumber> for u64 {
    fn from(number: LinkNumber) -> Self {
        number.0
    }
}

/// What a click id says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClickId {
    /// The link that was clicked, and with it the enrollment.
    pub link: LinkNumber,
    /// The version of the plan whose terms hold for this click (R12).
    pub plan_version: u16,
    /// When: whole seconds, what is finer is dropped by signing.
    pub at: Timestamp,
    /// What makes it unlike any other click.
    pub random: [u8; 6],
}

impl ClickId {
    /// Signs with the key that [`Purpose::ClickId`] derives. Where many are signed, see [`Signer`].
    pub fn sign(&self, key_id: u8, click_key: &[u8; 32]) -> String {
        Signer { key_id, mac: prepare_hmac(click_key) }.sign(self)
    }

    fn signed_bytes(&self, key_id: u8) -> [u8; SIGNED_LENGTH] {
        let [_, _, link @ ..] = self.link.get().to_be_bytes();
        let [_, _, _, seconds @ ..] =
            self.at.as_seconds().clamp(0, LARGEST_SECONDS).unsigned_abs().to_be_bytes();
        let fields = [VERSION, key_id]
            .into_iter()
            .chain(link)
            .chain(self.plan_version.to_be_bytes())
            .chain(seconds)
            .chain(self.random);
        let mut bytes = [0; SIGNED_LENGTH];
        for (slot, byte) in bytes.iter_mut().zip(fields) {
            *slot = byte;
        }
        bytes
    }

    /// `None` never happens for the length it is given; it stands where a panic would.
    fn read(signed: &[u8; SIGNED_LENGTH]) -> Option<Self> {
        let (_, rest) = signed.split_first_chunk::<2>()?;
        let (link, rest) = rest.split_first_chunk::<6>()?;
        let (plan_version, rest) = rest.split_first_chunk::<2>()?;
        let (seconds, random) = rest.split_first_chunk::<5>()?;
        Some(Self {
            link: LinkNumber(number(link)),
            plan_version: u16::from_be_bytes(*plan_version),
            at: Timestamp::from_seconds(i64::try_from(number(seconds)).ok()?),
            random: random.try_into().ok()?,
        })
    }
}

fn number(big_endian: &[u8]) -> u64 {
    big_endian.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

fn tag(mac: &PreparedHmac, signed: &[u8; SIGNED_LENGTH]) -> impl Iterator<Item = u8> {
    mac.clone().chain_update(signed).finalize().into_bytes().into_iter().take(TAG_LENGTH)
}

/// Signs click ids: holds the derived key, so that a click costs one short HMAC.
#[derive(Clone)]
pub struct Signer {
    key_id: u8,
    mac: PreparedHmac,
}

impl Signer {
    /// Signs with the current key.
    pub fn new(keys: &Keyring) -> Self {
        let key = keys.current();
        Self { key_id: key.id, mac: prepare_hmac(&key.derive(Purpose::ClickId)) }
    }

    /// The click id as text: [`TEXT_LENGTH`] characters of `[A-Za-z0-9_-]`.
    pub fn sign(&self, click: &ClickId) -> String {
        let signed = click.signed_bytes(self.key_id);
        let mut bytes = [0; LENGTH];
        for (slot, byte) in bytes.iter_mut().zip(signed.into_iter().chain(tag(&self.mac, &signed))) {
            *slot = byte;
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Signer {{ key_id: {}, key: [redacted] }}", self.key_id)
    }
}

/// Why a click id is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Not 44 characters of base64url.
    #[error("is not a click id")]
    Malformed,
    /// A layout that this version does not know.
    #[error("is a click id of an unknown version")]
    UnknownVersion,
    /// Signed by another deployment, or with a key that has been taken out.
    #[error("is signed with a key that is not ours")]
    UnknownKey,
    /// Forged or altered.
    #[error("has a wrong signature: it was forged or altered")]
    BadSignature,
}

/// Verifies click ids under every key of the ring.
#[derive(Clone)]
pub struct Verifier {
    keys: Vec<(u8, PreparedHmac)>,
}

impl Verifier {
    /// Accepts the ids of every key in the ring.
    pub fn new(keys: &Keyring) -> Self {
        let prepare = |key: &crate::keys::Key| (key.id, prepare_hmac(&key.derive(Purpose::ClickId)));
        Self { keys: keys.all().map(prepare).collect() }
    }

    /// Reads a click id.
    ///
    /// # Errors
    /// Why it must be ignored.
    pub fn verify(&self, text: &str) -> Result<ClickId, Rejected> {
        let bytes = decode(text).ok_or(Rejected::Malformed)?;
        let (signed, claimed) = bytes.split_first_chunk::<SIGNED_LENGTH>().ok_or(Rejected::Malformed)?;
        let [version, key_id, ..] = *signed;
        if version != VERSION {
            return Err(Rejected::UnknownVersion);
        }
        let (_, mac) = self.keys.iter().find(|(id, _)| *id == key_id).ok_or(Rejected::UnknownKey)?;
        let mut expected = [0; TAG_LENGTH];
        for (slot, byte) in expected.iter_mut().zip(tag(mac, signed)) {
            *slot = byte;
        }
        if !bool::from(expected.as_slice().ct_eq(claimed)) {
            return Err(Rejected::BadSignature);
        }
        ClickId::read(signed).ok_or(Rejected::Malformed)
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids: Vec<u8> = self.keys.iter().map(|(id, _)| *id).collect();
        write!(formatter, "Verifier {{ key_ids: {ids:?}, keys: [redacted] }}")
    }
}

fn decode(text: &str) -> Option<[u8; LENGTH]> {
    if text.len() != TEXT_LENGTH {
        return None;
    }
    let mut bytes = [0; LENGTH];
    let written = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
    (written == LENGTH).then_some(bytes)
}

/// What may be a click id in a landing URL, absolute or relative: the values of [`PARAMETER`] in its query,
/// then those in URLs that are the value of another parameter (`/discount/CODE?redirect=%2Fx%3Ftrb%3D...`,
/// `return_to=`). Nothing is verified yet, nothing comes twice.
pub fn find_in_url(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect_from_url(text, DEEPEST_NESTING, &mut found);
    found
}

fn collect_from_url(url: &str, depth: u8, found: &mut Vec<String>) {
    let url = url.split_once('#').map_or(url, |(before, _)| before);
    let Some((_, query)) = url.split_once('?') else { return };
    let parameters = || {
        query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (name, decoded(value)))
    };
    for (name, value) in parameters() {
        let plausible = !value.is_empty() && value.len() <= LONGEST_CANDIDATE;
        if is_parameter(name) && plausible && found.len() < MOST_CANDIDATES && !found.contains(&value) {
            found.push(value);
        }
    }
    let Some(depth) = depth.checked_sub(1) else { return };
    for (name, value) in parameters() {
        if !is_parameter(name) {
            // Encoded twice, the question mark is still hidden after one decoding.
            let url = if value.contains('?') { value } else { decoded(&value) };
            collect_from_url(&url, depth, found);
        }
    }
}

/// Whether a query parameter's name, as it stands in a URL, is [`PARAMETER`].
pub(crate) fn is_parameter(name: &str) -> bool {
    percent_decode_str(name).eq(PARAMETER.bytes())
}

fn decoded(value: &str) -> String {
    percent_decode_str(value).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ring(text: &str) -> Keyring {
        Keyring::parse(text, "").unwrap()
    }

    fn old_ring() -> Keyring {
        ring("1:a-secret-of-the-year-2025")
    }

    fn rotated_ring() -> Keyring {
        ring("2:a-secret-of-the-year-2026,1:a-secret-of-the-year-2025")
    }

    fn click() -> ClickId {
        ClickId {
            link: LinkNumber::new(4_711).unwrap(),
            plan_version: 3,
            at: Timestamp::parse("2026-11-21T09:30:00Z").unwrap(),
            random: [1, 2, 3, 4, 5, 6],
        }
    }

    fn any_click() -> impl Strategy<Value = ClickId> {
        (0..=LARGEST_LINK_NUMBER, any::<u16>(), 0..=LARGEST_SECONDS, any::<[u8; 6]>()).prop_map(
            |(link, plan_version, seconds, random)| ClickId {
                link: LinkNumber(link),
                plan_version,
                at: Timestamp::from_seconds(seconds),
                random,
            },
        )
    }

    proptest! {
        // R21
        #[test]
        fn what_was_signed_is_read_back(click in any_click()) {
            let text = Signer::new(&rotated_ring()).sign(&click);
            prop_assert_eq!(text.len(), TEXT_LENGTH);
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            prop_assert_eq!(Verifier::new(&rotated_ring()).verify(&text), Ok(click));
        }

        // R21
        #[test]
        fn no_other_text_of_any_kind_is_accepted(text in ".{0,60}") {
            prop_assert!(Verifier::new(&rotated_ring()).verify(&text).is_err());
        }

        // R21
        #[test]
        fn no_altered_character_passes(place in 0..TEXT_LENGTH, letter in "[A-Za-z0-9_=+/ -]") {
            let text = Signer::new(&old_ring()).sign(&click());
            let mut altered = text.clone();
            altered.replace_range(place..=place, &letter);
            prop_assert_eq!(Verifier::new(&old_ring()).verify(&altered).is_ok(), altered == text);
        }

        // R21
        #[test]
        fn any_landing_url_is_searched_without_harm(url in ".{0,200}") {
            prop_assert!(find_in_url(&url).len() <= MOST_CANDIDATES);
        }
    }

    // R21
    #[test]
    fn no_altered_bit_passes() {
        let verifier = Verifier::new(&rotated_ring());
        let bytes = decode(&Signer::new(&old_ring()).sign(&click())).unwrap();
        for bit in 0..8 * LENGTH {
            let mut altered = bytes;
            altered[bit / 8] ^= 1 << (bit % 8);
            let text = URL_SAFE_NO_PAD.encode(altered);
            assert!(verifier.verify(&text).is_err(), "bit {bit}");
        }
    }

    // R21
    #[test]
    fn one_id_has_one_text() {
        let verifier = Verifier::new(&old_ring());
        let text = Signer::new(&old_ring()).sign(&click());
        assert!(verifier.verify(&text).is_ok());
        let shortened = |by| text.chars().take(TEXT_LENGTH - by).collect::<String>();
        for other in [
            format!("{text}="),
            format!("{text}A"),
            format!(" {text}"),
            format!("{text}\n"),
            shortened(1),
            format!("{}=", shortened(1)),
            format!("{}==", shortened(2)),
            String::new(),
        ] {
            assert_eq!(verifier.verify(&other), Err(Rejected::Malformed), "{other:?}");
        }
        // Text and bytes map one to one: 44 characters of 6 bits are 33 bytes of 8.
        assert_eq!(TEXT_LENGTH * 6, LENGTH * 8);
    }

    // R21
    #[test]
    fn an_id_is_rejected_for_the_reason_that_holds() {
        let key = old_ring().current().derive(Purpose::ClickId);
        let signed_as = |key_id| click().sign(key_id, &key);
        let mut of_version_2 = decode(&signed_as(1)).unwrap();
        of_version_2[0] = 2;
        let foreign = Signer::new(&ring("1:a-secret-of-somebody-else")).sign(&click());
        for (text, expected) in [
            (signed_as(1), Ok(click())),
            (signed_as(9), Err(Rejected::UnknownKey)),
            (URL_SAFE_NO_PAD.encode(of_version_2), Err(Rejected::UnknownVersion)),
            (foreign, Err(Rejected::BadSignature)),
            ("fbclid-IwAR0".to_owned(), Err(Rejected::Malformed)),
        ] {
            assert_eq!(Verifier::new(&old_ring()).verify(&text), expected, "{text}");
        }
        assert_eq!(Rejected::BadSignature.to_string(), "has a wrong signature: it was forged or altered");
    }

    // R21
    #[test]
    fn after_a_rotation_old_ids_still_verify_until_their_key_is_taken_out() {
        let old = Signer::new(&old_ring()).sign(&click());
        let new = Signer::new(&rotated_ring()).sign(&click());
        assert_ne!(old, new);
        assert_eq!(Verifier::new(&rotated_ring()).verify(&old), Ok(click()));
        assert_eq!(Verifier::new(&rotated_ring()).verify(&new), Ok(click()));
        let without_old = Verifier::new(&ring("2:a-secret-of-the-year-2026"));
        assert_eq!(without_old.verify(&old), Err(Rejected::UnknownKey));
    }

    // R21
    #[test]
    fn a_key_of_another_purpose_signs_no_click() {
        let text = click().sign(1, &old_ring().current().derive(Purpose::Session));
        assert_eq!(Verifier::new(&old_ring()).verify(&text), Err(Rejected::BadSignature));
    }

    // R21
    #[test]
    fn fractions_of_a_second_and_impossible_times_do_no_harm() {
        let verifier = Verifier::new(&old_ring());
        for (millis, seconds) in [(1_999, 1), (-5, 0), (i64::MAX, LARGEST_SECONDS)] {
            let text =
                Signer::new(&old_ring()).sign(&ClickId { at: Timestamp::from_millis(millis), ..click() });
            let expected = Timestamp::from_seconds(seconds.min(i64::MAX / 1_000));
            assert_eq!(verifier.verify(&text).unwrap().at, expected, "{millis}");
        }
        assert!(LinkNumber::new(1 << 48).is_err());
    }

    // R73
    #[test]
    fn a_signer_that_is_printed_shows_no_key() {
        assert_eq!(format!("{:?}", Signer::new(&old_ring())), "Signer { key_id: 1, key: [redacted] }");
        assert_eq!(
            format!("{:?}", Verifier::new(&rotated_ring())),
            "Verifier { key_ids: [2, 1], keys: [redacted] }"
        );
    }

    // R21
    #[test]
    fn candidates_are_found_wherever_a_landing_url_carries_them() {
        for (url, expected) in [
            ("https://shop.example/products/x?trb=ABC", vec!["ABC"]),
            ("/products/x?trb=ABC", vec!["ABC"]),
            ("?trb=ABC", vec!["ABC"]),
            ("/products/x?utm_source=a&trb=ABC&b=1#reviews", vec!["ABC"]),
            ("/products/x?a=1#top?trb=ABC", vec![]),
            ("/discount/ANNA10?redirect=%2Fproducts%2Fx%3Futm_source%3Da%26trb%3DABC", vec!["ABC"]),
            ("/discount/ANNA10?redirect=%2Fx%3Ftrb%3DABC&trb=ABC", vec!["ABC"]),
            ("/discount/ANNA10?redirect=%2Fx%3Ftrb%3DINNER&trb=OUTER", vec!["OUTER", "INNER"]),
            ("/discount/ANNA10?redirect=/x?trb=ABC", vec!["ABC"]),
            ("/account/login?return_to=%2Fx%3Ftrb%3DABC%23reviews", vec!["ABC"]),
            ("/login?return_to=%252Fx%253Ftrb%253DABC", vec!["ABC"]),
            ("/a?return_to=%2Fb%3Fredirect%3D%252Fc%253Ftrb%253DABC", vec!["ABC"]),
            ("/x?%74rb=A%42C", vec!["ABC"]),
            ("/x?trb=ABC&trb=DEF", vec!["ABC", "DEF"]),
            ("/x?trb=&trb", vec![]),
            ("/x?TRB=ABC&xtrb=ABC&trbx=ABC", vec![]),
            ("trb=ABC", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(find_in_url(url), expected, "{url}");
        }
        assert!(find_in_url(&format!("/x?trb={}", "A".repeat(201))).is_empty());
    }
}
