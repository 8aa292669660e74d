//! The work loop (R5): takes codes to their shops, and changes and switches them there.
//!
//! Rows are leased, so that any number of loops may run at once and one that dies leaves nothing behind but
//! leases that run out. Within a loop many codes of a store are under way at a time, as many as the shop takes.

mod carry;
mod rule;
mod setback;
mod settle;
mod store;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use tributary_domain::Timestamp;
use tributary_domain::code::CodeStatus;
use tributary_domain::ids::StoreId;
use tributary_storage::codes::work::{self, Waiting};
use tributary_web::context::task;
use tributary_web::{Context, Problem, log};

pub(crate) use setback::Setback;

/// How long the loop goes on after an answer. What is left then is for the next call or the scheduler; an
/// instance should not live for ever.
const AFTER_AN_ANSWER_MILLIS: i64 = 300_000;
/// How long it waits for a code whose time has not come, before it leaves that to the next call.
const LONGEST_REST_MILLIS: i64 = 10_000;
/// What is due may be in the hands of another loop, which fills the shop's room.
const SHORTEST_REST_MILLIS: i64 = 250;

/// What a round came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    /// Codes that were taken up.
    pub(crate) leased: u64,
    /// Those that are as they should be now.
    pub(crate) active: u64,
    /// Those that the shop refused.
    pub(crate) failed: u64,
}

impl Tally {
    fn with(self, other: Self) -> Self {
        Self {
            leased: self.leased + other.leased,
            active: self.active + other.active,
            failed: self.failed + other.failed,
        }
    }

    fn count(&mut self, status: CodeStatus) {
        match status {
            CodeStatus::Active => self.active += 1,
            CodeStatus::Failed => self.failed += 1,
            CodeStatus::Pending | CodeStatus::Creating | CodeStatus::Tbd | CodeStatus::Disabled => {}
        }
    }
}

/// Works in all stores at once, until nothing is due or the time is over.
pub(crate) async fn round(context: &Rc<Context>, until: Timestamp) -> Result<Tally, Problem> {
    let now = context.now();
    let due = work::waiting(&context.sql).await?.into_iter().filter(|waiting| waiting.next_at <= now);
    let stores = due.map(|waiting| in_store(context, waiting.store, until));
    Ok(join_all(stores).await.into_iter().fold(Tally::default(), Tally::with))
}

/// One store's trouble is not another's.
async fn in_store(context: &Rc<Context>, id: StoreId, until: Timestamp) -> Tally {
    match store::work(context, &id, until).await {
        Ok(tally) => tally,
        Err(problem) => {
            log::error("codes_not_made", &json!({"store": id, "error": problem.for_log()}));
            Tally::default()
        }
    }
}

/// What waits now, by store.
pub(crate) async fn waiting(context: &Context) -> Result<Vec<Waiting>, Problem> {
    Ok(work::waiting(&context.sql).await?)
}

thread_local! {
    /// The stores that this instance works in after its answers, and whether something has come up in one since.
    static TENDED: RefCell<BTreeMap<StoreId, ComesUp>> = const { RefCell::new(BTreeMap::new()) };
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ComesUp {
    Nothing,
    Something,
}

/// Goes on with the work after the answer: in each store once in an instance, and in no store because of another.
pub(crate) fn go_on() {
    task::spawn(async {
        if let Err(problem) = tend_all().await {
            log::error("work_loop_ended", &json!({ "error": problem.for_log() }));
        }
    });
}

async fn tend_all() -> Result<(), Problem> {
    let context = Context::get().await?;
    let soon = context.now().plus_millis(LONGEST_REST_MILLIS);
    for store in waiting(&context).await?.into_iter().filter(|waiting| waiting.next_at <= soon) {
        let is_tended =
            TENDED.with_borrow_mut(|tended| tended.insert(store.store.clone(), ComesUp::Something).is_some());
        if !is_tended {
            let context = Rc::clone(&context);
            task::spawn(async move {
                tend(&context, &store.store).await;
                TENDED.with_borrow_mut(|tended| tended.remove(&store.store));
            });
        }
    }
    Ok(())
}

/// Works in a store until nothing is due there for a while.
async fn tend(context: &Rc<Context>, store: &StoreId) {
    let until = context.now().plus_millis(AFTER_AN_ANSWER_MILLIS);
    while context.now() < until {
        TENDED.with_borrow_mut(|tended| tended.insert(store.clone(), ComesUp::Nothing));
        in_store(context, store.clone(), until).await;
        let Ok(left) = waiting(context).await else { return };
        let next = left.into_iter().find(|waiting| waiting.store == *store).map(|waiting| waiting.next_at);
        match next.map(|next| next.as_millis() - context.now().as_millis()) {
            Some(rest) if rest <= LONGEST_REST_MILLIS => {
                let rest = u64::try_from(rest.max(SHORTEST_REST_MILLIS)).unwrap_or_default();
                task::sleep(Duration::from_millis(rest)).await;
            }
            // Whoever came meanwhile left it to us.
            _ if TENDED.with_borrow(|tended| tended.get(store) == Some(&ComesUp::Something)) => {}
            _ => return,
        }
    }
}
