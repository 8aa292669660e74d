//! Which page an address is.

use serde_json::json;
use tributary_web::request::Method;
use tributary_web::{Answer, Context, Problem, Request, log};

use crate::{pages, session};

const STYLE: &str = include_str!("style.css");

pub(crate) async fn answer(request: &Request) -> Answer {
    route(request).await.unwrap_or_else(|problem| {
        if let Some(internal) = &problem.internal {
            log::error("page_failed", &json!({"path": request.path, "error": internal}));
        }
        pages::problem(&problem)
    })
}

async fn route(request: &Request) -> Result<Answer, Problem> {
    let parts: Vec<&str> = request.path.split('/').filter(|part| !part.is_empty()).collect();
    let get = matches!(request.method, Method::Get | Method::Head);
    match parts.as_slice() {
        ["creator", ..] => Ok(pages::creator::page()),
        ["dashboard", "style.css"] if get => Ok(Answer::bytes(200, "text/css; charset=utf-8", STYLE)),
        ["dashboard", "sign-in"] if request.method == Method::Post => session::sign_in(request).await,
        ["dashboard", "sign-out"] if request.method == Method::Post => session::sign_out(request),
        ["dashboard"] if get => match open(request).await? {
            Some(context) => pages::home::page(&context, request).await,
            None => Ok(pages::sign_in::page(200, None)),
        },
        ["dashboard", "campaigns", id] if get => match open(request).await? {
            Some(context) => pages::campaign::page(&context, request, id).await,
            None => Ok(session::to_dashboard()),
        },
        _ => Err(Problem::not_found("page")),
    }
}

/// The context of somebody who is signed in.
async fn open(request: &Request) -> Result<Option<std::rc::Rc<Context>>, Problem> {
    let context = Context::get().await?;
    context.migrated().await?;
    Ok(session::holds(&context, request).await?.then_some(context))
}
