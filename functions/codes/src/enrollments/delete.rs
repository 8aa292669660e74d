use serde_json::Value;
use tributary_domain::ids::{CampaignId, EnrollmentId};
use tributary_storage::{codes, enrollments, links};
use tributary_web::Problem;
use tributary_web::codes::link_keys_of;
use tributary_web::rest::{Call, Change, Outcome};

/// Takes a creator out of a campaign: the links lead to the fallback, the code is disabled. What was clicked
/// or ordered before is still credited.
pub(crate) async fn delete(call: &Call) -> Result<Outcome, Problem> {
    let campaign = call.id("id", "campaign", CampaignId::parse)?;
    let id = call.id("enrollmentId", "enrollment", EnrollmentId::parse)?;
    let found = enrollments::by_id(&call.context.sql, &id).await?;
    if found.is_none_or(|enrollment| enrollment.campaign_id != campaign) {
        return Err(Problem::not_found("enrollment"));
    }
    let now = call.context.now();
    let change = Change::new("enrollment.delete", id.as_str(), Value::Null)
        .status(204)
        .with(enrollments::remove(&id, now))
        .with(codes::disable(&id, now))
        .with(links::disable_of(&id, now))
        .on_stale(Problem::not_found("enrollment"))
        .forget(link_keys_of(call, [&id]).await?);
    Ok(change.into())
}
