//! What Spin tells a component about its request (crates/trigger-http/src/headers.rs).

use crate::routes::RouteMatch;
use anyhow::{Context as _, Result, bail};
use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Uri,
    header::{CONNECTION, HOST},
    uri::{Authority, Scheme},
};
use std::net::SocketAddr;

const PATH_INFO: HeaderName = HeaderName::from_static("spin-path-info");
const FULL_URL: HeaderName = HeaderName::from_static("spin-full-url");
const MATCHED_ROUTE: HeaderName = HeaderName::from_static("spin-matched-route");
const BASE_PATH: HeaderName = HeaderName::from_static("spin-base-path");
const RAW_COMPONENT_ROUTE: HeaderName = HeaderName::from_static("spin-raw-component-route");
const COMPONENT_ROUTE: HeaderName = HeaderName::from_static("spin-component-route");
const CLIENT_ADDR: HeaderName = HeaderName::from_static("spin-client-addr");

/// Takes away what concerns only the connection.
pub fn strip<Body>(request: &mut Request<Body>) {
    request.headers_mut().remove(CONNECTION);
}

/// Makes the request's URI absolute, from its `Host` header (crates/trigger-http/src/server.rs, `set_req_uri`).
pub fn make_absolute<Body>(request: &mut Request<Body>) -> Result<()> {
    let mut parts = request.uri().clone().into_parts();
    let host = request.headers().get(HOST).map(|host| Authority::try_from(host.as_bytes())).transpose();
    let host = host.context("'Host' header contains an invalid authority")?;
    parts.authority = match (host, parts.authority) {
        (None, None) => bail!("no 'Host' header present in request"),
        (Some(host), Some(authority)) if host != authority => {
            bail!("authority in 'Host' header does not match authority in URI")
        }
        (host, authority) => host.or(authority),
    };
    parts.scheme = Some(Scheme::HTTP);
    *request.uri_mut() = Uri::from_parts(parts)?;
    Ok(())
}

/// Adds Spin's headers. As in Spin they are appended: what a client sent under the same names stays, and comes
/// before them.
pub fn add<Body, Target>(
    request: &mut Request<Body>,
    found: &RouteMatch<'_, '_, Target>,
    client: SocketAddr,
) -> Result<()> {
    let full_url = {
        let host = request
            .headers()
            .get(HOST)
            .map_or(Ok("localhost"), |host| std::str::from_utf8(host.as_bytes()))?;
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        format!("http://{host}{path}")
    };
    if request.headers().values().any(|value| std::str::from_utf8(value.as_bytes()).is_err()) {
        bail!("a header is not valid UTF-8");
    }
    let headers = request.headers_mut();
    append(headers, PATH_INFO, found.trailing_wildcard());
    append(headers, FULL_URL, full_url);
    headers.append(MATCHED_ROUTE, found.route.matched.clone());
    headers.append(BASE_PATH, HeaderValue::from_static("/"));
    headers.append(RAW_COMPONENT_ROUTE, found.route.raw.clone());
    headers.append(COMPONENT_ROUTE, found.route.prefix.clone());
    append(headers, CLIENT_ADDR, client.to_string());
    for (name, value) in found.named() {
        let name = format!("spin-path-match-{}", name.replace('_', "-").to_ascii_lowercase());
        if let Ok(name) = HeaderName::try_from(name) {
            append(headers, name, value.to_owned());
        }
    }
    Ok(())
}

/// A value that no header can carry is left out, as in Spin.
fn append(headers: &mut HeaderMap, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.append(name, value);
    }
}
