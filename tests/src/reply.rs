//! An answer, with what a test asks of it.

use serde_json::Value;

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Headers, names in lower-case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    pub(crate) fn of(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Self {
        Self::try_of(result).expect("an answer")
    }

    /// An answer, if the app lived long enough to give one.
    pub(crate) fn try_of(
        result: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Self, ureq::Error> {
        let mut response = result?;
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let body = response.body_mut().with_config().limit(1 << 30).read_to_vec()?;
        Ok(Self { status: response.status().as_u16(), headers, body })
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; `null` where there is none.
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// Checks the status, and gives the reply on.
    #[track_caller]
    #[allow(clippy::return_self_not_must_use, reason = "often the status is all that is asked")]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// Checks that it is a problem with this status and code, and gives its body.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let body = self.expect(status);
        assert_eq!(body.header("content-type"), Some("application/problem+json"));
        let body = body.json();
        assert_eq!(body["code"], code, "{body}");
        body
    }

    /// Checks that it is a problem with this status, whatever its code, and gives its body.
    #[track_caller]
    pub fn refused(self, status: u16) -> Value {
        let reply = self.expect(status);
        let code = reply.json()["code"].as_str().unwrap_or_default().to_owned();
        assert!(!code.is_empty(), "a problem without a code: {}", reply.text());
        reply.problem(status, &code)
    }

    /// Checks that it is a 422 that names exactly these fields.
    #[track_caller]
    pub fn wrong_fields(self, paths: &[&str]) -> Value {
        let body = self.problem(422, "invalid_fields");
        let named: Vec<&str> =
            body["errors"].as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect();
        assert_eq!(named, paths, "{body}");
        body
    }
}
