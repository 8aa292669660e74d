//! Order webhooks: `POST /webhooks/{platform}/{storeId}`, the calls about their deliveries, and those that hold our
//! orders against the stores' own.

mod aggregates;
mod amazon;
mod deliveries;
mod journal;
mod platforms;
mod privacy;
mod reconcile;
mod shop;
mod shop_api;
mod take;
mod webhook;

use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};
use tributary_web::context::serve;
use tributary_web::{http_function, rest};

http_function!(handle);

/// What `api.md` promises: larger bodies are 413.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// The calls of the API that read shops and their webhooks.
fn routes() -> Vec<rest::Route> {
    let mut routes = deliveries::routes();
    routes.extend(aggregates::routes());
    routes.extend(privacy::routes());
    routes.extend(reconcile::routes());
    routes
}

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    let request = serve::read(request, BODY_LIMIT).await;
    let answer = match request {
        Ok(request) if request.path.starts_with("/webhooks") => webhook::answer(&request).await,
        other => rest::serve(&routes(), other).await,
    };
    serve::respond(answer)
}
