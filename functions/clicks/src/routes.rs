//! The calls under `/t/`, and what their answers have in common: any page may make them (CORS), without
//! cookies.

use serde_json::json;
use tributary_web::request::Method;
use tributary_web::rest::request_id;
use tributary_web::{Answer, Problem, Request, log};

use crate::{beacon, checkout, conversion, lead, pixel, script};

/// A browser may remember for a day what it may send.
const PREFLIGHT_SECONDS: &str = "86400";

/// Answers a call.
pub(crate) async fn answer(request: Result<Request, Problem>) -> Answer {
    let answer = match request {
        Ok(request) => route(&request).await,
        Err(problem) => failed("/t/", problem),
    };
    answer.header("access-control-allow-origin", "*").header("cross-origin-resource-policy", "cross-origin")
}

async fn route(request: &Request) -> Answer {
    let path = request.path.trim_end_matches('/');
    let result = match (path, request.method) {
        (_, Method::Options) => Ok(preflight()),
        ("/t/tributary.js", Method::Get | Method::Head) => Ok(script::get(request)),
        ("/t/pixel.gif", Method::Get | Method::Head) => Ok(pixel::get(request).await),
        ("/t/click", Method::Post) => beacon::post(request).await,
        ("/t/conversion", Method::Get | Method::Post) => conversion::answer(request).await,
        ("/t/lead", Method::Post) => lead::post(request).await,
        ("/t/checkout", Method::Post) => checkout::post(request).await,
        ("/t/tributary.js" | "/t/pixel.gif", _) => Err(Problem::method_not_allowed(&["GET"])),
        ("/t/click" | "/t/lead" | "/t/checkout", _) => Err(Problem::method_not_allowed(&["POST"])),
        ("/t/conversion", _) => Err(Problem::method_not_allowed(&["GET", "POST"])),
        _ => Err(Problem::not_found("page here")),
    };
    result.unwrap_or_else(|problem| failed(path, problem))
}

fn failed(path: &str, problem: Problem) -> Answer {
    let request_id = request_id();
    if let Some(internal) = &problem.internal {
        let fields = json!({
            "requestId": request_id, "path": path, "status": problem.status, "error": internal,
        });
        log::error("report_failed", &fields);
    }
    problem.into_answer(&request_id)
}

fn preflight() -> Answer {
    Answer::empty(204)
        .header("access-control-allow-methods", "GET, POST, OPTIONS")
        .header(
            "access-control-allow-headers",
            "content-type, x-tributary-signature, webhook-id, webhook-timestamp, webhook-signature",
        )
        .header("access-control-max-age", PREFLIGHT_SECONDS)
}
