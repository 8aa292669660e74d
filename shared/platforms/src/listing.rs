//! Lists of orders, each still in the very bytes that the shop wrote, to be read as if it had been sent.

use serde_json::value::RawValue;

use crate::json::Object;
use crate::unreadable::Unreadable;

/// The items of a body that is a list; none where there is no body.
///
/// # Errors
/// When it is none.
pub fn items(body: &[u8]) -> Result<Vec<&[u8]>, Unreadable> {
    let body = body.trim_ascii();
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let items: Vec<&RawValue> =
        serde_json::from_slice(body).map_err(|_| Unreadable::at("", "must be a JSON list"))?;
    Ok(items.into_iter().map(|item| item.get().as_bytes()).collect())
}

/// The items of a list that is a member of a body.
///
/// # Errors
/// When there is none.
pub fn members<'a>(body: &'a [u8], name: &str) -> Result<Vec<&'a [u8]>, Unreadable> {
    Object::of_body(body)?.get(name)?.raw_items()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_given_as_they_were_written() {
        let written = br#" [{"id": 1.0}, {"id":2}] "#;
        assert_eq!(items(written).unwrap(), [br#"{"id": 1.0}"#.as_slice(), br#"{"id":2}"#]);
        assert!(items(b"").unwrap().is_empty());
        assert!(items(b"{}").is_err());
        assert_eq!(members(br#"{"orders": [7]}"#, "orders").unwrap(), [b"7".as_slice()]);
        assert!(members(br#"{"orders": 7}"#, "orders").is_err());
        assert!(members(b"[]", "orders").is_err());
    }
}
