use serde::Deserialize;
use tributary_storage::enrollments;
use tributary_storage::link_keys::link_key;
use tributary_storage::links::{self, LinkStatus};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::{find, page, slug, slug_taken, to_wire};
use crate::wire::Patch;

/// What is absent stays as it is. An older slug still leads to the link, so that what is printed keeps crediting
/// its creator (R7), and no other link can take it.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkChanges)]
pub(crate) struct Changes {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    to: Patch<String>,
    status: Option<LinkStatus>,
    slug: Option<String>,
}

pub(crate) async fn update(call: &Call) -> Result<Outcome, Problem> {
    let changes: Changes = call.request.json()?;
    let mut link = find(call).await?;
    call.check_version(link.version)?;
    let base = call.base_url();
    let (before, old_key) = (to_wire(&base, &link), link_key(link.slug.as_str()));
    match changes.to {
        Patch::Keep => {}
        Patch::Clear => link.to = None,
        Patch::Set(to) => {
            let enrollment = enrollments::by_id(&call.context.sql, &link.enrollment_id)
                .await?
                .ok_or_else(|| Problem::internal(format!("no enrollment of {}", link.id)))?;
            link.to = Some(page(call, &enrollment, &to).await?);
        }
    }
    if let Some(text) = changes.slug {
        link.slug = slug(&text)?;
    }
    link.status = changes.status.unwrap_or(link.status);
    link.updated_at = call.context.now();
    let body = to_wire(&base, &link);
    let change = Change::new("link.update", link.id.as_str(), body.clone())
        .with(links::update(&link))
        .version(link.version + 1)
        .on_conflict("links.slug", slug_taken())
        .on_conflict("slugs.slug", slug_taken())
        .audited(Some(before), Some(body))
        .forget([old_key, link_key(link.slug.as_str())]);
    Ok(change.into())
}
