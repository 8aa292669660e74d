//! Calls that a form of a page makes.
//!
//! A page's button posts to `/dashboard/act` and the call's path, with the call's members as fields; the manifest
//! leads it to the function that answers the call, which has the rights for it. Instead of JSON comes the page
//! again (POST, redirect, GET), with a notice of what happened.
//!
//! Fields of the form's own: `_csrf`, `_method` where it is not POST, `_then` for the page that comes next,
//! `_said` for the words when it is done, `_once` against doing it twice.

use std::rc::Rc;

use serde_json::json;

use super::{Route, request_id, run};
use crate::answer::Answer;
use crate::context::Context;
use crate::form::Form;
use crate::log;
use crate::notice::Notice;
use crate::problem::Problem;
use crate::request::{Method, Request};
use crate::session;

/// Where forms call.
pub const BASE: &str = "/dashboard/act";
const HOME: &str = "/dashboard";

/// Whether a form calls.
pub fn is_one(request: &Request) -> bool {
    request.path.strip_prefix(BASE).is_some_and(|rest| rest.starts_with('/'))
}

/// Carries out a form's call and leads to the page that comes next.
pub async fn answer(routes: &[Route], request: &Request) -> Answer {
    if request.method != Method::Post {
        return Answer::to_page(HOME);
    }
    let form = Form::of(request);
    let notice = match act(routes, request, &form).await {
        Ok(()) => Notice::done(form.get("_said").unwrap_or("Done.")),
        Err(problem) => {
            let id = request_id();
            if let Some(internal) = &problem.internal {
                log::error(
                    "form_failed",
                    &json!({"requestId": id, "request": request.path, "status": problem.status, "error": internal}),
                );
            }
            Notice::problem(&problem, &id)
        }
    };
    notice.on(Answer::to_page(next_page(&form)), request)
}

async fn act(routes: &[Route], request: &Request, form: &Form) -> Result<(), Problem> {
    let context = Context::get().await?;
    context.migrated().await?;
    let signed_in = session::signed_in(&context, request)
        .await?
        .ok_or_else(|| Problem::new(401, "signed_out", "sign in again: your session is over"))?;
    form.must_be_of(&signed_in)?;
    let method = form.get("_method").map_or(Some(Method::Post), Method::parse);
    let method = method.ok_or_else(|| Problem::bad_request("invalid_method", "there is no such method"))?;
    let path = request.path.strip_prefix(BASE).unwrap_or_default();
    let call = form.call(request, method, path);
    run(routes, Rc::clone(&context), call, signed_in.actor).await.map(drop)
}

/// Only a page of ours, so that no link of somebody else's leads away from here.
fn next_page(form: &Form) -> &str {
    let ours = |page: &&str| {
        let rest = page.strip_prefix(HOME);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
            && page.bytes().all(|byte| byte.is_ascii_graphic())
    };
    form.get("_then").filter(ours).unwrap_or(HOME)
}

#[cfg(test)]
mod tests {
    use super::*;

    // R66
    #[test]
    fn a_form_leads_to_our_own_pages_only() {
        let next = |then: &str| {
            let form =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("_then", then).finish();
            next_page(&Form::parse(form.as_bytes())).to_owned()
        };
        assert_eq!(next("/dashboard/creators?q=a%20b#c"), "/dashboard/creators?q=a%20b#c");
        for elsewhere in
            ["https://evil.example", "//evil.example", "/dashboards.example", "/dashboard/\r\nx: y", ""]
        {
            assert_eq!(next(elsewhere), "/dashboard", "{elsewhere:?}");
        }
    }
}
