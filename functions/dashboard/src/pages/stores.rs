//! Stores, and one with the steps that connect it and what its platform supports.

use maud::{Markup, html};
use serde_json::{Map, Value};
use tributary_web::rest::Scope;
use tributary_web::{Answer, Problem};

use super::amazon;
use super::store_connection::{codes_in_shop, connection, reconciliation};
use super::store_steps::guide;
use crate::layout::{Title, page};
use crate::parts::{self, Align, name, words};
use crate::visit::Visit;
use crate::wire::{List, Store};

pub(crate) async fn list(visit: &Visit) -> Result<Answer, Problem> {
    let found: List<Store> = visit.get(&format!("/stores?{}", visit.query_with(&[]))).await?;
    let rows = html! {
        @for store in &found.data {
            tr {
                th scope="row" { a href={ "/dashboard/stores/" (store.id) } { (name(&store.name)) } }
                td { (store.platform.name()) }
                td { (store.url) }
                td { (store.currency) }
                td { (if store.has_credentials { "made here" } else { "typed in by you" }) }
                td { (if store.has_webhook_secrets { "verified" } else { "no secret yet" }) }
            }
        }
    };
    let text = Align::Text;
    let head = [
        ("Store", text),
        ("Platform", text),
        ("Address", text),
        ("Currency", text),
        ("Codes", text),
        ("Webhooks", text),
    ];
    let body = html! {
        @if visit.may(Scope::Admin) { p { a.button href="/dashboard/stores/new" { "Connect a store" } } }
        @if found.data.is_empty() {
            (parts::empty("No store is connected. This is the first step of all.", Some(("/dashboard/stores/new", "Connect a store"))))
        } @else { (parts::table("Stores", &head, &rows)) }
        (parts::pager(visit, found.next_cursor.as_deref()))
    };
    Ok(page(visit, &Title::top("Stores"), &body))
}

pub(crate) async fn one(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let store: Store = visit.get(&format!("/stores/{id}")).await?;
    let can: Map<String, Value> = visit.get(&format!("/stores/{id}/capabilities")).await?;
    let body = html! {
        dl.facts {
            div { dt { "Platform" } dd { (store.platform.name()) } }
            div { dt { "Address" } dd { (store.url) } }
            div { dt { "Currency" } dd { (store.currency) } }
            div { dt { "Codes" } dd { (if store.has_credentials { "are made in the shop by its API" } else { "are typed into the shop by you" }) } }
            div { dt { "Webhooks" } dd { (if store.has_webhook_secrets { "are verified with a secret" } else { "have no secret yet, so none is accepted" }) } }
        }
        @if visit.may(Scope::Admin) {
            div.choices {
                a.button href={ "/dashboard/stores/" (store.id) "/edit" } { "Edit" }
                a.button href={ "/dashboard/plans/new?storeId=" (store.id) } { "New plan for it" }
            }
        }
        h2 { "Is it connected?" }
        (connection(visit, &store).await?)
        (guide(&store))
        (amazon::acts(visit, &store))
        (codes_in_shop(&store))
        (reconciliation(visit, &store))
        h2 { "What it supports" }
        (supports(&can))
    };
    Ok(page(visit, &Title::below("Stores", "/dashboard/stores", &store.name), &body))
}

fn supports(can: &Map<String, Value>) -> Markup {
    let rows = html! {
        @for (term, support) in can {
            tr {
                th scope="row" { (spaced(term)) }
                td { @match support.as_str() {
                    Some("native") => "yes",
                    Some("emulated") => "yes, by other means",
                    _ => "no",
                } }
            }
        }
    };
    parts::table("What it supports", &[("Term", Align::Text), ("Supported", Align::Text)], &rows)
}

fn spaced(term: &str) -> String {
    let snake: String = term
        .chars()
        .flat_map(|letter| {
            letter.is_ascii_uppercase().then_some('_').into_iter().chain([letter.to_ascii_lowercase()])
        })
        .collect();
    words(&snake)
}
