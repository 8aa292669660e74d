//! `/links`: the short addresses of enrollments.

mod create;
mod get;
mod list;
mod qr;
mod update;

pub(crate) use create::{NewLink, create};
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use qr::qr;
pub(crate) use update::{Changes, update};

use serde_json::{Value, json};
use tributary_domain::ids::LinkId;
use tributary_domain::link::Slug;
use tributary_domain::plan::check_web_url;
use tributary_storage::enrollments::Enrollment;
use tributary_storage::links::{self, Link};
use tributary_web::Problem;
use tributary_web::codes::plan_and_store;
use tributary_web::links::make::url_of;
use tributary_web::rest::Call;
use url::Url;

async fn find(call: &Call) -> Result<Link, Problem> {
    let id = call.id("id", "link", LinkId::parse)?;
    links::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("link"))
}

/// A slug as it was sent.
fn slug(text: &str) -> Result<Slug, Problem> {
    Slug::parse(text).map_err(|invalid| match invalid.code {
        "reserved_slug" => slug_taken(),
        code => Problem::field("slug", code, invalid.detail),
    })
}

fn slug_taken() -> Problem {
    Problem::conflict("slug_taken", "this slug is in use, or a page of the application; choose another")
}

/// A link's own page as it was sent: an address, or a path of the enrollment's store.
async fn page(call: &Call, enrollment: &Enrollment, text: &str) -> Result<Url, Problem> {
    let invalid = |detail: &str| Problem::field("to", "invalid_url", detail);
    let url = if text.starts_with('/') {
        let (_, store) = plan_and_store(call, &enrollment.plan_id).await?;
        let url = store.url.join(text).map_err(|_| invalid("is no path of the store"))?;
        // `//evil.example` and `/\evil.example` begin with a slash too.
        if url.origin() != store.url.origin() {
            return Err(invalid("is no path of the store; give a whole address to lead elsewhere"));
        }
        url
    } else {
        Url::parse(text).map_err(|_| invalid("must be an address, or a path such as /products/x"))?
    };
    check_web_url(&url).map_err(|invalid| Problem::field("to", invalid.code, invalid.detail))?;
    Ok(url)
}

fn to_wire(base: &str, link: &Link) -> Value {
    let url = url_of(base, &link.slug);
    json!({
        "id": link.id,
        "enrollmentId": link.enrollment_id,
        "campaignId": link.campaign_id,
        "creatorId": link.creator_id,
        "kind": link.kind,
        "slug": link.slug,
        "url": url,
        "to": link.to,
        "status": link.status,
        "createdAt": link.created_at,
        "updatedAt": link.updated_at,
    })
}
