//! Why a shop did not do what it was asked for.

use std::time::Duration;

/// Enough for any shop's sentence, little enough for a row and a page.
const LONGEST_WORDS: usize = 500;

/// Why a shop did not do what it was asked for, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The shop has a code of this text. Whose it is, [`super::Task::Find`] tells.
    #[error("{0}")]
    Duplicate(String),
    /// The shop does not take it, and will not the next time either.
    #[error("{0}")]
    Refused(String),
    /// What it was asked to change is not there (any more).
    #[error("{0}")]
    Gone(String),
    /// Too many requests: nothing was done.
    #[error("the shop asks us to slow down")]
    Throttled {
        /// How long the shop wants us to wait; where it does not say, the caller backs off.
        wait: Option<Duration>,
    },
    /// The credentials are wrong, have ended, or lack a permission.
    #[error("{0}")]
    Unauthorised(String),
    /// The shop failed, or answered what cannot be read: it may have done it or not.
    #[error("{0}")]
    TryAgain(String),
    /// The platform has no such call: make a new code and switch the old one off.
    #[error("{0}")]
    Impossible(String),
}

impl Failure {
    /// Whether the shop may have done it all the same, so that it must be asked before it is told again.
    pub const fn leaves_doubt(&self) -> bool {
        matches!(self, Self::TryAgain(_))
    }

    pub(crate) fn refused(words: impl std::fmt::Display) -> Self {
        Self::Refused(shortened(&words.to_string()))
    }

    pub(crate) fn duplicate(words: impl std::fmt::Display) -> Self {
        Self::Duplicate(shortened(&words.to_string()))
    }

    pub(crate) fn gone(words: impl std::fmt::Display) -> Self {
        Self::Gone(shortened(&words.to_string()))
    }

    pub(crate) fn unauthorised(words: impl std::fmt::Display) -> Self {
        Self::Unauthorised(shortened(&words.to_string()))
    }

    pub(crate) fn try_again(why: impl std::fmt::Display) -> Self {
        Self::TryAgain(shortened(&why.to_string()))
    }
}

/// The first [`LONGEST_WORDS`] characters, on one line.
pub(crate) fn shortened(words: &str) -> String {
    let mut line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(LONGEST_WORDS) {
        line.truncate(end);
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shops_words_are_kept_short_and_on_one_line() {
        assert_eq!(shortened(" Code\n  must be\tunique. "), "Code must be unique.");
        let long = shortened(&"ü".repeat(501));
        assert_eq!(long.chars().count(), 501);
        assert!(long.ends_with("ü…"));
        assert_eq!(shortened(&"ü".repeat(500)), "ü".repeat(500));
    }
}
