//! Tracking plans, and one with its versions side by side (R12).

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use serde_json::{Map, Value};
use tributary_web::rest::Scope;
use tributary_web::{Answer, Problem};

use super::plan_words::lines;
use crate::layout::{Title, page};
use crate::parts::{self, Act, Align, NOTHING, name, state, words};
use crate::visit::Visit;
use crate::wire::{List, Plan, Store};

pub(crate) async fn list(visit: &Visit) -> Result<Answer, Problem> {
    let found: List<Plan> = visit.get(&format!("/plans?{}", visit.query_with(&[]))).await?;
    let stores: List<Store> = visit.get("/stores?limit=100").await?;
    let stores: BTreeMap<&str, &Store> = stores.data.iter().map(|store| (store.id.as_str(), store)).collect();
    let rows = html! {
        @for plan in &found.data {
            tr {
                th scope="row" { a href={ "/dashboard/plans/" (plan.id) } { (name(&plan.name)) } }
                td { @if let Some(store) = stores.get(plan.store_id.as_str()) {
                    a href={ "/dashboard/stores/" (store.id) } { (name(&store.name)) }
                } }
                td { (words(plan.terms.get("mode").and_then(Value::as_str).unwrap_or_default())) }
                td { (state(&plan.status)) }
                td.number { (plan.version) }
            }
        }
    };
    let text = Align::Text;
    let head =
        [("Plan", text), ("Store", text), ("Codes are", text), ("Status", text), ("Version", Align::Number)];
    let body = html! {
        @if visit.may(Scope::Write) {
            p.choices {
                a.button href="/dashboard/plans/new" { "New plan" }
                a href="/dashboard/what-if" { "What would other terms have paid?" }
            }
        }
        @if found.data.is_empty() && stores.is_empty() {
            (parts::empty("A plan is for one store. Connect the store first.", Some(("/dashboard/stores/new", "Connect a store"))))
        } @else if found.data.is_empty() {
            (parts::empty("A plan says what shoppers save, what codes look like, and what creators earn.", Some(("/dashboard/plans/new", "New plan"))))
        } @else { (parts::table("Plans", &head, &rows)) }
        (parts::pager(visit, found.next_cursor.as_deref()))
    };
    Ok(page(visit, &Title::top("Plans"), &body))
}

pub(crate) async fn one(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let plan: Plan = visit.get(&format!("/plans/{id}")).await?;
    let store: Store = visit.get(&format!("/stores/{}", plan.store_id)).await?;
    let versions: List<Map<String, Value>> = visit.get(&format!("/plans/{id}/versions?limit=6")).await?;
    let body = html! {
        p { (state(&plan.status)) " Version " (plan.version) ", for " a href={ "/dashboard/stores/" (store.id) } { (name(&store.name)) } }
        @if visit.may(Scope::Write) {
            div.choices {
                a.button href={ "/dashboard/plans/" (plan.id) "/edit" } { "Make the next version" }
                a.button href={ "/dashboard/campaigns/new?planId=" (plan.id) } { "New campaign with it" }
                @if plan.status == "active" {
                    (Act {
                        path: &format!("/plans/{}/deactivate", plan.id),
                        method: "POST",
                        label: "Take out of use",
                        about: &plan.name,
                        said: "Out of use: its links lead to the fallback, and what was earned stays.",
                        then: &visit.here(),
                    }.button(visit))
                }
            }
        }
        p.choices {
            a href={ "/dashboard/sales?planId=" (plan.id) } { "The sales under it" }
            a href={ "/dashboard/plans/" (plan.id) "/codes" } { "Its codes and their terms" }
        }
        h2 { "Versions" }
        p.note { "Clicks and codes keep the terms of the version under which they were made. A mark stands where a version differs from the one before." }
        (side_by_side(&versions.data))
    };
    Ok(page(visit, &Title::below("Plans", "/dashboard/plans", &plan.name), &body))
}

/// The newest versions, the newest first, a term a line.
fn side_by_side(versions: &[Map<String, Value>]) -> Markup {
    let told: Vec<BTreeMap<String, String>> = versions.iter().map(lines).collect();
    let names: BTreeSet<&String> = told.iter().flat_map(BTreeMap::keys).collect();
    let titles: Vec<String> = versions
        .iter()
        .map(|version| format!("Version {}", version.get("version").cloned().unwrap_or_default()))
        .collect();
    let head: Vec<(&str, Align)> = std::iter::once("Term")
        .chain(titles.iter().map(String::as_str))
        .map(|title| (title, Align::Text))
        .collect();
    let rows = html! {
        @for term in names {
            tr {
                th scope="row" { (term) }
                @for (index, version) in told.iter().enumerate() {
                    @let before = told.get(index + 1).map(|before| before.get(term));
                    @let differs = before.is_some_and(|before| before != version.get(term));
                    td class=[differs.then_some("differs")] {
                        @if differs { span.mark { "● " span.unseen { "differs: " } } }
                        (name(version.get(term).map_or(NOTHING, String::as_str)))
                    }
                }
            }
        }
    };
    parts::table("Versions", &head, &rows)
}
