//! Requests before they are signed.

use http::{Method, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Failure, Request, Shop};

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as one segment of a path or one value of a query: nothing in it can become more than that.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// A request before it is signed: a path below the API's address, and what to send there.
#[derive(Debug)]
pub(crate) struct Draft {
    method: Method,
    path: String,
    body: Option<(&'static str, Vec<u8>)>,
    headers: Vec<(&'static str, String)>,
}

impl Draft {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::bare(Method::GET, path)
    }

    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self::bare(Method::DELETE, path)
    }

    fn bare(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), body: None, headers: Vec::new() }
    }

    /// A POST of a form.
    pub(crate) fn form(path: impl Into<String>, fields: &[(&str, String)]) -> Self {
        let pairs = fields.iter().map(|(name, value)| format!("{}={}", segment(name), segment(value)));
        let body = pairs.collect::<Vec<_>>().join("&").into_bytes();
        Self { body: Some(("application/x-www-form-urlencoded", body)), ..Self::bare(Method::POST, path) }
    }

    /// A request with a body of JSON.
    pub(crate) fn json(
        method: Method,
        path: impl Into<String>,
        body: &impl Serialize,
    ) -> Result<Self, Failure> {
        let body = serde_json::to_vec(body).map_err(Failure::refused)?;
        Ok(Self { body: Some(("application/json", body)), ..Self::bare(method, path) })
    }

    /// With one more header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The request with its absolute address.
    pub(crate) fn request(self, shop: &Shop) -> Result<Request, Failure> {
        let mut builder = http::Request::builder()
            .method(self.method)
            .uri(format!("{}{}", shop.base(), self.path))
            .header(header::ACCEPT, "application/json");
        for (name, value) in self.headers {
            builder = builder.header(name, value);
        }
        let (kind, body) = self.body.unwrap_or_default();
        if !kind.is_empty() {
            builder = builder.header(header::CONTENT_TYPE, kind);
        }
        builder.body(body).map_err(Failure::refused)
    }
}

/// A decimal that is written into JSON as a number, digit by digit: no float on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal(pub(crate) String);

impl Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.clone()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}
