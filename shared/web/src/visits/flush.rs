//! Writes visits: hashes their visitors, inserts them in one statement, and never loses them in silence.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;
use tributary_domain::Day;
use tributary_domain::keys::hex;
use tributary_domain::visit::VisitorHasher;
use tributary_storage::clicks::{self, ClickRow};
use tributary_storage::{Sql, SqlError};

use super::Visit;
use crate::context::task::sleep;
use crate::context::{Context, random};
use crate::log;

/// The waits before each further try: a database that is busy for longer is in trouble.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(50), Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(4)];

thread_local! {
    /// Hashes with the salt of the day that was written last.
    static HASHER: RefCell<Option<(Day, VisitorHasher)>> = const { RefCell::new(None) };
}

pub(super) async fn write(context: Rc<Context>, visits: Vec<Visit>) {
    if visits.is_empty() {
        return;
    }
    let mut outcome = try_write(&context, &visits).await;
    for pause in PAUSES {
        match &outcome {
            Ok(()) => return,
            // A fresh deployment whose first visitor is a shopper.
            Err(SqlError::Schema(_)) => drop(context.migrated().await),
            Err(_) => sleep(pause).await,
        }
        outcome = try_write(&context, &visits).await;
    }
    if let Err(error) = outcome {
        write_to_log(&visits, &error);
    }
}

async fn try_write(context: &Context, visits: &[Visit]) -> Result<(), SqlError> {
    let hashers = hashers(context, visits).await?;
    let rows: Vec<ClickRow> = visits.iter().map(|visit| row(visit, &hashers)).collect();
    context.sql.execute(clicks::insert(&rows)).await.map(drop)
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
