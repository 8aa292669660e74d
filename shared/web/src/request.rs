//! A request, read whole.

mod objects;
mod words;

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tributary_domain::FieldErrors;

use crate::problem::Problem;
use crate::query::Query;
use objects::Objects;

/// The most wrong members of one body that are named.
const MOST_ERRORS: usize = 20;

/// The methods that our routes know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// GET.
    Get,
    /// HEAD.
    Head,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
    /// OPTIONS: a browser asks before it sends to another host.
    Options,
    /// Anything else.
    Other,
}

impl Method {
    /// The name as HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Other => "OTHER",
        }
    }

    /// Reads the name of a method that changes something.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Post, Self::Put, Self::Patch, Self::Delete].into_iter().find(|method| method.as_str() == name)
    }
}

/// Header names are lower-case.
#[derive(Debug, Clone, Default)]
pub struct Headers(Vec<(Cow<'static, str>, Vec<u8>)>);

impl FromIterator<(&'static str, Vec<u8>)> for Headers {
    fn from_iter<I: IntoIterator<Item = (&'static str, Vec<u8>)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect())
    }
}

impl Headers {
    /// From names and raw values as they came.
    pub fn new(fields: Vec<(String, Vec<u8>)>) -> Self {
        let lower = |(mut name, value): (String, Vec<u8>)| {
            name.make_ascii_lowercase();
            (Cow::Owned(name), value)
        };
        Self(fields.into_iter().map(lower).collect())
    }

    /// The first value of a header, where it is text.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// The last value of a header, where it is text: of those that the host adds, what a client sent under the
    /// same name stands before it.
    pub fn last(&self, name: &str) -> Option<&str> {
        self.0.iter().rfind(|(known, _)| known == name).and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// All headers whose values are text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| Some((name.as_ref(), std::str::from_utf8(value).ok()?)))
    }
}

/// A request, read whole.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, still percent-encoded.
    pub path: String,
    /// The query without its question mark, still percent-encoded.
    pub query: Query,
    /// The headers.
    pub headers: Headers,
    /// The raw body.
    pub body: Vec<u8>,
}

impl Request {
    /// The query's names and values, decoded, in their order.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        decode_pairs(self.query.as_bytes())
    }

    /// The first value of a query parameter; `None` also where it is empty.
    pub fn query(&self, name: &str) -> Option<String> {
        self.query.value(name)
    }

    /// A query parameter read into a value.
    ///
    /// # Errors
    /// 422 that names the parameter.
    pub fn query_as<T, E: std::fmt::Display>(
        &self,
        name: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Problem> {
        self.query(name)
            .map(|text| read(&text).map_err(|error| Problem::field(name, "invalid", error.to_string())))
            .transpose()
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// 400 where it is no JSON, 422 where it is JSON of another shape; both say where.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let value: Value = serde_json::from_slice(&self.body).map_err(|error| {
            Problem::bad_request("invalid_json", format!("the body is not JSON: {error}"))
        })?;
        read_value(value)
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.headers.get("cookie")?.split(';');
        pairs
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(known, _)| *known == name)
            .map(|pair| pair.1)
    }

    /// A call of the API that this request for a page stands for: `path` is the one below `/api/v1`, with its
    /// query. The caller's host stays, and nothing else of the headers.
    #[must_use]
    pub fn call(&self, method: Method, path: &str, body: Vec<u8>, idempotency_key: Option<&str>) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let kept = ["host", "x-forwarded-host", "x-forwarded-proto"];
        let mut headers: Vec<(String, Vec<u8>)> = kept
            .iter()
            .filter_map(|&name| Some((name.to_owned(), self.headers.get(name)?.as_bytes().to_vec())))
            .collect();
        headers.extend(idempotency_key.map(|key| ("idempotency-key".to_owned(), key.as_bytes().to_vec())));
        Self {
            method,
            path: format!("{}{path}", crate::rest::BASE),
            query: query.into(),
            headers: Headers::new(headers),
            body,
        }
    }

    /// The call, for nothing but this version of what it changes.
    #[must_use]
    pub fn if_match(mut self, version: &str) -> Self {
        self.headers.0.push((Cow::Borrowed("if-match"), format!("\"{version}\"").into_bytes()));
        self
    }

    /// The visitor's address, as the host or the proxy before it says.
    pub fn client_address(&self) -> Option<&str> {
        let forwarded =
            self.headers.get("x-forwarded-for").and_then(|list| list.split(',').next()).map(str::trim);
        forwarded.filter(|address| !address.is_empty()).or_else(|| self.headers.last("spin-client-addr"))
    }
}

/// Reads names and values of a query or a form.
pub fn decode_pairs(bytes: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(bytes).into_owned().collect()
}

/// A body in which absent and null mean the same.
pub fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let said = members.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(said.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

/// Reads JSON into a value.
///
/// # Errors
/// 422 that names the wrong members by their paths.
pub fn read_value<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    match read_what_can_be(value) {
        (Some(read), errors) if errors.is_empty() => Ok(read),
        (_, errors) => Err(errors.into()),
    }
}

/// Reads JSON into a value as if its wrong members were not there, and names them by their paths. There is no value
/// where one of them is needed.
pub fn read_what_can_be<T: DeserializeOwned>(mut value: Value) -> (Option<T>, FieldErrors) {
    let mut errors = FieldErrors::default();
    loop {
        let error = match serde_path_to_error::deserialize(Objects(value.clone())) {
            Ok(read) => return (Some(read), errors),
            Err(error) => error,
        };
        let words = error.inner().to_string();
        let wrong = wrong_member(&error.path().to_string(), &words);
        // What was taken out before is missing now.
        if !errors.as_slice().iter().any(|known| is_in(&known.path, &wrong)) {
            errors.add(wrong.as_str(), "invalid", words::plain(&words));
        }
        if errors.as_slice().len() >= MOST_ERRORS || !take_out(&mut value, &wrong) {
            return (None, errors);
        }
    }
}

fn is_in(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Takes a wrong member out, so that the others are read too; where it is missing, all that needs it. `false`
/// where that is the whole.
fn take_out(value: &mut Value, path: &str) -> bool {
    let Some((parent, name)) = path.rsplit_once('.') else {
        return value.as_object_mut().is_some_and(|members| members.remove(path).is_some());
    };
    let inside = parent.split('.').try_fold(&mut *value, |inside, member| inside.get_mut(member));
    inside.and_then(|inside| inside.as_object_mut()?.remove(name)).is_some() || take_out(value, parent)
}

/// The path of the wrong member; one that is missing or unknown stands in the error's words only.
fn wrong_member(path: &str, error: &str) -> String {
    let parent = if path == "." { "" } else { path };
    let named = error.starts_with("unknown field") || error.starts_with("missing field");
    match error.split('`').nth(1).filter(|_| named) {
        None if parent.is_empty() => "body".to_owned(),
        Some(name) if parent.is_empty() => name.to_owned(),
        Some(name) if parent != name && !parent.ends_with(&format!(".{name}")) => format!("{parent}.{name}"),
        _ => parent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its reading is tested")]
    struct Sample {
        name: String,
        count: Option<u8>,
        inner: Option<Inner>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its reading is tested")]
    struct Inner {
        days: u8,
        list: Option<Vec<u8>>,
    }

    fn read(body: &str) -> Result<Sample, (u16, Option<String>)> {
        let request = Request {
            method: Method::Post,
            path: "/".to_owned(),
            query: Query::default(),
            headers: Headers::default(),
            body: body.as_bytes().to_vec(),
        };
        request.json().map_err(|problem| {
            (problem.status, problem.errors.as_slice().first().map(|error| error.path.clone()))
        })
    }

    // R65
    #[test]
    fn all_wrong_members_are_named_at_once() {
        let value = serde_json::json!({"name": 5, "count": 256, "inner": {"days": "1", "day": 1}, "nmae": 1});
        let problem = read_value::<Sample>(value).unwrap_err();
        let mut paths: Vec<&str> =
            problem.errors.as_slice().iter().map(|error| error.path.as_str()).collect();
        paths.sort_unstable();
        assert_eq!(paths, ["count", "inner.day", "inner.days", "name", "nmae"]);
    }

    // R65
    #[test]
    fn what_is_not_wrong_is_read_beside_what_is() {
        let (read, errors) = read_what_can_be::<Sample>(
            serde_json::json!({"name": "x", "count": 256, "inner": {"days": 3, "day": 1}}),
        );
        let read = read.unwrap();
        assert_eq!((read.count, read.inner.unwrap().days, errors.as_slice().len()), (None, 3, 2));
        let (read, errors) = read_what_can_be::<Sample>(serde_json::json!({"name": 5, "count": 256}));
        assert!(read.is_none(), "a sample needs a name");
        assert_eq!(errors.as_slice().len(), 2);
    }

    // R65
    #[test]
    fn a_wrong_member_is_named() {
        assert!(read(r#"{"name": "x"}"#).is_ok());
        for (body, status, path) in [
            ("{", 400, None),
            (r#"{"name": 5}"#, 422, Some("name")),
            (r#"{"name": "x", "count": 256}"#, 422, Some("count")),
            (r#"{"count": 1}"#, 422, Some("name")),
            (r#"{"name": "x", "nmae": 1}"#, 422, Some("nmae")),
            (r#"{"name": "x", "inner": {"days": "1"}}"#, 422, Some("inner.days")),
            (r#"{"name": "x", "inner": {}}"#, 422, Some("inner.days")),
            (r#"{"name": "x", "inner": {"days": 1, "day": 1}}"#, 422, Some("inner.day")),
            (r#"{"name": "x", "inner": {"days": 1, "list": [1, "2"]}}"#, 422, Some("inner.list[1]")),
            ("[]", 422, Some("body")),
            // What serde by itself reads as a struct: its members in their order.
            (r#"["x", null, null]"#, 422, Some("body")),
            (r#"{"name": "x", "inner": [1, null]}"#, 422, Some("inner")),
            ("5", 422, Some("body")),
        ] {
            assert_eq!(read(body).unwrap_err(), (status, path.map(str::to_owned)), "{body}");
        }
    }
}
