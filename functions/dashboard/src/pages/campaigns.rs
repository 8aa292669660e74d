//! Campaigns, and the performance of one.

use maud::{Markup, html};
use tributary_storage::reports;
use tributary_web::rest::{Page, Scope, cut};
use tributary_web::{Answer, Problem, Range};

use super::home;
use crate::layout::{Title, page};
use crate::parts::{self, Align, count, money, name, state};
use crate::sales::{self, Campaigns};
use crate::visit::Visit;
use crate::wire::{Campaign, Member, Performance};

pub(crate) async fn list(visit: &Visit) -> Result<Answer, Problem> {
    let days = Range::of(&visit.request)?.days_or_recent(visit.context.now());
    let asked = Page::of(&visit.request)?;
    let lines =
        reports::campaigns(&visit.context.sql, days, asked.after.as_deref(), asked.rows_to_read()).await?;
    let (shown, next) = cut(&asked, &lines, |line| line.id.to_string());
    let query = format!("from={}&to={}", days.first, days.last);
    let body = html! {
        @if visit.may(Scope::Write) { p { a.button href="/dashboard/campaigns/new" { "New campaign" } } }
        p.note { (days.first) " to " (days.last) ", days of UTC" }
        (parts::range_form(visit, &[]))
        (home::campaigns_table(shown, &query))
        (parts::pager(visit, next.as_deref()))
    };
    Ok(page(visit, &Title::top("Campaigns"), &body))
}

pub(crate) async fn one(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let campaign: Campaign = visit.get(&format!("/campaigns/{id}")).await?;
    let query = visit.query_with(&[]);
    let found: Performance = visit.get(&format!("/campaigns/{id}/performance?{query}")).await?;
    let days = Range::of(&visit.request)?.days(visit.context.now());
    let range: Vec<(&str, Option<&str>)> =
        ["campaignId", "creatorId", "planId", "status", "approval", "cursor"]
            .map(|name| (name, (name == "campaignId").then_some(id)))
            .to_vec();
    let rows = format!("/dashboard/sales?{}", visit.query_with(&range));
    let body = html! {
        (sections(&campaign, "performance"))
        (parts::range_form(visit, &["status", "approval", "creatorId"]))
        (home::figures(&found.summary, &rows))
        (home::charts(&found.summary, days))
        h2 { "By creator" }
        (members(visit, id, &found.by_creator))
        h2 { "Sales" }
        (sales::table(visit, &found.data, found.next_cursor.as_deref(), Campaigns::Known))
    };
    Ok(page(visit, &Title::below("Campaigns", "/dashboard/campaigns", &campaign.name), &body))
}

/// The pages of one campaign.
pub(crate) fn sections(campaign: &Campaign, here: &str) -> Markup {
    let at = |section: &str| match section {
        "performance" => format!("/dashboard/campaigns/{}", campaign.id),
        other => format!("/dashboard/campaigns/{}/{other}", campaign.id),
    };
    html! {
        p { (state(&campaign.status)) @if let Some(plan) = &campaign.plan_id {
            " " a href={ "/dashboard/plans/" (plan) } { "its plan" }
        } @else { " without a plan" } }
        nav.tabs aria-label="Campaign" { ul {
            @for (section, label) in [("performance", "Performance"), ("people", "People and codes"), ("edit", "Edit")] {
                li { a href=(at(section)) aria-current=[(section == here).then_some("page")] { (label) } }
            }
        } }
    }
}

/// Who brought what. The lines add up to the figures above.
fn members(visit: &Visit, campaign: &str, members: &[Member]) -> Markup {
    if members.is_empty() {
        let add = format!("/dashboard/campaigns/{campaign}/add");
        return parts::empty("Nobody is in this campaign yet.", Some((&add, "Add creators")));
    }
    let rows = html! {
        @for member in members {
            tr {
                th scope="row" {
                    @match &member.creator_id {
                        Some(id) => a href={ "/dashboard/creators/" (id) } { (name(member.creator_name.as_deref().unwrap_or(id))) },
                        None => "the campaign itself",
                    }
                    @if member.removed { " " (state("removed")) }
                }
                td.number { (count(member.figures.clicks)) }
                td.number { (count(member.figures.orders)) }
                td.number { @match &member.creator_id {
                    Some(id) => a href={ "?" (visit.query_with(&[("creatorId", Some(id)), ("cursor", None)])) "#main" } {
                        (money(member.figures.sales))
                    },
                    None => (money(member.figures.sales)),
                } }
                td.number { (money(member.figures.commission)) }
                td.number { (parts::percent(member.figures.conversion_rate.as_deref())) }
            }
        }
    };
    let number = Align::Number;
    parts::table(
        "By creator",
        &[
            ("Creator", Align::Text),
            ("Clicks", number),
            ("Orders", number),
            ("Sales", number),
            ("Commission", number),
            ("Orders per click", number),
        ],
        &rows,
    )
}
