//! A store's codes as its shop has them: renamed, gone, switched or changed ones, which are put right here, and those
//! that the shop has and no creator of ours.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tributary_domain::Timestamp;
use tributary_domain::ids::{CodeId, StoreId};
use tributary_storage::codes::{self, Code};
use tributary_storage::drifts;
use tributary_web::csv_row::{self, Cell};
use tributary_web::rest::Scope;
use tributary_web::{Answer, Problem};

use super::plan_words::{spaced, text};
use crate::layout::{Title, page as framed};
use crate::parts::{self, Act, Align, NOTHING, count, state};
use crate::visit::Visit;
use crate::wire::{Campaign, Drift, Drifted, List, Plan, Store};

/// Rows of a page: each may be put right by one form.
const ROWS: usize = 50;

const FOREIGN: &str = "foreign";

/// What a shop was like when it was last looked at.
struct Look {
    drift: Drift,
    at: Timestamp,
}

pub(crate) async fn page(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let store: Store = visit.get(&format!("/stores/{id}")).await?;
    let body = html! {
        p { "The shop's own codes are read and held against what they should be. Looking changes nothing." }
        @if visit.may(Scope::Write) { (look_again(visit, &store)) }
        @match last(visit, id).await? {
            Some(look) => (found(visit, &store, &look).await?),
            None => (parts::empty("The shop was not looked at yet.", None)),
        }
    };
    let above = format!("/dashboard/stores/{}", store.id);
    Ok(framed(visit, &Title::below(&store.name, &above, "Codes in the shop"), &body))
}

async fn last(visit: &Visit, id: &str) -> Result<Option<Look>, Problem> {
    let key = StoreId::parse(id).map_err(|_| Problem::not_found("store"))?;
    Ok(drifts::last(&visit.context.sql, &key).await?.map(|(drift, at)| Look { drift, at }))
}

fn look_again(visit: &Visit, store: &Store) -> Markup {
    if !store.has_credentials {
        return html! { p.note { "It takes the credentials of the shop's API: put them in under Edit on the store's page." } };
    }
    let act = Act {
        path: &format!("/stores/{}/drift", store.id),
        method: "POST",
        label: "Compare now",
        about: "the shop's codes",
        said: "{checked} codes of ours were looked at, {inShop} are in the shop, and {found} rows differ.",
        then: &visit.request.path,
    };
    act.button(visit)
}

async fn found(visit: &Visit, store: &Store, look: &Look) -> Result<Markup, Problem> {
    let Look { drift, at } = look;
    let (foreign, ours): (Vec<&Drifted>, Vec<&Drifted>) =
        drift.data.iter().partition(|row| row.kind == FOREIGN);
    let kept = i64::try_from(drift.data.len()).unwrap_or(i64::MAX);
    Ok(html! {
        dl.facts {
            div { dt { "Looked at" } dd { (visit.moment(*at)) } }
            div { dt { "Codes of ours" } dd { (count(drift.checked)) } }
            div { dt { "Codes in the shop" } dd { (count(drift.in_shop)) } }
            div { dt { "Differences" } dd { (count(drift.found)) } }
        }
        @if !drift.complete {
            p.notice { "The shop has more codes than are read at once: what lies beyond is taken for gone here. Look at such a code in the shop itself." }
        }
        @if drift.found > kept { p.note { "The first " (count(kept)) " are kept. Put these right, and compare again for the others." } }
        @if ours.is_empty() { p { "Every code of ours is in the shop as it should be." } }
        @else { (differences(visit, &ours, *at).await?) }
        @if !foreign.is_empty() { (not_ours(visit, store, &foreign).await?) }
    })
}

/// Which rows are shown: a look is no list that grows, so that a place in it is enough.
fn place(visit: &Visit) -> Result<usize, Problem> {
    Ok(visit.request.query_as("after", str::parse::<usize>)?.unwrap_or(0))
}

async fn differences(visit: &Visit, ours: &[&Drifted], at: Timestamp) -> Result<Markup, Problem> {
    let after = place(visit)?;
    let shown: Vec<&Drifted> = ours.iter().skip(after).take(ROWS).copied().collect();
    let ids: Vec<CodeId> = shown.iter().filter_map(|row| row.code_id.clone()).collect();
    let today = codes::by_ids(&visit.context.sql, &ids).await?;
    let today: BTreeMap<&CodeId, &Code> = today.iter().map(|code| (&code.id, code)).collect();
    let may = visit.may(Scope::Write);
    let text = |name| (name, Align::Text);
    let head = [text("Code"), text("What is wrong"), text("Should be"), text("Is"), text("Now")];
    let head: Vec<_> = may.then(|| text("Chosen")).into_iter().chain(head).collect();
    let rows = html! {
        @for row in &shown {
            tr {
                @if may { td { (choice(row)) } }
                (line(row, row.code_id.as_ref().and_then(|id| today.get(id)).copied(), at))
            }
        }
    };
    let next = (after + ROWS < ours.len()).then(|| (after + ROWS).to_string());
    Ok(html! {
        h2 { "Not as they should be" }
        @if may {
            form method="post" action="/dashboard/act/codes/repair" {
                (parts::form_fields(visit, &visit.here(), "{data} codes are being put right. Compare again in a moment."))
                (parts::table("Differences", &head, &rows))
                p.choices {
                    button { "Put the chosen right" }
                    button type="button" data-choose-all hidden { "Choose all on this page" }
                }
                p.note { "Text, terms and switch are sent to the shop again, and what it lost is made anew." }
            }
        } @else { (parts::table("Differences", &head, &rows)) }
        nav.pager aria-label="Pages" {
            @if after > 0 { a href="?" { "First page" } }
            @if let Some(next) = next { a rel="next" href={ "?after=" (next) } { "Next page" } }
        }
    })
}

fn choice(row: &Drifted) -> Markup {
    let called = row.wanted.as_ref().map_or("this code", |wanted| wanted.text.as_str());
    html! {
        @if let Some(id) = &row.code_id {
            input type="checkbox" name="codeIds[]" value=(id.as_str()) aria-label={ "Choose " (called) };
        }
    }
}

fn line(row: &Drifted, today: Option<&Code>, at: Timestamp) -> Markup {
    let called = row.wanted.as_ref().map_or(NOTHING, |wanted| wanted.text.as_str());
    html! {
        th scope="row" { @match &row.code_id {
            Some(id) => a href={ "/dashboard/codes/" (id.as_str()) } { (called) },
            None => (called),
        } }
        td { (wrong(&row.kind)) }
        @match row.kind.as_str() {
            "deleted" => { td { (called) } td { (NOTHING) } },
            "switched" => { td { (switch(row.wanted.as_ref().and_then(|code| code.enabled))) } td { (switch(row.found.as_ref().and_then(|code| code.enabled))) } },
            "changed" => {
                td { @for term in &row.terms { p { (spaced(&term.path).replace('.', ": ")) ": " (text(&term.wanted)) } } }
                td { @for term in &row.terms { p { (spaced(&term.path).replace('.', ": ")) ": " (text(&term.found)) } } }
            },
            _ => { td { (called) } td { (row.found.as_ref().map_or(NOTHING, |found| found.text.as_str())) } },
        }
        td { (now(today, at)) }
    }
}

fn wrong(kind: &str) -> &str {
    match kind {
        "deleted" => "gone from the shop",
        "renamed" => "has another text",
        "switched" => "switched on or off",
        "changed" => "has other terms",
        other => other,
    }
}

const fn switch(enabled: Option<bool>) -> &'static str {
    match enabled {
        Some(true) => "on",
        Some(false) => "off",
        None => NOTHING,
    }
}

/// Where the code stands by now: the row tells of the moment of the look.
fn now(today: Option<&Code>, at: Timestamp) -> Markup {
    html! {
        @if let Some(code) = today {
            (state(code.status.as_str()))
            @if code.due_at.is_some() { p.note { "being put right" } }
            @else if code.updated_at > at { p.note { "changed since: compare again" } }
            @if let Some(reason) = &code.reason { p.note { (reason) } }
        }
    }
}

/// What the shop has beside ours, and the way to take it up.
async fn not_ours(visit: &Visit, store: &Store, foreign: &[&Drifted]) -> Result<Markup, Problem> {
    let plans: List<Plan> = visit.get("/plans?limit=100").await?;
    let campaigns: List<Campaign> = visit.get("/campaigns?limit=100").await?;
    let is_here = |campaign: &&Campaign| {
        plans
            .data
            .iter()
            .any(|plan| plan.store_id == store.id && campaign.plan_id.as_deref() == Some(plan.id.as_str()))
    };
    let texts = foreign.iter().filter_map(|row| row.found.as_ref()).map(|found| found.text.as_str());
    Ok(html! {
        h2 #foreign { "In the shop, and nobody's here" }
        p { "Codes of the shop's own, which credit nobody. Where one belongs to a creator, take it up." }
        p { @for text in texts.take(ROWS) { code { (text) } " " } @if foreign.len() > ROWS { "and " (foreign.len() - ROWS) " more, in the file." } }
        @if visit.may(Scope::Write) {
            ol {
                li { a href={ "/dashboard/stores/" (store.id) "/foreign.csv" } download { "Take them as a file" } ", write each creator's id beside their code, and leave out the others." }
                li { "Give the file to the campaign that they are of: "
                    @for campaign in campaigns.data.iter().filter(is_here) {
                        a href={ "/dashboard/campaigns/" (campaign.id) "/import" } { (parts::name(&campaign.name)) } " "
                    }
                }
            }
        }
    })
}

/// The foreign codes of the last look, in the columns that the import reads.
pub(crate) async fn foreign_file(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let look = last(visit, id).await?.ok_or_else(|| Problem::not_found("look at this store"))?;
    let head = ["creatorId", "code"].map(|name| Cell::text(Some(name))).to_vec();
    let foreign = look.drift.data.iter().filter(|row| row.kind == FOREIGN);
    let rows =
        foreign.filter_map(|row| Some(vec![Cell::text(None), Cell::text(Some(&row.found.as_ref()?.text))]));
    let file = csv_row::write(std::iter::once(head).chain(rows));
    Ok(Answer::bytes(200, "text/csv; charset=utf-8", file)
        .header("content-disposition", format!("attachment; filename=\"foreign-{id}.csv\"")))
}
