//! Connecting a store by steps, and changing it.

use maud::{Markup, html};
use serde_json::{Map, Value, json};
use tributary_domain::capability::Platform;
use tributary_web::request::Method;
use tributary_web::{Answer, Form, Notice, Problem};

use super::store_steps::{credential_steps, webhook_steps};
use crate::fields::{self, Filled, optional, required};
use crate::layout::{Title, page_with};
use crate::visit::{Known, Visit};
use crate::wire::Store;

const ABOVE: (&str, &str) = ("Stores", "/dashboard/stores");

/// What the API of each platform wants to be shown, and where a person finds it.
const fn credentials(platform: Platform) -> &'static [(&'static str, &'static str)] {
    match platform {
        Platform::Shopify => &[
            ("accessToken", "Admin API access token of a custom app"),
            ("clientId", "or the app's client id"),
            ("clientSecret", "and its client secret"),
        ],
        Platform::Woocommerce => {
            &[("consumerKey", "Consumer key (ck_…)"), ("consumerSecret", "Consumer secret (cs_…)")]
        }
        Platform::Bigcommerce => {
            &[("storeHash", "Store hash"), ("accessToken", "API account's access token")]
        }
        Platform::AdobeCommerce => &[
            ("consumerKey", "Integration's consumer key"),
            ("consumerSecret", "Consumer secret"),
            ("accessToken", "Access token"),
            ("accessTokenSecret", "Access token secret"),
        ],
        Platform::Stripe => &[("secretKey", "Secret or restricted key (sk_… or rk_…)")],
        Platform::Amazon => &[
            ("clientId", "Client id"),
            ("clientSecret", "Client secret"),
            ("refreshToken", "Refresh token"),
            ("profileId", "Advertising profile's id"),
            ("region", "Region: na, eu or fe"),
        ],
        Platform::Custom => &[],
    }
}

pub(crate) fn new(visit: &Visit) -> Result<Answer, Problem> {
    let Some(platform) = visit.request.query_as("platform", Platform::parse)? else {
        return Ok(choose(visit));
    };
    Ok(shown(visit, 200, "Connect a store", platform, Purpose::Connect, &Filled::with(&Value::Null)))
}

pub(crate) async fn edit(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let Known { fields, read: store, version } = visit.known::<Store>(&format!("/stores/{id}")).await?;
    let filled = Filled::with(&fields).of_version(version);
    Ok(shown(visit, 200, &store.name, store.platform, Purpose::Change, &filled))
}

pub(crate) async fn create(visit: &Visit) -> Result<Answer, Problem> {
    let form = visit.form()?;
    let platform = Platform::parse(form.get("platform").unwrap_or_default())
        .map_err(|invalid| Problem::field("platform", invalid.code, invalid.detail))?;
    match visit.send_once("/stores", &form, &sent(&form)).await {
        Ok(made) => {
            let id = made.get("id").and_then(Value::as_str).unwrap_or_default();
            let next = Answer::to_page(&format!("/dashboard/stores/{id}"));
            Ok(Notice::done("Connected. Now tell the shop where its orders go.").on(next, &visit.request))
        }
        Err(problem) if problem.status < 500 => {
            let filled = Filled::again(&Value::Null, &form, &problem);
            Ok(shown(visit, problem.status, "Connect a store", platform, Purpose::Connect, &filled))
        }
        Err(problem) => Err(problem),
    }
}

pub(crate) async fn update(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let form = visit.form()?;
    let (store, version) = visit.get_versioned::<Store>(&format!("/stores/{id}")).await?;
    match visit.change(Method::Patch, &format!("/stores/{id}"), &form, &sent(&form)).await {
        Ok(_) => {
            let next = Answer::to_page(&format!("/dashboard/stores/{id}"));
            Ok(Notice::done("Saved.").on(next, &visit.request))
        }
        Err(problem) if problem.status < 500 => {
            let filled = Filled::again(&Value::Null, &form, &problem).of_version(version);
            Ok(shown(visit, problem.status, &store.name, store.platform, Purpose::Change, &filled))
        }
        Err(problem) => Err(problem),
    }
}

/// The form as the API wants it: secrets that were left empty are not said, so that they stay as they are.
fn sent(form: &Form) -> Value {
    let mut body = form.to_json();
    if let Some(members) = body.as_object_mut() {
        let empty = |value: &Value| value.as_str().is_none_or(str::is_empty);
        if let Some(Value::Object(given)) = members.remove("credentials") {
            let given: Map<String, Value> = given.into_iter().filter(|(_, value)| !empty(value)).collect();
            if !given.is_empty() {
                members.insert("credentials".to_owned(), json!(given));
            }
        }
        if members.get("webhookSecrets").and_then(Value::as_array).is_some_and(Vec::is_empty) {
            members.remove("webhookSecrets");
        }
    }
    body
}

fn choose(visit: &Visit) -> Answer {
    let body = html! {
        p { "Step 1 of 3: which platform is it?" }
        ul.attention { @for platform in Platform::ALL {
            li { a href={ "?platform=" (platform.as_str()) } { (platform.name()) } }
        } }
        p.note { "Any shop that can call an address, or show a pixel, works as a custom store." }
    };
    page_with(visit, 200, &Title::below(ABOVE.0, ABOVE.1, "Connect a store"), &body)
}

/// Why the form is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Connect,
    Change,
}

fn shown(
    visit: &Visit,
    status: u16,
    title: &str,
    platform: Platform,
    purpose: Purpose,
    form: &Filled<'_>,
) -> Answer {
    let body = html! {
        @if purpose == Purpose::Connect { p { "Step 2 of 3: the shop, on " (platform.name()) "." } }
        (form.summary())
        form.sheet method="post" {
            (fields::hidden(visit))
            (form.version_field())
            @if purpose == Purpose::Connect { input type="hidden" name="platform" value=(platform.as_str()); }
            (required("name", "Name", "What you call it.").on(form))
            (required("url", "Address", "Where shoppers find it, such as https://shop.example.").of_kind("url").on(form))
            (required("currency", "Currency", "Three letters, such as EUR.").on(form))
            (secrets(platform, form))
            button { (if purpose == Purpose::Connect { "Connect" } else { "Save" }) }
        }
        @if purpose == Purpose::Connect {
            h2 { "Step 3 comes then" }
            p { "You get a webhook address for the shop:" }
            (webhook_steps(platform))
        }
    };
    page_with(visit, status, &Title::below(ABOVE.0, ABOVE.1, title), &body)
}

fn secrets(platform: Platform, form: &Filled<'_>) -> Markup {
    html! {
        fieldset {
            legend { "Webhooks" }
            (optional("webhookSecrets[]", "Webhook secret", "Proves that an order comes from the shop. It can be added later; what is kept is never shown.").of_kind("password").on(form))
            (optional("webhookSecrets[]", "Another one, while it is being changed", "").number("-2").of_kind("password").on(form))
        }
        @if !credentials(platform).is_empty() {
            fieldset {
                legend { "Its API" }
                p.note { "With these, codes are made in the shop by themselves. Without, you type them in. They are kept encrypted and never shown." }
                (credential_steps(platform))
                @for (name, label) in credentials(platform) {
                    (optional(&format!("credentials.{name}"), label, "").of_kind("password").on(form))
                }
            }
        }
    }
}
