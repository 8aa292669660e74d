//! Signing in with a key, and staying so for a working day by a signed cookie that holds no key.

use tributary_storage::keys;
use tributary_web::request::decode_pairs;
use tributary_web::rest::{Scope, identify};
use tributary_web::session::{LASTS_SECONDS, check, open};
use tributary_web::{Answer, Context, Problem, Request};

use crate::pages;

const COOKIE: &str = "tributary_session";
/// How the root key is named.
const ROOT: &str = "root";

pub(crate) async fn sign_in(request: &Request) -> Result<Answer, Problem> {
    refuse_other_sites(request)?;
    let context = Context::get().await?;
    context.migrated().await?;
    let form = decode_pairs(&request.body);
    let key = form.iter().find(|(name, _)| name == "key").map_or("", |(_, key)| key.trim());
    match identify(&context, key, Scope::Read).await {
        Ok(actor) => {
            let session = open(&context.keys, &context.admin_token, &actor.name, context.now());
            Ok(to_dashboard().header("set-cookie", cookie(request, &session, LASTS_SECONDS)))
        }
        Err(problem) if problem.status < 500 => {
            Ok(pages::sign_in::page(problem.status, Some("This key is not known, or may not look.")))
        }
        Err(problem) => Err(problem),
    }
}

pub(crate) fn sign_out(request: &Request) -> Result<Answer, Problem> {
    refuse_other_sites(request)?;
    Ok(to_dashboard().header("set-cookie", cookie(request, "", 0)))
}

/// Whether the request has a session that is still good, of a key that still works.
pub(crate) async fn holds(context: &Context, request: &Request) -> Result<bool, Problem> {
    let header = request.headers.get("cookie").unwrap_or_default();
    let session =
        header.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE);
    let Some((_, session)) = session else { return Ok(false) };
    match check(&context.keys, &context.admin_token, session, context.now()) {
        None => Ok(false),
        Some(actor) if actor == ROOT => Ok(true),
        Some(actor) => Ok(keys::is_live(&context.sql, &actor).await?),
    }
}

pub(crate) fn to_dashboard() -> Answer {
    Answer::empty(303).header("location", "/dashboard").header("cache-control", "no-store")
}

/// `Secure` only where the page came by TLS: on one's own machine it may not.
fn cookie(request: &Request, value: &str, seconds: i64) -> String {
    let full_url = request.headers.get("spin-full-url").unwrap_or_default();
    let forwarded = request.headers.get("x-forwarded-proto");
    let secure = if forwarded == Some("https") || full_url.starts_with("https://") { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/dashboard; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

/// Another site's form must not sign anybody in or out. Browsers say where a form stands.
fn refuse_other_sites(request: &Request) -> Result<(), Problem> {
    match request.headers.get("sec-fetch-site") {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) => Err(Problem::new(403, "other_site", "this form was sent by another site")),
    }
}
