//! Forms of pages: fields that know what they are in JSON, so that a form is read like any call of the API.
//!
//! The end of a field's name says its type: `name` is text, `name?` text or null where it is empty, `name#` a
//! number or null, `name!` yes or no, `name[]` one item of a list, `name,` a list between commas or lines. A dot
//! leads into an object: `limits.usageLimit#`. Without its end, a field's name is the path that a problem names.
//! Names that begin with `_` are the form's own.

use serde_json::{Map, Value, json};

use crate::problem::Problem;
use crate::request::{Method, Request, decode_pairs};
use crate::session::SignedIn;

/// A form as it was sent.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// The form in a request's body.
    pub fn of(request: &Request) -> Self {
        Self::parse(&request.body)
    }

    /// Reads `application/x-www-form-urlencoded`.
    pub fn parse(bytes: &[u8]) -> Self {
        Self(decode_pairs(bytes))
    }

    /// The last value of a field that is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rfind(|(known, value)| known == name && !value.trim().is_empty())
            .map(|(_, value)| value.trim())
    }

    /// Every value of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl DoubleEndedIterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// # Errors
    /// 403 where it is not a form that this session's pages showed.
    pub fn must_be_of(&self, signed_in: &SignedIn) -> Result<(), Problem> {
        if signed_in.showed(self.get("_csrf").unwrap_or_default()) {
            return Ok(());
        }
        Err(Problem::new(
            403,
            "foreign_form",
            "this form is too old, or not ours; load the page and try again",
        ))
    }

    /// The fields as JSON.
    pub fn to_json(&self) -> Value {
        let mut members = Map::new();
        for (name, value) in self.0.iter().filter(|(name, _)| !name.starts_with('_')) {
            add(&mut members, name, value.trim());
        }
        Value::Object(members)
    }

    /// The call of the API that it stands for.
    pub fn call(&self, request: &Request, method: Method, path: &str) -> Request {
        let body =
            if method == Method::Delete { Vec::new() } else { self.to_json().to_string().into_bytes() };
        request.call(method, path, body, self.get("_once"))
    }
}

fn add(members: &mut Map<String, Value>, name: &str, value: &str) {
    if let Some((outer, inner)) = name.split_once('.') {
        let object = members.entry(outer).or_insert_with(|| json!({}));
        // A field that is sent twice under two types is nobody's form.
        if let Some(object) = object.as_object_mut() {
            add(object, inner, value);
        }
    } else if let Some(name) = name.strip_suffix("[]") {
        append(members, name, Some(value));
    } else if let Some(name) = name.strip_suffix(',') {
        append(members, name, value.split([',', '\n']).map(str::trim));
    } else if let Some(name) = name.strip_suffix('?') {
        members.insert(name.to_owned(), if value.is_empty() { Value::Null } else { json!(value) });
    } else if let Some(name) = name.strip_suffix('#') {
        members.insert(name.to_owned(), number(value));
    } else if let Some(name) = name.strip_suffix('!') {
        members.insert(name.to_owned(), json!(value == "true"));
    } else {
        members.insert(name.to_owned(), json!(value));
    }
}

fn append<'a>(members: &mut Map<String, Value>, name: &str, items: impl IntoIterator<Item = &'a str>) {
    let list = members.entry(name).or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut() {
        list.extend(items.into_iter().filter(|item| !item.is_empty()).map(|item| json!(item)));
    }
}

/// What is no number stays text, and the call says what is wrong with it.
fn number(value: &str) -> Value {
    if value.is_empty() {
        return Value::Null;
    }
    value.parse::<i64>().map_or_else(|_| json!(value), |number| json!(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    // R66
    #[test]
    fn a_forms_fields_are_a_calls_members() {
        let form = Form::parse(
            "_csrf=x&name=+Ana+&email%3F=&externalId%3F=7&limits.usageLimit%23=12&limits.minimumQuantity%23=\
             &limits.oncePerCustomer!=false&limits.oncePerCustomer!=true&tags%2C=a%2C+b%0Ac%2C%2C&ids%5B%5D=1\
             &ids%5B%5D=&ids%5B%5D=2&days%23=many"
                .replace(' ', "")
                .as_bytes(),
        );
        assert_eq!(
            form.to_json(),
            json!({
                "name": "Ana", "email": null, "externalId": "7", "tags": ["a", "b", "c"], "ids": ["1", "2"],
                "limits": {"usageLimit": 12, "minimumQuantity": null, "oncePerCustomer": true}, "days": "many",
            })
        );
    }
}
