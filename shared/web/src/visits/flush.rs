//! Writes visits: hashes their visitors, keeps them as one row, and never loses them in silence.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;
use tributary_domain::Day;
use tributary_domain::keys::hex;
use tributary_domain::visit::VisitorHasher;
use tributary_storage::SqlError;
use tributary_storage::clicks::{self, BatchNumber, COUNTED_AT_ONCE, ClickRow};

use super::Visit;
use crate::context::task::sleep;
use crate::context::{Context, random};
use crate::links::hot;
use crate::log;

/// The waits before each further try: a database that is busy for longer is in trouble.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(50), Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(4)];

/// One in so many batches looks whether other links are hot by now.
const PACKED_EVERY: i64 = 64;

thread_local! {
    /// Hashes with the salt of the day that was written last.
    static HASHER: RefCell<Option<(Day, VisitorHasher)>> = const { RefCell::new(None) };
}

pub(super) async fn write(context: Rc<Context>, visits: Vec<Visit>) {
    if visits.is_empty() {
        return;
    }
    let mut pauses = PAUSES.into_iter();
    loop {
        let error = match try_write(&context, &visits).await {
            Ok(batch) => return follow_up(&context, batch).await,
            Err(error) => error,
        };
        match (pauses.next(), &error) {
            (None, _) => return write_to_log(&visits, &error),
            // A fresh deployment whose first visitor is a shopper.
            (_, SqlError::Schema(_)) => drop(context.migrated().await),
            (Some(pause), _) => sleep(pause).await,
        }
    }
}

async fn try_write(context: &Context, visits: &[Visit]) -> Result<BatchNumber, SqlError> {
    let hashers = hashers(context, visits).await?;
    let rows: Vec<ClickRow> = visits.iter().map(|visit| row(visit, &hashers)).collect();
    clicks::keep(&context.sql, &rows).await
}

/// What is due once in so many batches: whoever reads the counts next finds a bounded number that wait.
async fn follow_up(context: &Context, batch: BatchNumber) {
    if batch.is_one_in(PACKED_EVERY) {
        hot::pack_now_and_then(context, context.now()).await;
    }
    if batch.is_one_in(COUNTED_AT_ONCE)
        && let Err(error) = clicks::count(&context.sql).await
    {
        // They are kept; the next who counts takes them along.
        log::warn("clicks_not_counted", &json!({ "error": error.to_string() }));
    }
}

fn row(visit: &Visit, hashers: &BTreeMap<Day, VisitorHasher>) -> ClickRow {
    let visitor = visit.visitor.as_ref().and_then(|visitor| {
        let hasher = hashers.get(&visit.at.day())?;
        Some(hasher.hash(visit.link?, &visitor.address, &visitor.user_agent))
    });
    ClickRow { link: visit.link, at: visit.at, random: visit.random, visitor, outcome: visit.outcome }
}

/// One for each day on which there was a visit with a visitor: one in all, and two around midnight.
async fn hashers(context: &Context, visits: &[Visit]) -> Result<BTreeMap<Day, VisitorHasher>, SqlError> {
    let mut hashers = BTreeMap::new();
    for visit in visits.iter().filter(|visit| visit.visitor.is_some()) {
        if let Entry::Vacant(entry) = hashers.entry(visit.at.day()) {
            let hasher = hasher(context, *entry.key()).await?;
            entry.insert(hasher);
        }
    }
    Ok(hashers)
}

async fn hasher(context: &Context, day: Day) -> Result<VisitorHasher, SqlError> {
    let known = HASHER.with_borrow(Clone::clone);
    if let Some((_, hasher)) = known.filter(|(known, _)| *known == day) {
        return Ok(hasher);
    }
    let found = clicks::salt(&context.sql, day, random).await?;
    let hasher = VisitorHasher::new(&found.salt);
    HASHER.set(Some((day, hasher.clone())));
    if found.is_new
        && let Err(error) = clicks::forget(&context.sql, day).await
    {
        // The next day does it as well.
        log::error("old_clicks_not_forgotten", &json!({ "error": error.to_string() }));
    }
    Ok(hasher)
}

/// The last resort: no row is lost, only its visitor. Credit does not depend on it (R21).
fn write_to_log(visits: &[Visit], error: &SqlError) {
    log::error("clicks_not_written", &json!({ "clicks": visits.len(), "error": error.to_string() }));
    for visit in visits {
        let fields = json!({
            "linkNumber": visit.link.map(u64::from),
            "at": visit.at.as_seconds(),
            "random": hex(&visit.random),
            "outcome": visit.outcome.code(),
        });
        log::warn("click", &fields);
    }
}
