//! A page of the shop as a link's target: UTM parameters merged in beforehand, so that a click only
//! concatenates strings.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::click_id::{PARAMETER, is_parameter};

/// All but the unreserved characters of RFC 3986: what is safe as the value of a query parameter.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// What a path, query or fragment must not hold as it is, if the whole is to be a plain header value.
/// Everything that is not ASCII is encoded too. `%` stays: what is encoded already is left alone.
const VISIBLE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The value of a query parameter.
pub(super) fn encode_component(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// A path, query and fragment, in visible ASCII.
pub(super) fn encode_visible(text: &str) -> String {
    utf8_percent_encode(text, VISIBLE).to_string()
}

/// An absolute URL in visible ASCII, apart from its fragment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub(super) struct Page {
    /// Without the fragment and without a click id.
    pub(super) url: String,
    /// With its `#`, or empty.
    pub(super) fragment: String,
}

impl Page {
    /// Adds those of the `utm` parameters (`utm_source=a&utm_medium=b`, encoded) whose names the URL does
    /// not have, and takes any click id out.
    pub(super) fn new(url: &str, utm: &str) -> Self {
        let (url, fragment) = url.find('#').and_then(|at| url.split_at_checked(at)).unwrap_or((url, ""));
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let kept = || query.split('&').filter(|pair| !pair.is_empty() && !is_parameter(name(pair)));
        let added =
            utm.split('&').filter(|pair| !pair.is_empty() && !kept().any(|known| same_name(known, pair)));
        let mut merged = String::with_capacity(url.len() + utm.len() + 1);
        merged.push_str(address);
        for (separator, pair) in std::iter::once('?').chain(std::iter::repeat('&')).zip(kept().chain(added)) {
            merged.push(separator);
            merged.push_str(pair);
        }
        Self { url: merged, fragment: fragment.to_owned() }
    }

    /// The URL, with this click id where there is one.
    pub(super) fn location(&self, click_id: Option<&str>) -> String {
        with_click_id(&self.url, click_id, &self.fragment)
    }

    /// The same from the path on, where the page is of this origin (`https://shop.example`) and a shop's
    /// redirect cannot take it for another host (`//evil.example`, R10).
    pub(super) fn location_in(&self, origin: &str, click_id: Option<&str>) -> Option<String> {
        let path =
            self.url.strip_prefix(origin).filter(|path| path.starts_with('/') && is_plain_path(path))?;
        Some(with_click_id(path, click_id, &self.fragment))
    }
}

fn with_click_id(url: &str, click_id: Option<&str>, fragment: &str) -> String {
    let Some(id) = click_id else { return [url, fragment].concat() };
    let separator = if url.contains('?') { "&" } else { "?" };
    [url, separator, PARAMETER, "=", id, fragment].concat()
}

fn name(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name)
}

fn same_name(one: &str, other: &str) -> bool {
    percent_decode_str(name(one)).eq(percent_decode_str(name(other)))
}

/// Whether no reader of the path (a browser, a shop's redirect, one that decodes twice) can see anything
/// in it but a path: no empty segment, no `.` or `..`, no hidden slash at its start.
pub(super) fn is_plain_path(path_and_more: &str) -> bool {
    let path = path_and_more.split(['?', '#']).next().unwrap_or_default();
    let inner = path.strip_prefix('/').unwrap_or(path);
    let mut segments = inner.split('/').peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        let decoded: Vec<u8> = percent_decode_str(segment).collect();
        let starts_like_a_host = matches!(decoded.first(), Some(b'/' | b'\\'));
        if (segment.is_empty() && !last) || matches!(decoded.as_slice(), b"." | b"..") || starts_like_a_host {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    // R10, R20
    #[test]
    fn a_page_keeps_its_query_and_fragment_and_has_each_parameter_once() {
        const UTM: &str = "utm_source=tributary&utm_medium=creator";
        for (url, utm, click_id, expected) in [
            ("https://a.example/", "", None, "https://a.example/"),
            ("https://a.example/", "", Some("ID"), "https://a.example/?trb=ID"),
            (
                "https://a.example/x",
                UTM,
                Some("ID"),
                "https://a.example/x?utm_source=tributary&utm_medium=creator&trb=ID",
            ),
            (
                "https://a.example/x?a=1&utm_source=mail#top",
                UTM,
                Some("ID"),
                "https://a.example/x?a=1&utm_source=mail&utm_medium=creator&trb=ID#top",
            ),
            (
                "https://a.example/x?utm%5Fsource=mail",
                "utm_source=b",
                None,
                "https://a.example/x?utm%5Fsource=mail",
            ),
            ("https://a.example/x?trb=OLD&a=1&%74rb=OLD", "", Some("ID"), "https://a.example/x?a=1&trb=ID"),
            ("https://a.example/x?trb=OLD#top", "", None, "https://a.example/x#top"),
            ("https://a.example/x?&&#", "", Some("ID"), "https://a.example/x?trb=ID#"),
            (
                "https://a.example/x?a",
                UTM,
                None,
                "https://a.example/x?a&utm_source=tributary&utm_medium=creator",
            ),
            ("https://a.example/#a?b#c", "u=1", Some("ID"), "https://a.example/?u=1&trb=ID#a?b#c"),
        ] {
            assert_eq!(Page::new(url, utm).location(click_id), expected, "{url}");
        }
    }

    // R10
    #[test]
    fn a_path_that_another_reader_could_take_for_a_host_is_not_plain() {
        for (path, expected) in [
            ("/", true),
            ("/products/x/", true),
            ("/products/x?to=//y&z=../", true),
            ("/products/x#//y", true),
            ("/.well-known/x", true),
            ("/caf%C3%A9", true),
            ("//evil.example", false),
            ("/x//evil.example", false),
            ("/./x", false),
            ("/x/..//evil.example", false),
            ("/x/%2E%2e/y", false),
            ("/%2Fevil.example", false),
            ("/%5cevil.example", false),
        ] {
            assert_eq!(is_plain_path(path), expected, "{path}");
        }
    }
}
