//! Signing in with a key, and out again. The cookie is signed, lasts a working day and holds no key.

use maud::html;
use tributary_web::rest::{Scope, identify};
use tributary_web::session::{COOKIE, LASTS_SECONDS, open, set_cookie};
use tributary_web::{Answer, Context, Form, Problem, Request};

use crate::layout;

pub(crate) fn page(status: u16, complaint: Option<&str>) -> Answer {
    let body = html! {
        main.narrow {
            h1 { "Tributary" }
            @if let Some(complaint) = complaint {
                p.notice.wrong role="alert" { (complaint) }
            }
            form method="post" action="/dashboard/sign-in" {
                label for="key" { "Key" }
                input #key type="password" name="key" required autofocus autocomplete="current-password";
                button { "Sign in" }
            }
            p.note { "The admin key is printed at the start. Other keys are made on the page Settings." }
        }
    };
    layout::answer(status, "Sign in", &body)
}

pub(crate) async fn sign_in(request: &Request) -> Result<Answer, Problem> {
    refuse_other_sites(request)?;
    let context = Context::get().await?;
    context.migrated().await?;
    match identify(&context, Form::of(request).get("key").unwrap_or_default(), Scope::Read).await {
        Ok(actor) => {
            let session = open(&context.keys, &context.admin_token, &actor.name, context.now());
            let cookie = set_cookie(request, COOKIE, &session, LASTS_SECONDS);
            Ok(Answer::to_page("/dashboard").header("set-cookie", cookie))
        }
        Err(problem) if problem.status < 500 => {
            Ok(page(problem.status, Some("This key is not known, or may not look.")))
        }
        Err(problem) => Err(problem),
    }
}

pub(crate) fn sign_out(request: &Request) -> Result<Answer, Problem> {
    refuse_other_sites(request)?;
    Ok(Answer::to_page("/dashboard").header("set-cookie", set_cookie(request, COOKIE, "", 0)))
}

/// Another site's form must not sign anybody in or out. Browsers say where a form stands; there is no session yet
/// whose token a form could carry.
fn refuse_other_sites(request: &Request) -> Result<(), Problem> {
    match request.headers.get("sec-fetch-site") {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) => Err(Problem::new(403, "other_site", "this form was sent by another site")),
    }
}
