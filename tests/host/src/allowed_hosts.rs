//! Where a component may send requests (crates/outbound-networking-config/src/allowed_hosts.rs).

use crate::{template::Template, variables::ApplicationVariables};
use anyhow::{Context as _, Result, bail, ensure};
use ip_network::IpNetwork;
use std::ops::Range;
use url::{Host, Url};

/// The `allowed_outbound_hosts` of a component.
#[derive(Debug, Default)]
pub struct AllowedHosts(Vec<AllowedHost>);

impl AllowedHosts {
    /// Reads the entries of a manifest, with the application's values in their templates.
    pub fn resolve(entries: &[String], application: &ApplicationVariables) -> Result<Self> {
        let mut hosts = Vec::new();
        for entry in entries {
            let template = Template::parse(entry)?;
            let resolved = application.fill(&template)?;
            // An optional endpoint is an empty variable; a literal that is empty is a mistake.
            if !template.is_literal() && matches!(resolved.as_str(), "" | "http://" | "https://") {
                continue;
            }
            hosts.push(AllowedHost::parse(&resolved)?);
        }
        Ok(Self(hosts))
    }

    /// Whether a request to the URL may go out.
    pub fn allows(&self, url: &str) -> bool {
        let Ok(url) = Url::parse(url) else { return false };
        self.0.iter().any(|host| host.allows(&url))
    }

    /// Whether a request to the application itself may go out.
    pub fn allows_self(&self) -> bool {
        let to_self = |host: &AllowedHost| matches!(host.host, HostPattern::Any | HostPattern::Itself);
        self.0.iter().any(|host| to_self(host) && (host.scheme.allows("http") || host.scheme.allows("https")))
    }
}

#[derive(Debug)]
struct AllowedHost {
    scheme: SchemePattern,
    host: HostPattern,
    ports: PortPattern,
}

#[derive(Debug)]
enum SchemePattern {
    Any,
    Only(String),
}

#[derive(Debug)]
enum HostPattern {
    Any,
    /// With its leading dot.
    SubdomainOf(String),
    Itself,
    Only(Host),
    Network(IpNetwork),
}

#[derive(Debug)]
enum PortPattern {
    Any,
    Only(u16),
    Within(Range<u16>),
}

impl AllowedHost {
    fn parse(entry: &str) -> Result<Self> {
        let (scheme, rest) = entry
            .trim()
            .split_once("://")
            .with_context(|| format!("{entry:?} does not contain a scheme (e.g., 'http://' or '*://')"))?;
        // A colon within an IPv6 address does not start a port.
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, "")) => (host, ""),
            Some((host, port)) if HostPattern::parse(rest).is_err() => (host, port),
            _ => (rest, ""),
        };
        let port = match port.split_once('/') {
            Some((port, "")) => port,
            Some(_) => bail!("{entry:?} has a path but is not allowed to"),
            None => port,
        };
        Ok(Self {
            scheme: SchemePattern::parse(scheme)
                .with_context(|| format!("Invalid allowed host scheme {scheme:?}"))?,
            host: HostPattern::parse(host).with_context(|| format!("Invalid allowed host {host:?}"))?,
            ports: PortPattern::parse(port, scheme)
                .with_context(|| format!("Invalid allowed host port {port:?}"))?,
        })
    }

    fn allows(&self, url: &Url) -> bool {
        self.scheme.allows(url.scheme())
            && url.host().is_some_and(|host| self.host.allows(&host))
            && self.ports.allows(url.port().or_else(|| usual_port(url.scheme())))
    }
}

impl SchemePattern {
    fn parse(scheme: &str) -> Result<Self> {
        if scheme == "*" {
            return Ok(Self::Any);
        }
        ensure!(scheme.chars().all(char::is_alphabetic), "only alphabetic characters are allowed");
        Ok(Self::Only(scheme.to_owned()))
    }

    fn allows(&self, scheme: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(only) => only == scheme,
        }
    }
}

impl HostPattern {
    fn parse(host: &str) -> Result<Self> {
        let host = host.trim();
        match host {
            "*" => return Ok(Self::Any),
            "self" | "self.alt" => return Ok(Self::Itself),
            _ => {}
        }
        if let Ok(network) = IpNetwork::from_str_truncate(host) {
            return Ok(Self::Network(network));
        }
        let host = host.strip_suffix('/').unwrap_or(host);
        ensure!(!host.contains('/'), "must not include a path");
        ensure!(!host.ends_with("spin.internal"), "service chaining is not supported by this host");
        if let Some(domain) = host.strip_prefix("*.") {
            ensure!(!domain.contains('*'), "wildcards are allowed only as prefixes");
            let Host::Domain(domain) = Host::parse(domain)? else {
                bail!("wildcard suffix must be a domain")
            };
            return Ok(Self::SubdomainOf(format!(".{domain}")));
        }
        ensure!(!host.contains('*'), "wildcards are allowed only as subdomains");
        Ok(Self::Only(Host::parse(host)?))
    }

    fn allows(&self, host: &Host<&str>) -> bool {
        // A URL of a scheme other than HTTP keeps an address as text; as Spin does, read it again.
        let Ok(host) = Host::parse(&host.to_string()) else { return false };
        match (self, host) {
            (Self::Any, _) => true,
            (Self::SubdomainOf(suffix), Host::Domain(domain)) => domain.ends_with(suffix),
            (Self::Only(only), host) => *only == host,
            (Self::Network(network), Host::Ipv4(address)) => network.contains(address),
            (Self::Network(network), Host::Ipv6(address)) => network.contains(address),
            (Self::SubdomainOf(_) | Self::Network(_) | Self::Itself, _) => false,
        }
    }
}

impl PortPattern {
    fn parse(port: &str, scheme: &str) -> Result<Self> {
        if port.is_empty() {
            return usual_port(scheme).map(Self::Only).with_context(|| {
                format!(
                    "no port was provided and the scheme {scheme:?} does not have a known default port number"
                )
            });
        }
        if port == "*" {
            return Ok(Self::Any);
        }
        let number = |text: &str| text.parse().with_context(|| format!("port {port:?} is not a number"));
        Ok(match port.split_once("..") {
            Some((start, end)) => Self::Within(number(start)?..number(end)?),
            None => Self::Only(number(port)?),
        })
    }

    fn allows(&self, port: Option<u16>) -> bool {
        match (self, port) {
            (Self::Any, _) => true,
            (Self::Only(only), Some(port)) => *only == port,
            (Self::Within(range), Some(port)) => range.contains(&port),
            (_, None) => false,
        }
    }
}

fn usual_port(scheme: &str) -> Option<u16> {
    Some(match scheme {
        "http" => 80,
        "https" => 443,
        "mqtt" => 1883,
        "mysql" => 3306,
        "postgres" => 5432,
        "redis" => 6379,
        _ => return None,
    })
}
