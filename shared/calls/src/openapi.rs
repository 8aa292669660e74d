//! `GET /openapi.json`: made from the very tables that requests are routed by, here and in the other
//! functions, so that it cannot drift.

use serde_json::{Map, Value, json};
use tributary_web::Problem;
use tributary_web::rest::elsewhere::{
    AGGREGATES, CODES, DELIVERIES, Endpoint, PRIVACY, RECONCILIATIONS, WEBHOOKS,
};
use tributary_web::rest::{Call, Outcome, Scope};

use crate::routes;

pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    let ours = routes::all();
    let endpoints: Vec<Endpoint> = ours
        .iter()
        .map(Endpoint::from)
        .chain(CODES)
        .chain(DELIVERIES)
        .chain(RECONCILIATIONS)
        .chain(PRIVACY)
        .chain(AGGREGATES)
        .chain(WEBHOOKS)
        .collect();
    Ok(Outcome::json(&document(&endpoints, &call.base_url())))
}

fn document(routes: &[Endpoint], base: &str) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(members) = item.as_object_mut() {
            members.insert(route.method.as_str().to_ascii_lowercase(), operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tributary",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Tracks the sales that creators bring to a brand's own stores.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": format!("{base}/api/v1")}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": problem_schema()},
        },
    })
}

fn operation(route: &Endpoint) -> Value {
    let security =
        if route.scope == Scope::Open { json!([]) } else { json!([{"key": [route.scope.as_str()]}]) };
    json!({
        "operationId": operation_id(route),
        "summary": route.summary,
        "security": security,
        "parameters": parameters(route),
        "responses": {
            "2XX": {"description": "Done"},
            "default": {
                "description": "What went wrong and what to do about it",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
    })
}

fn operation_id(route: &Endpoint) -> String {
    let words = route.path.split(['/', '{', '}', '.', '-']).filter(|word| !word.is_empty());
    std::iter::once(route.method.as_str().to_ascii_lowercase().as_str())
        .chain(words)
        .collect::<Vec<_>>()
        .join("_")
}

fn parameters(route: &Endpoint) -> Vec<Value> {
    let named = route.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    named
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect()
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
