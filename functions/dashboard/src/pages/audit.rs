//! Who changed what, when and why.

use std::collections::BTreeSet;

use maud::html;
use serde_json::{Map, Value};
use tributary_web::{Answer, Problem};

use crate::layout::{Title, page as framed};
use crate::parts::{self, Align, Unasked, name};
use crate::visit::Visit;
use crate::wire::{AuditEntry, List};

pub(crate) async fn page(visit: &Visit) -> Result<Answer, Problem> {
    let found: List<AuditEntry> = visit.get(&format!("/audit?{}", visit.query_with(&[]))).await?;
    let rows = html! {
        @for entry in &found.data {
            tr {
                td { (visit.moment(entry.at)) }
                td { a href={ "?" (visit.query_with(&[("actor", Some(&entry.actor)), ("cursor", None)])) } { (entry.actor) } }
                th scope="row" { (entry.action) }
                td { (entry.subject) }
                td { (name(entry.reason.as_deref().unwrap_or_default())) }
                td { @if entry.before.is_some() || entry.after.is_some() {
                    details.inline {
                        summary { "Show" }
                        ul { @for change in changes(entry) { li { (change) } } }
                    }
                } }
            }
        }
    };
    let text = Align::Text;
    let head =
        [("When", text), ("Who", text), ("What", text), ("Of", text), ("Why", text), ("From and to", text)];
    let body = html! {
        (parts::range_form(visit, Unasked::AllTime, &["actor"]))
        @if let Some(actor) = visit.request.query("actor") {
            p { "What " strong { (name(&actor)) } " did. " a href={ "?" (visit.query_with(&[("actor", None), ("cursor", None)])) } { "What anybody did" } }
        }
        @if found.data.is_empty() { (parts::empty("Nothing was changed in this time.", None)) }
        @else { (parts::table("Changes", &head, &rows)) }
        (parts::pager(visit, found.next_cursor.as_deref()))
    };
    Ok(framed(visit, &Title::below("Settings", "/dashboard/settings", "Who changed what"), &body))
}

/// The members that differ, before and after.
fn changes(entry: &AuditEntry) -> Vec<String> {
    let nothing = Map::new();
    let before = entry.before.as_ref().and_then(Value::as_object).unwrap_or(&nothing);
    let after = entry.after.as_ref().and_then(Value::as_object).unwrap_or(&nothing);
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name) && *name != "updatedAt")
        .map(|name| {
            let text = |value: Option<&Value>| value.map_or_else(|| "–".to_owned(), Value::to_string);
            format!("{name}: {} → {}", text(before.get(name)), text(after.get(name)))
        })
        .collect()
}
