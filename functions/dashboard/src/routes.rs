//! Which page an address is.

use serde_json::json;
use tributary_calls::Zone;
use tributary_web::request::Method;
use tributary_web::rest::act;
use tributary_web::{Answer, Context, Problem, Request, log, session};

use crate::visit::Visit;
use crate::{layout, pages, sales};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
const ICON: &str = include_str!("icon.svg");
/// Seconds for which a browser keeps style, script and icon; a new version has a new address.
const KEPT: &str = "public, max-age=86400";

pub(crate) async fn answer(request: &Request) -> Answer {
    if act::is_one(request) {
        return act::answer(&tributary_calls::routes(), request).await;
    }
    route(request).await.unwrap_or_else(|problem| {
        if let Some(internal) = &problem.internal {
            // The address of a creator's page is a secret.
            let path = if request.path.starts_with("/creator/") { "/creator" } else { &request.path };
            log::error("page_failed", &json!({"path": path, "error": internal}));
        }
        layout::problem(&problem)
    })
}

async fn route(request: &Request) -> Result<Answer, Problem> {
    let parts: Vec<&str> = request.path.split('/').filter(|part| !part.is_empty()).collect();
    let parts = match parts.as_slice() {
        ["dashboard", below @ ..] => below,
        ["creator", secret, below @ ..] if matches!(verb(request.method), Verb::Look) => {
            return pages::portal::answer(request, secret, below).await;
        }
        _ => return Err(Problem::not_found("page")),
    };
    match (verb(request.method), parts) {
        (Verb::Look, ["style.css"]) => Ok(file("text/css; charset=utf-8", STYLE)),
        (Verb::Look, ["script.js"]) => Ok(file("text/javascript; charset=utf-8", SCRIPT)),
        (Verb::Look, ["icon.svg"]) => Ok(file("image/svg+xml", ICON)),
        (Verb::Send, ["sign-in"]) => pages::sign_in::sign_in(request).await,
        (Verb::Send, ["sign-out"]) => pages::sign_in::sign_out(request).await,
        (verb @ (Verb::Look | Verb::Send), _) => match visit(request).await? {
            Some(visit) => page(&visit, verb, parts).await,
            None if parts.is_empty() => pages::sign_in::page(request, 200, None).await,
            None => Ok(Answer::to_page("/dashboard")),
        },
        (Verb::Other, _) => Err(Problem::method_not_allowed(&["GET", "POST"])),
    }
}

/// What a browser does with a page.
#[derive(Clone, Copy)]
enum Verb {
    Look,
    Send,
    Other,
}

const fn verb(method: Method) -> Verb {
    match method {
        Method::Get | Method::Head => Verb::Look,
        Method::Post => Verb::Send,
        _ => Verb::Other,
    }
}

fn file(content_type: &str, text: &str) -> Answer {
    Answer::bytes(200, content_type, text).header("cache-control", KEPT)
}

/// The visit of somebody who is signed in.
async fn visit(request: &Request) -> Result<Option<Visit>, Problem> {
    let context = Context::get().await?;
    context.migrated().await?;
    let who = session::signed_in(&context, request).await?;
    let Some(who) = who else { return Ok(None) };
    let zone = Zone::of_account(&context).await?;
    Ok(Some(Visit { context, request: request.clone(), who, zone }))
}

async fn page(visit: &Visit, verb: Verb, parts: &[&str]) -> Result<Answer, Problem> {
    match (verb, parts) {
        (Verb::Look, look) => look_at(visit, look).await,
        (Verb::Send, sent) => send(visit, sent).await,
        (Verb::Other, _) => Err(Problem::not_found("page")),
    }
}

async fn look_at(visit: &Visit, parts: &[&str]) -> Result<Answer, Problem> {
    match parts {
        [] => pages::home::page(visit).await,
        ["campaigns"] => pages::campaigns::list(visit).await,
        ["campaigns", "new"] => pages::campaign_form::new(visit).await,
        ["campaigns", id] => pages::campaigns::one(visit, id).await,
        ["campaigns", id, "edit"] => pages::campaign_form::edit(visit, id).await,
        ["campaigns", id, "people"] => pages::people::list(visit, id).await,
        ["campaigns", id, "add"] => pages::people_add::page(visit, id).await,
        ["campaigns", id, "import"] => pages::code_import::page(visit, id).await,
        ["campaigns", id, "codes.csv"] => pages::code_import::template(visit, id).await,
        ["creators"] => pages::creators::list(visit).await,
        ["creators", "new"] => Ok(pages::creator_form::new(visit)),
        ["creators", id] => pages::creator::page(visit, id).await,
        ["creators", id, "edit"] => pages::creator_form::edit(visit, id).await,
        ["plans"] => pages::plans::list(visit).await,
        ["what-if"] => pages::what_if::page(visit).await,
        ["plans", "new"] => pages::plan_form::new(visit).await,
        ["plans", id] => pages::plans::one(visit, id).await,
        ["plans", id, "edit"] => pages::plan_form::edit(visit, id).await,
        ["plans", id, "codes"] => pages::plan_codes::page(visit, id).await,
        ["stores"] => pages::stores::list(visit).await,
        ["stores", "new"] => pages::store_form::new(visit),
        ["stores", id] => pages::stores::one(visit, id).await,
        ["stores", id, "edit"] => pages::store_form::edit(visit, id).await,
        ["stores", id, "codes"] => pages::store_codes::page(visit, id).await,
        ["stores", id, "foreign.csv"] => pages::store_codes::foreign_file(visit, id).await,
        ["creators", id, "account"] => pages::account::creators(visit, id).await,
        ["creators", id, "statement"] => pages::statement::page(visit, id).await,
        ["codes", id] => pages::code::page(visit, id).await,
        ["enrollments", id] => pages::own_terms::page(visit, id).await,
        ["links", id, "qr.svg"] => visit.ask(&format!("/links/{id}/qr.svg")).await,
        ["clicks"] => pages::clicks::page(visit).await,
        ["sales"] => pages::sales::page(visit).await,
        ["sales", "export.csv"] => sales::export(visit, "csv").await,
        ["sales", "export.ndjson"] => sales::export(visit, "ndjson").await,
        ["review"] => pages::sales::review(visit).await,
        ["orders"] => pages::orders::list(visit).await,
        ["orders", id] => pages::order::page(visit, id).await,
        ["payouts"] => pages::payouts::list(visit).await,
        ["payouts", "payer"] => pages::account::payer(visit).await,
        ["payouts", id] => pages::payouts::one(visit, id).await,
        ["payouts", id, "file"] => pages::payouts::file(visit, id).await,
        ["deliveries"] => pages::deliveries::page(visit).await,
        ["settings"] => pages::settings::page(visit).await,
        ["rates"] => pages::rates::page(visit).await,
        ["keys"] => pages::keys::page(visit).await,
        ["webhooks"] => pages::webhooks::list(visit).await,
        ["webhooks", id] => pages::webhooks::one(visit, id).await,
        ["audit"] => pages::audit::page(visit).await,
        _ => Err(Problem::not_found("page")),
    }
}

async fn send(visit: &Visit, parts: &[&str]) -> Result<Answer, Problem> {
    match parts {
        ["campaigns", "new"] => pages::campaign_form::create(visit).await,
        ["campaigns", id, "edit"] => pages::campaign_form::update(visit, id).await,
        ["creators", "new"] => pages::creator_form::create(visit).await,
        ["creators", id, "edit"] => pages::creator_form::update(visit, id).await,
        ["creators", id, "account"] => pages::account::save_creators(visit, id).await,
        ["creators", id, "page"] => pages::creator::make_page(visit, id).await,
        ["enrollments", id] => pages::own_terms::save(visit, id).await,
        ["plans", "new"] => pages::plan_form::create(visit).await,
        ["plans", id, "edit"] => pages::plan_form::update(visit, id).await,
        ["stores", "new"] => pages::store_form::create(visit).await,
        ["stores", id, "edit"] => pages::store_form::update(visit, id).await,
        ["sales", "judge"] => sales::judge(visit).await,
        ["sales", "export.csv"] => sales::export(visit, "csv").await,
        ["what-if"] => pages::what_if::ask(visit).await,
        ["payouts"] => pages::payouts::create(visit).await,
        ["payouts", "payer"] => pages::account::save_payer(visit).await,
        ["payouts", id, "mark"] => pages::payouts::mark(visit, id).await,
        ["rates"] => pages::rates::save(visit).await,
        ["settings"] => pages::settings::save(visit).await,
        ["keys"] => pages::keys::create(visit).await,
        ["webhooks"] => pages::webhooks::create(visit).await,
        ["webhooks", id, "rotate"] => pages::webhooks::rotate(visit, id).await,
        _ => Err(Problem::not_found("page")),
    }
}
