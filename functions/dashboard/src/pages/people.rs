//! A campaign's people, with their codes and links: what stands where, Retry, a code by hand, and taking somebody out.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tributary_domain::code::CodeStatus;
use tributary_domain::ids::{CampaignId, CreatorId, EnrollmentId, PlanId};
use tributary_domain::link::LinkKind;
use tributary_storage::codes::{self, Code};
use tributary_storage::creators;
use tributary_storage::enrollments::{self, Enrollment, EnrollmentStatus, Filter};
use tributary_storage::links::{self, Link, LinkStatus};
use tributary_web::links::make::url_of;
use tributary_web::rest::{Page, Scope, base_url, cut};
use tributary_web::{Answer, Problem};

use super::amazon::missing_tag;
use super::campaigns::sections;
use super::commission_words::in_words;
use super::creators::people_filters;
use crate::layout::{Title, page};
use crate::parts::{self, Act, Align, name, state};
use crate::visit::Visit;
use crate::wire::Campaign;

/// Rows of a page: each has forms, and a page stays under 100 KB.
const ROWS: u32 = 25;

/// Who is on the page, and what belongs to them.
struct People {
    enrollments: Vec<Enrollment>,
    names: BTreeMap<CreatorId, String>,
    codes: BTreeMap<EnrollmentId, Code>,
    links: Vec<Link>,
    /// The address under which shoppers find the links.
    base: String,
}

pub(crate) async fn list(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let campaign: Campaign = visit.get(&format!("/campaigns/{id}")).await?;
    let key = CampaignId::parse(id).map_err(|_| Problem::not_found("campaign"))?;
    let asked = Page::of_rows(&visit.request, ROWS)?;
    let status =
        visit.request.query_as("status", EnrollmentStatus::parse)?.unwrap_or(EnrollmentStatus::Active);
    let filter = Filter {
        status,
        plan: visit.request.query_as("planId", PlanId::parse)?,
        code: visit.request.query_as("codeStatus", CodeStatus::parse)?,
    };
    let sql = &visit.context.sql;
    let found =
        enrollments::list(sql, &key, &filter, asked.after_id(EnrollmentId::parse)?, asked.rows_to_read())
            .await?;
    let (shown, next) = cut(&asked, &found, |enrollment| enrollment.id.to_string());
    let people = People::of(visit, shown.to_vec()).await?;
    let body = html! {
        (sections(&campaign, "people"))
        (missing_tag(visit, campaign.plan_id.as_deref()).await?)
        @if visit.may(Scope::Write) {
            div.choices {
                a.button href={ "/dashboard/campaigns/" (id) "/add" } { "Add creators" }
                a href={ "/dashboard/campaigns/" (id) "/import" } { "Codes from a file" }
                (people.for_all(visit))
            }
        }
        div.choices {
            @if status == EnrollmentStatus::Active { a href="?status=removed" { "Those who were taken out" } }
            @else { a href="?" { "Those who are in it" } }
        }
        form.range method="get" {
            (people_filters(visit).await?)
            @if status == EnrollmentStatus::Removed { input type="hidden" name="status" value="removed"; }
            button { "Show" }
        }
        (people.table(visit, &campaign))
        (parts::pager(visit, next.as_deref()))
    };
    Ok(page(visit, &Title::below("Campaigns", "/dashboard/campaigns", &campaign.name), &body))
}

impl People {
    async fn of(visit: &Visit, enrollments: Vec<Enrollment>) -> Result<Self, Problem> {
        let sql = &visit.context.sql;
        let creators = enrollments.iter().filter_map(|enrollment| enrollment.creator_id.as_ref());
        let names = super::creators::names(creators::by_ids(sql, creators).await?);
        let codes = codes::of_enrollments(sql, enrollments.iter().map(|enrollment| &enrollment.id)).await?;
        let links = links::of_enrollments(sql, enrollments.iter().map(|enrollment| &enrollment.id)).await?;
        let base = base_url(&visit.context, &visit.request);
        let codes = codes.into_iter().map(|code| (code.enrollment_id.clone(), code)).collect();
        Ok(Self { enrollments, names, codes, links, base })
    }

    /// What can be done for many codes at once.
    fn for_all(&self, visit: &Visit) -> Markup {
        let waits = |status| self.codes.values().any(|code| code.status == status);
        let then = visit.here();
        html! {
            @if waits(CodeStatus::Failed) {
                @let failed = self.codes.values().filter(|code| code.status == CodeStatus::Failed);
                (Act { path: "/codes/retry", method: "POST", label: "Retry all that failed", about: "", said: "Tried again.", then: &then }
                    .with(visit, &html! { @for code in failed { input type="hidden" name="codeIds[]" value=(code.id.as_str()); } }))
            }
            @if waits(CodeStatus::Pending) {
                (Act { path: "/codes/run", method: "POST", label: "Make waiting codes now", about: "", said: "The shop was asked.", then: &then }.button(visit))
            }
        }
    }

    fn table(&self, visit: &Visit, campaign: &Campaign) -> Markup {
        if self.enrollments.is_empty() {
            let add = format!("/dashboard/campaigns/{}/add", campaign.id);
            return parts::empty(
                "Nobody is here. Add creators: each gets a code, as the plan says, and a link.",
                Some((&add, "Add creators")),
            );
        }
        let rows = html! { @for enrollment in &self.enrollments { (self.row(visit, enrollment)) } };
        let head =
            [("Creator", Align::Text), ("Code", Align::Text), ("Links", Align::Text), ("Act", Align::Text)];
        parts::table("People", &head, &rows)
    }

    fn row(&self, visit: &Visit, enrollment: &Enrollment) -> Markup {
        let called = match &enrollment.creator_id {
            Some(id) => self.names.get(id).map_or(id.as_str(), String::as_str),
            None => "the campaign itself",
        };
        html! {
            tr {
                th scope="row" { @match &enrollment.creator_id {
                    Some(id) => a href={ "/dashboard/creators/" (id.as_str()) } { (name(called)) },
                    None => (called),
                }
                (terms(visit, enrollment, called)) }
                td { (code_cell(visit, enrollment, self.codes.get(&enrollment.id), called)) }
                td {
                    @for link in self.links.iter().filter(|link| link.enrollment_id == enrollment.id) {
                        (link_line(link, &url_of(&self.base, &link.slug)))
                    }
                }
                td { @if visit.may(Scope::Write) && enrollment.status == EnrollmentStatus::Active {
                    (Act {
                        path: &format!("/campaigns/{}/enrollments/{}", enrollment.campaign_id, enrollment.id),
                        method: "DELETE",
                        label: "Take out",
                        about: called,
                        said: "Taken out. What they brought stays theirs.",
                        then: &visit.here(),
                    }.button(visit))
                } }
            }
        }
    }
}

/// A creator's own terms in words, and the way to change them.
pub(crate) fn terms(visit: &Visit, enrollment: &Enrollment, called: &str) -> Markup {
    html! {
        @if let Some(own) = &enrollment.commission { p.note { "Own commission: " (in_words(own)) } }
        @if visit.may(Scope::Write) && enrollment.creator_id.is_some() {
            p { a href={ "/dashboard/enrollments/" (enrollment.id) } { "Own terms" span.unseen { " for " (called) } } }
        }
    }
}

/// A code: its text, where it stands and why, and the ways to change it.
pub(crate) fn code_cell(visit: &Visit, enrollment: &Enrollment, code: Option<&Code>, called: &str) -> Markup {
    let Some(code) = code else { return html! { "no code" } };
    let then = visit.here();
    let write = visit.may(Scope::Write) && enrollment.status == EnrollmentStatus::Active;
    html! {
        @match &code.text {
            Some(text) => (parts::copyable("code", text.as_str())),
            None => "no text yet",
        }
        " " (state(code.status.as_str()))
        " " a href={ "/dashboard/codes/" (code.id) } { "Manage" span.unseen { " the code of " (called) } }
        @if let Some(reason) = &code.reason { p.note { (reason) } }
        @if !code.missing.is_empty() { p.note { "Missing: " (code.missing.join(", ")) } }
        @if let Some(wanted) = &code.collided_with { p.note { (wanted) " was taken" } }
        @if write {
            span.row {
                @if code.status == CodeStatus::Failed {
                    (Act { path: "/codes/retry", method: "POST", label: "Retry", about: called, said: "Tried again.", then: &then }
                        .with(visit, &html! { input type="hidden" name="codeIds[]" value=(code.id.as_str()); }))
                }
                details.inline {
                    summary { "Set by hand" span.unseen { " for " (called) } }
                    (Act { path: &format!("/enrollments/{}/code", enrollment.id), method: "PUT", label: "Set", about: "", said: "The code is set. The one before it still credits.", then: &then }
                        .with(visit, &html! {
                            label { "Code, or TBD " input name="text" required maxlength="20" autocomplete="off"; }
                        }))
                }
            }
        }
    }
}

/// A link, to copy and as a QR code.
fn link_line(link: &Link, url: &str) -> Markup {
    html! {
        div.link {
            (parts::copyable("link", url))
            @if link.kind != LinkKind::Affiliate { " " (state(link.kind.as_str())) }
            @if link.status != LinkStatus::Active { " " (state(link.status.as_str())) }
            @if let Some(to) = &link.to { " " span.note { "to " (to) } }
            " " a href={ "/dashboard/links/" (link.id) "/qr.svg" } download={ (link.id) ".svg" } { "QR code" }
        }
    }
}
