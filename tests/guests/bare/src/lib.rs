//! A 302 and nothing else: what the runtime itself costs, and so the yardstick of the benchmark.
//!
//! It exports `wasi:http/handler` itself, because `#[http_service]` unpacks every request, headers and
//! body stream included, before the handler may decline to look.

use spin_sdk::wasip3::{
    exports::http::handler::Guest,
    http::types::{ErrorCode, Fields, Request, Response},
    wit_future,
};

struct Bare;

spin_sdk::wasip3::http::service::export!(Bare);

impl Guest for Bare {
    async fn handle(_request: Request) -> Result<Response, ErrorCode> {
        let headers = Fields::from_list(&[
            ("location".to_owned(), b"https://shop.example/".to_vec()),
            ("content-length".to_owned(), b"0".to_vec()),
        ])
        .map_err(|error| ErrorCode::InternalError(Some(error.to_string())))?;
        let (_, trailers) = wit_future::new(|| Ok(None));
        let (response, _) = Response::new(headers, None, trailers);
        response
            .set_status_code(302)
            .map_err(|()| ErrorCode::InternalError(Some("302 is no status code".to_owned())))?;
        Ok(response)
    }
}
