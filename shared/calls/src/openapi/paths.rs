//! The document's paths.

use serde_json::{Map, Value, json};
use tributary_domain::ids;
use tributary_web::rest::Scope;
use tributary_web::rest::elsewhere::Endpoint;
use utoipa::PartialSchema;

use super::described::{Described, header};
use super::open;

/// The paths: those of the API, and those of the open side, which lie elsewhere.
pub(super) fn all(
    endpoints: &[Endpoint],
    described: &[Described],
    open: &[(&'static str, Described)],
    base: &str,
) -> Map<String, Value> {
    let mut paths = Map::new();
    for endpoint in endpoints {
        let method = endpoint.method.as_str();
        let call = format!("{method} {}", endpoint.path);
        let known = described.iter().find(|each| each.call == call);
        let secured = json!([{"key": [endpoint.scope.as_str()]}]);
        let security = if endpoint.scope == Scope::Open { json!([]) } else { secured };
        put(
            &mut paths,
            (method, endpoint.path),
            operation((method, endpoint.path), endpoint.summary, &security, known),
        );
    }
    for (summary, call) in open {
        let Some((method, path)) = call.call.split_once(' ') else { continue };
        put(&mut paths, (method, path), operation((method, path), summary, &json!([]), Some(call)));
        if let Some(item) = paths.get_mut(path).and_then(Value::as_object_mut) {
            item.insert("servers".to_owned(), json!([{"url": base}]));
        }
    }
    paths
}

fn put(paths: &mut Map<String, Value>, (method, path): (&str, &str), operation: Value) {
    let item = paths.entry(path).or_insert_with(|| json!({}));
    if let Some(members) = item.as_object_mut() {
        members.insert(method.to_ascii_lowercase(), operation);
    }
}

fn operation(
    (method, path): (&str, &str),
    summary: &str,
    security: &Value,
    call: Option<&Described>,
) -> Value {
    let mut parameters: Vec<Value> = parts(path);
    if method == "POST" && *security != json!([]) {
        let description = "the same key and body give the same answer again, another body 422";
        parameters.push(header("Idempotency-Key", description));
    }
    parameters.extend(call.into_iter().flat_map(|call| call.parameters.iter().cloned()));
    let mut responses = call.map(|call| call.answers.clone()).unwrap_or_default();
    responses.insert("default".to_owned(), json!({"$ref": "#/components/responses/Problem"}));
    let mut operation = json!({
        "operationId": operation_id(method, path),
        "summary": summary,
        "security": security,
        "parameters": parameters,
        "responses": responses,
    });
    if let (Some(body), Some(members)) = (call.and_then(|call| call.body.clone()), operation.as_object_mut())
    {
        members.insert("requestBody".to_owned(), body);
    }
    operation
}

fn operation_id(method: &str, path: &str) -> String {
    let words = path.split(['/', '{', '}', '.', '-']).filter(|word| !word.is_empty());
    std::iter::once(method.to_ascii_lowercase().as_str()).chain(words).collect::<Vec<_>>().join("_")
}

/// The parts of a path that vary.
fn parts(path: &str) -> Vec<Value> {
    let mut before = "";
    let mut found = Vec::new();
    for part in path.split('/') {
        if let Some((name, _)) = part.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            let schema =
                open::part(name).or_else(|| id_of(before)).unwrap_or_else(|| json!({"type": "string"}));
            found.push(json!({"name": name, "in": "path", "required": true, "schema": schema}));
        }
        before = part;
    }
    found
}

/// The id of what lies under this part of a path.
fn id_of(kind: &str) -> Option<Value> {
    let schema = match kind {
        "stores" => ids::StoreId::schema(),
        "creators" => ids::CreatorId::schema(),
        "plans" => ids::PlanId::schema(),
        "campaigns" => ids::CampaignId::schema(),
        "enrollments" => ids::EnrollmentId::schema(),
        "codes" => ids::CodeId::schema(),
        "links" => ids::LinkId::schema(),
        "orders" => ids::OrderId::schema(),
        "conversions" => ids::ConversionId::schema(),
        "keys" => ids::KeyId::schema(),
        "deliveries" => ids::DeliveryId::schema(),
        "payouts" => ids::PayoutId::schema(),
        "webhook-endpoints" => ids::WebhookEndpointId::schema(),
        "messages" => ids::MessageId::schema(),
        _ => return None,
    };
    serde_json::to_value(schema).ok()
}
