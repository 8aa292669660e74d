//! `ETag` and `If-Match`: nobody overwrites what they have not read (RFC 9110, 13.1.1).

use std::fmt::Display;

use serde::Serialize;

use super::Call;
use crate::answer::Answer;
use crate::problem::Problem;

const IF_MATCH: &str = "if-match";

impl Call {
    /// Holds the caller's `If-Match`, where there is one, to the version that was read.
    ///
    /// # Errors
    /// 412 where the caller means another version.
    pub fn check_version(&self, version: impl Display) -> Result<(), Problem> {
        let Some(header) = self.request.headers.get(IF_MATCH) else { return Ok(()) };
        let current = version.to_string();
        let fits = header.split(',').map(str::trim).any(|tag| {
            let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
            tag == "*" || tag == current
        });
        if fits { Ok(()) } else { Err(stale()) }
    }

    /// What to answer where the row is not there as it was read: the caller named what it means, or did not.
    pub(super) fn outrun(&self) -> Option<Problem> {
        self.request.headers.get(IF_MATCH).map(|_| stale())
    }
}

/// 200 with JSON and its version, for `If-Match`.
pub fn versioned(value: &impl Serialize, version: impl Display) -> Answer {
    tagged(Answer::json(200, value), version)
}

pub(super) fn tagged(answer: Answer, version: impl Display) -> Answer {
    answer.header("etag", format!("\"{version}\""))
}

/// 412: somebody else was faster.
pub fn stale() -> Problem {
    Problem::new(412, "stale_version", "it has changed since you read it; read it again and decide again")
}
