//! Servers of this machine that play others: so that a test can be a host whose name stands in the code.

use anyhow::{Context as _, Error, ensure};
use http::{Uri, uri::Authority};
use std::str::FromStr;

/// A server, and whom it plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    origin: Uri,
    address: Authority,
}

impl FromStr for StandIn {
    type Err = Error;

    /// Reads `https://host=address:port`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let (origin, address) = text
            .split_once('=')
            .with_context(|| format!("{text:?} is not as https://host=127.0.0.1:4000"))?;
        let origin: Uri = origin.parse().with_context(|| format!("{origin:?} is no origin"))?;
        ensure!(origin.scheme().is_some() && origin.path() == "/", "{origin} is not as https://host");
        Ok(Self { origin, address: address.parse().with_context(|| format!("{address:?} is no address"))? })
    }
}

impl StandIn {
    /// The address of the one that plays whom this URL is of.
    pub fn of<'a>(among: &'a [Self], url: &Uri) -> Option<&'a Authority> {
        let plays =
            |one: &&Self| one.origin.scheme() == url.scheme() && one.origin.authority() == url.authority();
        among.iter().find(plays).map(|one| &one.address)
    }
}
