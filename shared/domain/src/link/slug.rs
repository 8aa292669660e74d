//! The short name of a link: what stands after the host.

use crate::field_error::Invalid;

const SHORTEST: usize = 3;
const LONGEST: usize = 64;
const RANDOM_LENGTH: usize = 8;
/// Without vowels, so that chance spells no word, and without 0, 1 and l, which are misread.
const RANDOM_LETTERS: &[u8; 28] = b"bcdfghjkmnpqrstvwxyz23456789";

/// Names that are routes of ours, may become one, or would look like ours to a visitor.
const RESERVED: [&str; 24] = [
    "account",
    "admin",
    "api",
    "assets",
    "auth",
    "clicks",
    "codes",
    "creator",
    "creators",
    "dashboard",
    "docs",
    "health",
    "help",
    "login",
    "logout",
    "metrics",
    "orders",
    "redirect",
    "signup",
    "static",
    "status",
    "tributary",
    "webhook",
    "webhooks",
];

/// A slug: 3 to 64 of `[a-z0-9_-]`, in lower case, and no name of a route.
///
/// What has a dot (`favicon.ico`, `robots.txt`, `.well-known`) or is shorter (`t`) is none by its form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

impl Slug {
    /// Reads a slug in any case.
    ///
    /// # Errors
    /// When it is too short or long, has other characters, or is reserved.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let lower = text.to_ascii_lowercase();
        let plain = lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !plain || !(SHORTEST..=LONGEST).contains(&lower.len()) {
            let detail =
                format!("{SHORTEST} to {LONGEST} of the letters a to z, digits, hyphens and underscores");
            return Err(Invalid::new("invalid_slug", detail));
        }
        if RESERVED.contains(&lower.as_str()) {
            return Err(Invalid::new("reserved_slug", "is a page of the application; choose another"));
        }
        Ok(Self(lower))
    }

    /// A slug of eight random letters and digits, of 28^8 (38 bits).
    pub fn random(random: [u8; 5]) -> Self {
        let mut value = random.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        let base = 28_u64;
        let mut text = String::with_capacity(RANDOM_LENGTH);
        while text.len() < RANDOM_LENGTH {
            let letter = usize::try_from(value % base).ok().and_then(|index| RANDOM_LETTERS.get(index));
            text.push(letter.map_or('b', |letter| char::from(*letter)));
            value /= base;
        }
        Self(text)
    }

    /// The text, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Slug {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Slug {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // R10
    #[test]
    fn a_slug_is_short_plain_and_no_route() {
        for (text, expected) in [
            ("anna", Some("anna")),
            ("Anna-10_b", Some("anna-10_b")),
            ("123", Some("123")),
            ("t", None),
            ("ab", None),
            ("", None),
            ("api", None),
            ("API", None),
            ("webhooks", None),
            ("dashboard", None),
            ("creator", None),
            ("health", None),
            ("favicon.ico", None),
            ("robots.txt", None),
            (".well-known", None),
            ("anna/b", None),
            ("anna b", None),
            ("änna", None),
            ("anna\n", None),
        ] {
            assert_eq!(Slug::parse(text).ok().as_ref().map(Slug::as_str), expected, "{text:?}");
        }
        assert!(Slug::parse(&"a".repeat(64)).is_ok() && Slug::parse(&"a".repeat(65)).is_err());
    }

    proptest! {
        // R10
        #[test]
        fn a_random_slug_is_a_slug(random in any::<[u8; 5]>()) {
            let slug = Slug::random(random);
            prop_assert_eq!(slug.as_str().len(), RANDOM_LENGTH);
            prop_assert_eq!(Slug::parse(slug.as_str()), Ok(slug));
        }
    }

    #[test]
    fn other_random_bytes_give_another_slug() {
        assert_ne!(Slug::random([0, 0, 0, 0, 1]), Slug::random([0, 0, 0, 0, 2]));
        assert_ne!(Slug::random([1, 0, 0, 0, 0]), Slug::random([0, 0, 0, 0, 0]));
    }
}
