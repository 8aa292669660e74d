use serde_json::Value;
use tributary_domain::ids::{CampaignId, EnrollmentId, LinkId};
use tributary_storage::links;
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::to_wire;

pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let enrollment = call.request.query_as("enrollmentId", EnrollmentId::parse)?;
    let campaign = call.request.query_as("campaignId", CampaignId::parse)?;
    let (sql, after, limit) = (&call.context.sql, page.after_id(LinkId::parse)?, page.rows_to_read());
    let mut links = match &enrollment {
        Some(enrollment) => links::list_of_enrollment(sql, enrollment, after, limit).await?,
        None => links::list(sql, campaign.as_ref(), after, limit).await?,
    };
    links.retain(|link| campaign.as_ref().is_none_or(|campaign| link.campaign_id == *campaign));
    let base = call.base_url();
    let rows: Vec<Value> = links.iter().map(|link| to_wire(&base, link)).collect();
    Ok(Outcome::json(&rest::list(&page, &rows, rest::id_of)))
}
