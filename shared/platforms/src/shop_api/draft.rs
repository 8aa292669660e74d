//! Requests before they are signed.

use http::{Method, header};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Failure, Request, Shop};

/// A request before it is signed: a path below the API's address, and what to send there.
#[derive(Debug)]
pub(crate) struct Draft {
    method: Method,
    path: String,
    body: Option<(&'static str, Vec<u8>)>,
}

impl Draft {
    /// A request with a body of JSON.
    pub(crate) fn json(
        method: Method,
        path: impl Into<String>,
        body: &impl Serialize,
    ) -> Result<Self, Failure> {
        let body = serde_json::to_vec(body).map_err(Failure::refused)?;
        Ok(Self { method, path: path.into(), body: Some(("application/json", body)) })
    }

    /// The request with its absolute address.
    pub(crate) fn request(self, shop: &Shop) -> Result<Request, Failure> {
        let mut builder = http::Request::builder()
            .method(self.method)
            .uri(format!("{}{}", shop.base(), self.path))
            .header(header::ACCEPT, "application/json");
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
