//! Order webhooks: `POST /webhooks/{platform}/{storeId}`, and the calls about their deliveries.

mod deliveries;
mod journal;
mod platforms;
mod shop;
mod take;
mod webhook;

use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};
use tributary_web::context::serve;
use tributary_web::{http_function, rest};

http_function!(handle);

/// What `api.md` promises: larger bodies are 413.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    let request = serve::read(request, BODY_LIMIT).await;
    let answer = match request {
        Ok(request) if request.path.starts_with("/webhooks") => webhook::answer(&request).await,
        other => rest::serve(&deliveries::routes(), other).await,
    };
    serve::respond(answer)
}
