//! The work in one store: as many codes at once as the shop takes.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{Either, select};
use futures::lock::Mutex;
use futures::stream::FuturesUnordered;
use tributary_domain::Timestamp;
use tributary_domain::code::CodeStatus;
use tributary_domain::ids::{EnrollmentId, PlanId, StoreId};
use tributary_domain::keys::hex;
use tributary_platforms::shop_api::{Failure, RuleId};
use tributary_storage::codes::work::{self, Lease, Leased, RENEWAL_MILLIS, Room};
use tributary_storage::link_keys::link_key;
use tributary_storage::shops::Pause;
use tributary_storage::{Sql, codes, links, shops, stores};
use tributary_web::context::{random, task};
use tributary_web::{Context, Problem};

use super::rule::PutBack;
use super::{Tally, carry};
use crate::shop::ShopDesk;

/// The work of one loop in one store.
pub(super) struct Work {
    pub(super) desk: ShopDesk,
    /// The name under which this loop leases.
    pub(super) owner: String,
    /// The rules of plan versions, and why the shop did not want one.
    pub(super) rules: Mutex<BTreeMap<(PlanId, u16), Result<RuleId, Failure>>>,
    /// The rules whose terms were put back.
    pub(super) put_back: Mutex<BTreeMap<(PlanId, u16), PutBack>>,
    /// The shop does not let us in: nothing more is begun.
    is_refused: Cell<bool>,
    /// Whether it has let us in since the loop began.
    is_welcome: Cell<bool>,
    tally: RefCell<Tally>,
    /// Enrollments whose links have another code now.
    changed: RefCell<BTreeSet<EnrollmentId>>,
}

/// Works in a store until nothing is due or the time is over.
pub(super) async fn work(context: &Rc<Context>, id: &StoreId, until: Timestamp) -> Result<Tally, Problem> {
    let store =
        stores::by_id(&context.sql, id).await?.ok_or_else(|| Problem::internal(format!("no store {id}")))?;
    let desk = match ShopDesk::open(Rc::clone(context), store).await {
        Ok(desk) => desk,
        // Credentials that were taken away, or that no key opens: the codes wait for others, and say so.
        Err(problem) if problem.status == 409 => {
            context.sql.execute(work::explain(id, &problem.detail)).await?;
            let until = context.now().plus_millis(WITHOUT_CREDENTIALS_MILLIS);
            context.sql.execute(shops::pause(id, until, Pause::Refusal(&problem.detail))).await?;
            return Ok(Tally::default());
        }
        Err(problem) => return Err(problem),
    };
    let work = Work {
        desk,
        owner: hex(&random::<8>()),
        rules: Mutex::default(),
        put_back: Mutex::default(),
        is_refused: Cell::new(false),
        is_welcome: Cell::new(false),
        tally: RefCell::default(),
        changed: RefCell::default(),
    };
    work.run(until).await?;
    Ok(work.tally.take())
}

/// How long codes wait where a store has no credentials; giving it some ends the wait.
const WITHOUT_CREDENTIALS_MILLIS: i64 = 300_000;

impl Work {
    async fn run(&self, until: Timestamp) -> Result<(), Problem> {
        let context = &self.desk.context;
        let mut flying = FuturesUnordered::new();
        let mut renew_at = context.now().plus_millis(RENEWAL_MILLIS);
        loop {
            let now = context.now();
            let room =
                if now < until && !self.is_refused.get() { self.desk.pace.borrow().room(now) } else { 0 };
            let mut is_drained = false;
            // Few statements for many codes: those who are half way are not joined by one at a time.
            if room > 0 && usize::try_from(room).is_ok_and(|room| flying.len() <= room) {
                let leased = self.lease(room, now).await?;
                is_drained = leased.is_empty();
                self.tally.borrow_mut().leased += u64::try_from(leased.len()).unwrap_or_default();
                for each in leased {
                    self.desk.pace.borrow_mut().begin();
                    flying.push(carry::out(self, each));
                }
            }
            if flying.is_empty() {
                let room_at = self.desk.pace.borrow().room_at(now);
                if is_drained || self.is_refused.get() || now >= until || room_at >= until {
                    break;
                }
                task::sleep(millis_between(now, room_at)).await;
                continue;
            }
            let wake = self.wake_at(now, renew_at, is_drained);
            if let Either::Left((Some(Err(problem)), _)) =
                select(flying.next(), std::pin::pin!(task::sleep(millis_between(now, wake)))).await
            {
                // What this one leaves behind runs out; the others finish what they began.
                tributary_web::log::error(
                    "code_left_behind",
                    &serde_json::json!({"error": problem.for_log()}),
                );
            }
            let now = context.now();
            if now >= renew_at {
                work::renew(&context.sql, &self.desk.store.id, &Lease::from(&self.owner, now)).await?;
                renew_at = now.plus_millis(RENEWAL_MILLIS);
                self.forget_links().await;
            }
        }
        self.forget_links().await;
        Ok(())
    }

    async fn lease(&self, room: u32, now: Timestamp) -> Result<Vec<Leased>, Problem> {
        let at_once = self.desk.pace.borrow().most();
        let room = Room { most: room, at_once };
        let lease = Lease::from(&self.owner, now);
        Ok(work::lease(&self.desk.context.sql, &self.desk.store.id, &lease, room).await?)
    }

    /// When to look up although no answer has come: to renew, or because the shop takes more.
    fn wake_at(&self, now: Timestamp, renew_at: Timestamp, is_drained: bool) -> Timestamp {
        let room_at = self.desk.pace.borrow().room_at(now);
        if is_drained || room_at <= now { renew_at } else { renew_at.min(room_at) }
    }

    /// Counts a code that is done with, one way or the other.
    pub(super) fn ended(&self, leased: &Leased) {
        let code = &leased.code;
        if code.due_at.is_none() || code.status == CodeStatus::Active {
            self.tally.borrow_mut().count(code.status);
        }
        if code.is_current {
            self.changed.borrow_mut().insert(code.enrollment_id.clone());
        }
    }

    /// The shop did what it was asked for.
    pub(super) async fn welcomed(&self) -> Result<(), Problem> {
        self.desk.pace.borrow_mut().succeed();
        if !self.is_welcome.replace(true) {
            self.desk.context.sql.execute(shops::resume(&self.desk.store.id)).await?;
        }
        Ok(())
    }

    /// The shop does not let us in: its work rests, and every code that waits says why.
    pub(super) async fn refused(&self, reason: &str) -> Result<(), Problem> {
        if self.is_refused.replace(true) {
            return Ok(());
        }
        let context = &self.desk.context;
        let refusals = shops::standing(&context.sql, &self.desk.store.id).await?.refusals;
        let rest = shops::rest_after_refusals_millis(refusals);
        let until = context.now().plus_millis(rest);
        context.sql.execute(shops::pause(&self.desk.store.id, until, Pause::Refusal(reason))).await?;
        context.sql.execute(work::explain(&self.desk.store.id, reason)).await?;
        Ok(())
    }

    /// Links show a code once its shop has it. The cache ages out by itself, so a failure only delays that.
    async fn forget_links(&self) {
        let changed = self.changed.take();
        let changed: Vec<&EnrollmentId> = changed.iter().collect();
        for some in changed.chunks(codes::MOST_OF_A_READ) {
            let Ok(links) = links::of_enrollments(&self.desk.context.sql, some.iter().copied()).await else {
                return;
            };
            let keys: Vec<String> = links.iter().map(|link| link_key(link.slug.as_str())).collect();
            tributary_web::links::forget(&self.desk.context, &keys).await;
        }
    }
}

fn millis_between(now: Timestamp, then: Timestamp) -> Duration {
    let millis = then.as_millis().saturating_sub(now.as_millis()).max(1);
    Duration::from_millis(u64::try_from(millis).unwrap_or(1))
}
