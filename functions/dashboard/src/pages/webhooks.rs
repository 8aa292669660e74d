//! Webhooks to the brand's own systems: where they go, what was sent there, and another try.

use maud::{Markup, html};
use serde_json::{Value, json};
use tributary_domain::webhook::Event;
use tributary_web::rest::Scope;
use tributary_web::{Answer, Form, Problem};

use crate::fields::{self, Filled, required};
use crate::layout::{Title, page as framed, page_with};
use crate::parts::{self, Act, Align, state};
use crate::visit::Visit;
use crate::wire::{List, WebhookEndpoint, WebhookMessage};

const HERE: &str = "/dashboard/webhooks";

pub(crate) async fn list(visit: &Visit) -> Result<Answer, Problem> {
    shown(visit, 200, None, &Filled::with(&Value::Null)).await
}

/// The secret of a new endpoint stands on the answer to the form itself: it is shown nowhere else.
pub(crate) async fn create(visit: &Visit) -> Result<Answer, Problem> {
    let form = visit.form()?;
    match visit.send_once("/webhook-endpoints", &form, &wanted(&form)).await {
        Ok(made) => shown(visit, 200, Some(&made), &Filled::with(&Value::Null)).await,
        Err(problem) if problem.status < 500 => {
            shown(visit, problem.status, None, &Filled::again(&Value::Null, &form, &problem)).await
        }
        Err(problem) => Err(problem),
    }
}

/// Where nothing is ticked, the form sends no list at all.
fn wanted(form: &Form) -> Value {
    json!({"url": form.get("url"), "events": form.all("events[]").collect::<Vec<_>>()})
}

async fn shown(
    visit: &Visit,
    status: u16,
    new: Option<&Value>,
    form: &Filled<'_>,
) -> Result<Answer, Problem> {
    let found: List<WebhookEndpoint> = visit.get("/webhook-endpoints?limit=100").await?;
    let body = html! {
        @if let Some(made) = new { (secret(made)) }
        p { "Your own systems hear of what happens by signed messages, in the form of Standard Webhooks." }
        (endpoints(&found.data))
        @if visit.may(Scope::Admin) {
            h2 { "New endpoint" }
            (form.summary())
            form.sheet method="post" action=(HERE) {
                (fields::hidden(visit))
                (required("url", "Address", "Where the messages go, such as https://hooks.brand.example/tributary. Your operator allows its host.").of_kind("url").on(form))
                fieldset {
                    legend { "What it is told" }
                    @for event in Event::ALL {
                        label.tick { input type="checkbox" name="events[]" value=(event.as_str()) checked[form.chosen("events[]", event.as_str())]; " " (event.as_str()) }
                    }
                }
                button { "Add the endpoint" }
            }
        }
    };
    Ok(page_with(visit, status, &Title::below("Settings", "/dashboard/settings", "Webhooks"), &body))
}

fn secret(made: &Value) -> Markup {
    let text = made.get("secret").and_then(Value::as_str).unwrap_or_default();
    html! {
        div.notice role="status" {
            p { "The secret that signs the messages. Keep it now: it is not shown again." }
            p { (parts::copyable("secret", text)) }
        }
    }
}

fn endpoints(found: &[WebhookEndpoint]) -> Markup {
    if found.is_empty() {
        return parts::empty("There is no endpoint yet.", None);
    }
    let rows = html! {
        @for endpoint in found {
            tr {
                th scope="row" { a href={ (HERE) "/" (endpoint.id) } { (endpoint.url) } }
                td { (state(&endpoint.status)) }
                td { (endpoint.disabled_reason.as_deref().unwrap_or_default()) }
                td { (endpoint.events.join(", ")) }
            }
        }
    };
    let text = Align::Text;
    parts::table("Endpoints", &[("Address", text), ("Status", text), ("Why", text), ("Is told", text)], &rows)
}

pub(crate) async fn one(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    of_endpoint(visit, id, None).await
}

/// A new secret, shown on the answer to the form itself.
pub(crate) async fn rotate(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let form = visit.form()?;
    let made = visit.send_once(&format!("/webhook-endpoints/{id}/rotate-secret"), &form, &json!({})).await?;
    of_endpoint(visit, id, Some(&made)).await
}

async fn of_endpoint(visit: &Visit, id: &str, new: Option<&Value>) -> Result<Answer, Problem> {
    let endpoint: WebhookEndpoint = visit.get(&format!("/webhook-endpoints/{id}")).await?;
    let path = format!("/webhook-endpoints/{id}/messages?{}", visit.query_with(&[]));
    let messages: List<WebhookMessage> = visit.get(&path).await?;
    let body = html! {
        @if let Some(made) = new { (secret(made)) p { "The old secret signs too for a day." } }
        dl.facts {
            div { dt { "Status" } dd { (state(&endpoint.status)) @if let Some(why) = &endpoint.disabled_reason { " " (why) } } }
            @if let Some(since) = endpoint.failing_since { div { dt { "Takes nothing since" } dd { (visit.moment(since)) } } }
            div { dt { "Is told" } dd { (endpoint.events.join(", ")) } }
            div { dt { "Made" } dd { (visit.moment(endpoint.created_at)) } }
        }
        (acts(visit, &endpoint))
        h2 { "Messages" }
        @if messages.data.is_empty() { (parts::empty("Nothing was sent yet.", None)) }
        @else { (sent(visit, &endpoint, &messages.data)) }
        (parts::pager(visit, messages.next_cursor.as_deref()))
    };
    Ok(framed(visit, &Title::below("Webhooks", HERE, &endpoint.url), &body))
}

fn acts(visit: &Visit, endpoint: &WebhookEndpoint) -> Markup {
    let path = format!("/webhook-endpoints/{}", endpoint.id);
    let test = format!("{path}/test");
    let here = format!("{HERE}/{}", endpoint.id);
    let is_active = endpoint.status == "active";
    let act = |path, method, label, said, then| Act { path, method, label, about: &endpoint.url, said, then };
    let (to, label, said) = if is_active {
        ("disabled", "Switch off", "It is off.")
    } else {
        ("active", "Switch on", "It is on.")
    };
    html! {
        div.choices {
            @if is_active && visit.may(Scope::Write) {
                (act(&test, "POST", "Send a test", "The test is on its way.", &here).button(visit))
            }
            @if visit.may(Scope::Admin) {
                (act(&path, "PATCH", label, said, &here).with(visit, &html! { input type="hidden" name="status" value=(to); }))
                form.act method="post" action={ (here) "/rotate" } { (fields::hidden(visit)) button.small { "New secret" } }
                (act(&path, "DELETE", "Delete", "It is deleted.", HERE).button(visit))
            }
        }
    }
}

fn sent(visit: &Visit, endpoint: &WebhookEndpoint, messages: &[WebhookMessage]) -> Markup {
    let may = visit.may(Scope::Write) && endpoint.status == "active";
    let rows = html! {
        @for message in messages {
            tr {
                td { (visit.moment(message.timestamp)) }
                th scope="row" { (message.kind) }
                td { (state(&message.status)) }
                td.number { (message.attempts) }
                td { (message.answer_status.map_or_else(String::new, |status| status.to_string())) }
                td { (message.error.as_deref().unwrap_or_default()) }
                td { @if let Some(next) = message.next_attempt_at { (visit.moment(next)) } }
                td { @if may { (Act {
                    path: &format!("/webhook-endpoints/{}/messages/{}/resend", endpoint.id, message.id),
                    method: "POST",
                    label: "Send again",
                    about: &message.kind,
                    said: "It is on its way.",
                    then: &visit.here(),
                }.button(visit)) } }
            }
        }
    };
    let text = Align::Text;
    let head = [
        ("Happened", text),
        ("Event", text),
        ("Status", text),
        ("Tries", Align::Number),
        ("Answer", text),
        ("What went wrong", text),
        ("Next try", text),
        ("Act", text),
    ];
    parts::table("Messages", &head, &rows)
}
