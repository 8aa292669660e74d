//! `/campaigns/{id}/enrollments` and `/enrollments/{id}`: creators in campaigns, with their codes and links.

mod batch;
mod campaign_itself;
mod code;
mod compromise;
mod create;
mod delete;
mod get;
mod list;
mod update;

pub(crate) use batch::{Batch, new_code};
pub(crate) use campaign_itself::put_code as put_code_of_campaign;
pub(crate) use code::put_code;
pub(crate) use compromise::compromise;
pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use update::update;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tributary_domain::ids::EnrollmentId;
use tributary_storage::codes::{self, Code};
use tributary_storage::enrollments::{self, Enrollment};
use tributary_storage::links::{self, Link};
use tributary_web::Problem;
use tributary_web::links::make::url_of;
use tributary_web::rest::Call;

/// An enrollment with what a caller wants to see of it.
struct View<'a> {
    enrollment: &'a Enrollment,
    code: Option<&'a Code>,
    links: Vec<&'a Link>,
}

async fn find(call: &Call) -> Result<Enrollment, Problem> {
    let id = call.id("id", "enrollment", EnrollmentId::parse)?;
    enrollments::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("enrollment"))
}

/// Codes and links of any number of enrollments, in two reads.
struct Belongings {
    codes: BTreeMap<EnrollmentId, Code>,
    links: Vec<Link>,
}

impl Belongings {
    async fn of<'a>(
        call: &Call,
        enrollments: impl Iterator<Item = &'a Enrollment> + Clone,
    ) -> Result<Self, Problem> {
        let ids = enrollments.map(|enrollment| &enrollment.id);
        let codes = codes::of_enrollments(&call.context.sql, ids.clone()).await?;
        let links = links::of_enrollments(&call.context.sql, ids).await?;
        Ok(Self::new(codes, links))
    }

    fn new(codes: impl IntoIterator<Item = Code>, links: Vec<Link>) -> Self {
        Self { codes: codes.into_iter().map(|code| (code.enrollment_id.clone(), code)).collect(), links }
    }

    /// The enrollments on the wire, in their order.
    fn to_wire<'a>(&self, call: &Call, enrollments: impl IntoIterator<Item = &'a Enrollment>) -> Vec<Value> {
        let base = call.base_url();
        let mut links: BTreeMap<&EnrollmentId, Vec<&Link>> = BTreeMap::new();
        for link in &self.links {
            links.entry(&link.enrollment_id).or_default().push(link);
        }
        enrollments
            .into_iter()
            .map(|enrollment| {
                let code = self.codes.get(&enrollment.id);
                to_wire(
                    &base,
                    &View { enrollment, code, links: links.remove(&enrollment.id).unwrap_or_default() },
                )
            })
            .collect()
    }
}

fn to_wire(base: &str, view: &View<'_>) -> Value {
    let View { enrollment, code, links } = view;
    let code = code.map(|code| {
        json!({
            "id": code.id,
            "text": code.text,
            "status": code.status,
            "reason": code.reason,
            "missing": code.missing,
            "collidedWith": code.collided_with,
        })
    });
    let links: Vec<Value> = links
        .iter()
        .map(|link| {
            json!({
                "id": link.id,
                "slug": link.slug,
                "url": url_of(base, &link.slug),
                "kind": link.kind,
                "status": link.status,
            })
        })
        .collect();
    json!({
        "id": enrollment.id,
        "creatorId": enrollment.creator_id,
        "campaignId": enrollment.campaign_id,
        "planId": enrollment.plan_id,
        "planVersion": enrollment.plan_version,
        "commission": enrollment.commission,
        "status": enrollment.status,
        "code": code,
        "links": links,
        "createdAt": enrollment.created_at,
        "removedAt": enrollment.removed_at,
    })
}
