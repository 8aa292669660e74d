//! A small HTTP client for the app on this machine: no TLS, no redirects followed, every status an answer.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::time::Duration;

/// One answer of the app.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

impl Answer {
    /// The body as JSON, where the status is a success.
    pub(crate) fn json(self, call: &str) -> Result<Value> {
        if !(200..300).contains(&self.status) {
            bail!("{call}: {} {}", self.status, self.body.trim());
        }
        serde_json::from_str(&self.body).with_context(|| format!("{call}: not JSON: {}", self.body.trim()))
    }
}

/// A client; clones share its connections.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    base: String,
}

impl Client {
    /// For an app at `base`, such as `http://127.0.0.1:3000`.
    pub(crate) fn new(base: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .new_agent();
        Self { agent, base: base.trim_end_matches('/').to_owned() }
    }

    /// The app's address, without a slash at its end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// `GET` with these headers.
    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.call().with_context(|| format!("GET {path}"))?)
    }

    /// `POST` of these bytes.
    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer> {
        send(self.agent.post(format!("{}{path}", self.base)), headers, body)
            .with_context(|| format!("POST {path}"))
    }

    /// `PUT` of these bytes.
    pub(crate) fn put(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer> {
        send(self.agent.put(format!("{}{path}", self.base)), headers, body)
            .with_context(|| format!("PUT {path}"))
    }
}

fn send(
    mut request: ureq::RequestBuilder<ureq::typestate::WithBody>,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer> {
    request = request.header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(request.send(body)?)
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> Result<Answer> {
    let location =
        response.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
    Ok(Answer { status: response.status().as_u16(), location, body: response.body_mut().read_to_string()? })
}
