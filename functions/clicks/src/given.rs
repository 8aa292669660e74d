//! What a call was given, from its body and its query alike.

use tributary_platforms::postback::{Fields, SIGNATURE_HEADER};
use tributary_web::request::decode_pairs;
use tributary_web::{Problem, Request};

/// The fields of a call: those of the body, then those of the query. Where the body is signed, the query is
/// not, and says nothing.
///
/// # Errors
/// 400 where the body is JSON by its look, but cannot be read.
pub(crate) fn fields(request: &Request) -> Result<Fields, Problem> {
    let body = body(request)?;
    if request.headers.get(SIGNATURE_HEADER).is_some() {
        return Ok(body);
    }
    Ok(body.or(Fields::of_pairs(request.query_pairs())))
}

/// JSON or a form, by what it looks like: a beacon sends JSON as `text/plain`, to spare itself a preflight.
fn body(request: &Request) -> Result<Fields, Problem> {
    let start = request.body.trim_ascii_start();
    if start.is_empty() {
        return Ok(Fields::default());
    }
    let says_json = request.headers.get("content-type").is_some_and(|kind| kind.contains("json"));
    if says_json || start.starts_with(b"{") {
        return Fields::of_json(&request.body)
            .map_err(|unreadable| Problem::bad_request("invalid_json", unreadable.to_string()));
    }
    Ok(Fields::of_pairs(decode_pairs(&request.body)))
}
