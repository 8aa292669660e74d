//! Adding creators to a campaign, with the code that each would get.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use tributary_domain::ids::{CampaignId, CreatorId, PlanId};
use tributary_storage::codes::{self, Made, Setting, Wanted};
use tributary_storage::creators::{self, Creator, Filter};
use tributary_storage::enrollments::{self, Enrollment, EnrollmentStatus};
use tributary_storage::{plans, stores};
use tributary_web::rest::{Page, cut};
use tributary_web::{Answer, Problem};

use super::amazon::missing_tag;
use super::creators::called;
use crate::layout::{Title, page as framed};
use crate::parts::{self, Align, NOTHING, name, state};
use crate::visit::Visit;
use crate::wire::Campaign;

pub(crate) async fn page(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let campaign: Campaign = visit.get(&format!("/campaigns/{id}")).await?;
    let key = CampaignId::parse(id).map_err(|_| Problem::not_found("campaign"))?;
    let back = format!("/dashboard/campaigns/{id}/people");
    let title = Title::below(&campaign.name, &back, "Add creators");
    let Some(plan) = campaign.plan_id.as_deref().and_then(|plan| PlanId::parse(plan).ok()) else {
        let edit = format!("/dashboard/campaigns/{id}/edit");
        let body = parts::empty(
            "The campaign has no plan yet, which says what codes look like.",
            Some((&edit, "Choose a plan")),
        );
        return Ok(framed(visit, &title, &body));
    };
    let asked = Page::of(&visit.request)?;
    let filter =
        Filter { tag: visit.request.query("tag"), text: visit.request.query("q"), ..Filter::default() };
    let sql = &visit.context.sql;
    let found = creators::list(sql, &filter, asked.after_id(CreatorId::parse)?, asked.rows_to_read()).await?;
    let (shown, next) = cut(&asked, &found, |creator| creator.id.to_string());
    let ids: Vec<CreatorId> = shown.iter().map(|creator| creator.id.clone()).collect();
    let members = enrollments::members(sql, &key, &ids).await?;
    let made = would_get(visit, &plan, &key, &campaign.name, shown, &members).await?;
    let body = html! {
        (missing_tag(visit, campaign.plan_id.as_deref()).await?)
        p { "Each code is shown as it would be if all on this page were added. Nothing is made yet." }
        (search(visit))
        @if shown.is_empty() {
            (parts::empty("No creator fits.", Some(("/dashboard/creators/new", "Add a creator"))))
        } @else {
            form method="post" action={ "/dashboard/act/campaigns/" (id) "/enrollments" } {
                (parts::form_fields(visit, &back, "Added. Their codes and links are below."))
                (table(shown, &members, &made))
                p.choices {
                    button { "Add the chosen" }
                    button type="button" data-choose-all hidden { "Choose all on this page" }
                }
            }
        }
        (parts::pager(visit, next.as_deref()))
    };
    Ok(framed(visit, &title, &body))
}

/// The code that each creator would get who is not in the campaign yet.
async fn would_get(
    visit: &Visit,
    plan: &PlanId,
    campaign: &CampaignId,
    campaign_name: &str,
    shown: &[Creator],
    members: &BTreeMap<CreatorId, Enrollment>,
) -> Result<BTreeMap<CreatorId, Option<Made>>, Problem> {
    let sql = &visit.context.sql;
    let plan = plans::by_id(sql, plan).await?.ok_or_else(|| Problem::not_found("plan"))?;
    let store = stores::by_id(sql, &plan.store_id).await?.ok_or_else(|| Problem::not_found("store"))?;
    let new: Vec<&Creator> = shown.iter().filter(|creator| !members.contains_key(&creator.id)).collect();
    let wanted: Vec<Wanted<'_>> =
        new.iter().map(|creator| Wanted { creator, campaign: (Some(campaign), campaign_name) }).collect();
    let none = BTreeSet::new();
    let setting = Setting { plan: &plan, store: &store, key: visit.context.keys.current(), reserved: &none };
    let made = codes::make(sql, &setting, &wanted).await?;
    Ok(new.iter().map(|creator| creator.id.clone()).zip(made).collect())
}

fn search(visit: &Visit) -> Markup {
    html! {
        form.range method="get" role="search" {
            label { "Name, handle or address " input type="search" name="q" value=(visit.request.query("q").unwrap_or_default()) dir="auto"; }
            label { "Tag " input name="tag" value=(visit.request.query("tag").unwrap_or_default()) dir="auto"; }
            button { "Find" }
        }
    }
}

fn table(
    shown: &[Creator],
    members: &BTreeMap<CreatorId, Enrollment>,
    made: &BTreeMap<CreatorId, Option<Made>>,
) -> Markup {
    let rows = html! {
        @for creator in shown {
            @let called = called(creator);
            @let is_in = members.get(&creator.id).is_some_and(|enrollment| enrollment.status == EnrollmentStatus::Active);
            tr {
                td {
                    @if is_in { (state("active")) }
                    @else { input type="checkbox" name="creatorIds[]" value=(creator.id.as_str()) aria-label={ "Choose " (called) }; }
                }
                th scope="row" { (name(&called)) }
                td { (creator.tags.join(", ")) }
                td { @match made.get(&creator.id) {
                    Some(Some(made)) => (would_be(made)),
                    Some(None) => "no code, only a link",
                    None => (NOTHING),
                } }
            }
        }
    };
    let text = Align::Text;
    parts::table("Creators", &[("Chosen", text), ("Creator", text), ("Tags", text), ("Code", text)], &rows)
}

/// A code that is not made yet.
pub(crate) fn would_be(made: &Made) -> Markup {
    html! {
        @match &made.text {
            Some(text) => code { (text.as_str()) },
            None => (state(made.status.as_str())),
        }
        @if !made.missing.is_empty() { " " span.note { "missing: " (made.missing.join(", ")) } }
        @if let Some(wanted) = &made.collided_with { " " span.note { (wanted) " is taken" } }
    }
}
