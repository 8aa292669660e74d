//! Errors as RFC 9457 problems: what went wrong for the caller, and what only the operator may know.

use serde_json::json;
use tributary_domain::FieldErrors;
use tributary_storage::SqlError;

use crate::answer::Answer;

/// The code of a change that was decided on what is not there any more.
pub const CHANGED_MEANWHILE: &str = "changed_meanwhile";

/// An error on its way to the caller.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// A stable word for programs.
    pub code: &'static str,
    /// What happened and what to do, for people.
    pub detail: String,
    /// Wrong fields of the input.
    pub errors: FieldErrors,
    /// The methods that the address takes instead, as the header `Allow` lists them (RFC 9110, 15.5.6).
    pub allow: Option<String>,
    /// For the log only.
    pub internal: Option<String>,
}

impl Problem {
    /// A problem without wrong fields.
    pub fn new(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: FieldErrors::default(),
            allow: None,
            internal: None,
        }
    }

    /// What happened, for the log: what only the operator may know, where there is such.
    pub fn for_log(self) -> String {
        self.internal.unwrap_or(self.detail)
    }

    /// 400: the request cannot be read.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(400, code, detail)
    }

    /// 404.
    pub fn not_found(what: &str) -> Self {
        Self::new(404, "not_found", format!("there is no such {what}"))
    }

    /// 405: the address takes these methods.
    pub fn method_not_allowed(allowed: &[&str]) -> Self {
        let allowed = allowed.join(", ");
        Self {
            allow: Some(allowed.clone()),
            ..Self::new(405, "method_not_allowed", format!("this address takes {allowed}"))
        }
    }

    /// 409: it contradicts what is there.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(409, code, detail)
    }

    /// 422 for one wrong field.
    pub fn field(path: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(path, code, detail);
        Self::from(errors)
    }

    /// 500: our own trouble, which the caller hears nothing of but that it was ours.
    pub fn internal(words: impl Into<String>) -> Self {
        let detail = "something went wrong on our side; try again, and give the request id to your operator";
        Self { internal: Some(words.into()), ..Self::new(500, "internal", detail) }
    }

    /// 503: try again soon.
    pub fn unavailable(words: impl Into<String>) -> Self {
        let detail = "the database did not answer in time; try again in a moment";
        Self { internal: Some(words.into()), ..Self::new(503, "unavailable", detail) }
    }

    /// The answer to the caller: `application/problem+json`.
    pub fn into_answer(self, request_id: &str) -> Answer {
        let mut body = json!({
            "type": "about:blank",
            "title": title(self.status),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "requestId": request_id,
        });
        if let (false, Some(members)) = (self.errors.is_empty(), body.as_object_mut()) {
            members.insert("errors".to_owned(), json!(self.errors.as_slice()));
        }
        let mut answer = Answer::json(self.status, &body).header("content-type", "application/problem+json");
        if let Some(allow) = self.allow {
            answer = answer.header("allow", allow);
        }
        if self.status == 401 {
            answer = answer.header("www-authenticate", "Bearer");
        }
        if self.status == 503 {
            answer = answer.header("retry-after", "1");
        }
        answer
    }
}

impl From<FieldErrors> for Problem {
    fn from(errors: FieldErrors) -> Self {
        let detail = match errors.as_slice() {
            [only] => format!("{}: {}", only.path, only.detail),
            more => format!("{} fields are wrong", more.len()),
        };
        Self { errors, ..Self::new(422, "invalid_fields", detail) }
    }
}

impl From<SqlError> for Problem {
    fn from(error: SqlError) -> Self {
        match error {
            SqlError::Busy => Self::unavailable(error.to_string()),
            SqlError::Stale => {
                Self::conflict(CHANGED_MEANWHILE, "it was changed by somebody else; read it again")
            }
            SqlError::Unique(columns) => Self {
                internal: Some(format!("unique: {columns}")),
                ..Self::conflict("already_exists", "there is one already")
            },
            other => Self::internal(other.to_string()),
        }
    }
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}
