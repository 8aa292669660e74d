//! The account's settings, and the way to keys and the audit log.

use maud::{Markup, html};
use serde_json::Value;
use tributary_web::request::Method;
use tributary_web::rest::Scope;
use tributary_web::{Answer, Notice, Problem};

use crate::fields::{self, Filled, required};
use crate::layout::{Title, page_with};
use crate::visit::Visit;

pub(crate) async fn page(visit: &Visit) -> Result<Answer, Problem> {
    let (known, version) = visit.get_versioned::<Value>("/settings").await?;
    Ok(shown(visit, 200, &Filled::with(&known).of_version(version)))
}

pub(crate) async fn save(visit: &Visit) -> Result<Answer, Problem> {
    let form = visit.form()?;
    match visit.change(Method::Put, "/settings", &form, &form.to_json()).await {
        Ok(_) => Ok(Notice::done("Saved.").on(Answer::to_page("/dashboard/settings"), &visit.request)),
        Err(problem) if problem.status < 500 => {
            let version = visit.version("/settings").await?;
            let filled = Filled::again(&Value::Null, &form, &problem).of_version(version);
            Ok(shown(visit, problem.status, &filled))
        }
        Err(problem) => Err(problem),
    }
}

fn shown(visit: &Visit, status: u16, form: &Filled<'_>) -> Answer {
    let body = html! {
        (tabs("settings"))
        (form.summary())
        form.sheet method="post" {
            (fields::hidden(visit))
            (form.version_field())
            (required("defaultCurrency", "Currency of totals", "Three letters, such as EUR. Every amount is kept in its own currency.").on(form))
            (required("timeZone", "Time zone", "In which pages show times, such as Europe/Paris. Days are those of UTC in all counts.").on(form))
            (required("clickRetentionDays#", "Days for which single clicks are kept", "Daily counts are kept for ever.").of_kind("number").on(form))
            @if visit.may(Scope::Admin) { button { "Save" } }
            @else { p.note { "Only a key with the scope admin can change this." } }
        }
    };
    page_with(visit, status, &Title::top("Settings"), &body)
}

/// The pages of the account.
pub(crate) fn tabs(here: &str) -> Markup {
    let pages = [
        ("settings", "Account"),
        ("rates", "Exchange rates"),
        ("keys", "Keys"),
        ("webhooks", "Webhooks"),
        ("audit", "Who changed what"),
    ];
    html! {
        nav.tabs aria-label="Settings" { ul {
            @for (page, label) in pages {
                li { a href={ "/dashboard/" (page) } aria-current=[(page == here).then_some("page")] { (label) } }
            }
        } }
    }
}
