//! How far a store's connection is, and what can be tried: its credentials, and its orders held against ours.

use maud::{Markup, html};
use tributary_domain::capability::Platform;
use tributary_web::Problem;
use tributary_web::rest::Scope;

use crate::parts::{self, Act, Align, NOTHING, state};
use crate::visit::Visit;
use crate::wire::{SelfTest, Step, Store};

/// The platforms whose orders and codes can be listed by their API.
const LISTED: [Platform; 5] = [
    Platform::Shopify,
    Platform::Woocommerce,
    Platform::Bigcommerce,
    Platform::AdobeCommerce,
    Platform::Stripe,
];

/// Each step with what was seen of it, and what to do where it is missing.
pub(super) async fn connection(visit: &Visit, store: &Store) -> Result<Markup, Problem> {
    let found: SelfTest = visit.get(&format!("/stores/{}/self-test", store.id)).await?;
    let rows = html! { @for step in &found.steps { (row(store, step)) } };
    let text = Align::Text;
    let head = [("Step", text), ("State", text), ("What was seen", text), ("What to do", text)];
    Ok(html! {
        p { (if found.ready { "Yes: nothing is missing." } else { "Not yet: a step below is missing. Load the page again after you did it." }) }
        (parts::table("Connection", &head, &rows))
        @if store.has_credentials && store.platform != Platform::Amazon && visit.may(Scope::Write) { p { (check(visit, store)) } }
    })
}

fn row(store: &Store, step: &Step) -> Markup {
    let (called, what, address) = to_do(&step.name);
    html! {
        tr {
            th scope="row" { (called) }
            td { (state(&step.status)) }
            td { p { (step.detail) } }
            td { @if step.status == "done" { (NOTHING) } @else {
                p { a href=(address.replace("{id}", &store.id)) { (what) } }
            } }
        }
    }
}

/// A step as people call it, what to do while it is missing, and where.
fn to_do(step: &str) -> (&str, &'static str, &'static str) {
    match step {
        "webhookSecret" => ("Webhook secret", "Put the secret in", "/dashboard/stores/{id}/edit"),
        "webhookDelivery" => ("A webhook has come", "Make the webhooks as below", "#steps"),
        "order" => ("An order is known", "Buy something, or look at what came", "/dashboard/deliveries"),
        "clickIdOrCode" => {
            ("An order carries a click or a code", "Click a link and buy, or buy with a code", "#steps")
        }
        "credit" => ("An order is credited", "An order says why it is not", "/dashboard/orders"),
        "attributionTag" => ("Amazon's tag", "Ask Amazon for it", "#amazon"),
        "figures" => ("Amazon's figures", "Fetch them", "#amazon"),
        "credentials" => ("Its API", "Put the credentials in", "/dashboard/stores/{id}/edit"),
        other => (other, "See below", "#steps"),
    }
}

/// The button that tries the credentials in the shop.
fn check(visit: &Visit, store: &Store) -> Markup {
    let act = Act {
        path: &format!("/stores/{}/check", store.id),
        method: "POST",
        label: "Check the credentials",
        about: "",
        said: "The shop lets us in.",
        then: &page(store),
    };
    act.button(visit)
}

fn page(store: &Store) -> String {
    format!("/dashboard/stores/{}", store.id)
}

/// The way to the page that holds the shop's codes against ours.
pub(super) fn codes_in_shop(store: &Store) -> Markup {
    html! {
        @if store.has_credentials && LISTED.contains(&store.platform) {
            h2 { "Are its codes as they should be?" }
            p { a href={ (page(store)) "/codes" } { "Codes in the shop" } ": what was renamed, deleted, switched or changed there, and codes that are nobody's here." }
        }
    }
}

/// Holds the shop's orders of a time against ours. One call reads a page of the shop's list, and the next one goes on.
pub(super) fn reconciliation(visit: &Visit, store: &Store) -> Markup {
    if !LISTED.contains(&store.platform) || !visit.may(Scope::Write) {
        return html! {};
    }
    html! {
        h2 #orders { "Were orders lost on the way?" }
        p { "The shop's own list is held against what came here. What is missing or different is taken in, as if its webhook had come." }
        @if store.has_credentials { (form(visit, store)) }
        @else { p.note { "It takes the credentials of the shop's API: put them in under Edit." } }
    }
}

fn form(visit: &Visit, store: &Store) -> Markup {
    let given = |name: &str| visit.request.query(name);
    let cursor = given("cursor");
    let act = Act {
        path: &format!("/stores/{}/reconcile", store.id),
        method: "POST",
        label: if cursor.is_some() { "Read on" } else { "Compare" },
        about: "the shop's orders",
        said: "{equal} orders were equal, {missing} were missing and are taken in, {different} were different and are put right, {unreadable} could not be read.",
        then: &format!("{}?from={{from}}&to={{to}}&cursor={{nextCursor}}#orders", page(store)),
    };
    html! {
        @if cursor.is_some() {
            p.note { "There is more: read on until this is gone. " a href={ (page(store)) "#orders" } { "Another time" } }
        }
        (act.with(visit, &html! {
            @match &cursor {
                Some(cursor) => {
                    @for (name, value) in [("from", given("from")), ("to", given("to"))] {
                        input type="hidden" name=(name) value=(value.unwrap_or_default());
                    }
                    input type="hidden" name="cursor?" value=(cursor);
                }
                None => {
                    @let today = visit.context.now();
                    label { "Changed from " input type="date" name="from" required value=(today.plus_days(-6).day()); } " "
                    label { "to " input type="date" name="to" required value=(today.day()); } " "
                }
            }
        }))
    }
}
