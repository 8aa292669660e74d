//! `PUT /campaigns/{id}/code`: a code without a creator.

use tributary_domain::ids::EnrollmentId;
use tributary_storage::campaigns::Campaign;
use tributary_storage::enrollments::{self, Enrollment, EnrollmentStatus};
use tributary_storage::plans::Plan;
use tributary_web::Problem;
use tributary_web::codes::{campaign_of, plan_of_campaign};
use tributary_web::rest::{Call, Outcome};

use super::code;

/// Sets a code without a creator, which credits the campaign alone (R8).
///
/// It belongs to an enrollment like any other, only that nobody is enrolled.
pub(crate) async fn put_code(call: &Call) -> Result<Outcome, Problem> {
    let text = code::read(call)?;
    let campaign = campaign_of(call).await?;
    if let Some(enrollment) = enrollments::campaign_itself(&call.context.sql, &campaign.id).await? {
        return code::set(call, &enrollment, text, Vec::new()).await;
    }
    let (plan, _) = plan_of_campaign(call, &campaign).await?;
    let enrollment = itself(call, &campaign, &plan);
    let first = enrollments::insert_all(std::slice::from_ref(&enrollment));
    code::set(call, &enrollment, text, first).await
}

fn itself(call: &Call, campaign: &Campaign, plan: &Plan) -> Enrollment {
    let now = call.context.now();
    Enrollment {
        id: EnrollmentId::new(now, call.context.id_random()),
        campaign_id: campaign.id.clone(),
        creator_id: None,
        plan_id: plan.id.clone(),
        plan_version: plan.version,
        commission: None,
        version: 0,
        status: EnrollmentStatus::Active,
        created_at: now,
        removed_at: None,
    }
}
