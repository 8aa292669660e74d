use tributary_storage::enrollments::{self, EnrollmentStatus};
use tributary_web::Problem;
use tributary_web::codes::campaign_of;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::Belongings;

/// A campaign's people: those who are in it, or with `?status=removed` those who were.
pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let status =
        call.request.query_as("status", EnrollmentStatus::parse)?.unwrap_or(EnrollmentStatus::Active);
    let campaign = campaign_of(call).await?;
    let (after, limit) = (page.after.as_deref(), page.rows_to_read());
    let enrollments = enrollments::list(&call.context.sql, &campaign.id, status, after, limit).await?;
    let belongings = Belongings::of(call, enrollments.iter()).await?;
    let rows = belongings.to_wire(call, &enrollments);
    Ok(Outcome::json(&rest::list(&page, &rows, rest::id_of)))
}
