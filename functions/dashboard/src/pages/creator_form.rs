//! Adding and changing a creator.

use maud::html;
use serde_json::{Value, json};
use tributary_web::request::Method;
use tributary_web::{Answer, Notice, Problem};

use crate::fields::{self, Filled, optional};
use crate::layout::{Title, page_with};
use crate::visit::{Known, Visit};
use crate::wire::Creator;

/// The networks that the form always asks for; others stay as they are.
const NETWORKS: [(&str, &str); 4] =
    [("instagram", "Instagram"), ("tiktok", "TikTok"), ("youtube", "YouTube"), ("twitch", "Twitch")];

pub(crate) fn new(visit: &Visit) -> Answer {
    shown(visit, 200, "Add a creator", &Filled::with(&json!({})))
}

pub(crate) async fn edit(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let Known { fields, read: creator, version } = visit.known::<Creator>(&format!("/creators/{id}")).await?;
    Ok(shown(visit, 200, &creator.name(), &Filled::with(&fields).of_version(version)))
}

pub(crate) async fn create(visit: &Visit) -> Result<Answer, Problem> {
    let form = visit.form()?;
    match visit.send_once("/creators", &form, &form.to_json()).await {
        Ok(made) => {
            let id = made.get("id").and_then(Value::as_str).unwrap_or_default();
            let next = Answer::to_page(&format!("/dashboard/creators/{id}"));
            Ok(Notice::done("Added.").on(next, &visit.request))
        }
        Err(problem) if problem.status < 500 => {
            Ok(shown(visit, problem.status, "Add a creator", &Filled::again(&Value::Null, &form, &problem)))
        }
        Err(problem) => Err(problem),
    }
}

pub(crate) async fn update(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let form = visit.form()?;
    match visit.change(Method::Patch, &format!("/creators/{id}"), &form, &form.to_json()).await {
        Ok(_) => {
            let next = Answer::to_page(&format!("/dashboard/creators/{id}"));
            Ok(Notice::done("Saved. A code that lacked something can be tried again now.")
                .on(next, &visit.request))
        }
        Err(problem) if problem.status < 500 => {
            let version = visit.version(&format!("/creators/{id}")).await?;
            let filled = Filled::again(&Value::Null, &form, &problem).of_version(version);
            Ok(shown(visit, problem.status, "Edit", &filled))
        }
        Err(problem) => Err(problem),
    }
}

fn shown(visit: &Visit, status: u16, title: &str, form: &Filled<'_>) -> Answer {
    let body = html! {
        (form.summary())
        form.sheet method="post" {
            (fields::hidden(visit))
            (form.version_field())
            p.note { "A name, an address or a handle is enough. A code may need more, and says what it lacks." }
            (optional("firstName?", "First name", "").on(form))
            (optional("lastName?", "Last name", "").on(form))
            (optional("email?", "E-mail address", "An order from this address is held for review.").of_kind("email").on(form))
            fieldset {
                legend { "Handles" }
                @for (network, label) in NETWORKS {
                    (optional(&format!("handles.{network}?"), label, "").on(form))
                }
            }
            (optional("externalId?", "Your own id", "Of your CRM, for instance.").on(form))
            (optional("tags,", "Tags", "Between commas.").on(form))
            button { "Save" }
        }
    };
    page_with(visit, status, &Title::below("Creators", "/dashboard/creators", title), &body)
}
