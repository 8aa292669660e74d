//! What the calls about enrollments share: `codes` makes them, `api` and the pages show them and change their terms.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tributary_domain::ids::EnrollmentId;
use tributary_storage::codes::{self, Code};
use tributary_storage::enrollments::{self, Enrollment};
use tributary_storage::links::{self, Link};

use crate::links::make::url_of;
use crate::problem::Problem;
use crate::rest::Call;

/// The enrollment that a call names.
///
/// # Errors
/// 404 where there is none.
pub async fn find(call: &Call) -> Result<Enrollment, Problem> {
    let id = call.id("id", "enrollment", EnrollmentId::parse)?;
    enrollments::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("enrollment"))
}

/// Codes and links of any number of enrollments, in two reads.
#[derive(Debug)]
pub struct Belongings {
    /// The code of today of each, where it has one.
    pub codes: BTreeMap<EnrollmentId, Code>,
    /// Their links.
    pub links: Vec<Link>,
}

impl Belongings {
    /// What belongs to these.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn of<'a>(
        call: &Call,
        enrollments: impl Iterator<Item = &'a Enrollment> + Clone,
    ) -> Result<Self, Problem> {
        let ids = enrollments.map(|enrollment| &enrollment.id);
        let codes = codes::of_enrollments(&call.context.sql, ids.clone()).await?;
        let links = links::of_enrollments(&call.context.sql, ids).await?;
        Ok(Self::new(codes, links))
    }

    /// From codes and links that are known.
    pub fn new(codes: impl IntoIterator<Item = Code>, links: Vec<Link>) -> Self {
        Self { codes: codes.into_iter().map(|code| (code.enrollment_id.clone(), code)).collect(), links }
    }

    /// The enrollments on the wire, in their order.
    pub fn to_wire<'a>(
        &self,
        call: &Call,
        enrollments: impl IntoIterator<Item = &'a Enrollment>,
    ) -> Vec<Value> {
        let base = call.base_url();
        let mut links: BTreeMap<&EnrollmentId, Vec<&Link>> = BTreeMap::new();
        for link in &self.links {
            links.entry(&link.enrollment_id).or_default().push(link);
        }
        enrollments
            .into_iter()
            .map(|enrollment| {
                let code = self.codes.get(&enrollment.id);
                to_wire(&base, enrollment, code, &links.remove(&enrollment.id).unwrap_or_default())
            })
            .collect()
    }
}

fn to_wire(base: &str, enrollment: &Enrollment, code: Option<&Code>, links: &[&Link]) -> Value {
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
