//! New links, and the addresses of links, for the calls that make them.

use tributary_domain::click_id::LinkNumber;
use tributary_domain::ids::LinkId;
use tributary_domain::link::{LinkKind, Slug};
use tributary_storage::enrollments::Enrollment;
use tributary_storage::links::{Link, LinkStatus};

use crate::context::random;
use crate::problem::Problem;
use crate::rest::Call;

/// The address that a creator shares.
pub fn url_of(base: &str, slug: &Slug) -> String {
    format!("{base}/{slug}")
}

/// A link of an enrollment, with a random slug and no page of its own.
///
/// # Errors
/// Never: six random bytes are a link's number.
pub fn new_link(call: &Call, enrollment: &Enrollment, kind: LinkKind) -> Result<Link, Problem> {
    let now = call.context.now();
    let number = random::<6>().into_iter().fold(0, |number, byte| (number << 8) | u64::from(byte));
    Ok(Link {
        number: LinkNumber::new(number).map_err(|invalid| Problem::internal(invalid.to_string()))?,
        id: LinkId::new(now, call.context.id_random()),
        enrollment_id: enrollment.id.clone(),
        campaign_id: enrollment.campaign_id.clone(),
        creator_id: enrollment.creator_id.clone(),
        slug: Slug::random(random()),
        kind,
        to: None,
        status: LinkStatus::Active,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}
