//! What is said of a body that is the shop's, but that we cannot read.

/// Why a body could not be read: the field's path and what is wrong with it.
///
/// The path is made of names that we look for and of positions, never of what the body says, so the text
/// may be stored, logged and shown: it has no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {what}")]
pub struct Unreadable {
    path: String,
    what: String,
}

impl Unreadable {
    pub(crate) fn at(path: &str, what: impl std::fmt::Display) -> Self {
        let path = if path.is_empty() { "body" } else { path };
        Self { path: path.to_owned(), what: what.to_string() }
    }

    /// Only the place: the reason could quote the body.
    pub(crate) fn no_json(path: &str, error: &serde_json::Error) -> Self {
        Self::at(path, format_args!("is no JSON (line {}, column {})", error.line(), error.column()))
    }

    /// The field's path, such as `refunds[0].id`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with it.
    pub fn what(&self) -> &str {
        &self.what
    }
}
