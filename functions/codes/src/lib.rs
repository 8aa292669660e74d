//! Discount codes: enrollments make them, `/api/v1/codes` shows and changes them, and the loop takes them to the shops.
//! And the other work that calls out after an answer or for a scheduler: sending webhooks.

mod codes;
mod enrollments;
mod leak;
mod routes;
mod run;
mod shop;
mod store_check;
mod webhooks;
mod work;

use spin_sdk::wasip3::http::types::{ErrorCode, Request, Response};
use tributary_web::context::serve;
use tributary_web::http_function;
use tributary_web::rest::elsewhere::{RUN, SEND};
use tributary_web::rest::{self, BODY_LIMIT};

http_function!(handle);

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    let request = serve::read(request, BODY_LIMIT).await;
    // A round that was asked for has just been done.
    let asks_for = |path| request.as_ref().is_ok_and(|request| request.path == path);
    let (is_round, is_sending) = (asks_for(RUN), asks_for(SEND));
    let answer = rest::serve(&routes::all(), request).await;
    // A page's button is answered with the way back.
    if answer.status < 400 {
        if !is_round {
            work::go_on();
        }
        if !is_sending {
            webhooks::go_on();
        }
    }
    serve::respond(answer)
}
