//! What is said of a body that is the shop's, but that we cannot read.

/// Why a body could not be read: the field's path and what is wrong with it.
///
/// The path is made of names that we look for and of positions, never of what the body says, so the text
/// may be stored, logged and shown: it has no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

impl Unreadable {
    pub(crate) fn at(path: &str, what: impl std::fmt::Display) -> Self {
        let path = if path.is_empty() { "body" } else { path };
        Self(format!("{path}: {what}"))
    }
}
