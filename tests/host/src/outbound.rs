//! Requests that a component sends (crates/factor-outbound-http/src/wasi.rs).

use crate::{rights::Rights, stand_in::StandIn};
use http::{
    Request, Response, Uri,
    header::HOST,
    uri::{Authority, Scheme},
};
use http_body_util::BodyExt;
use std::{net::SocketAddr, sync::Arc};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks, default_send_request};

/// Lets requests out that the component's rights allow.
pub struct Outbound {
    rights: Arc<Rights>,
    own_address: SocketAddr,
    stand_ins: Arc<[StandIn]>,
}

type Finished = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl Outbound {
    /// Requests by these rights; those to the application itself go to its own address.
    pub fn new(rights: Arc<Rights>, own_address: SocketAddr, stand_ins: Arc<[StandIn]>) -> Self {
        Self { rights, own_address, stand_ins }
    }

    fn admit(&self, mut request: Request<WasiBody>) -> Result<Request<WasiBody>, Error> {
        // Spin takes `host` out again: it follows from the authority, and HTTP/2 servers may refuse it.
        request.headers_mut().remove(HOST);
        let hosts = &self.rights.hosts;
        let is_own = is_for_itself(request.uri());
        if !(if is_own { hosts.allows_self() } else { hosts.allows(&request.uri().to_string()) }) {
            return Err(Error::HttpRequestDenied);
        }
        if let Some(uri) = self.elsewhere(request.uri()).map_err(|_| Error::HttpRequestUriInvalid)? {
            *request.uri_mut() = uri;
        }
        Ok(request)
    }

    /// Where a request goes instead: the application's own to where it listens, others to who plays them.
    fn elsewhere(&self, uri: &Uri) -> anyhow::Result<Option<Uri>> {
        let address = if is_for_itself(uri) {
            Authority::try_from(self.own_address.to_string())?
        } else if let Some(address) = StandIn::of(&self.stand_ins, uri) {
            address.clone()
        } else {
            return Ok(None);
        };
        let mut parts = uri.clone().into_parts();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(address);
        Ok(Some(Uri::from_parts(parts)?))
    }
}

/// A URL without a host is the application's own; SDKs that insist on one write `self.alt`.
fn is_for_itself(uri: &Uri) -> bool {
    uri.authority().is_none_or(|authority| matches!(authority.host(), "" | "self.alt"))
}

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Finished,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Finished), Error>> + Send> {
        let admitted = self.admit(request);
        Box::new(async move {
            let mut request = admitted?;
            let authority = request.uri().authority().ok_or(Error::HttpRequestUriInvalid)?;
            let host = authority.as_str().parse().map_err(|_| Error::HttpRequestUriInvalid)?;
            // The client below writes HTTP/1 as it is told, and there a host is required.
            request.headers_mut().insert(HOST, host);
            let (response, finished) = default_send_request(request, options).await?;
            let finished: Finished = Box::new(finished);
            Ok((response.map(BodyExt::boxed_unsync), finished))
        })
    }
}
