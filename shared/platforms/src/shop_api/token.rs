//! Access tokens that end.

use tributary_domain::Timestamp;

use super::credentials::Secret;

/// A token is renewed this long before its end, so that it does not end on the way.
const MARGIN_SECONDS: i64 = 300;

/// An access token and its end. Its text may be kept, sealed as the credentials are; it is never printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    text: Secret,
    expires_at: Timestamp,
}

impl AccessToken {
    /// A token as it was kept.
    pub fn new(text: impl Into<String>, expires_at: Timestamp) -> Self {
        Self { text: Secret::new(text), expires_at }
    }

    /// The token's text: a secret.
    pub fn reveal(&self) -> &str {
        self.text.reveal()
    }

    /// When the shop ends it.
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Whether it holds for long enough to be used.
    pub const fn is_fresh(&self, now: Timestamp) -> bool {
        now.as_seconds() + MARGIN_SECONDS < self.expires_at.as_seconds()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_before_it_ends_and_never_printed() {
        let token = AccessToken::new("shpat_secret", Timestamp::from_seconds(1_000));
        assert!(token.is_fresh(Timestamp::from_seconds(699)));
        assert!(!token.is_fresh(Timestamp::from_seconds(700)));
        assert!(!format!("{token:?}").contains("shpat"));
    }
}
