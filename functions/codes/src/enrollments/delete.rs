use serde_json::Value;
use tributary_domain::ids::{CampaignId, EnrollmentId};
use tributary_storage::{codes, enrollments, links};
use tributary_web::Problem;
use tributary_web::codes::link_keys_of;
use tributary_web::rest::{Call, Change, Outcome};

/// Takes a creator out of a campaign: the links lead to the fallback. The code goes on, because shoppers may have
/// it in hand, unless the brand says `?disableCode=true`. What is ordered with it is credited either way.
pub(crate) async fn delete(call: &Call) -> Result<Outcome, Problem> {
    let campaign = call.id("id", "campaign", CampaignId::parse)?;
    let id = call.id("enrollmentId", "enrollment", EnrollmentId::parse)?;
    let found = enrollments::by_id(&call.context.sql, &id).await?;
    if found.is_none_or(|enrollment| enrollment.campaign_id != campaign) {
        return Err(Problem::not_found("enrollment"));
    }
    let off = call.request.query_as("disableCode", str::parse)?.unwrap_or(false);
    let now = call.context.now();
    let change = Change::new("enrollment.delete", id.as_str(), Value::Null)
        .status(204)
        .with(enrollments::remove(&id, now))
        .with_all(if off { codes::disable_of(&[&id], now) } else { Vec::new() })
        .with(links::disable_of(&id, now))
        .on_stale(Problem::not_found("enrollment"))
        .forget(link_keys_of(call, [&id]).await?);
    Ok(change.into())
}
