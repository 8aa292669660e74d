//! Calls that a form of a page makes.
//!
//! A page's button posts to `/dashboard/act` and the call's path, with the call's members as fields; the manifest
//! leads it to the function that answers the call, which has the rights for it. Instead of JSON comes the page
//! again (POST, redirect, GET), with a notice of what happened.
//!
//! Fields of the form's own: `_csrf`, `_method` where it is not POST, `_then` for the page that comes next,
//! `_said` for the words when it is done, `_once` against doing it twice, `_file` for a body that is no JSON.
//! `{name}` in `_then` and `_said` stands for that member of the call's answer.

use std::rc::Rc;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Route, request_id, run};
use crate::answer::{Answer, Body};
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
    let (notice, told) = match act(routes, request, &form).await {
        Ok(told) => (done(&form, &told), told),
        Err(problem) => {
            let id = request_id();
            if let Some(internal) = &problem.internal {
                log::error(
                    "form_failed",
                    &json!({"requestId": id, "request": request.path, "status": problem.status, "error": internal}),
                );
            }
            (Notice::problem(&problem, &id), Value::Null)
        }
    };
    notice.on(Answer::to_page(&next_page(&form, &told)), request)
}

/// Carries the call out, and gives what it answers.
async fn act(routes: &[Route], request: &Request, form: &Form) -> Result<Value, Problem> {
    let context = Context::get().await?;
    context.migrated().await?;
    let signed_in = session::signed_in(&context, request)
        .await?
        .ok_or_else(|| Problem::new(401, "signed_out", "sign in again: your session is over"))?;
    form.must_be_of(&signed_in)?;
    let method = form.get("_method").map_or(Some(Method::Post), Method::parse);
    let method = method.ok_or_else(|| Problem::bad_request("invalid_method", "there is no such method"))?;
    let path = request.path.strip_prefix(BASE).unwrap_or_default();
    let call = form.call(request, method, &format!("{path}?{}", request.query));
    let answer = run(routes, Rc::clone(&context), call, signed_in.actor).await?;
    Ok(match answer.body {
        Body::Whole(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
        Body::Empty | Body::Pieces(_) => Value::Null,
    })
}

/// What the page says. A call may be answered and yet say that it did not work, as a check of credentials does.
fn done(form: &Form, told: &Value) -> Notice {
    if told.get("ok") == Some(&Value::Bool(false)) {
        return Notice::Problem(filled("{reason}", told, str::to_owned));
    }
    Notice::done(filled(form.get("_said").unwrap_or("Done."), told, str::to_owned))
}

/// Words with the members of an answer in the place of their names; a list is its length.
fn filled(words: &str, told: &Value, write: impl Fn(&str) -> String) -> String {
    let mut parts = words.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}') {
            Some((name, rest)) if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                text.push_str(&write(&as_words(told.get(name))));
                text.push_str(rest);
            }
            _ => text.extend(["{", part]),
        }
    }
    text
}

fn as_words(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items.len().to_string(),
        Some(other) => other.to_string(),
    }
}

/// Only a page of ours, so that no link of somebody else's leads away from here.
fn next_page(form: &Form, told: &Value) -> String {
    let then = form.get("_then").unwrap_or(HOME);
    let page = filled(then, told, |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string());
    let ours = |page: &String| {
        let rest = page.strip_prefix(HOME);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
            && page.bytes().all(|byte| byte.is_ascii_graphic())
    };
    Some(page).filter(ours).unwrap_or_else(|| HOME.to_owned())
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
            next_page(&Form::parse(form.as_bytes()), &json!({"nextCursor": "a&b", "from": null}))
        };
        assert_eq!(next("/dashboard/creators?q=a%20b#c"), "/dashboard/creators?q=a%20b#c");
        assert_eq!(
            next("/dashboard/stores?cursor={nextCursor}&from={from}"),
            "/dashboard/stores?cursor=a%26b&from="
        );
        for elsewhere in
            ["https://evil.example", "//evil.example", "/dashboards.example", "/dashboard/\r\nx: y", ""]
        {
            assert_eq!(next(elsewhere), "/dashboard", "{elsewhere:?}");
        }
    }

    // R66
    #[test]
    fn a_page_says_what_the_call_answered() {
        let said = |words: &str, told: Value| {
            let form =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("_said", words).finish();
            done(&Form::parse(form.as_bytes()), &told)
        };
        let told = json!({"equal": 41, "missing": [1, 2], "reason": null, "name": "<b>"});
        assert_eq!(
            said("{equal} equal, {missing} missing{reason}, {name} {} {no such}", told),
            Notice::done("41 equal, 2 missing, <b>  {no such}")
        );
        let refused = json!({"ok": false, "reason": "the token is wrong"});
        assert_eq!(said("It works.", refused), Notice::Problem("the token is wrong".to_owned()));
        assert_eq!(said("It works.", json!({"ok": true})), Notice::done("It works."));
    }
}
