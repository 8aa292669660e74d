//! Requests to the shops' APIs, and to where the brand wants to hear of what happens.
//!
//! Only a function whose manifest entry has `allowed_outbound_hosts` can send any.

use std::time::Duration;

use futures::future::join_all;
use http::HeaderValue;
use spin_sdk::variables;
use spin_sdk::wasip3::http::client;
use spin_sdk::wasip3::http::types::{
    ErrorCode, Fields, Method as WasiMethod, Request as WasiRequest, RequestOptions,
    Response as WasiResponse, Scheme,
};
use spin_sdk::wasip3::wit_future;

use super::body::{self, Unread};
use super::task;

/// Longer than any platform takes for one call, shorter than a scheduler's patience.
const TIME_LIMIT: Duration = Duration::from_secs(20);
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// A page of orders of the largest shops stays under this.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;

/// The variables by which an operator allows hosts.
const NAMED_HOSTS: [&str; 8] = [
    "store_host1",
    "store_host2",
    "store_host3",
    "store_host4",
    "store_host5",
    "store_host6",
    "store_host7",
    "store_host8",
];

/// The hosts that the operator allows, each `scheme://host[:port]`, for functions whose manifest entry has these
/// variables.
pub async fn named_hosts() -> Vec<String> {
    let values = join_all(NAMED_HOSTS.map(variables::get)).await;
    values.into_iter().flatten().map(|host| host.trim().to_owned()).filter(|host| !host.is_empty()).collect()
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// The manifest does not let us call that host: nothing was sent.
    #[error(
        "{origin} is not among the allowed hosts; set one of the variables store_host_1 to store_host_8 to \
         {origin} (under `spin up`: store_host1 to store_host8)"
    )]
    HostNotAllowed {
        /// Scheme, host and port, as the variable wants them.
        origin: String,
    },
    /// The request was not one that HTTP can carry: our own mistake, or an address that was given wrongly.
    #[error("the request cannot be sent: {0}")]
    Malformed(String),
    /// Nobody answered in time. Whether the request was carried out is not known.
    #[error("no answer within {} seconds", TIME_LIMIT.as_secs())]
    TimedOut,
    /// The connection failed or broke off. Whether the request was carried out is not known.
    #[error("the connection failed: {0}")]
    Failed(String),
}

/// Sends a request, with an absolute URL, and reads the answer whole.
///
/// # Errors
/// When there is no whole answer; one that says that something went wrong is an answer.
pub async fn send(request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, NotSent> {
    task::within(TIME_LIMIT, exchange(request)).await.unwrap_or(Err(NotSent::TimedOut))
}

async fn exchange(request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, NotSent> {
    let origin = origin(request.uri());
    let response = client::send(outgoing(request)?).await.map_err(|error| not_sent(error, origin))?;
    let mut answer = http::Response::builder().status(response.get_status_code());
    for (name, value) in response.get_headers().copy_all() {
        // A header that is not one is nothing that we look for.
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            answer = answer.header(name, value);
        }
    }
    answer.body(body(response).await?).map_err(|error| NotSent::Failed(error.to_string()))
}

fn origin(uri: &http::Uri) -> String {
    format!("{}://{}", uri.scheme_str().unwrap_or("https"), uri.authority().map_or("", |host| host.as_str()))
}

fn not_sent(error: ErrorCode, origin: String) -> NotSent {
    match error {
        ErrorCode::HttpRequestDenied => NotSent::HostNotAllowed { origin },
        ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => NotSent::TimedOut,
        other => NotSent::Failed(other.to_string()),
    }
}

fn outgoing(request: http::Request<Vec<u8>>) -> Result<WasiRequest, NotSent> {
    let malformed = |what: &str| NotSent::Malformed(what.to_owned());
    let (head, content) = request.into_parts();
    let mut fields: Vec<(String, Vec<u8>)> =
        head.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect();
    if !content.is_empty() {
        fields.push(("content-length".to_owned(), content.len().to_string().into_bytes()));
    }
    let headers = Fields::from_list(&fields).map_err(|error| NotSent::Malformed(error.to_string()))?;
    let reader = (!content.is_empty()).then(|| body::stream_of(content));
    let options = RequestOptions::new();
    // A host that cannot keep these still has our own limit.
    let _ = options.set_connect_timeout(nanoseconds(CONNECT_LIMIT));
    let _ = options.set_first_byte_timeout(nanoseconds(TIME_LIMIT));
    let _ = options.set_between_bytes_timeout(nanoseconds(TIME_LIMIT));
    let trailers = wit_future::new(|| Ok(None)).1;
    let (outgoing, _sent) = WasiRequest::new(headers, reader, trailers, Some(options));
    let scheme = match head.uri.scheme_str() {
        Some("http") => Scheme::Http,
        Some("https") => Scheme::Https,
        _ => return Err(malformed("its address is neither http nor https")),
    };
    outgoing.set_method(&method(&head.method)).map_err(|()| malformed("its method"))?;
    outgoing.set_scheme(Some(&scheme)).map_err(|()| malformed("its scheme"))?;
    let authority = head.uri.authority().map(http::uri::Authority::as_str);
    outgoing.set_authority(authority).map_err(|()| malformed("its host"))?;
    let path = head.uri.path_and_query().map(http::uri::PathAndQuery::as_str);
    outgoing.set_path_with_query(path).map_err(|()| malformed("its path"))?;
    Ok(outgoing)
}

fn nanoseconds(time: Duration) -> Option<u64> {
    u64::try_from(time.as_nanos()).ok()
}

fn method(method: &http::Method) -> WasiMethod {
    match method.as_str() {
        "GET" => WasiMethod::Get,
        "POST" => WasiMethod::Post,
        "PUT" => WasiMethod::Put,
        "PATCH" => WasiMethod::Patch,
        "DELETE" => WasiMethod::Delete,
        other => WasiMethod::Other(other.to_owned()),
    }
}

async fn body(response: WasiResponse) -> Result<Vec<u8>, NotSent> {
    let (_, done) = wit_future::new::<Result<(), ErrorCode>>(|| Ok(()));
    let (stream, trailers) = WasiResponse::consume_body(response, done);
    body::whole(stream, trailers, ANSWER_LIMIT).await.map_err(|unread| match unread {
        Unread::TooLarge(_) => NotSent::Failed(format!("the answer is larger than {ANSWER_LIMIT} bytes")),
        Unread::BrokeOff(error) => NotSent::Failed(format!("the answer broke off: {error}")),
    })
}
