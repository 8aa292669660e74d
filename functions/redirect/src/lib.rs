//! Creators' links: `GET /{slug}`. A shopper lands in the shop at once, always (R20).

mod click;

use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};
use tributary_web::context::serve;
use tributary_web::http_function;

http_function!(handle);

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    serve::respond(click::answer(&serve::head(&request)).await)
}
