//! `POST /t/click`: a click id for a link that goes straight to the shop.

use std::rc::Rc;

use serde_json::json;
use tributary_domain::FieldErrors;
use tributary_domain::ids::LinkId;
use tributary_domain::link::Slug;
use tributary_storage::link_cache;
use tributary_web::links::{self, Found, Place};
use tributary_web::{Answer, Context, Problem, Request, visits};

use crate::given;

/// Counts the visit, and answers with a click id where it counts as a click.
pub(crate) async fn post(request: &Request) -> Result<Answer, Problem> {
    let fields = given::fields(request)?;
    let context = Context::get().await?;
    let found = match (fields.get(&["slug"]), fields.get(&["linkId"])) {
        (Some(slug), _) => by_slug(&context, slug).await?,
        (None, Some(id)) => by_id(&context, id).await?,
        (None, None) => return Err(Problem::field("slug", "required", "the link's slug, or its linkId")),
    };
    let link = found.link().ok_or_else(|| Problem::not_found("link"))?;
    let click_id = visits::count(&context, request, Some(link), context.now());
    Ok(Answer::json(200, &json!({ "clickId": click_id })))
}

async fn by_slug(context: &Rc<Context>, slug: &str) -> Result<Found, Problem> {
    let mut errors = FieldErrors::default();
    let Some(slug) = errors.keep("slug", Slug::parse(slug)) else { return Err(errors.into()) };
    match links::by_slug(context, slug, context.now()).await {
        Found::Unavailable => Err(Problem::unavailable("a link that is in no cache")),
        found => Ok(found),
    }
}

async fn by_id(context: &Context, id: &str) -> Result<Found, Problem> {
    let mut errors = FieldErrors::default();
    let Some(id) = errors.keep("linkId", LinkId::parse(id)) else { return Err(errors.into()) };
    let link = link_cache::by_id(&context.sql, &id).await?;
    Ok(Found::from(link.map(|link| Rc::new(Place::Link(Box::new(link))))))
}
