//! Pages for the brand and its creators.
//!
//! Every page is made here, on the server, out of the same reads as the API: no script, and no request to
//! anybody else. Values are escaped by the template's macro; there is no other way into a page.

mod pages;
mod routes;
mod session;

use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};
use tributary_web::context::serve;
use tributary_web::http_function;

http_function!(handle);

/// Forms are small.
const BODY_LIMIT: usize = 64 * 1024;

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    let answer = match serve::read(request, BODY_LIMIT).await {
        Ok(request) => routes::answer(&request).await,
        Err(problem) => pages::problem(&problem),
    };
    serve::respond(answer)
}
