//! Deep links: the `to` that anybody can put behind a link's address, and so the one place where a
//! stranger could choose where our redirect leads (R10).
//!
//! A short list of what is allowed, matched character by character, instead of a parser and a list of what
//! is not: browsers and parsers differ in their repairs (`/\host`, `https:host`, a tab in `https://`), and
//! nothing that would need a repair gets this far.

use super::page::{encode_visible, is_plain_path};

/// Longer ones are ignored; the result still fits the headers of every server.
const LONGEST: usize = 2_000;

/// The absolute URL that a deep link means, in visible ASCII; `None` where it must be ignored.
///
/// Allowed are a path on the store (`/products/x?a=1#b`, against `origin`) and `https://` with one of
/// `hosts`, exactly: no user name, no other port. `http://` only where the store itself has no https.
pub(super) fn resolve(to: &str, origin: &str, hosts: &[String]) -> Option<String> {
    if to.len() > LONGEST || to.chars().any(|letter| letter.is_control() || letter == '\\') {
        return None;
    }
    let (base, tail) = if to.starts_with('/') {
        (origin.to_owned(), to)
    } else {
        let (scheme, rest) = to.split_once("://")?;
        let scheme = ["https", "http"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known))?;
        if scheme == "http" && !origin.starts_with("http:") {
            return None;
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at_checked(end)?;
        let host = hosts.iter().find(|host| host.eq_ignore_ascii_case(authority))?;
        (format!("{scheme}://{host}"), tail)
    };
    if !is_plain_path(tail) {
        return None;
    }
    let slash = if tail.starts_with('/') { "" } else { "/" };
    let url = format!("{base}{slash}{}", encode_visible(tail));
    (url.len() <= LONGEST).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(to: &str) -> Option<String> {
        resolve(to, "https://shop.example", &["shop.example".to_owned(), "blog.shop.example".to_owned()])
    }

    // R10
    #[test]
    fn a_deep_link_to_the_store_or_an_allowed_host_is_followed() {
        for (to, expected) in [
            ("/products/x", "https://shop.example/products/x"),
            ("/products/x?a=1&b=%20#reviews", "https://shop.example/products/x?a=1&b=%20#reviews"),
            ("/search?q=red shoes", "https://shop.example/search?q=red%20shoes"),
            ("/söcks?q=\"<é>\"", "https://shop.example/s%C3%B6cks?q=%22%3C%C3%A9%3E%22"),
            ("/", "https://shop.example/"),
            ("https://shop.example/x", "https://shop.example/x"),
            ("HTTPS://Shop.Example/x", "https://shop.example/x"),
            ("https://shop.example", "https://shop.example/"),
            ("https://shop.example?a=1", "https://shop.example/?a=1"),
            ("https://blog.shop.example/post#top", "https://blog.shop.example/post#top"),
            ("/x?next=https://evil.example/", "https://shop.example/x?next=https://evil.example/"),
            ("/x@evil.example", "https://shop.example/x@evil.example"),
        ] {
            assert_eq!(resolved(to).as_deref(), Some(expected), "{to}");
        }
    }

    // R10
    #[test]
    fn everything_else_is_ignored() {
        let long = format!("/{}", "a".repeat(2_000));
        let long_when_encoded = format!("/{}", "é".repeat(600));
        for to in [
            "",
            " /x",
            "x",
            "?a=1",
            "#a",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/x\\..\\evil",
            "/%2Fevil.example",
            "/%5Cevil.example",
            "/x/..//evil.example",
            "https:evil.example",
            "https:/evil.example",
            "https:shop.example/x",
            "https:///shop.example/x",
            "https://evil.example/",
            "https://shop.example.evil.example/",
            "https://evilshop.example/",
            "https://www.shop.example/",
            "https://shop.example@evil.example/",
            "https://shop@shop.example/",
            "https://shop.example:shop.example@evil.example/",
            "https://shop.example:8443/",
            "https://shop.example:443/",
            "https://shop.example:@evil.example/",
            "https://shop.example\\@evil.example/",
            "https://shop.example%2F@evil.example/",
            "https://shop.example%00.evil.example/",
            "https://shop.example./",
            "https://shop。example/",
            "https://sh\u{AD}op.example/",
            "http://shop.example/",
            "ftp://shop.example/",
            "javascript:alert(1)",
            "javascript://shop.example/%0aalert(1)",
            "data:text/html,x",
            "ht\ttps://shop.example/",
            "https://shop.example/\r\nSet-Cookie: a=b",
            "/x\ny",
            "/x\u{0}",
            "/x\u{7f}",
            "/x\u{85}",
            "\u{feff}/x",
            &long,
            &long_when_encoded,
        ] {
            assert_eq!(resolved(to), None, "{to:?}");
        }
    }

    // R10
    #[test]
    fn a_store_without_https_and_with_a_port_has_its_own_origin() {
        let hosts = ["127.0.0.1:8080".to_owned()];
        let resolved = |to| resolve(to, "http://127.0.0.1:8080", &hosts);
        assert_eq!(resolved("/x").as_deref(), Some("http://127.0.0.1:8080/x"));
        assert_eq!(resolved("http://127.0.0.1:8080/x").as_deref(), Some("http://127.0.0.1:8080/x"));
        assert_eq!(resolved("http://127.0.0.1/x"), None);
        assert_eq!(resolved("http://127.0.0.1:80801/x"), None);
    }
}
