//! Where a click id may stand on an order.

use std::collections::BTreeSet;

use tributary_domain::click_id::{PARAMETER, TEXT_LENGTH, find_in_url};

use crate::json::Object;
use crate::unreadable::Unreadable;

/// Names under which themes and apps write a click id into cart attributes and line properties. A leading
/// underscore hides a field from the shopper, and case does not count.
const NAMES: [&str; 6] =
    [PARAMETER, "tributary", "tributary_click_id", "trb_click_id", "click_id", "clickid"];

/// What may be a click id on this order: in the URLs of the session's first page, the cart's attributes and the
/// lines' properties. Nothing is verified yet, but only what has a click id's shape is kept.
pub(super) fn find(order: &Object<'_>) -> Result<BTreeSet<String>, Unreadable> {
    let mut found = BTreeSet::new();
    for url in ["landing_site", "referring_site"] {
        found.extend(order.get(url)?.text()?.iter().flat_map(|url| find_in_url(url)));
    }
    found.extend(order.get("landing_site_ref")?.text()?);
    for attribute in order.get("note_attributes")?.objects()? {
        collect(&attribute, &mut found)?;
    }
    for line in order.get("line_items")?.objects()? {
        for property in line.get("properties")?.objects()? {
            collect(&property, &mut found)?;
        }
    }
    found.retain(|text| has_shape(text));
    Ok(found)
}

/// Apps write any JSON as name and value: what is no text is no click id, and nothing worse.
fn collect(attribute: &Object<'_>, found: &mut BTreeSet<String>) -> Result<(), Unreadable> {
    let text = |field: &str| attribute.get(field).map(|field| field.words().ok().flatten());
    let (Some(name), Some(value)) = (text("name")?, text("value")?) else { return Ok(()) };
    // An attribute of any name may hold the landing page's URL.
    found.extend(find_in_url(&value));
    if is_name(&name) {
        found.insert(value);
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    let name = name.trim_start_matches('_');
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn has_shape(text: &str) -> bool {
    text.len() == TEXT_LENGTH
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
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
