//! `GET /openapi.json`: made from the very tables that requests are routed by, here and in the other functions, and
//! from the types that bodies are read into, so that it cannot drift.

mod answers;
mod codes;
mod described;
mod money;
mod open;
mod paths;
mod reference;
mod requests;
mod sales;
mod schemas;
mod setup;
mod webhooks;

use serde_json::{Value, json};
use tributary_web::Problem;
use tributary_web::rest::elsewhere::{
    AGGREGATES, CODES, DELIVERIES, Endpoint, PRIVACY, RECONCILIATIONS, WEBHOOKS,
};
use tributary_web::rest::{Call, Outcome, Route};
use tributary_web::route;

use crate::routes;
use described::Described;

/// All calls of `shared/calls`, and the document that describes them. The pages have no use for it, and it is large.
pub fn with_document() -> Vec<Route> {
    let mut routes = routes::all();
    routes.push(route!(Get "/openapi.json", Open, "This API's OpenAPI document", get));
    routes.push(route!(Get "/reference", Open, "The same for people", reference::get));
    routes
}

async fn get(call: &Call) -> Result<Outcome, Problem> {
    Ok(Outcome::json(&document(&call.base_url())))
}

/// Every call of the API, here and in the other functions.
fn endpoints() -> Vec<Endpoint> {
    let ours = with_document();
    ours.iter()
        .map(Endpoint::from)
        .chain(CODES)
        .chain(DELIVERIES)
        .chain(RECONCILIATIONS)
        .chain(PRIVACY)
        .chain(AGGREGATES)
        .chain(WEBHOOKS)
        .collect()
}

/// What they take and answer. A new call gets its line here.
fn described() -> Vec<Described> {
    [setup::all(), codes::all(), sales::all(), money::all(), webhooks::all()].into_iter().flatten().collect()
}

fn document(base: &str) -> Value {
    let (described, open) = (described(), open::all());
    let all: Vec<&Described> = described.iter().chain(open.iter().map(|(_, each)| each)).collect();
    let mut schemas = schemas::all(&all);
    schemas.insert("Problem".to_owned(), problem_schema());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tributary",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Tracks the sales that creators bring to a brand's own stores.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": format!("{base}/api/v1")}],
        "paths": paths::all(&endpoints(), &described, &open, base),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": {
                "description": "What went wrong and what to do about it",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }},
            "schemas": schemas,
        },
    })
}

fn problem_schema() -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "code", "requestId"],
        "properties": {
            "type": text, "title": text, "status": {"type": "integer"}, "detail": text, "code": text, "requestId": text,
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["path", "code", "detail"],
                    "properties": {"path": text, "code": text, "detail": text},
                },
            },
        },
    })
}

#[cfg(test)]
mod tests;
