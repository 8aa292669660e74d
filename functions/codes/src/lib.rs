//! Discount codes: enrollments make them, `/api/v1/codes` shows and changes them, and the loop takes them to the shops.

mod enrollments;
mod list;
mod preview;
mod retry;
mod routes;
mod run;

use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};
use tributary_web::context::serve;
use tributary_web::http_function;
use tributary_web::rest::{self, BODY_LIMIT};

http_function!(handle);

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    let request = serve::read(request, BODY_LIMIT).await;
    serve::respond(rest::serve(&routes::all(), request).await)
}
