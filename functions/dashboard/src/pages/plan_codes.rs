//! A plan's codes with the terms that they have: after a new version, older ones take it by one button, and each says
//! what came of it (R12).

use std::collections::BTreeMap;

use maud::{Markup, html};
use tributary_domain::ids::{CodeId, CreatorId, PlanId};
use tributary_storage::codes::{self, Code, Filter};
use tributary_storage::creators;
use tributary_web::codes::MOST_AT_ONCE;
use tributary_web::rest::{Page, Scope, cut};
use tributary_web::{Answer, Problem};

use super::creators::names;
use crate::layout::{Title, page as framed};
use crate::parts::{self, Act, Align, NOTHING, name, state};
use crate::visit::Visit;
use crate::wire::Plan;

pub(crate) async fn page(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let plan: Plan = visit.get(&format!("/plans/{id}")).await?;
    let key = PlanId::parse(id).map_err(|_| Problem::not_found("plan"))?;
    let asked = Page::of(&visit.request)?;
    let filter = Filter { plan: Some(key.clone()), replaced: true, ..Filter::default() };
    let sql = &visit.context.sql;
    let found = codes::list(sql, &filter, asked.after_id(CodeId::parse)?, asked.rows_to_read()).await?;
    let (shown, next) = cut(&asked, &found, |code| code.id.to_string());
    let body = html! {
        p { "Codes keep the terms of the version under which they were made, until they are given the newest. Orders that were placed before keep what they earned." }
        (older(visit, &plan, &key).await?)
        @if shown.is_empty() { (parts::empty("This plan has no code yet. Enrolling a creator in a campaign makes one.", Some(("/dashboard/campaigns", "Campaigns")))) }
        @else { (table(visit, shown).await?) }
        (parts::pager(visit, next.as_deref()))
    };
    let above = format!("/dashboard/plans/{id}");
    Ok(framed(visit, &Title::below(&plan.name, &above, "Codes and their terms"), &body))
}

/// How many codes have older terms, with the button that gives them the newest.
async fn older(visit: &Visit, plan: &Plan, id: &PlanId) -> Result<Markup, Problem> {
    let most = u32::try_from(MOST_AT_ONCE).unwrap_or(u32::MAX);
    let older = codes::older_than(&visit.context.sql, id, plan.version, most).await?.len();
    let more = if older >= MOST_AT_ONCE { " at least" } else { "" };
    let act = Act {
        path: "/codes/rollout",
        method: "POST",
        label: &format!("Give them version {}", plan.version),
        about: "",
        said: "{data} codes take the newest terms. What came of each stands below.",
        then: &visit.request.path,
    };
    Ok(html! {
        @if older == 0 { p { "No code waits for version " (plan.version) "." } }
        @else {
            p { (older) (more) " have the terms of an older version." }
            @if visit.may(Scope::Write) {
                (act.with(visit, &html! { input type="hidden" name="planId" value=(plan.id); }))
            }
        }
    })
}

async fn table(visit: &Visit, codes: &[Code]) -> Result<Markup, Problem> {
    let ids = codes.iter().filter_map(|code| code.creator_id.as_ref());
    let names = names(creators::by_ids(&visit.context.sql, ids).await?);
    let rows = html! { @for code in codes { (row(code, &names)) } };
    let (text, number) = (Align::Text, Align::Number);
    let head = [
        ("Code", text),
        ("Creator", text),
        ("Status", text),
        ("Version", number),
        ("In the shop", number),
        ("What came of it", text),
    ];
    Ok(parts::table("Codes", &head, &rows))
}

fn row(code: &Code, names: &BTreeMap<CreatorId, String>) -> Markup {
    let called = code.creator_id.as_ref().map(|id| names.get(id).map_or(id.as_str(), String::as_str));
    html! {
        tr {
            th scope="row" { a href={ "/dashboard/codes/" (code.id) } { (code.text.as_ref().map_or("no text yet", |text| text.as_str())) } }
            td { @match called { Some(called) => (name(called)), None => "the campaign itself" } }
            td { (state(code.status.as_str())) @if !code.is_current { " " (state("replaced")) } }
            td.number { (code.plan_version) }
            td.number { @match &code.in_shop { Some(found) => (found.state.plan_version), None => (NOTHING) } }
            td { (result(code)) }
        }
    }
}

fn result(code: &Code) -> &str {
    match (&code.reason, &code.in_shop) {
        (Some(reason), _) => reason,
        (None, _) if code.due_at.is_some() => "the shop is being asked",
        (None, Some(found)) if found.state.plan_version == code.plan_version => "the shop has these terms",
        (None, Some(_)) => "the shop has older terms still",
        (None, None) => "not kept in the shop by us: change it there by hand",
    }
}
