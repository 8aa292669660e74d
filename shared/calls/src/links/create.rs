use serde::Deserialize;
use tributary_domain::ids::EnrollmentId;
use tributary_domain::link::LinkKind;
use tributary_storage::enrollments::{self, EnrollmentStatus};
use tributary_storage::link_keys::link_key;
use tributary_storage::links;
use tributary_web::Problem;
use tributary_web::links::make::new_link;
use tributary_web::rest::{Call, Change, Outcome};

use super::{page, slug, slug_taken, to_wire};

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewLink {
    enrollment_id: EnrollmentId,
    kind: Option<LinkKind>,
    to: Option<String>,
    slug: Option<String>,
}

/// A slug that a link has, and one that a link has or had.
const SLUGS: [&str; 2] = ["links.slug", "slugs.slug"];

pub(crate) async fn create(call: &Call) -> Result<Outcome, Problem> {
    let wanted: NewLink = call.request.json()?;
    let enrollment = enrollments::by_id(&call.context.sql, &wanted.enrollment_id)
        .await?
        .ok_or_else(|| Problem::field("enrollmentId", "unknown_enrollment", "there is no such enrollment"))?;
    if enrollment.status == EnrollmentStatus::Removed {
        return Err(Problem::conflict("enrollment_removed", "enroll the creator again first"));
    }
    let mut link = new_link(call, &enrollment, wanted.kind.unwrap_or(LinkKind::Affiliate))?;
    let chosen = wanted.slug.as_deref().map(slug).transpose()?;
    if let Some(to) = wanted.to.as_deref() {
        link.to = Some(page(call, &enrollment, to).await?);
    }
    let is_random = chosen.is_none();
    link.slug = chosen.unwrap_or(link.slug);
    let body = to_wire(&call.base_url(), &link);
    let change = Change::new("link.create", link.id.as_str(), body.clone())
        .status(201)
        .with_all(links::insert_all(std::slice::from_ref(&link)))
        .run_again_when_taken(["links.number"])
        .run_again_when_taken(if is_random { SLUGS.as_slice() } else { &[] }.iter().copied())
        .on_conflict("links.slug", slug_taken())
        .on_conflict("slugs.slug", slug_taken())
        .audited(None, Some(body))
        // The redirect may remember that there was no such link.
        .forget([link_key(link.slug.as_str())]);
    Ok(change.into())
}
