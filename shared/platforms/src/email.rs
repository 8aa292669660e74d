//! A buyer's e-mail address on its way to being hashed (R38).

/// A buyer's e-mail address as the shop wrote it.
///
/// It is hashed with a key by the caller and then dropped; printing it for debugging shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The address, where the text is not blank.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The address in the clear.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Email {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Email([redacted])")
    }
}
