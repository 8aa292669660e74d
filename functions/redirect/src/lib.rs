//! Creators' links: `GET /{slug}`. A shopper lands in the shop at once, always (R20).

mod click;

use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};
use tributary_web::context::serve;
use tributary_web::{http_function, visits};

http_function!(handle);

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    let request = serve::head_with(&request, &visits::HEADERS);
    let answer = match click::at_once(&request) {
        Some(answer) => answer,
        // Boxed, so that a click which need not wait does not pay for what waiting takes.
        None => Box::pin(click::answer(&request)).await,
    };
    serve::respond(answer)
}
