//! What a page says once, after a form was sent: kept in a cookie from the answer to the form until the next page.
//!
//! Only we and the browser's owner can set it, and pages show it as text.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::answer::Answer;
use crate::problem::Problem;
use crate::request::Request;
use crate::session::set_cookie;

const COOKIE: &str = "tributary_notice";
/// Seconds in which the next page is asked for.
const LASTS_SECONDS: i64 = 60;
/// A cookie holds 4096 bytes, and a character may take twelve of them when it is written into one.
const LONGEST: usize = 300;

/// Something that a page says once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// It was done.
    Done(String),
    /// It was not.
    Problem(String),
}

impl Notice {
    /// It was done.
    pub fn done(words: impl Into<String>) -> Self {
        Self::Done(words.into())
    }

    /// It was not: what a person can do about it, or an id for the operator's log.
    pub fn problem(problem: &Problem, request_id: &str) -> Self {
        let mut words = vec![problem.detail.clone()];
        if problem.errors.as_slice().len() > 1 {
            words.extend(
                problem.errors.as_slice().iter().map(|error| format!("{}: {}", error.path, error.detail)),
            );
        }
        if problem.internal.is_some() {
            words.push(format!("request {request_id}"));
        }
        Self::Problem(words.join(" · "))
    }

    /// The notice that a request brings.
    pub fn of(request: &Request) -> Option<Self> {
        let value = request.cookie(COOKIE)?;
        let words = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        match value.split_at_checked(1)? {
            ("+", text) => Some(Self::Done(words(text))),
            ("-", text) => Some(Self::Problem(words(text))),
            _ => None,
        }
    }

    /// Lets the next page say it.
    #[must_use]
    pub fn on(&self, answer: Answer, request: &Request) -> Answer {
        let (sign, words) = match self {
            Self::Done(words) => ('+', words),
            Self::Problem(words) => ('-', words),
        };
        let words: String = words.chars().take(LONGEST).collect();
        let value = format!("{sign}{}", utf8_percent_encode(&words, NON_ALPHANUMERIC));
        answer.header("set-cookie", set_cookie(request, COOKIE, &value, LASTS_SECONDS))
    }

    /// Lets no other page say it again.
    #[must_use]
    pub fn said(answer: Answer, request: &Request) -> Answer {
        answer.header("set-cookie", set_cookie(request, COOKIE, "", 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Query;
    use crate::request::{Headers, Method};

    fn request(cookie: &str) -> Request {
        Request {
            method: Method::Get,
            path: "/dashboard".to_owned(),
            query: Query::default(),
            headers: Headers::new(vec![("cookie".to_owned(), cookie.as_bytes().to_vec())]),
            body: Vec::new(),
        }
    }

    // R66
    #[test]
    fn what_was_said_in_any_script_is_read_back_and_never_grows_beyond_a_cookie() {
        for words in ["Rejected.", "a; b=c \u{1f600}", "保存しました", ""] {
            let answer = Notice::done(words).on(Answer::empty(303), &request(""));
            let cookie = answer.headers[0].1.split(';').next().unwrap().to_owned();
            assert_eq!(Notice::of(&request(&cookie)), Some(Notice::done(words)));
        }
        let long = Notice::done("\u{1f600}".repeat(1_000)).on(Answer::empty(303), &request(""));
        assert!(long.headers[0].1.len() < 4_096);
        assert_eq!(Notice::of(&request("tributary_notice=é")), None);
        assert_eq!(Notice::of(&request("")), None);
    }
}
