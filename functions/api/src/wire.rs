//! What several calls share in reading and writing JSON.

use serde_json::Value;
use tributary_domain::FieldErrors;
use tributary_domain::plan::check_web_url;
use url::Url;

const LONGEST_NAME: usize = 200;

/// The id of a row on the wire, by which lists are sorted.
pub(crate) fn id_of(row: &Value) -> String {
    row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A name: not empty, not endless.
pub(crate) fn check_name(path: &str, name: &str, errors: &mut FieldErrors) {
    if name.trim().is_empty() {
        errors.add(path, "required", "must not be empty");
    } else if name.chars().count() > LONGEST_NAME {
        errors.add(path, "too_long", format!("at most {LONGEST_NAME} characters"));
    }
}

/// An address that a browser can open.
pub(crate) fn check_url(path: &str, url: &Url, errors: &mut FieldErrors) {
    if let Err(invalid) = check_web_url(url) {
        errors.add(path, invalid.code, invalid.detail);
    }
}

/// Reads a member that may be absent (leave it), null (take it away) or a value (set it): for PATCH.
pub(crate) fn nullable<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}
