//! What several calls share in reading and writing JSON.

use tributary_domain::FieldErrors;
use tributary_domain::plan::check_web_url;
use url::Url;

const LONGEST_NAME: usize = 200;

/// A name: not empty, not endless.
pub(crate) fn check_name(path: &str, name: &str, errors: &mut FieldErrors) {
    if name.trim().is_empty() {
        errors.add(path, "required", "must not be empty");
    } else if name.chars().count() > LONGEST_NAME {
        errors.add(path, "too_long", format!("at most {LONGEST_NAME} characters"));
    }
}

/// A text that may be absent: without blanks around it, `None` where nothing is left, not endless.
pub(crate) fn check_text(
    path: &str,
    text: Option<&str>,
    most: usize,
    errors: &mut FieldErrors,
) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    if text.chars().count() > most {
        errors.add(path, "too_long", format!("at most {most} characters"));
    }
    // Not every database can keep it.
    if text.contains('\0') {
        errors.add(path, "invalid", "has a character that cannot be kept");
    }
    Some(text.to_owned())
}

/// An address that a browser can open.
pub(crate) fn check_url(path: &str, url: &Url, errors: &mut FieldErrors) {
    if let Err(invalid) = check_web_url(url) {
        errors.add(path, invalid.code, invalid.detail);
    }
}

/// A member of a PATCH that may be absent, null or a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Patch<T> {
    /// Absent: it stays.
    #[default]
    Keep,
    /// `null`: it is taken away.
    Clear,
    /// It is replaced.
    Set(T),
}

impl<T> Patch<T> {
    /// What becomes of the value that is there.
    pub(crate) fn apply(self, kept: Option<T>) -> Option<T> {
        match self {
            Self::Keep => kept,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Patch<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Clear, Self::Set))
    }
}
