//! API keys: a new one's text is shown once.

use maud::{Markup, html};
use serde_json::{Value, json};
use tributary_web::rest::Scope;
use tributary_web::{Answer, Problem};

use crate::fields::{self, Filled, required};
use crate::layout::{Title, page_with};
use crate::parts::{self, Act, Align, name};
use crate::visit::Visit;
use crate::wire::{Key, List};

/// What a key may, in words.
const SCOPES: [(&str, &str); 3] = [
    ("read", "look"),
    ("write", "change campaigns, creators and sales"),
    ("admin", "change stores, keys and settings"),
];

pub(crate) async fn page(visit: &Visit) -> Result<Answer, Problem> {
    shown(visit, 200, None, &Filled::with(&json!({"scopes": ["read"]}))).await
}

/// The text of a new key stands on the answer to the form itself: it is kept nowhere else. The same form sent again
/// makes no second key.
pub(crate) async fn create(visit: &Visit) -> Result<Answer, Problem> {
    let form = visit.form()?;
    match visit.send_once("/keys", &form, &form.to_json()).await {
        Ok(made) => {
            let text = made.get("key").and_then(Value::as_str).unwrap_or_default();
            shown(visit, 200, Some(text), &Filled::with(&json!({"scopes": ["read"]}))).await
        }
        Err(problem) if problem.status < 500 => {
            shown(visit, problem.status, None, &Filled::again(&Value::Null, &form, &problem)).await
        }
        Err(problem) => Err(problem),
    }
}

async fn shown(visit: &Visit, status: u16, new: Option<&str>, form: &Filled<'_>) -> Result<Answer, Problem> {
    visit.who.actor.must_have(Scope::Admin)?;
    let keys: List<Key> = visit.get("/keys?limit=100").await?;
    let body = html! {
        @if let Some(text) = new {
            div.notice role="status" {
                p { "The new key. Keep it now: it is not shown again." }
                p { (parts::copyable("key", text)) }
            }
        }
        (table(visit, &keys.data))
        h2 { "New key" }
        (form.summary())
        form.sheet method="post" action="/dashboard/keys" {
            (fields::hidden(visit))
            (required("name", "Name", "What it is for.").on(form))
            fieldset {
                legend { "What it may" }
                @for (scope, words) in SCOPES {
                    label.tick { input type="checkbox" name="scopes[]" value=(scope) checked[form.chosen("scopes[]", scope)]; " " (words) }
                }
            }
            button { "Make the key" }
        }
    };
    Ok(page_with(visit, status, &Title::below("Settings", "/dashboard/settings", "Keys"), &body))
}

fn table(visit: &Visit, keys: &[Key]) -> Markup {
    if keys.is_empty() {
        return parts::empty(
            "There is no key but the root key. Make one for each program and each person.",
            None,
        );
    }
    let rows = html! {
        @for key in keys {
            tr {
                th scope="row" { (name(&key.name)) }
                td { (key.scopes.join(", ")) }
                td { (visit.moment(key.created_at)) }
                td { (Act {
                    path: &format!("/keys/{}", key.id),
                    method: "DELETE",
                    label: "End",
                    about: &key.name,
                    said: "The key does not work any more.",
                    then: "/dashboard/keys",
                }.button(visit)) }
            }
        }
    };
    let text = Align::Text;
    parts::table("Keys", &[("Key", text), ("May", text), ("Made", text), ("Act", text)], &rows)
}
