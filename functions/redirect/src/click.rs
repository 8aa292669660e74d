//! One click, from its request to its answer. A shopper is never shown an error of ours: what cannot be
//! found leads to the first store's home page.

use std::rc::Rc;

use serde_json::json;
use tributary_domain::Timestamp;
use tributary_domain::link::{Destination, LinkSnapshot, Slug, destination};
use tributary_web::links::{self, Found};
use tributary_web::request::Method;
use tributary_web::{Answer, Context, Request, log, visits};

/// Where a click on a link that this instance remembers leads: most clicks, and nothing to wait for.
pub(crate) fn at_once(request: &Request) -> Option<Answer> {
    let context = Context::known().filter(|_| matches!(request.method, Method::Get | Method::Head))?;
    let now = context.now();
    let found = links::remembered(&slug(request)?, now)?;
    Some(follow(&context, request, found.link()?, now))
}

/// Where a click on this path leads.
pub(crate) async fn answer(request: &Request) -> Answer {
    if !matches!(request.method, Method::Get | Method::Head) {
        return Answer::empty(405).header("allow", "GET, HEAD");
    }
    let context = match Context::get().await {
        Ok(context) => context,
        Err(problem) => {
            log::error("redirect_without_context", &json!({ "error": problem.internal }));
            return nowhere();
        }
    };
    let now = context.now();
    // What cannot be a slug by its form costs no look-up and is no visit: browsers ask for `favicon.ico`.
    let Some(slug) = slug(request) else { return to_home(&context, now).await };
    let found = links::by_slug(&context, slug, now).await;
    if let Some(link) = found.link() {
        return follow(&context, request, link, now);
    }
    if found == Found::Unknown {
        visits::count(&context, request, None, now);
    }
    to_home(&context, now).await
}

fn slug(request: &Request) -> Option<Slug> {
    Slug::parse(request.path.strip_prefix('/').unwrap_or_default().trim_end_matches('/')).ok()
}

fn follow(context: &Rc<Context>, request: &Request, link: &LinkSnapshot, now: Timestamp) -> Answer {
    let click_id = visits::count(context, request, Some(link), now);
    let deep_link = if request.query.is_empty() { None } else { request.query("to") };
    to(destination(link, now, deep_link.as_deref(), click_id.as_deref()).location)
}

async fn to_home(context: &Rc<Context>, now: Timestamp) -> Answer {
    match links::home(context, now).await.home() {
        Some(home) => to(Destination::unknown(home).location),
        None => nowhere(),
    }
}

/// Not 301 or 308: a browser must come back for the next click.
fn to(location: String) -> Answer {
    Answer::empty(302).header("location", location).header("cache-control", "no-store")
}

/// A deployment without a store has nowhere to go.
fn nowhere() -> Answer {
    Answer::empty(404).header("cache-control", "no-store")
}
