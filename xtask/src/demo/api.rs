//! The brand's side of the contract: calls with the admin key, and what the demo reads of the answers.

use crate::http::{Answer, Client};
use crate::secrets::random_hex;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};

/// The app, as a brand with its admin key.
pub(crate) struct Api {
    client: Client,
    authorization: String,
    /// Makes this run's idempotency keys its own.
    run: String,
    calls: AtomicU64,
}

impl Api {
    pub(crate) fn new(client: Client, key: &str) -> Result<Self> {
        let (authorization, run) = (format!("Bearer {key}"), random_hex(8)?);
        Ok(Self { client, authorization, run, calls: AtomicU64::new(0) })
    }

    pub(crate) fn base(&self) -> &str {
        self.client.base()
    }

    /// The client without the key: shoppers and shops have none.
    pub(crate) fn open(&self) -> &Client {
        &self.client
    }

    /// Makes one thing and gives its id.
    pub(crate) fn create(&self, path: &str, body: &Value) -> Result<String> {
        let answer = self.post(path, body)?;
        text(&answer, "id").with_context(|| format!("POST {path}"))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let key = format!("demo-{}-{}", self.run, self.calls.fetch_add(1, Ordering::Relaxed));
        let headers = [("authorization", self.authorization.as_str()), ("idempotency-key", key.as_str())];
        self.client.post(path, &headers, body.to_string().as_bytes())?.success(&format!("POST {path}"))
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Result<Value> {
        let headers = [("authorization", self.authorization.as_str())];
        self.client.put(path, &headers, body.to_string().as_bytes())?.success(&format!("PUT {path}"))
    }

    /// The first of a list, over all its pages, whose field has this value.
    pub(crate) fn find(&self, path: &str, field: &str, value: &str) -> Result<Option<Value>> {
        let mut cursor = String::new();
        loop {
            let page = format!("{path}?limit=100{cursor}");
            let headers = [("authorization", self.authorization.as_str())];
            let answer = self.client.get(&page, &headers)?.success(&format!("GET {page}"))?;
            let found = answer["data"].as_array().into_iter().flatten().find(|each| each[field] == value);
            if let Some(found) = found {
                return Ok(Some(found.clone()));
            }
            match answer["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(None),
            }
        }
    }
}

impl Answer {
    /// The body as JSON, an empty one as null, where the status is a success.
    fn success(self, call: &str) -> Result<Value> {
        if (200..300).contains(&self.status) && self.body.trim().is_empty() {
            return Ok(Value::Null);
        }
        self.json(call)
    }
}

/// One creator in one campaign, as far as the demo needs it.
#[derive(Debug)]
pub(crate) struct Enrollment {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) link: String,
    pub(crate) slug: String,
    /// Clicks on a quiet day, at most.
    pub(crate) reach: u64,
}

impl Enrollment {
    pub(crate) fn read(enrollment: &Value) -> Result<Self> {
        let Some(link) = enrollment["links"].as_array().and_then(|links| links.first()) else {
            bail!("an enrollment without a link: {enrollment}");
        };
        let code = enrollment["code"]["text"].as_str().filter(|code| *code != "TBD").unwrap_or_default();
        Ok(Self {
            id: text(enrollment, "id")?,
            code: code.to_owned(),
            link: text(link, "id")?,
            slug: text(link, "slug")?,
            reach: 0,
        })
    }
}

fn text(value: &Value, field: &str) -> Result<String> {
    value[field].as_str().map(str::to_owned).with_context(|| format!("no {field} in {value}"))
}
