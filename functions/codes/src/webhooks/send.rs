//! One message to one endpoint: signed, sent, and what came of it written down.

use std::rc::Rc;

use serde_json::json;
use tributary_domain::Timestamp;
use tributary_domain::webhook::{Verdict, next_try, verdict};
use tributary_platforms::standard_webhooks::{Secret, request};
use tributary_storage::Sql;
use tributary_storage::webhooks::endpoints::Endpoint;
use tributary_storage::webhooks::work::{self, Leased, Sent};
use tributary_web::context::{outbound, random};
use tributary_web::seal::endpoint_place;
use tributary_web::{Context, Problem, log};

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// The endpoint has it.
    Delivered,
    /// It does not, and is tried again or not.
    Failed,
    /// It does not, and is sent nothing any more.
    SwitchedOff,
}

/// What an endpoint answered.
struct Answer {
    verdict: Verdict,
    status: Option<u16>,
    error: Option<String>,
}

/// Sends to one endpoint.
pub(super) struct Sender<'a> {
    context: &'a Rc<Context>,
    endpoint: Endpoint,
    /// A name that no other sender has.
    owner: String,
    secrets: Vec<Secret>,
}

impl<'a> Sender<'a> {
    /// # Errors
    /// When the endpoint's secrets cannot be opened with the keys that there are.
    pub(super) fn open(context: &'a Rc<Context>, endpoint: Endpoint, owner: String) -> Result<Self, Problem> {
        let now = context.now();
        let old = endpoint.old_secret.as_ref().filter(|(_, until)| now < *until).map(|(secret, _)| secret);
        let open = |sealed: &String| {
            let text = context.open_at(&endpoint_place(&endpoint.id), sealed)?;
            Secret::parse(&text).map_err(|invalid| Problem::internal(invalid.detail))
        };
        let secrets = std::iter::once(&endpoint.secret).chain(old).map(open).collect::<Result<_, _>>()?;
        Ok(Self { context, endpoint, owner, secrets })
    }

    pub(super) async fn lease(&self, most: u32) -> Result<Vec<Leased>, Problem> {
        let (sql, now) = (&self.context.sql, self.context.now());
        Ok(work::lease(sql, &self.endpoint.id, &self.owner, now, most).await?)
    }

    pub(super) async fn send(&self, message: &Leased) -> Result<Came, Problem> {
        let answer = self.ask(message).await?;
        let now = self.context.now();
        // How the endpoint stands comes first: whoever dies in between leaves a message that is sent again.
        let came = self.stand(&answer, now).await?;
        let sent = sent(message, answer, now);
        let (sql, id) = (&self.context.sql, &self.endpoint.id);
        sql.execute(work::finish(id, &self.owner, message, &sent, now)).await?;
        Ok(came)
    }

    async fn ask(&self, message: &Leased) -> Result<Answer, Problem> {
        let failed = |error: String| Answer { verdict: Verdict::Failed, status: None, error: Some(error) };
        let body = body(message)?;
        let now = self.context.now();
        let request = match request(self.endpoint.url.as_str(), message.id.as_str(), body, &self.secrets, now)
        {
            Ok(request) => request,
            Err(error) => return Ok(failed(format!("the address cannot be called: {error}"))),
        };
        Ok(match outbound::send(request).await {
            Ok(response) => {
                let status = response.status().as_u16();
                let verdict = verdict(status);
                let error = (verdict != Verdict::Delivered).then(|| format!("it answered {status}"));
                Answer { verdict, status: Some(status), error }
            }
            Err(not_sent) => failed(not_sent.to_string()),
        })
    }

    async fn stand(&self, answer: &Answer, now: Timestamp) -> Result<Came, Problem> {
        let (sql, id) = (&self.context.sql, &self.endpoint.id);
        let (reason, is_off) = match answer.verdict {
            Verdict::Delivered => {
                if self.endpoint.failing_since.is_some() {
                    sql.execute(work::took(id)).await?;
                }
                return Ok(Came::Delivered);
            }
            Verdict::Gone => {
                let reason = "it answered 410: it wants no messages any more".to_owned();
                let is_off = work::gone(sql, id, &reason).await?;
                (reason, is_off)
            }
            Verdict::Failed => {
                let last = answer.error.as_deref().unwrap_or_default();
                let reason = format!("it has taken no message for five days; at last: {last}");
                let is_off = work::failed(sql, id, &reason, now).await?;
                (reason, is_off)
            }
        };
        if is_off {
            log::error("webhook_endpoint_disabled", &json!({"endpointId": id, "reason": reason}));
        }
        Ok(if is_off { Came::SwitchedOff } else { Came::Failed })
    }
}

/// What the specification recommends: a type, a time, and the data.
fn body(message: &Leased) -> Result<Vec<u8>, Problem> {
    let data: serde_json::Value = serde_json::from_str(&message.data)
        .map_err(|error| Problem::internal(format!("the outbox's {}: {error}", message.id)))?;
    Ok(json!({"type": message.event, "timestamp": message.at, "data": data}).to_string().into_bytes())
}

fn sent(message: &Leased, answer: Answer, now: Timestamp) -> Sent {
    let (status, due_at) = match answer.verdict {
        Verdict::Delivered => ("delivered", None),
        Verdict::Gone => ("failed", None),
        Verdict::Failed => {
            let next = next_try(message.attempts.saturating_add(1), now, u32::from_le_bytes(random()));
            (if next.is_some() { "waiting" } else { "failed" }, next)
        }
    };
    Sent { status, due_at, answer: answer.status, error: answer.error }
}
