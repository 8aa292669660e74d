//! Where webhooks may be sent.
//!
//! An endpoint is an address that a person types into an API, and what answers there is shown to that person. Without
//! a rule somebody with a key could so reach into the network that the functions run in. What the operator named
//! among the allowed hosts, letter by letter, is another matter: who runs the deployment knows its network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::field_error::Invalid;
use crate::plan::check_web_url;

/// Names that mean this machine or its network (RFC 6761, RFC 6762, and what cloud providers use).
const INNER_NAMES: [&str; 7] =
    ["localhost", "local", "internal", "intranet", "lan", "home.arpa", "localdomain"];

/// Whether messages may be sent to this address, where the operator allows these hosts: each `scheme://host[:port]`,
/// and a host may begin with `*.`.
///
/// # Errors
/// What to do about it.
pub fn check_target(url: &Url, allowed: &[String]) -> Result<(), Invalid> {
    check_web_url(url)?;
    if url.fragment().is_some() {
        return Err(Invalid::new("invalid_url", "leave the part after # out: it is never sent"));
    }
    if allowed.iter().any(|host| is_named(url, host)) {
        return Ok(());
    }
    if url.host().is_none_or(|host| is_inner(&host)) {
        return Err(Invalid::new(
            "private_address",
            format!(
                "must not lead into a private network or to this machine, unless the operator names exactly {} in \
                 one of the variables store_host_1 to store_host_8",
                origin(url)
            ),
        ));
    }
    if url.scheme() != "https" {
        return Err(Invalid::new("not_https", "must begin with https://"));
    }
    if allowed.iter().any(|host| is_below(url, host)) {
        return Ok(());
    }
    Err(Invalid::new(
        "host_not_allowed",
        format!(
            "the operator must allow the host first: set one of the variables store_host_1 to store_host_8 to {} \
             (under `spin up`: store_host1 to store_host8)",
            origin(url)
        ),
    ))
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn is_named(url: &Url, allowed: &str) -> bool {
    !allowed.contains('*') && Url::parse(allowed).is_ok_and(|allowed| allowed.origin() == url.origin())
}

/// Whether the host is below one like `https://*.brand.example`.
fn is_below(url: &Url, allowed: &str) -> bool {
    let Some((scheme, domain)) = allowed.split_once("://*.") else { return false };
    let Ok(above) = Url::parse(&format!("{scheme}://{domain}")) else { return false };
    let fits = |(host, above): (&str, &str)| host.strip_suffix(above).is_some_and(|rest| rest.ends_with('.'));
    url.scheme() == above.scheme()
        && url.port_or_known_default() == above.port_or_known_default()
        && url.domain().zip(above.domain()).is_some_and(fits)
}

/// Whether a host is this machine's or its network's own. Numbers in any form (`2130706433`, `0x7f.1`, `0177.0.0.1`)
/// were read as addresses by [`Url`] already.
fn is_inner(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => is_inner_name(name),
        Host::Ipv4(address) => is_inner_address(IpAddr::V4(*address)),
        Host::Ipv6(address) => is_inner_address(IpAddr::V6(*address)),
    }
}

fn is_inner_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_below = |inner: &str| name.strip_suffix(inner).is_some_and(|rest| rest.ends_with('.'));
    !name.contains('.') || INNER_NAMES.into_iter().any(is_below) || name == "home.arpa"
}

fn is_inner_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_inner_v4(address),
        IpAddr::V6(address) => is_inner_v6(address),
    }
}

/// All that IANA's registry of special addresses does not call globally reachable
/// (<https://www.iana.org/assignments/iana-ipv4-special-registry>), and multicast.
fn is_inner_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_for_protocols = (first, second, third) == (192, 0, 0);
    let is_for_benchmarks = first == 198 && matches!(second, 18 | 19);
    first == 0
        || first >= 240
        || is_shared
        || is_for_protocols
        || is_for_benchmarks
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
}

/// Only `2000::/3` is in global use. Of it, 6to4 (`2002::/16`) carries any address of IPv4, `2001::/23` is for
/// protocols (Teredo among them), and `2001:db8::/32` for books.
fn is_inner_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_global = first & 0xE000 == 0x2000;
    let is_special = first == 0x2002 || (first == 0x2001 && (second < 0x200 || second == 0xDB8));
    !is_global || is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, allowed: &[&str]) -> Result<(), &'static str> {
        let allowed: Vec<String> = allowed.iter().map(|&host| host.to_owned()).collect();
        // What is no address at all is refused even before.
        let url = Url::parse(url).map_err(|_| "invalid_url")?;
        check_target(&url, &allowed).map_err(|invalid| invalid.code)
    }

    // R68
    #[test]
    fn no_address_leads_into_a_private_network() {
        for host in [
            "127.0.0.1",
            "127.9.9.9",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "0",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:8.8.8.8]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[2001::1]",
            "[2001:db8::1]",
            "[fc00::1]",
            "[fd12:3456::1]",
            "[fe80::1]",
            "[ff02::1]",
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "printer.local",
            "metadata.google.internal",
            "intranet",
            "router.lan",
            "nas.home.arpa",
        ] {
            for scheme in ["https", "http"] {
                let url = format!("{scheme}://{host}/hook");
                assert_eq!(
                    check(&url, &["https://*.internal", "https://hooks.brand.example"]),
                    Err("private_address"),
                    "{url}"
                );
            }
        }
    }

    // R68
    #[test]
    fn what_the_operator_named_exactly_may_be_anywhere() {
        for (url, allowed) in [
            ("http://127.0.0.1:8080/hook", "http://127.0.0.1:8080"),
            ("http://0x7f.1:8080/hook", "http://127.0.0.1:8080"),
            ("http://erp.internal/hook?a=b", "http://erp.internal"),
            ("https://hooks.brand.example:443/", "https://hooks.brand.example"),
            ("https://[::1]/", "https://[::1]/"),
        ] {
            assert_eq!(check(url, &["", allowed]), Ok(()), "{url}");
        }
        for url in ["http://127.0.0.1:8081/", "https://127.0.0.1:8080/", "http://127.0.0.2:8080/"] {
            assert_eq!(check(url, &["http://127.0.0.1:8080"]), Err("private_address"), "{url}");
        }
    }

    // R68
    #[test]
    fn an_address_elsewhere_is_https_and_the_operator_allows_its_host() {
        let allowed =
            ["https://hooks.brand.example", "https://*.brand.example:8443", "nonsense", "https://*"];
        for (url, expected) in [
            ("https://hooks.brand.example/in", Ok(())),
            ("https://a.brand.example:8443/in", Ok(())),
            ("https://a.b.brand.example:8443/in", Ok(())),
            ("https://a.brand.example/in", Err("host_not_allowed")),
            ("https://brand.example:8443/in", Err("host_not_allowed")),
            ("https://evilbrand.example:8443/in", Err("host_not_allowed")),
            ("https://8.8.8.8/in", Err("host_not_allowed")),
            ("https://[2606:4700::1111]/in", Err("host_not_allowed")),
            ("http://hooks.brand.example/in", Err("not_https")),
            ("http://a.brand.example:8443/in", Err("not_https")),
            ("ftp://hooks.brand.example/in", Err("invalid_url")),
            ("file:///etc/passwd", Err("invalid_url")),
            ("https://user@hooks.brand.example/in", Err("invalid_url")),
            ("https://user:word@hooks.brand.example/in", Err("invalid_url")),
            ("https://hooks.brand.example/in#part", Err("invalid_url")),
        ] {
            assert_eq!(check(url, &allowed), expected, "{url}");
        }
    }
}
