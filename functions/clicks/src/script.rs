//! `GET /t/tributary.js`: the first-party script (R24).

use sha2::{Digest, Sha256};
use tributary_domain::keys::hex;
use tributary_web::answer::Body;
use tributary_web::request::Method;
use tributary_web::{Answer, Request};

const SCRIPT: &str = include_str!("tributary.js");
/// An hour, and a day more while a newer one is fetched: a shop's page never waits for it twice.
const CACHED: &str = "public, max-age=3600, stale-while-revalidate=86400";

/// The script, or that the browser's copy is still the same.
pub(crate) fn get(request: &Request) -> Answer {
    let digest = hex(&Sha256::digest(SCRIPT));
    let tag = format!("\"{}\"", digest.get(..16).unwrap_or_default());
    let known = request.headers.get("if-none-match").is_some_and(|tags| tags.contains(&tag));
    let mut answer =
        if known { Answer::empty(304) } else { Answer::bytes(200, "text/javascript; charset=utf-8", SCRIPT) };
    if request.method == Method::Head {
        answer.body = Body::Empty;
    }
    answer.header("cache-control", CACHED).header("etag", tag)
}
