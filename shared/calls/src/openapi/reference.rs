//! `GET /reference`: the same document for people, drawn on the server, with an example of each call for a shell.

use maud::{DOCTYPE, Markup, html};
use serde_json::{Map, Value};
use tributary_web::rest::{Call, Outcome};
use tributary_web::{Answer, Problem};

use super::document;

/// Nothing but the style of our own pages.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn get(call: &Call) -> Result<Outcome, Problem> {
    let base = call.base_url();
    let page = page(&document(&base), &base).into_string();
    let answer = Answer::bytes(200, "text/html; charset=utf-8", page)
        .header("content-security-policy", CONTENT_SECURITY_POLICY)
        .header("referrer-policy", "no-referrer");
    Ok(answer.into())
}

/// One call of the document.
struct Operation<'a> {
    method: String,
    path: &'a str,
    /// Where it is, before its path.
    base: String,
    said: &'a Value,
}

impl Operation<'_> {
    /// The group that it is listed in: the first word of its path.
    fn group(&self) -> &str {
        if self.is_open() {
            return "The open side";
        }
        self.path.trim_start_matches('/').split(['/', '.']).next().unwrap_or_default()
    }

    fn is_open(&self) -> bool {
        !self.base.ends_with("/api/v1")
    }

    fn id(&self) -> &str {
        self.said.get("operationId").and_then(Value::as_str).unwrap_or_default()
    }

    /// The scope that a key needs.
    fn scope(&self) -> Option<&str> {
        self.said.pointer("/security/0/key/0").and_then(Value::as_str)
    }

    /// The call for a shell, in which `$KEY` is a key.
    fn curl(&self) -> String {
        let mut words = vec![match self.method.as_str() {
            "GET" => "curl".to_owned(),
            method => format!("curl -X {method}"),
        }];
        words.push(quoted(&format!("{}{}", self.base, self.path)));
        if self.scope().is_some() {
            words.push("-H \"Authorization: Bearer $KEY\"".to_owned());
        }
        let contents = self.said.pointer("/requestBody/content").and_then(Value::as_object);
        if let Some((kind, content)) = contents.and_then(|contents| contents.iter().next()) {
            let example = content.get("example").cloned().unwrap_or_default();
            let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
            words.push(format!("-H 'Content-Type: {kind}'"));
            words.push(format!("--data-binary {}", quoted(&example)));
        }
        words.join(" \\\n  ")
    }
}

/// A word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn operations<'a>(document: &'a Value, base: &str) -> Vec<Operation<'a>> {
    let paths = document.get("paths").and_then(Value::as_object);
    let mut found: Vec<Operation<'a>> = Vec::new();
    for (path, item) in paths.into_iter().flatten() {
        let base = if item.get("servers").is_some() { base.to_owned() } else { format!("{base}/api/v1") };
        let calls = item.as_object().into_iter().flatten().filter(|(_, said)| said.is_object());
        found.extend(calls.map(|(method, said)| Operation {
            method: method.to_ascii_uppercase(),
            path,
            base: base.clone(),
            said,
        }));
    }
    found.sort_by(|one, other| (one.is_open(), one.group()).cmp(&(other.is_open(), other.group())));
    found
}

fn page(document: &Value, base: &str) -> Markup {
    let operations = operations(document, base);
    let groups: Vec<&[Operation<'_>]> =
        operations.chunk_by(|one, other| one.group() == other.group()).collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "The API · Tributary" }
                link rel="icon" href="/dashboard/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href={ "/dashboard/style.css?" (env!("CARGO_PKG_VERSION")) };
            }
            body {
                header {
                    nav aria-label="Groups of calls" {
                        ul {
                            @for group in &groups {
                                @if let Some(first) = group.first() {
                                    li { a href={ "#" (anchor(first.group())) } { (first.group()) } }
                                }
                            }
                        }
                    }
                }
                main {
                    h1 { "The API" }
                    p {
                        "For programs there is " a href="/api/v1/openapi.json" { "the same as OpenAPI 3.1" } ". "
                        "A call needs a key as " code { "Authorization: Bearer <key>" } ", unless it says otherwise. "
                        "In the examples, " code { "str_..." } " stands for an id."
                    }
                    @for group in &groups {
                        @if let Some(first) = group.first() {
                            h2 #(anchor(first.group())) { (first.group()) }
                        }
                        @for operation in *group { (section(document, operation)) }
                    }
                }
            }
        }
    }
}

fn anchor(group: &str) -> String {
    group.replace(' ', "-").to_ascii_lowercase()
}

fn section(document: &Value, operation: &Operation<'_>) -> Markup {
    let summary = operation.said.get("summary").and_then(Value::as_str).unwrap_or_default();
    html! {
        section #(operation.id()) {
            h3 { code { (operation.method) " " (operation.path) } }
            p {
                (summary) ". "
                @match operation.scope() {
                    Some(scope) => { "Needs the scope " strong { (scope) } "." },
                    None => { "Needs no key." },
                }
            }
            (parameters(operation))
            (body(document, operation))
            div.wide tabindex="0" role="region" aria-label={ "Example of " (operation.id()) } {
                pre { code { (operation.curl()) } }
            }
            (answers(document, operation))
        }
    }
}

fn parameters(operation: &Operation<'_>) -> Markup {
    let parameters = operation.said.get("parameters").and_then(Value::as_array);
    let told: Vec<&Value> = parameters
        .into_iter()
        .flatten()
        .filter(|each| each.get("in").is_some_and(|place| place != "path"))
        .collect();
    let text =
        |each: &Value, name: &str| each.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    html! {
        @if !told.is_empty() {
            dl {
                @for each in told {
                    dt { code { (text(each, "name")) } " (" (text(each, "in")) ")" }
                    dd { (text(each, "description")) }
                }
            }
        }
    }
}

fn body(document: &Value, operation: &Operation<'_>) -> Markup {
    let schema = operation.said.pointer("/requestBody/content/application~1json/schema");
    html! {
        @if let Some(schema) = schema {
            details { summary { "What it takes" } (members(document, schema)) }
        }
    }
}

fn answers(document: &Value, operation: &Operation<'_>) -> Markup {
    let responses = operation.said.get("responses").and_then(Value::as_object);
    html! {
        @for (status, answer) in responses.into_iter().flatten().filter(|(status, _)| *status != "default") {
            @match answer.pointer("/content/application~1json/schema") {
                Some(schema) => details { summary { "Answers " (status) } (members(document, schema)) },
                None => p.hint { "Answers " (status) ". " (kinds(answer)) },
            }
        }
    }
}

fn kinds(answer: &Value) -> String {
    let kinds =
        answer.get("content").and_then(Value::as_object).map(|contents| contents.keys().cloned().collect());
    kinds.map_or_else(String::new, |kinds: Vec<String>| kinds.join(", "))
}

/// The members of an object, one line each; what lies deeper is named only.
fn members(document: &Value, schema: &Value) -> Markup {
    let schema = resolved(document, schema);
    let none = Map::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
    let required = schema.get("required").and_then(Value::as_array);
    let is_needed = |name: &str| required.is_some_and(|required| required.iter().any(|each| each == name));
    html! {
        @if let Some(words) = schema.get("description").and_then(Value::as_str) { p { (words) } }
        dl {
            @for (name, member) in properties {
                dt { code { (name) } " " (kind(member)) @if !is_needed(name) { ", may be absent" } }
                dd { (member.get("description").and_then(Value::as_str).unwrap_or_default()) }
            }
        }
    }
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let to = schema.get("$ref").and_then(Value::as_str);
    to.and_then(|to| document.pointer(to.trim_start_matches('#'))).unwrap_or(schema)
}

/// What a member is, in a word or two.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.rsplit('/').next()) {
        return name.to_owned();
    }
    if let Some(choices) = schema.get("oneOf").and_then(Value::as_array) {
        return choices.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    match schema.get("type") {
        Some(Value::String(word)) if word == "array" => {
            format!("list of {}", schema.get("items").map(kind).unwrap_or_default())
        }
        Some(Value::String(word)) => word.clone(),
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "anything".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R65
    #[test]
    fn the_reference_shows_every_call_once_with_its_example_and_escapes_it() {
        let document = document("https://go.brand.example");
        let all = operations(&document, "https://go.brand.example");
        let page = page(&document, "https://go.brand.example").into_string();
        assert!(all.len() > 100, "{}", all.len());
        for operation in &all {
            assert_eq!(page.matches(&format!("id=\"{}\"", operation.id())).count(), 1, "{}", operation.id());
        }
        let make = all.iter().find(|each| each.id() == "post_creators").unwrap();
        assert!(make.curl().starts_with("curl -X POST \\\n  'https://go.brand.example/api/v1/creators'"));
        assert!(make.curl().contains("Bearer $KEY"));
        assert!(!page.contains("<script") && !page.contains("style="));
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
