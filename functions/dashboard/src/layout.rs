//! The frame of every page.

use maud::{DOCTYPE, Markup, html};
use tributary_web::{Answer, Notice, Problem, Request};

use crate::parts;
use crate::visit::Visit;

/// Nothing but our own style, script, images and forms; no frame, nothing inline, nobody else.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A title and the sections of the way to it: what the browser's tab and the top of the page say.
pub(crate) struct Title<'a> {
    pub(crate) text: &'a str,
    /// The page above: its name and its address.
    pub(crate) above: Option<(&'a str, &'a str)>,
}

impl<'a> Title<'a> {
    pub(crate) const fn top(text: &'a str) -> Self {
        Self { text, above: None }
    }

    pub(crate) const fn below(name: &'a str, address: &'a str, text: &'a str) -> Self {
        Self { text, above: Some((name, address)) }
    }
}

/// The sections, in the order in which a brand comes to need them.
const SECTIONS: [(&str, &str); 11] = [
    ("/dashboard", "Home"),
    ("/dashboard/campaigns", "Campaigns"),
    ("/dashboard/creators", "Creators"),
    ("/dashboard/plans", "Plans"),
    ("/dashboard/sales", "Sales"),
    ("/dashboard/review", "Review"),
    ("/dashboard/payouts", "Payouts"),
    ("/dashboard/orders", "Orders"),
    ("/dashboard/stores", "Stores"),
    ("/dashboard/deliveries", "Deliveries"),
    ("/dashboard/settings", "Settings"),
];

/// A whole page.
pub(crate) fn answer(status: u16, title: &str, body: &Markup) -> Answer {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Tributary" }
                link rel="icon" href="/dashboard/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href={ "/dashboard/style.css?" (env!("CARGO_PKG_VERSION")) };
                script src={ "/dashboard/script.js?" (env!("CARGO_PKG_VERSION")) } defer {}
            }
            body { (body) }
        }
    };
    Answer::bytes(status, "text/html; charset=utf-8", page.into_string())
        .header("content-security-policy", CONTENT_SECURITY_POLICY)
        .header("referrer-policy", "no-referrer")
        .header("x-frame-options", "DENY")
}

/// A page for somebody who is signed in.
pub(crate) fn page(visit: &Visit, title: &Title<'_>, body: &Markup) -> Answer {
    page_with(visit, 200, title, body)
}

/// The same with another status: a form that is shown again, with what is wrong.
pub(crate) fn page_with(visit: &Visit, status: u16, title: &Title<'_>, body: &Markup) -> Answer {
    let notice = Notice::of(&visit.request);
    let whole = html! {
        a.skip href="#main" { "To the content" }
        header {
            (navigation(&visit.request))
            form.quiet method="post" action="/dashboard/sign-out" {
                (parts::token(visit))
                button { "Sign out" }
            }
        }
        main #main {
            @if let Some((name, address)) = title.above {
                p.above { a href=(address) { "‹ " (name) } }
            }
            @match &notice {
                Some(Notice::Done(words)) => p.notice role="status" { (words) },
                Some(Notice::Problem(words)) => p.notice.wrong role="alert" { (words) },
                None => {},
            }
            h1 { bdi { (title.text) } }
            (body)
        }
        footer { (parts::zone(visit)) }
    };
    let answer = answer(status, title.text, &whole);
    if notice.is_some() { Notice::said(answer, &visit.request) } else { answer }
}

fn navigation(request: &Request) -> Markup {
    let path = request.path.trim_end_matches('/');
    let here = |address: &str| {
        path == address
            || (address != "/dashboard"
                && path.strip_prefix(address).is_some_and(|rest| rest.starts_with('/')))
    };
    html! {
        nav aria-label="Sections" {
            ul {
                @for (address, name) in SECTIONS {
                    li { a href=(address) aria-current=[here(address).then_some("page")] { (name) } }
                }
            }
        }
    }
}

/// A page that says what went wrong.
pub(crate) fn problem(problem: &Problem) -> Answer {
    let title = match problem.status {
        404 => "Not found",
        403 => "Not allowed",
        _ => "That did not work",
    };
    let body = html! {
        main.narrow {
            h1 { (title) }
            p { (problem.detail) "." }
            @for error in problem.errors.as_slice() {
                p { strong { (error.path) } ": " (error.detail) }
            }
            p { a href="/dashboard" { "To the dashboard" } }
        }
    };
    answer(problem.status, title, &body)
}
