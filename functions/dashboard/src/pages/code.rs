//! One code: where it stands, how likely it is that it leaked and why, and what can be done about it (R46).

use maud::{Markup, html};
use tributary_domain::code::CodeStatus;
use tributary_domain::code::work::Switch;
use tributary_domain::ids::CodeId;
use tributary_domain::leak::{self, DAYS, Figures, Part};
use tributary_storage::codes::{self, Code};
use tributary_storage::{campaigns, creators};
use tributary_web::rest::Scope;
use tributary_web::{Answer, Problem};

use super::creators::called;
use crate::layout::{Title, page as framed};
use crate::parts::{self, Act, Align, count, name, state};
use crate::visit::Visit;

pub(crate) async fn page(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let sql = &visit.context.sql;
    let key = CodeId::parse(id).map_err(|_| Problem::not_found("code"))?;
    let found = codes::by_ids(sql, std::slice::from_ref(&key)).await?.pop();
    let code = found.ok_or_else(|| Problem::not_found("code"))?;
    let figures = codes::leak_figures(sql, &code, visit.context.now()).await?;
    let text = code.text.as_ref().map_or_else(|| "not decided yet".to_owned(), ToString::to_string);
    let body = html! {
        (facts(visit, &code).await?)
        @if visit.may(Scope::Write) && code.is_current { (switch(visit, &code)) }
        @if code.text.is_some() {
            h2 { "Did it leak?" }
            (score(&figures))
            @if visit.may(Scope::Write) { (compromise(visit, &code)) }
        }
    };
    let above = people(&code);
    Ok(framed(visit, &Title::below("People and codes", &above, &format!("Code {text}")), &body))
}

fn people(code: &Code) -> String {
    format!("/dashboard/campaigns/{}/people", code.campaign_id)
}

async fn facts(visit: &Visit, code: &Code) -> Result<Markup, Problem> {
    let sql = &visit.context.sql;
    let creator = match &code.creator_id {
        Some(id) => creators::by_id(sql, id).await?,
        None => None,
    };
    let campaign = campaigns::by_id(sql, &code.campaign_id).await?;
    Ok(html! {
        dl.facts {
            div { dt { "Status" } dd { (state(code.status.as_str())) @if !code.is_current { " " (state("replaced")) } } }
            @if let Some(reason) = &code.reason { div { dt { "Why" } dd { (reason) } } }
            div { dt { "Of" } dd { @match &creator {
                Some(creator) => a href={ "/dashboard/creators/" (creator.id) } { (name(&called(creator))) },
                None => "the campaign itself",
            } } }
            @if let Some(campaign) = &campaign {
                div { dt { "Campaign" } dd { a href={ "/dashboard/campaigns/" (campaign.id) } { (name(&campaign.name)) } } }
            }
            div { dt { "Terms" } dd { a href={ "/dashboard/plans/" (code.plan_id) } { "Version " (code.plan_version) " of its plan" } } }
            div { dt { "In the shop" } dd { @match &code.in_shop {
                Some(found) => { code { (found.state.text) } @if found.state.switch == Switch::Off { " switched off" } },
                None => "not made by us",
            } } }
            div { dt { "Made" } dd { (visit.moment(code.created_at)) } }
        }
    })
}

/// Off and on, and another text.
fn switch(visit: &Visit, code: &Code) -> Markup {
    let (path, label, said) = match code.status {
        CodeStatus::Disabled => ("/codes/enable", "Switch on", "Switched on; the shop is told."),
        _ => (
            "/codes/disable",
            "Switch off",
            "Switched off; the shop is told. Orders that carry it still credit.",
        ),
    };
    let then = people(code);
    let about = code.text.as_ref().map(ToString::to_string).unwrap_or_default();
    let act = |path, label, said| Act { path, method: "POST", label, about: &about, said, then: &then };
    html! {
        h2 { "Change it" }
        div.choices {
            (act(path, label, said).with(visit, &html! { input type="hidden" name="codeIds[]" value=(code.id.as_str()); }))
            @if code.text.is_some() {
                (act(&format!("/codes/{}/rename", code.id), "Rename", "Renamed; the shop is told. The old text still credits.").with(visit, &html! {
                    label { "Another text, in the shop too " input name="text" required maxlength="20" autocomplete="off"; } " "
                }))
            }
        }
        p.note { "After renaming, the text that shoppers have in hand stops working. To keep it working, set another code by hand among the people." }
    }
}

/// The score with what it is told from.
fn score(figures: &Figures) -> Markup {
    let rows = html! {
        @for part in leak::parts(figures) {
            tr {
                th scope="row" { (words(&part)) }
                td { p { (seen(&part, figures)) } }
                td.number { (part.points) " of " (part.of) }
            }
        }
    };
    let head = [("Sign", Align::Text), ("What was seen", Align::Text), ("Points", Align::Number)];
    html! {
        p { "Leak score: " strong { (leak::score(figures)) " of 100" } ", from the last " (DAYS) " days and the " (DAYS) " before them." }
        (parts::table("Leak score", &head, &rows))
    }
}

fn words(part: &Part) -> &'static str {
    match part.name {
        "orders_without_click" => "Orders without a click",
        "more_orders" => "More orders than before",
        _ => "Links that went quiet",
    }
}

fn seen(part: &Part, figures: &Figures) -> String {
    match part.name {
        "orders_without_click" => {
            format!(
                "{} of {} orders came without a click",
                count(figures.without_click),
                count(figures.orders)
            )
        }
        "more_orders" => format!("{} orders, {} before", count(figures.orders), count(figures.orders_before)),
        _ => format!("{} clicks, {} before", count(figures.clicks), count(figures.clicks_before)),
    }
}

fn compromise(visit: &Visit, code: &Code) -> Markup {
    let act = Act {
        path: &format!("/codes/{}/compromise", code.id),
        method: "POST",
        label: "Mark as leaked",
        about: "",
        said: "Marked as leaked: {rejected} sales are rejected, {restored} earn again, and a new code is in its place.",
        then: &people(code),
    };
    html! {
        details {
            summary { "It leaked" }
            p { "What it earned since that day is rejected, what it will earn is too, and a new code comes in its place. Another day, said later, takes the place of the first. A sale that you approve stays approved. Take the old code out of the shop as well." }
            (act.with(visit, &html! {
                label { "Since " input type="date" name="since" required max=(visit.context.now().day()) value=(visit.context.now().day()); } " "
            }))
        }
    }
}
