//! Forms of pages: fields that know what they are in JSON, so that a form is read like any call of the API.
//!
//! The end of a field's name says its type: `name` is text, `name?` text or null where it is empty, `name#` a
//! number or null, `name!` yes or no, `name[]` one item of a list, `name,` a list between commas or lines. A dot
//! leads into an object, `limits.usageLimit#`, or an item of a list, `rules[0].rate`. Without its end, a field's name
//! is the path that a problem names.
//! Names that begin with `_` are the form's own; `_file` is a body as it stands, for calls that take no JSON: typed
//! into a field, or chosen as a file, where the form is `multipart/form-data`.

mod list;
mod rows;

pub use list::listed;
pub use rows::list_item;

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
        let kind = request.headers.get("content-type").unwrap_or_default();
        let boundary = kind.strip_prefix("multipart/form-data").and_then(|rest| rest.split_once("boundary="));
        match boundary {
            Some((_, boundary)) => Self::parse_parts(&request.body, boundary.trim_matches('"')),
            None => Self::parse(&request.body),
        }
    }

    /// Reads `multipart/form-data` (RFC 7578). What is no part of it is passed over.
    fn parse_parts(bytes: &[u8], boundary: &str) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mark = format!("--{boundary}");
        let parts = text.split(&mark).filter_map(|part| {
            let (head, value) = part.split_once("\r\n\r\n")?;
            let (_, name) = head.split_once("; name=\"")?;
            let (name, _) = name.split_once('"')?;
            Some((name.to_owned(), value.strip_suffix("\r\n")?.to_owned()))
        });
        Self(parts.collect())
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

    /// The fields that are not the form's own, as they were sent.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(|(name, _)| !name.starts_with('_'))
            .map(|(name, value)| (name.as_str(), value.as_str()))
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
        for (name, value) in self.fields() {
            // Browsers end lines with both letters, whatever was there.
            add(&mut members, name, &value.trim().replace("\r\n", "\n"));
        }
        Value::Object(members)
    }

    /// The call of the API that it stands for.
    pub fn call(&self, request: &Request, method: Method, path: &str) -> Request {
        request.call(method, path, self.body(method), self.get("_once"))
    }

    fn body(&self, method: Method) -> Vec<u8> {
        match self.get("_file") {
            _ if method == Method::Delete => Vec::new(),
            Some(file) => file.as_bytes().to_vec(),
            None => self.to_json().to_string().into_bytes(),
        }
    }
}

fn add(members: &mut Map<String, Value>, name: &str, value: &str) {
    if let Some((outer, inner)) = name.split_once('.') {
        // A field that is sent twice under two types is nobody's form.
        if let Some(object) = inside(members, outer) {
            add(object, inner, value);
        }
    } else if let Some(name) = name.strip_suffix("[]") {
        append(members, name, Some(value.to_owned()));
    } else if let Some(name) = name.strip_suffix(',') {
        append(members, name, list::items(value));
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

/// The object that a part of a name leads into.
fn inside<'a>(members: &'a mut Map<String, Value>, part: &str) -> Option<&'a mut Map<String, Value>> {
    let Some((list, index)) = list_item(part) else {
        return members.entry(part).or_insert_with(|| json!({})).as_object_mut();
    };
    let items = members.entry(list).or_insert_with(|| json!([])).as_array_mut()?;
    if items.len() <= index {
        items.resize(index + 1, json!({}));
    }
    items.get_mut(index)?.as_object_mut()
}

fn append(members: &mut Map<String, Value>, name: &str, items: impl IntoIterator<Item = String>) {
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
    use crate::query::Query;

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

    // R66
    #[test]
    fn a_file_is_the_body_of_the_call_as_it_stands() {
        let body = "--xYz\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\nt\r\n--xYz\r\nContent-Disposition: \
            form-data; name=\"_file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\ncreatorId,code\r\ncrt_1,É\r\n\r\n\
            --xYz\r\nContent-Disposition: form-data; name=\"_file\"\r\n\r\n\r\n--xYz--\r\n";
        let headers = [("content-type", b"multipart/form-data; boundary=xYz".to_vec())].into_iter().collect();
        let request = Request {
            method: Method::Post,
            path: String::new(),
            query: Query::default(),
            headers,
            body: body.as_bytes().to_vec(),
        };
        let form = Form::of(&request);
        assert_eq!((form.get("_csrf"), form.to_json()), (Some("t"), json!({})));
        let call = form.call(&request, Method::Post, "/codes/import?campaignId=cmp_1");
        assert_eq!(String::from_utf8(call.body).unwrap(), "creatorId,code\r\ncrt_1,É");
        assert_eq!(&*call.query, "campaignId=cmp_1", "an empty field beside the file says nothing");
    }
}
