//! Visits to links: told apart, given a click id, gathered in the instance, and written many at a time
//! after the answer (R20-R23).

mod chance;
mod flush;
mod signals;

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures::future::select;
use tributary_domain::Timestamp;
use tributary_domain::click_id::{ClickId, LinkNumber};
use tributary_domain::link::{LinkSnapshot, LinkState};
use tributary_domain::visit::Outcome;
use tributary_storage::spin::work::{Signal, Signalled, signal};

use crate::context::Context;
use crate::context::task::{sleep, spawn};
use crate::request::Request;
pub use signals::HEADERS;
use signals::Visitor;

/// A visit is written after this time at the latest,
const LONGEST_WAIT: Duration = Duration::from_millis(200);
/// or when so many are waiting: all that an instance sees under Spin's defaults, which then goes at once, and its
/// memory serves the next one while it is warm.
const MOST_WAITING: usize = 128;

/// A visit that is to be written.
#[derive(Debug, Clone)]
struct Visit {
    link: Option<LinkNumber>,
    at: Timestamp,
    random: [u8; 6],
    outcome: Outcome,
    visitor: Option<Visitor>,
}

/// Visits that wait, and what wakes the task that writes them.
#[derive(Default)]
struct Waiting {
    visits: Vec<Visit>,
    many: Option<Signal>,
}

thread_local! {
    static WAITING: RefCell<Waiting> = RefCell::default();
}

/// Counts a visit to a link (`None`: to a slug that is none) as what it was. Gives the click id of what
/// counts as a click.
pub fn count(
    context: &Rc<Context>,
    request: &Request,
    link: Option<&LinkSnapshot>,
    now: Timestamp,
) -> Option<String> {
    let signals = signals::read(request);
    let state = link.map_or(LinkState::Unknown, |link| link.state(now));
    let outcome = Outcome::new(signals.verdict, state);
    let random = chance::take();
    let visitor = signals.visitor.filter(|_| outcome.counts());
    record(context, Visit { link: link.map(|link| link.number), at: now, random, outcome, visitor });
    let link = link.filter(|_| outcome.counts())?;
    let click = ClickId { link: link.number, plan_version: link.plan_version, at: now, random };
    Some(context.signer().sign(&click))
}

/// The first visit that waits starts the clock for all that come after it.
fn record(context: &Rc<Context>, visit: Visit) {
    let first = WAITING.with_borrow_mut(|waiting| {
        waiting.visits.push(visit);
        if waiting.visits.len() >= MOST_WAITING {
            drop(waiting.many.take());
        }
        (waiting.visits.len() == 1).then(|| {
            let (many, so_many) = signal();
            waiting.many = Some(many);
            so_many
        })
    });
    if let Some(so_many) = first {
        spawn(write_soon(Rc::clone(context), so_many));
    }
}

async fn write_soon(context: Rc<Context>, so_many: Signalled) {
    select(pin!(sleep(LONGEST_WAIT)), pin!(so_many.wait())).await;
    flush::write(context, WAITING.take().visits).await;
}
