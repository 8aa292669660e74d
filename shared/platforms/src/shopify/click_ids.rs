//! Where a click id may stand on an order.

use std::collections::BTreeSet;

use crate::click_ids::Candidates;
use crate::json::Object;
use crate::unreadable::Unreadable;

/// What may be a click id on this order: in the URLs of the session's first page, the cart's attributes and the
/// lines' properties.
pub(super) fn find(order: &Object<'_>) -> Result<BTreeSet<String>, Unreadable> {
    let mut candidates = Candidates::default();
    for name in ["landing_site", "referring_site"] {
        if let Some(url) = order.get(name)?.text()? {
            candidates.url(&url);
        }
    }
    if let Some(reference) = order.get("landing_site_ref")?.text()? {
        candidates.value(&reference);
    }
    for attribute in order.get("note_attributes")?.objects()? {
        candidates.field(&attribute, "name")?;
    }
    for line in order.get("line_items")?.objects()? {
        for property in line.get("properties")?.objects()? {
            candidates.field(&property, "name")?;
        }
    }
    Ok(candidates.found())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLICK: &str = "AQMAAAAAAAcAAQBpIEAAAQIDBAUGAAECAwQFBgcICQoL";

    #[track_caller]
    fn check(order: &str, expected: &[&str]) {
        let order = order.replace("CLICK", CLICK);
        let found = find(&Object::of_body(order.as_bytes()).unwrap()).unwrap();
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{order}");
    }

    // R21
    #[test]
    fn a_click_id_is_found_wherever_it_may_stand() {
        for order in [
            r#"{"landing_site": "/?trb=CLICK"}"#,
            r#"{"landing_site": "https://shop.example/a?x=1&trb=CLICK#top"}"#,
            r#"{"landing_site": "/discount/ANNA10?redirect=%2Fproducts%2Fx%3Ftrb%3DCLICK"}"#,
            r#"{"landing_site_ref": "CLICK"}"#,
            r#"{"referring_site": "https://shop.example/?trb=CLICK"}"#,
            r#"{"note_attributes": [{"name": "gift", "value": null}, {"name": "_trb", "value": "CLICK"}]}"#,
            r#"{"note_attributes": [{"name": "Click_Id", "value": " CLICK "}]}"#,
            r#"{"note_attributes": [{"name": "landing", "value": "https://shop.example/?trb=CLICK"}]}"#,
            r#"{"line_items": [{"properties": null}, {"properties": [{"name": "trb", "value": "CLICK"}]}]}"#,
        ] {
            check(order, &[CLICK]);
        }
    }

    // R21
    #[test]
    fn junk_is_not_kept() {
        let long = "A".repeat(45);
        for order in [
            r"{}",
            r#"{"landing_site": null, "note_attributes": [], "line_items": []}"#,
            r#"{"landing_site": "http://www.example.com?source=abc", "landing_site_ref": "abc"}"#,
            r#"{"landing_site": "/wallets/checkouts.json"}"#,
            r#"{"note_attributes": [{"name": "colour", "value": "CLICK"}]}"#,
            r#"{"note_attributes": [{"name": "trb", "value": 7}, {"name": ["trb"], "value": {}}, {}]}"#,
            r#"{"note_attributes": [{"name": "trb", "value": "CLICKA"}]}"#,
            &format!(r#"{{"landing_site": "/?trb={long}"}}"#),
        ] {
            check(order, &[]);
        }
    }
}
