//! The creators.

use std::collections::BTreeMap;

use maud::html;
use tributary_domain::ids::CreatorId;
use tributary_storage::creators::Creator;
use tributary_web::rest::Scope;
use tributary_web::{Answer, Problem};

use crate::layout::{Title, page};
use crate::parts::{self, Align, name};
use crate::visit::Visit;
use crate::wire::{self, List};

/// What people call a creator.
pub(crate) fn called(creator: &Creator) -> String {
    let names: Vec<&str> =
        [&creator.first_name, &creator.last_name].into_iter().flatten().map(String::as_str).collect();
    if !names.is_empty() {
        return names.join(" ");
    }
    let handle = creator.handles.values().next().map(|handle| format!("@{handle}"));
    handle.or_else(|| creator.email.clone()).unwrap_or_else(|| creator.id.to_string())
}

/// Names by id.
pub(crate) fn names(creators: BTreeMap<CreatorId, Creator>) -> BTreeMap<CreatorId, String> {
    creators.into_iter().map(|(id, creator)| (id, called(&creator))).collect()
}

pub(crate) async fn list(visit: &Visit) -> Result<Answer, Problem> {
    let found: List<wire::Creator> = visit.get(&format!("/creators?{}", visit.query_with(&[]))).await?;
    let given = |name: &str| visit.request.query(name).unwrap_or_default();
    let rows = html! {
        @for creator in &found.data {
            tr {
                th scope="row" { a href={ "/dashboard/creators/" (creator.id) } { (name(&creator.name())) } }
                td { (handles(creator)) }
                td { @for tag in &creator.tags { a href={ "?" (visit.query_with(&[("tag", Some(tag)), ("cursor", None)])) } { (name(tag)) } " " } }
            }
        }
    };
    let text = Align::Text;
    let body = html! {
        @if visit.may(Scope::Write) { p { a.button href="/dashboard/creators/new" { "Add a creator" } } }
        form.range method="get" role="search" {
            label { "Name, handle or address " input type="search" name="q" value=(given("q")) dir="auto"; }
            label { "Tag " input name="tag" value=(given("tag")) dir="auto"; }
            button { "Find" }
        }
        @if found.data.is_empty() {
            (parts::empty("No creator is here. Add those who promote you, then enroll them in a campaign.", Some(("/dashboard/creators/new", "Add a creator"))))
        } @else {
            (parts::table("Creators", &[("Creator", text), ("Handles", text), ("Tags", text)], &rows))
        }
        (parts::pager(visit, found.next_cursor.as_deref()))
    };
    Ok(page(visit, &Title::top("Creators"), &body))
}

/// A creator's handles, by network.
pub(crate) fn handles(creator: &wire::Creator) -> String {
    let handles: Vec<String> =
        creator.handles.iter().map(|(network, handle)| format!("@{handle} ({network})")).collect();
    handles.join(", ")
}
