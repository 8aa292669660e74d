//! The REST API under `/api/v1`. See `docs/API.md` for people and `/api/v1/openapi.json` for programs.
//!
//! What its calls do stands in `shared/calls`, where the pages find it too.

use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};
use tributary_web::context::serve;
use tributary_web::http_function;
use tributary_web::rest::{self, BODY_LIMIT};

http_function!(handle);

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    let request = serve::read(request, BODY_LIMIT).await;
    serve::respond(rest::serve(&tributary_calls::with_document(), request).await)
}
