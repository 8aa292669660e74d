//! What may be a click id on an order, wherever a shop lets it stand.

use std::collections::BTreeSet;

use tributary_domain::click_id::{PARAMETER, TEXT_LENGTH, find_in_url};

use crate::json::Object;
use crate::unreadable::Unreadable;

/// Names under which themes, apps and brands' developers write a click id into an order's own fields. A leading
/// underscore hides a field from the shopper, and case does not count.
const NAMES: [&str; 6] =
    [PARAMETER, "tributary", "tributary_click_id", "trb_click_id", "click_id", "clickid"];

/// Candidates for click ids. Nothing is verified yet, but only what has a click id's shape is kept.
#[derive(Debug, Default)]
pub(crate) struct Candidates(BTreeSet<String>);

impl Candidates {
    /// A field whose value may be a click id itself.
    pub(crate) fn value(&mut self, value: &str) {
        let value = value.trim();
        if has_shape(value) {
            self.0.insert(value.to_owned());
        }
    }

    /// A URL, absolute or relative, such as that of the first page of a session.
    pub(crate) fn url(&mut self, url: &str) {
        for value in find_in_url(url) {
            self.value(&value);
        }
    }

    /// A field that the brand named: one of any name may hold the landing page's URL, and one of some names the
    /// click id itself.
    pub(crate) fn named(&mut self, name: &str, value: &str) {
        self.url(value);
        let name = name.trim().trim_start_matches('_');
        if NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            self.value(value);
        }
    }

    /// The name, under the member `name`, and the value of such a field; what is read is given back. Apps and
    /// extensions write any JSON there: what is no text is no click id, and nothing worse.
    pub(crate) fn field(
        &mut self,
        field: &Object<'_>,
        name: &str,
    ) -> Result<Option<(String, String)>, Unreadable> {
        let text = |member: &str| field.get(member).map(|member| member.words().ok().flatten());
        let Some((name, value)) = text(name)?.zip(text("value")?) else { return Ok(None) };
        self.named(&name, &value);
        Ok(Some((name, value)))
    }

    pub(crate) fn found(self) -> BTreeSet<String> {
        self.0
    }
}

fn has_shape(text: &str) -> bool {
    text.len() == TEXT_LENGTH
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
