//! One round: to every endpoint that something is due for, at once, so that a slow one keeps nobody waiting.

use std::cell::Cell;
use std::rc::Rc;

use futures::future::join_all;
use serde_json::json;
use tributary_domain::Timestamp;
use tributary_domain::keys::hex;
use tributary_storage::webhooks::endpoints::Endpoint;
use tributary_storage::webhooks::{messages, work};
use tributary_web::context::{random, task};
use tributary_web::{Context, Problem, log};

use super::send::{Came, Sender};

/// Messages that are under way to one endpoint at a time.
const AT_ONCE: u32 = 5;
/// How long sending goes on after an answer. What is left then is for the scheduler.
const AFTER_AN_ANSWER_MILLIS: i64 = 60_000;

/// What a round came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    pub(super) delivered: u64,
    pub(super) failed: u64,
}

impl Tally {
    fn with(self, other: Self) -> Self {
        Self { delivered: self.delivered + other.delivered, failed: self.failed + other.failed }
    }

    fn count(self, came: Came) -> Self {
        match came {
            Came::Delivered => Self { delivered: self.delivered + 1, ..self },
            Came::Failed | Came::SwitchedOff => Self { failed: self.failed + 1, ..self },
        }
    }
}

/// Sends what is due, until there is nothing or the time is over.
pub(super) async fn round(context: &Rc<Context>, until: Timestamp) -> Result<Tally, Problem> {
    messages::gather(&context.sql).await?;
    let due = work::due(&context.sql, context.now()).await?;
    let sent = due.into_iter().map(|endpoint| to_endpoint(context, endpoint, until));
    Ok(join_all(sent).await.into_iter().fold(Tally::default(), Tally::with))
}

/// One endpoint's trouble is not another's.
async fn to_endpoint(context: &Rc<Context>, endpoint: Endpoint, until: Timestamp) -> Tally {
    let id = endpoint.id.clone();
    match send_all(context, endpoint, until).await {
        Ok(tally) => tally,
        Err(problem) => {
            log::error("webhooks_not_sent", &json!({"endpointId": id, "error": problem.for_log()}));
            Tally::default()
        }
    }
}

async fn send_all(context: &Rc<Context>, endpoint: Endpoint, until: Timestamp) -> Result<Tally, Problem> {
    let sender = Sender::open(context, endpoint, hex(&random::<8>()))?;
    let mut tally = Tally::default();
    while context.now() < until {
        let leased = sender.lease(AT_ONCE).await?;
        if leased.is_empty() {
            break;
        }
        let sent = join_all(leased.iter().map(|message| sender.send(message))).await;
        let sent = sent.into_iter().collect::<Result<Vec<Came>, Problem>>()?;
        tally = sent.iter().fold(tally, |tally, came| tally.count(*came));
        if sent.contains(&Came::SwitchedOff) {
            break;
        }
    }
    Ok(tally)
}

thread_local! {
    static IS_SENDING: Cell<bool> = const { Cell::new(false) };
}

/// Sends what is due after an answer, once at a time in an instance.
pub(crate) fn go_on() {
    if IS_SENDING.replace(true) {
        return;
    }
    task::spawn(async {
        if let Err(problem) = go_on_for_a_while().await {
            log::error("webhooks_not_sent", &json!({ "error": problem.for_log() }));
        }
        IS_SENDING.set(false);
    });
}

async fn go_on_for_a_while() -> Result<(), Problem> {
    let context = Context::get().await?;
    let until = context.now().plus_millis(AFTER_AN_ANSWER_MILLIS);
    while context.now() < until && round(&context, until).await? != Tally::default() {}
    Ok(())
}
