//! An answer on its way out.

use std::pin::Pin;

use futures::Stream;
use serde::Serialize;

/// A body.
pub enum Body {
    /// None at all: no body stream is opened, which spares the client a wait.
    Empty,
    /// Known whole: sent at once with its length.
    Whole(Vec<u8>),
    /// Made piece by piece, for exports of any size. After [`Broken`] the connection is cut, so that half a
    /// file does not pass for a whole one.
    Pieces(Pieces),
}

/// The pieces of a body.
pub type Pieces = Pin<Box<dyn Stream<Item = Result<Vec<u8>, Broken>>>>;

/// A body cannot be finished. Why is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

/// An answer.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers; names in lower-case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Body,
}

impl Answer {
    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Body::Empty }
    }

    /// An answer with JSON.
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => Self::bytes(status, "application/json", bytes),
            Err(_) => Self::empty(500),
        }
    }

    /// An answer with a whole body.
    pub fn bytes(status: u16, content_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: Body::Whole(bytes.into()) }
            .header("content-type", content_type)
            .header("cache-control", "no-store")
            .header("x-content-type-options", "nosniff")
    }

    /// An answer that is made piece by piece.
    pub fn pieces(content_type: &str, pieces: impl Stream<Item = Result<Vec<u8>, Broken>> + 'static) -> Self {
        Self { status: 200, headers: Vec::new(), body: Body::Pieces(Box::pin(pieces)) }
            .header("content-type", content_type)
            .header("cache-control", "no-store")
            .header("x-content-type-options", "nosniff")
    }

    /// Leads a browser to a page, after a form.
    pub fn to_page(path: &str) -> Self {
        Self::empty(303).header("location", path).header("cache-control", "no-store")
    }

    /// Sets a header, in place of one of the same name.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }
}
