//! What shops' pages and servers call: `/t/...`. The script, click beacons, conversions of any shop, leads.

mod beacon;
mod booking;
mod checkout;
mod conversion;
mod given;
mod lead;
mod pixel;
mod routes;
mod script;
mod shop;

use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};
use tributary_web::context::serve;
use tributary_web::http_function;

http_function!(handle);

/// A report is a few hundred bytes.
const BODY_LIMIT: usize = 64 * 1024;

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    serve::respond(routes::answer(serve::read(request, BODY_LIMIT).await).await)
}
