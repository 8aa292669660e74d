use std::collections::BTreeMap;

use serde_json::json;
use tributary_domain::Timestamp;
use tributary_domain::code::CodeStatus;
use tributary_domain::ids::{CreatorId, EnrollmentId};
use tributary_storage::codes::Code;
use tributary_storage::creators::Creator;
use tributary_storage::enrollments::{self, Enrollment, EnrollmentStatus};
use tributary_storage::link_keys::link_key;
use tributary_storage::links::LinkStatus;
use tributary_storage::plans::PlanStatus;
use tributary_storage::{Statement, codes, links};
use tributary_web::Problem;
use tributary_web::codes::{campaign_of, creators_of, plan_of_campaign};
use tributary_web::rest::bodies::NewEnrollments;
use tributary_web::rest::{Call, Change, Outcome};

use super::Belongings;
use super::batch::Batch;

/// Somebody else enrolled the same creators, or took a code or slug, since we looked.
const RACES: [&str; 5] = [
    "enrollments.campaign_id, enrollments.creator_id",
    "codes.store_id, codes.text",
    "links.slug",
    "slugs.slug",
    "links.number",
];

/// Enrolls creators. Who is in the campaign already is answered as they are; who was removed comes back.
pub(crate) async fn create(call: &Call) -> Result<Outcome, Problem> {
    let wanted: NewEnrollments = call.request.json()?;
    let campaign = campaign_of(call).await?;
    let creators = creators_of(call, &wanted.creator_ids).await?;
    let (plan, store) = plan_of_campaign(call, &campaign).await?;
    if plan.status == PlanStatus::Deactivated {
        return Err(Problem::conflict(
            "plan_deactivated",
            "the campaign's plan is out of use; give it another",
        ));
    }
    let ids: Vec<CreatorId> = creators.iter().map(|creator| creator.id.clone()).collect();
    let known = enrollments::members(&call.context.sql, &campaign.id, &ids).await?;
    let fresh: Vec<&Creator> = creators.iter().filter(|creator| !known.contains_key(&creator.id)).collect();
    let batch = Batch::by_pattern(call, &campaign, (&plan, &store), &fresh).await?;
    let (text_status, _) = codes::fate(&plan.terms, &store);
    let returning = Returning::of(call, known, text_status).await?;
    let change =
        Change::new("enrollment.create", campaign.id.as_str(), answer(call, &ids, &batch, &returning))
            .status(201)
            .with_all(batch.statements()?)
            .with_all(returning.statements)
            .run_again_when_taken(RACES)
            .audited(None, Some(json!({"creatorIds": ids, "made": batch.enrollments.len()})))
            .forget(returning.stale);
    Ok(change.into())
}

/// The enrollments in the order in which the creators were named.
fn answer(call: &Call, ids: &[CreatorId], batch: &Batch, returning: &Returning) -> serde_json::Value {
    let all = batch.enrollments.iter().chain(&returning.enrollments);
    let by_creator: BTreeMap<&CreatorId, &Enrollment> =
        all.filter_map(|enrollment| Some((enrollment.creator_id.as_ref()?, enrollment))).collect();
    let codes = batch.codes.iter().chain(returning.belongings.codes.values()).cloned();
    let links = batch.links.iter().chain(&returning.belongings.links).cloned().collect();
    let ordered = ids.iter().filter_map(|id| by_creator.get(id).copied());
    json!({"data": Belongings::new(codes, links).to_wire(call, ordered)})
}

/// Enrollments that are there, as they will be; and what brings the removed ones back.
struct Returning {
    enrollments: Vec<Enrollment>,
    belongings: Belongings,
    statements: Vec<Statement>,
    stale: Vec<String>,
}

impl Returning {
    async fn of(
        call: &Call,
        known: BTreeMap<CreatorId, Enrollment>,
        text_status: CodeStatus,
    ) -> Result<Self, Problem> {
        let enrollments: Vec<Enrollment> = known.into_values().collect();
        let belongings = Belongings::of(call, enrollments.iter()).await?;
        let mut this = Self { enrollments, belongings, statements: Vec::new(), stale: Vec::new() };
        let removed: BTreeMap<EnrollmentId, Option<Timestamp>> = this
            .enrollments
            .iter()
            .filter(|enrollment| enrollment.status == EnrollmentStatus::Removed)
            .map(|enrollment| (enrollment.id.clone(), enrollment.removed_at))
            .collect();
        if !removed.is_empty() {
            let ids: Vec<&EnrollmentId> = removed.keys().collect();
            let now = call.context.now();
            // The links first: they are told by the moment of the removal.
            this.statements.extend(links::enable_of(&ids, now));
            this.statements.extend(codes::enable_of(&ids, text_status, now));
            this.statements.extend(enrollments::restore(&ids));
            this.bring_back(&removed, text_status);
        }
        Ok(this)
    }

    /// What the statements do, done to what was read.
    fn bring_back(&mut self, removed: &BTreeMap<EnrollmentId, Option<Timestamp>>, text_status: CodeStatus) {
        for enrollment in
            self.enrollments.iter_mut().filter(|enrollment| removed.contains_key(&enrollment.id))
        {
            enrollment.status = EnrollmentStatus::Active;
            enrollment.removed_at = None;
        }
        let is_off = |code: &&mut Code| {
            code.status == CodeStatus::Disabled && removed.contains_key(&code.enrollment_id)
        };
        for code in self.belongings.codes.values_mut().filter(is_off) {
            code.status = match &code.text {
                Some(_) => text_status,
                None if code.missing.is_empty() => CodeStatus::Tbd,
                None => CodeStatus::Failed,
            };
        }
        for link in &mut self.belongings.links {
            let Some(removed_at) = removed.get(&link.enrollment_id) else { continue };
            self.stale.push(link_key(link.slug.as_str()));
            if *removed_at == Some(link.updated_at) {
                link.status = LinkStatus::Active;
            }
        }
    }
}
