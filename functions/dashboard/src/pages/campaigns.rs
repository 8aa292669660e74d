//! Campaigns, and the performance of one.

use maud::{Markup, html};
use tributary_domain::ids::CampaignId;
use tributary_storage::reports;
use tributary_web::rest::{Page, Scope, cut};
use tributary_web::{Answer, Problem, Range};

use super::{amazon, clicks, home, members};
use crate::layout::{Title, page};
use crate::parts::{self, Unasked, state};
use crate::sales::{self, Place};
use crate::visit::Visit;
use crate::wire::{Campaign, Performance};

pub(crate) async fn list(visit: &Visit) -> Result<Answer, Problem> {
    let days = Range::of(&visit.request)?.days_or_recent(visit.context.now());
    let asked = Page::of(&visit.request)?;
    let lines = reports::campaigns(
        &visit.context.sql,
        days,
        asked.after_id(CampaignId::parse)?,
        asked.rows_to_read(),
    )
    .await?;
    let (shown, next) = cut(&asked, &lines, |line| line.id.to_string());
    let query = format!("from={}&to={}", days.first, days.last);
    let body = html! {
        @if visit.may(Scope::Write) { p { a.button href="/dashboard/campaigns/new" { "New campaign" } } }
        p.note { (days.first) " to " (days.last) ", days of UTC" }
        (parts::range_form(visit, Unasked::Recent, &[]))
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
        ["campaignId", "creatorId", "planId", "status", "approval", "cursor", "by", "sort"]
            .map(|name| (name, (name == "campaignId").then_some(id)))
            .to_vec();
    let rows = format!("/dashboard/sales?{}", visit.query_with(&range));
    let body = html! {
        (sections(&campaign, "performance"))
        (parts::range_form(visit, Unasked::AllTime, &["status", "approval", "creatorId", "sort", "by"]))
        (home::figures(&found.summary, &rows, clicks::address(&[("campaignId", id)], days)))
        (amazon::beside(&found.aggregates))
        (home::charts(&found.summary, days))
        h2 { "By creator" }
        (members::table(visit, id, days, found.by_creator))
        h2 #sales { "Sales" }
        (sales::of_whom(visit).await?)
        (sales::table(visit, &found.data, found.next_cursor.as_deref(), Place::Campaign(id)))
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
