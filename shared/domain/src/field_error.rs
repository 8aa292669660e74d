//! What is wrong with one field of an input, said so that its sender can mend it.

use serde::Serialize;

/// One wrong field: where it is, a stable code for programs, a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's path in the input, such as `limits.minimumQuantity`.
    pub path: String,
    /// A stable word for programs, such as `required`.
    pub code: &'static str,
    /// What to do about it.
    pub detail: String,
}

/// The wrong fields of one input, gathered so that all are named at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Notes one wrong field.
    pub fn add(&mut self, path: impl Into<String>, code: &'static str, detail: impl Into<String>) {
        self.0.push(FieldError { path: path.into(), code, detail: detail.into() });
    }

    /// Keeps the value, or notes its error under `path`.
    pub fn keep<T>(&mut self, path: &str, result: Result<T, Invalid>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.add(path, invalid.code, invalid.detail);
                None
            }
        }
    }

    /// Takes over the errors of another input part.
    pub fn extend(&mut self, other: FieldErrors) {
        self.0.extend(other.0);
    }

    /// Whether no field was wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok` where nothing was wrong.
    ///
    /// # Errors
    /// The gathered errors.
    pub fn into_result(self) -> Result<(), FieldErrors> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// The errors, in the order in which they were noted.
    pub fn as_slice(&self) -> &[FieldError] {
        &self.0
    }
}

/// Why a single value was refused; the caller knows the path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Invalid {
    /// A stable word for programs.
    pub code: &'static str,
    /// What to do about it.
    pub detail: String,
}

impl Invalid {
    /// A refusal with its stable code and its advice.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}
