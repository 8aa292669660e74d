//! The grammar of `allowed_outbound_hosts`, as `spinframework/spin` has it in
//! `crates/outbound-networking-config/src/allowed_hosts.rs`.

use std::collections::BTreeMap;
use tributary_host::{allowed_hosts::AllowedHosts, manifest::Variable, variables::ApplicationVariables};

fn hosts(entry: &str) -> anyhow::Result<AllowedHosts> {
    let variable = |value: &str| Variable { required: false, default: Some(value.to_owned()), secret: false };
    let declared =
        BTreeMap::from([("empty".to_owned(), variable("")), ("shop".to_owned(), variable("shop.example"))]);
    let variables = ApplicationVariables::resolve(&declared, |_| None)?;
    AllowedHosts::resolve(&[entry.to_owned()], &variables)
}

#[test]
fn an_entry_allows_what_it_says() {
    for (entry, url, allowed) in [
        ("https://shop.example", "https://shop.example/a?b", true),
        ("https://shop.example", "https://shop.example:443/", true),
        ("https://shop.example", "https://shop.example:8443/", false),
        ("https://shop.example", "http://shop.example/", false),
        ("https://shop.example", "https://other.example/", false),
        ("https://shop.example", "https://shop.example.evil.example/", false),
        ("https://shop.example/", "https://shop.example/", true),
        ("https://shop.example:8443", "https://shop.example:8443/", true),
        ("https://shop.example:8000..8010", "https://shop.example:8009/", true),
        ("https://shop.example:8000..8010", "https://shop.example:8010/", false),
        ("https://shop.example:*", "https://shop.example:1/", true),
        ("https://*.example.com", "https://a.example.com/", true),
        ("https://*.example.com", "https://a.b.example.com/", true),
        ("https://*.example.com", "https://example.com/", false),
        ("https://*.example.com", "https://badexample.com/", false),
        ("*://*:*", "http://127.0.0.1:9/", true),
        ("*://shop.example:443", "https://shop.example/", true),
        ("http://127.0.0.1:80", "http://127.0.0.1/", true),
        ("http://10.0.0.0/8:*", "http://10.1.2.3:99/", true),
        ("http://10.0.0.0/8:*", "http://11.1.2.3:99/", false),
        ("http://[::1]:8080", "http://[::1]:8080/", true),
        ("https://{{ shop }}", "https://shop.example/", true),
        ("{{ empty }}", "https://shop.example/", false),
        ("https://{{ empty }}", "https://shop.example/", false),
        ("http://self", "http://self/", false),
        ("*://*:*", "not a url", false),
    ] {
        assert_eq!(hosts(entry).unwrap().allows(url), allowed, "{entry} {url}");
    }
}

#[test]
fn an_entry_that_says_nothing_is_refused() {
    for entry in [
        "",
        "*",
        "shop.example",
        "https://",
        "https://shop.example/path",
        "https://shop.example:80/path",
        "https://shop.example:port",
        "ftp://shop.example",
        "https://a.*.example",
        "https://*.*.example",
        "h2://shop.example",
        "http://other.spin.internal",
        "https://{{ unknown }}",
        "https://{{ shop",
    ] {
        assert!(hosts(entry).is_err(), "{entry}");
    }
}
