//! Signing in with a key, and out again. The cookie is signed, lasts a working day and holds no key.

use maud::html;
use tributary_domain::keys::hex;
use tributary_web::context::random;
use tributary_web::rest::{Scope, identify};
use tributary_web::session::{self, COOKIE, LASTS_SECONDS, open, set_cookie, showed_sign_in, sign_in_token};
use tributary_web::{Answer, Context, Form, Problem, Request};

use crate::layout;

/// Tells browsers apart before there is a session, so that no other site's form signs anybody in.
const BROWSER: &str = "tributary_browser";
/// Letters of its value: 16 bytes.
const BROWSER_LENGTH: usize = 32;

pub(crate) async fn page(request: &Request, status: u16, complaint: Option<&str>) -> Result<Answer, Problem> {
    let context = Context::get().await?;
    let known = browser_of(request);
    let browser = known.map_or_else(|| hex(&random::<16>()), str::to_owned);
    let body = html! {
        main.narrow {
            h1 { "Tributary" }
            @if let Some(complaint) = complaint {
                p.notice.wrong role="alert" { (complaint) }
            }
            form method="post" action="/dashboard/sign-in" {
                input type="hidden" name="_csrf" value=(sign_in_token(&context, &browser));
                label for="key" { "Key" }
                input #key type="password" name="key" required autofocus autocomplete="current-password";
                button { "Sign in" }
            }
            p.note { "The admin key is printed at the start. Other keys are made on the page Settings." }
        }
    };
    let answer = layout::answer(status, "Sign in", &body);
    Ok(match known {
        Some(_) => answer,
        None => answer.header("set-cookie", set_cookie(request, BROWSER, &browser, LASTS_SECONDS)),
    })
}

pub(crate) async fn sign_in(request: &Request) -> Result<Answer, Problem> {
    let (context, form) = (Context::get().await?, Form::of(request));
    context.migrated().await?;
    if is_browsers(request) && !is_ours(&context, request, &form) {
        return page(request, 403, Some("This page was too old. Try again.")).await;
    }
    match identify(&context, form.get("key").unwrap_or_default(), Scope::Read).await {
        Ok(actor) => {
            let session = open(&context.keys, &context.admin_token, &actor.name, random(), context.now());
            let cookie = set_cookie(request, COOKIE, &session, LASTS_SECONDS);
            Ok(Answer::to_page("/dashboard").header("set-cookie", cookie))
        }
        Err(problem) if problem.status < 500 => {
            page(request, problem.status, Some("This key is not known, or may not look.")).await
        }
        Err(problem) => Err(problem),
    }
}

/// Ends the session here and wherever its cookie was copied to.
pub(crate) async fn sign_out(request: &Request) -> Result<Answer, Problem> {
    let context = Context::get().await?;
    context.migrated().await?;
    if let Some(signed_in) = session::signed_in(&context, request).await? {
        Form::of(request).must_be_of(&signed_in)?;
        session::end(&context, request).await?;
    }
    Ok(Answer::to_page("/dashboard").header("set-cookie", set_cookie(request, COOKIE, "", 0)))
}

/// Every browser says where a form stands. A program does not; it brings a key of its own, and nobody tricks it.
fn is_browsers(request: &Request) -> bool {
    ["origin", "sec-fetch-site"].iter().any(|name| request.headers.get(name).is_some())
}

/// Whether the form is one that this browser was shown.
fn is_ours(context: &Context, request: &Request, form: &Form) -> bool {
    let sent = form.get("_csrf").unwrap_or_default();
    browser_of(request).is_some_and(|browser| showed_sign_in(context, browser, sent))
}

fn browser_of(request: &Request) -> Option<&str> {
    request.cookie(BROWSER).filter(|value| value.len() == BROWSER_LENGTH)
}
