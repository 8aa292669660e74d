//! What the shops say, over the small server of these tests.

use serde_json::Value;

pub(crate) use crate::server::Asked;
use crate::server::{Answer, Server};

/// What a shop says to what it is asked.
pub(crate) enum Said {
    /// An answer.
    Answer(Answer),
    /// The connection breaks off.
    Nothing,
}

impl Said {
    #[allow(clippy::needless_pass_by_value, reason = "shops write the value in place")]
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self::text(status, &body.to_string()).header("content-type", "application/json")
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self::Answer(Answer { status, headers: Vec::new(), body: body.to_owned() })
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer(answer) = &mut self {
            answer.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// Serves on a free port as long as this program lives; gives the address.
pub(crate) fn serve(answer: impl Fn(&Asked) -> Said + Send + Sync + 'static) -> String {
    let answer = move |asked: &Asked| match answer(asked) {
        Said::Answer(answer) => Some(answer),
        Said::Nothing => None,
    };
    Server::start_with(answer).url
}
