//! Every answer that a test gets is held to the API's own document, so that neither can drift from the other.

use std::cmp::Reverse;
use std::sync::OnceLock;

use serde_json::{Map, Value};
use ureq::Agent;

use crate::Reply;

/// The document of the application under test.
pub fn document(base: &str, agent: &Agent) -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let request = ureq::http::Request::builder().uri(format!("{base}/api/v1/openapi.json"));
        Reply::of(agent.run(request.body(()).unwrap())).expect(200).json()
    })
}

/// Holds an answer of the API to the document.
#[track_caller]
pub fn check(document: &Value, method: &str, path: &str, reply: &Reply) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = path.trim_end_matches('/');
    let Some((pattern, operation)) = operation(document, method, path) else {
        assert!(matches!(reply.status, 404 | 405 | 500..), "{method} {path} is not in the document");
        return;
    };
    let what = format!("{} {pattern}", reply.status);
    if reply.status < 400 {
        let unknown = unknown_parameters(operation, query);
        assert!(unknown.is_empty(), "{method} {what}: the document does not know the parameters {unknown:?}");
    }
    let answer = if reply.status < 400 {
        let told = &operation["responses"][reply.status.to_string()];
        assert!(told.is_object(), "{method} {what}: the document knows no such answer");
        told
    } else {
        &document["components"]["responses"]["Problem"]
    };
    let Some(contents) = answer["content"].as_object() else {
        assert!(reply.body.is_empty(), "{method} {what}: the document says that there is no body");
        return;
    };
    let kind = reply.header("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    let content =
        contents.get(kind).unwrap_or_else(|| panic!("{method} {what}: {kind} is not in the document"));
    if matches!(kind, "application/json" | "application/problem+json") && method != "HEAD" {
        let mut wrong = Vec::new();
        judge(document, &content["schema"], &reply.json(), "", &mut wrong);
        assert!(wrong.is_empty(), "{method} {what}: {wrong:#?}\n{}", reply.text());
    }
}

/// The query's names that the document does not have for the operation.
fn unknown_parameters(operation: &Value, query: &str) -> Vec<String> {
    let known: Vec<&str> = operation["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|parameter| parameter["in"] == "query")
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    let named = url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned());
    named.filter(|name| !known.contains(&name.as_str())).collect()
}

/// The operation of a request. Of several paths that fit, the one with the fewest parts that vary is meant.
fn operation<'a>(document: &'a Value, method: &str, path: &str) -> Option<(&'a str, &'a Value)> {
    let method = if method == "HEAD" { "get".to_owned() } else { method.to_lowercase() };
    let paths = document["paths"].as_object().unwrap();
    let fitting = paths.iter().filter(|(pattern, item)| item.get("servers").is_none() && fits(pattern, path));
    let known = fitting.filter_map(|(pattern, item)| Some((pattern.as_str(), item.get(&method)?)));
    known.min_by_key(|(pattern, _)| (pattern.matches('{').count(), Reverse(pattern.len())))
}

fn fits(pattern: &str, path: &str) -> bool {
    let (wanted, given): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    let is_it = |(want, give): (&&str, &&str)| match want.split_once('}') {
        Some((_, suffix)) => give.len() > suffix.len() && give.ends_with(suffix),
        None => want == give,
    };
    wanted.len() == given.len() && wanted.iter().zip(&given).all(is_it)
}

/// What of JSON Schema the document uses, but for patterns and formats.
fn judge(document: &Value, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    if let Some(to) = schema["$ref"].as_str() {
        return judge(document, document.pointer(to.trim_start_matches('#')).unwrap(), value, at, wrong);
    }
    for key in ["oneOf", "anyOf"] {
        let Some(choices) = schema[key].as_array() else { continue };
        let fitting = choices.iter().filter(|choice| is_valid(document, choice, value)).count();
        if fitting == 0 || (key == "oneOf" && fitting > 1) {
            wrong.push(format!("{at}: {fitting} of {key} fit {value}"));
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        for part in parts {
            judge(document, part, value, at, wrong);
        }
    }
    if !is_of_kind(&schema["type"], value) {
        wrong.push(format!("{at}: {value} is no {}", schema["type"]));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        wrong.push(format!("{at}: {value} is none of {}", schema["enum"]));
    }
    match value {
        Value::Object(members) => judge_members(document, schema, members, at, wrong),
        Value::Array(items) if schema["items"].is_object() => {
            for (index, item) in items.iter().enumerate() {
                judge(document, &schema["items"], item, &format!("{at}[{index}]"), wrong);
            }
        }
        _ => {}
    }
}

fn judge_members(
    document: &Value,
    schema: &Value,
    members: &Map<String, Value>,
    at: &str,
    wrong: &mut Vec<String>,
) {
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !members.contains_key(name) {
            wrong.push(format!("{at}.{name} is missing"));
        }
    }
    for (name, member) in members {
        let at = format!("{at}.{name}");
        match (schema["properties"].get(name), &schema["additionalProperties"]) {
            (Some(known), _) => judge(document, known, member, &at, wrong),
            (None, Value::Bool(false)) => wrong.push(format!("{at} is not in the document")),
            (None, others @ Value::Object(_)) => judge(document, others, member, &at, wrong),
            _ => {}
        }
    }
}

fn is_valid(document: &Value, schema: &Value, value: &Value) -> bool {
    let mut wrong = Vec::new();
    judge(document, schema, value, "", &mut wrong);
    wrong.is_empty()
}

fn is_of_kind(kind: &Value, value: &Value) -> bool {
    match kind {
        Value::Array(kinds) => kinds.iter().any(|kind| is_of_kind(kind, value)),
        Value::String(kind) => match kind.as_str() {
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("the document has the type {other}"),
        },
        _ => true,
    }
}
