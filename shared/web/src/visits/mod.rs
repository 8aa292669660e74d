//! Visits to links: told apart, given a click id, gathered in the instance, and written many at a time
//! after the answer (R20-R23).

mod chance;
mod flush;
mod signals;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tributary_domain::Timestamp;
use tributary_domain::click_id::{ClickId, LinkNumber};
use tributary_domain::link::{LinkSnapshot, LinkState};
use tributary_domain::visit::Outcome;

use crate::context::Context;
use crate::context::task::{sleep, spawn};
use crate::request::Request;
use signals::Visitor;

/// A visit is written after this time at the latest,
const LONGEST_WAIT: Duration = Duration::from_millis(50);
/// or when so many are waiting.
const MOST_WAITING: usize = 256;

/// A visit that is to be written.
#[derive(Debug, Clone)]
struct Visit {
    link: Option<LinkNumber>,
    at: Timestamp,
    random: [u8; 6],
    outcome: Outcome,
    visitor: Option<Visitor>,
}

thread_local! {
    static WAITING: RefCell<Vec<Visit>> = const { RefCell::new(Vec::new()) };
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
    let waiting = WAITING.with_borrow_mut(|waiting| {
        waiting.push(visit);
        waiting.len()
    });
    if waiting >= MOST_WAITING {
        spawn(flush::write(Rc::clone(context), WAITING.take()));
    } else if waiting == 1 {
        let context = Rc::clone(context);
        spawn(async move {
            sleep(LONGEST_WAIT).await;
            flush::write(context, WAITING.take()).await;
        });
    }
}
