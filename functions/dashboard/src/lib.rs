//! Pages for the brand and its creators.
//!
//! Every page is made here, on the server, out of the calls of the API, so that a page shows what the API says and
//! a form does what the API does. All of it works without the script, which is for comfort, and nothing is asked of
//! anybody else. Values are escaped by the template's macro; there is no other way into a page.

mod chart;
mod fields;
mod layout;
mod pages;
mod parts;
mod routes;
mod sales;
mod visit;
mod wire;

use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};
use tributary_web::context::serve;
use tributary_web::http_function;

http_function!(handle);

/// A form that names a thousand creators stays under this.
const BODY_LIMIT: usize = 256 * 1024;

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    let answer = match serve::read(request, BODY_LIMIT).await {
        Ok(request) => routes::answer(&request).await,
        Err(problem) => layout::problem(&problem),
    };
    serve::respond(answer)
}
