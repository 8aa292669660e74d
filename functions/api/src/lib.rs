//! The REST API under `/api/v1`. See `docs/API.md` for people and `/api/v1/openapi.json` for programs.

mod audit;
mod campaigns;
mod conversions;
mod creators;
mod exports;
mod health;
mod imports;
mod keys;
mod ledger;
mod links;
mod openapi;
mod orders;
mod plans;
mod reports;
mod routes;
mod settings;
mod stores;
mod wire;

use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};
use tributary_web::context::serve;
use tributary_web::http_function;
use tributary_web::rest::{self, BODY_LIMIT};

http_function!(handle);

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    let request = serve::read(request, BODY_LIMIT).await;
    serve::respond(rest::serve(&routes::all(), request).await)
}
