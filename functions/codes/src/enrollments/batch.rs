//! New enrollments with their codes and links: any number of them by a bounded number of statements.

use std::collections::BTreeSet;

use tributary_domain::Timestamp;
use tributary_domain::ids::{CodeId, EnrollmentId};
use tributary_domain::link::LinkKind;
use tributary_storage::campaigns::Campaign;
use tributary_storage::codes::{self, Code, Made, Origin, Setting, Wanted};
use tributary_storage::creators::Creator;
use tributary_storage::enrollments::{self, Enrollment, EnrollmentStatus};
use tributary_storage::links::{self, Link};
use tributary_storage::plans::Plan;
use tributary_storage::stores::Store;
use tributary_storage::{SqlError, Statement};
use tributary_web::Problem;
use tributary_web::links::make::new_link;
use tributary_web::rest::Call;

/// What is enrolled together.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) enrollments: Vec<Enrollment>,
    pub(crate) codes: Vec<Code>,
    pub(crate) links: Vec<Link>,
}

impl Batch {
    /// Prepares enrollments of these creators, each with a code as the plan says and one affiliate link.
    pub(crate) async fn by_pattern(
        call: &Call,
        campaign: &Campaign,
        (plan, store): (&Plan, &Store),
        creators: &[&Creator],
    ) -> Result<Self, Problem> {
        let wanted: Vec<Wanted<'_>> = creators
            .iter()
            .map(|creator| Wanted { creator, campaign: (Some(&campaign.id), &campaign.name) })
            .collect();
        let reserved = BTreeSet::new();
        let setting = Setting { plan, store, key: call.context.keys.current(), reserved: &reserved };
        let made = codes::make(&call.context.sql, &setting, &wanted).await?;
        let made = made.into_iter().map(|made| made.map(|made| (made, Origin::Pattern)));
        Self::prepare(call, campaign, plan, creators.iter().copied().zip(made))
    }

    /// Prepares enrollments of these creators, each with its code and one affiliate link.
    pub(crate) fn prepare<'a>(
        call: &Call,
        campaign: &Campaign,
        plan: &Plan,
        creators: impl Iterator<Item = (&'a Creator, Option<(Made, Origin)>)>,
    ) -> Result<Self, Problem> {
        let now = call.context.now();
        let mut batch = Self::default();
        for (creator, made) in creators {
            let enrollment = Enrollment {
                id: EnrollmentId::new(now, call.context.id_random()),
                campaign_id: campaign.id.clone(),
                creator_id: Some(creator.id.clone()),
                plan_id: plan.id.clone(),
                plan_version: plan.version,
                commission: None,
                version: 0,
                status: EnrollmentStatus::Active,
                created_at: now,
                removed_at: None,
            };
            let code = made.map(|made| new_code(call, &enrollment, plan, made, now));
            batch.codes.extend(code);
            batch.links.push(new_link(call, &enrollment, LinkKind::Affiliate)?);
            batch.enrollments.push(enrollment);
        }
        Ok(batch)
    }

    pub(crate) fn statements(&self) -> Result<Vec<Statement>, SqlError> {
        let mut statements = enrollments::insert_all(&self.enrollments);
        statements.extend(codes::insert_all(&self.codes)?);
        statements.extend(links::insert_all(&self.links));
        Ok(statements)
    }
}

/// A code of an enrollment, as its plan's newest version wants it.
pub(crate) fn new_code(
    call: &Call,
    enrollment: &Enrollment,
    plan: &Plan,
    (made, origin): (Made, Origin),
    now: Timestamp,
) -> Code {
    Code {
        id: CodeId::new(now, call.context.id_random()),
        enrollment_id: enrollment.id.clone(),
        campaign_id: enrollment.campaign_id.clone(),
        creator_id: enrollment.creator_id.clone(),
        store_id: plan.store_id.clone(),
        plan_id: plan.id.clone(),
        plan_version: plan.version,
        text: made.text,
        status: made.status,
        reason: made.reason,
        missing: made.missing,
        collided_with: made.collided_with,
        is_current: true,
        origin,
        in_shop: None,
        due_at: codes::due_at(made.status, now),
        created_at: now,
        updated_at: now,
    }
}
