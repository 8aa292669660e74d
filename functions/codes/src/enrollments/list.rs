use tributary_domain::code::CodeStatus;
use tributary_domain::ids::{EnrollmentId, PlanId};
use tributary_storage::enrollments::{self, EnrollmentStatus, Filter};
use tributary_web::Problem;
use tributary_web::codes::campaign_of;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::Belongings;

/// A campaign's people: those who are in it, or with `?status=removed` those who were; `?planId=` and `?codeStatus=` narrow it.
pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let filter = filter(call)?;
    let campaign = campaign_of(call).await?;
    let (after, limit) = (page.after_id(EnrollmentId::parse)?, page.rows_to_read());
    let enrollments = enrollments::list(&call.context.sql, &campaign.id, &filter, after, limit).await?;
    let belongings = Belongings::of(call, enrollments.iter()).await?;
    let rows = belongings.to_wire(call, &enrollments);
    Ok(Outcome::json(&rest::list(&page, &rows, rest::id_of)))
}

fn filter(call: &Call) -> Result<Filter, Problem> {
    let request = &call.request;
    Ok(Filter {
        status: request.query_as("status", EnrollmentStatus::parse)?.unwrap_or(EnrollmentStatus::Active),
        plan: request.query_as("planId", PlanId::parse)?,
        code: request.query_as("codeStatus", CodeStatus::parse)?,
    })
}
