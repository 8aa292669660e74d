//! Between the host's requests and responses and ours.

use futures::StreamExt;
use spin_sdk::wasip3::http::types::{
    ErrorCode, Fields, Method as WasiMethod, Request as WasiRequest, Response,
};
use spin_sdk::wasip3::{wit_future, wit_stream};
use spin_sdk::wit_bindgen;

use super::body::{self, Unread};
use crate::answer::{Answer, Body, Broken, Pieces};
use crate::problem::Problem;
use crate::request::{Headers, Method, Request};

/// What of a body that is too large is read and thrown away: simple clients read no answer before they have sent all,
/// and who is answered while still sending hears only that the connection broke.
const MOST_THROWN_AWAY: usize = 16 * 1024 * 1024;

/// Reads a request whole.
///
/// # Errors
/// 413 where the body is larger than `limit` bytes, 400 where it broke off.
pub async fn read(request: WasiRequest, limit: usize) -> Result<Request, Problem> {
    let head = head(&request);
    let announced = head.headers.get("content-length").and_then(|length| length.parse::<usize>().ok());
    // Who expects to be told to go on has sent nothing yet.
    let waits = head.headers.get("expect").is_some();
    if announced.is_some_and(|length| length > if waits { limit } else { MOST_THROWN_AWAY }) {
        return Err(too_large(limit));
    }
    if matches!(head.method, Method::Get | Method::Head) {
        return Ok(head);
    }
    Ok(Request { body: body(request, limit).await?, ..head })
}

/// Reads all of a request but its body, for functions that take none.
pub fn head(request: &WasiRequest) -> Request {
    let mut fields = request.get_headers().copy_all();
    // The host takes the Host header out of the fields and keeps it as the authority.
    fields.extend(request.get_authority().map(|authority| ("host".to_owned(), authority.into_bytes())));
    with_headers(request, Headers::new(fields))
}

/// Reads of a request's headers only these, whose names are in lower-case, and no body: each header that crosses
/// from the host to the function costs a redirect as much as signing a click id.
pub fn head_with(request: &WasiRequest, names: &[&'static str]) -> Request {
    let fields = request.get_headers();
    let found = names.iter().flat_map(|name| fields.get(name).into_iter().map(|value| (*name, value)));
    with_headers(request, found.collect())
}

fn with_headers(request: &WasiRequest, headers: Headers) -> Request {
    let mut path = request.get_path_with_query().unwrap_or_default();
    let query = path.find('?').map_or_else(String::new, |at| {
        let query = path.split_off(at);
        query.strip_prefix('?').unwrap_or_default().to_owned()
    });
    Request { method: method(&request.get_method()), path, query: query.into(), headers, body: Vec::new() }
}

fn method(method: &WasiMethod) -> Method {
    match method {
        WasiMethod::Get => Method::Get,
        WasiMethod::Head => Method::Head,
        WasiMethod::Post => Method::Post,
        WasiMethod::Put => Method::Put,
        WasiMethod::Patch => Method::Patch,
        WasiMethod::Delete => Method::Delete,
        WasiMethod::Options => Method::Options,
        _ => Method::Other,
    }
}

fn too_large(limit: usize) -> Problem {
    Problem::new(413, "too_large", format!("the body is larger than {limit} bytes"))
}

async fn body(request: WasiRequest, limit: usize) -> Result<Vec<u8>, Problem> {
    let (_, done) = wit_future::new::<Result<(), ErrorCode>>(|| Ok(()));
    let (stream, trailers) = WasiRequest::consume_body(request, done);
    match body::whole(stream, trailers, limit).await {
        Ok(bytes) => Ok(bytes),
        Err(Unread::TooLarge(rest)) => {
            body::exhaust(rest, MOST_THROWN_AWAY).await;
            Err(too_large(limit))
        }
        Err(Unread::BrokeOff(error)) => {
            Err(Problem::bad_request("broken_body", format!("the body broke off: {error}")))
        }
    }
}

/// The host's response.
///
/// A body that is known whole is handed over with the response, and its length is told: the host sends head and
/// body together, and the client does not wait for its own delayed acknowledgement.
///
/// # Errors
/// When a header is not legal, which is our own mistake.
pub fn respond(answer: Answer) -> Result<Response, ErrorCode> {
    let mut fields: Vec<(String, Vec<u8>)> =
        answer.headers.into_iter().map(|(name, value)| (name.to_owned(), value.into_bytes())).collect();
    let length = match &answer.body {
        Body::Empty => Some(0),
        Body::Whole(bytes) => Some(bytes.len()),
        Body::Pieces(_) => None,
    };
    fields.extend(length.map(|length| ("content-length".to_owned(), length.to_string().into_bytes())));
    let headers = Fields::from_list(&fields)
        .map_err(|error| ErrorCode::InternalError(Some(format!("headers: {error:?}"))))?;
    let response = match answer.body {
        Body::Empty => Response::new(headers, None, wit_future::new(|| Ok(None)).1).0,
        Body::Whole(bytes) => {
            Response::new(headers, Some(body::stream_of(bytes)), wit_future::new(|| Ok(None)).1).0
        }
        Body::Pieces(pieces) => {
            let (writer, reader) = wit_stream::new();
            let (end, trailers) = wit_future::new(|| Ok(None));
            let response = Response::new(headers, Some(reader), trailers).0;
            wit_bindgen::spawn(async move {
                if send(pieces, writer).await == Err(Broken) {
                    // Instead of trailers: the host cuts the connection.
                    drop(end.write(Err(ErrorCode::InternalError(None))).await);
                }
            });
            response
        }
    };
    response
        .set_status_code(answer.status)
        .map_err(|()| ErrorCode::InternalError(Some("status".to_owned())))?;
    Ok(response)
}

/// Sends pieces until there are no more, or nobody reads them any more.
async fn send(mut pieces: Pieces, mut writer: wit_bindgen::StreamWriter<u8>) -> Result<(), Broken> {
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        if !piece.is_empty() && !writer.write_all(piece).await.is_empty() {
            break;
        }
    }
    Ok(())
}

/// Makes an async function from the host's request to the host's response the component's entry.
///
/// The SDK's own `http_service` attribute first copies each request into the `http` crate's types, which a
/// redirect cannot afford.
#[macro_export]
macro_rules! http_function {
    ($handler:path) => {
        struct Function;
        ::spin_sdk::wasip3::http::service::export!(Function);
        impl ::spin_sdk::wasip3::exports::http::handler::Guest for Function {
            async fn handle(
                request: ::spin_sdk::wasip3::http::types::Request,
            ) -> Result<::spin_sdk::wasip3::http::types::Response, ::spin_sdk::wasip3::http::types::ErrorCode>
            {
                $handler(request).await
            }
        }
    };
}
