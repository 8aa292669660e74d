//! The document's schemas: those of the types, made as strict and as lenient as the calls are.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::described::Described;

/// The bodies in which `null` means the same as absent, throughout.
const NULL_IS_ABSENT: [&str; 2] = ["NewPlan", "NextPlan"];

/// All schemas by their names.
pub(super) fn all(described: &[&Described]) -> Map<String, Value> {
    let taken = by_name(described.iter().flat_map(|each| &each.taken));
    let given = by_name(described.iter().flat_map(|each| &each.given));
    let mut schemas = Map::new();
    for (name, schema) in given.iter().filter(|(name, _)| !taken.contains_key(*name)) {
        schemas.insert((*name).to_owned(), as_answered(merged(schema, &given)));
    }
    for (name, schema) in &taken {
        let schema = merged(schema, &taken);
        let schema = if NULL_IS_ABSENT.contains(name) { with_nulls(schema, &taken) } else { schema };
        schemas.insert((*name).to_owned(), schema);
    }
    schemas.values_mut().for_each(in_plain_words);
    schemas
}

type Named<'a> = BTreeMap<&'a str, &'a Value>;

fn by_name<'a>(schemas: impl Iterator<Item = &'a (String, Value)>) -> Named<'a> {
    schemas.map(|(name, schema)| (name.as_str(), schema)).collect()
}

fn referred<'a>(schema: &Value, named: &Named<'a>) -> Option<&'a Value> {
    let name = schema.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")?;
    named.get(name).copied()
}

/// What is put together from several objects as one object.
fn merged(schema: &Value, named: &Named<'_>) -> Value {
    let Some(parts) = schema.get("allOf").and_then(Value::as_array) else { return schema.clone() };
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for part in parts {
        let part = referred(part, named).unwrap_or(part);
        properties.extend(part.get("properties").and_then(Value::as_object).cloned().unwrap_or_default());
        required.extend(part.get("required").and_then(Value::as_array).cloned().unwrap_or_default());
    }
    json!({
        "type": "object",
        "description": schema.get("description").cloned().unwrap_or_default(),
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}

/// An answer always has its members, `null` where there is nothing to say, and no others.
fn as_answered(mut schema: Value) -> Value {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return schema };
    let named = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let always = properties
        .iter()
        .filter(|(name, member)| named.iter().any(|each| each == *name) || may_be_null(member));
    let always: Vec<Value> = always.map(|(name, _)| json!(name)).collect();
    if let Some(members) = schema.as_object_mut() {
        members.insert("required".to_owned(), Value::Array(always));
        members.insert("additionalProperties".to_owned(), json!(false));
    }
    schema
}

fn may_be_null(schema: &Value) -> bool {
    let is_null = |kind: &Value| kind == "null";
    let kinds = schema.get("type").and_then(Value::as_array);
    let choices = schema.get("oneOf").and_then(Value::as_array);
    kinds.is_some_and(|kinds| kinds.iter().any(is_null))
        || choices.is_some_and(|choices| choices.iter().filter_map(|choice| choice.get("type")).any(is_null))
}

fn is_anything(schema: &Value, named: &Named<'_>) -> bool {
    let schema = referred(schema, named).unwrap_or(schema);
    ["type", "oneOf", "allOf", "$ref"].iter().all(|key| schema.get(key).is_none())
}

/// The same, with its objects in place, and `null` allowed wherever a member may be absent.
fn with_nulls(mut schema: Value, named: &Named<'_>) -> Value {
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return schema };
    for (name, member) in properties {
        let object = referred(member, named).filter(|each| each.get("properties").is_some());
        let inner = object.map_or_else(|| member.take(), |object| with_nulls(object.clone(), named));
        let is_needed = required.iter().any(|each| each == name);
        *member = if is_needed || may_be_null(&inner) || is_anything(&inner, named) {
            inner
        } else {
            json!({"oneOf": [{"type": "null"}, inner]})
        };
    }
    schema
}

/// The code's words for what is JSON here.
fn in_plain_words(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(words)) = members.get_mut("description") {
                *words = words.replace("`None`", "`null`");
            }
            members.values_mut().for_each(in_plain_words);
        }
        Value::Array(items) => items.iter_mut().for_each(in_plain_words),
        _ => {}
    }
}
