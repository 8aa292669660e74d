//! Where a click id may stand on an order.

use std::collections::BTreeSet;

use crate::click_ids::Candidates;
use crate::json::Object;
use crate::unreadable::Unreadable;

/// What WooCommerce's own order attribution (since 8.5) keeps of a session under these keys may be a click id
/// itself; its `session_entry`, the URL of the first page, is read as any other URL.
const CARRIERS: [&str; 3] =
    ["_wc_order_attribution_utm_content", "_wc_order_attribution_utm_id", "_wc_order_attribution_utm_term"];

/// What may be a click id on this order: in its own meta data and in that of its lines.
pub(super) fn find(order: &Object<'_>) -> Result<BTreeSet<String>, Unreadable> {
    let mut candidates = Candidates::default();
    collect(order, &mut candidates)?;
    for line in order.get("line_items")?.objects()? {
        collect(&line, &mut candidates)?;
    }
    Ok(candidates.found())
}

fn collect(object: &Object<'_>, candidates: &mut Candidates) -> Result<(), Unreadable> {
    for meta in object.get("meta_data")?.objects()? {
        if let Some((key, value)) = candidates.field(&meta, "key")?
            && CARRIERS.contains(&key.as_str())
        {
            candidates.value(&value);
        }
    }
    Ok(())
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
        for meta in [
            r#"{"key": "_wc_order_attribution_session_entry", "value": "https://shop.example/a/?trb=CLICK&utm_source=x"}"#,
            r#"{"key": "_wc_order_attribution_session_entry", "value": "/?redirect=%2Fx%3Ftrb%3DCLICK"}"#,
            r#"{"key": "_wc_order_attribution_utm_content", "value": "CLICK"}"#,
            r#"{"key": "_wc_order_attribution_utm_id", "value": "CLICK"}"#,
            r#"{"key": "_trb", "value": " CLICK "}"#,
            r#"{"key": "click_id", "value": "CLICK"}"#,
        ] {
            check(&format!(r#"{{"meta_data": [{{"key": "x", "value": {{"y": []}}}}, {meta}]}}"#), &[CLICK]);
            check(&format!(r#"{{"line_items": [{{}}, {{"meta_data": [{meta}]}}]}}"#), &[CLICK]);
        }
    }

    // R21
    #[test]
    fn junk_is_not_kept() {
        for order in [
            r"{}",
            r#"{"meta_data": null}"#,
            r#"{"meta_data": [{"key": "_wc_order_attribution_utm_content", "value": "clk_01SYNTHETIC"}]}"#,
            r#"{"meta_data": [{"key": "colour", "value": "CLICK"}, {"key": "trb", "value": ["CLICK"]}, {}]}"#,
        ] {
            check(order, &[]);
        }
    }
}
