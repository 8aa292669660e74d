//! The scheduler's entry: every store with an API, since its last reconciliation.

use std::rc::Rc;

use serde_json::{Value, json};
use tributary_domain::Timestamp;
use tributary_storage::reconciliations::{self, Progress};
use tributary_storage::{Sql, deliveries, order_references, stores};
use tributary_web::rest::{Call, Outcome};
use tributary_web::{Context, Problem, log};

use super::compare::Report;
use super::listing::{self, Cursor, PLATFORMS, Window};
use crate::shop;
use crate::shop_api::{Api, NotTold};

/// Stores that one call reads a page of.
const STORES_A_CALL: u32 = 4;
/// Stores' clocks differ from ours: a little is read twice.
const OVERLAP_SECONDS: i64 = 600;
/// What happened just now is still on its way by webhook.
const TOO_FRESH_SECONDS: i64 = 60;
/// A store's first reconciliation begins this long before it was connected.
const BEFORE_THE_FIRST_DAYS: i64 = 1;

/// One page of a few stores, those first that waited longest.
pub(super) async fn run(call: &Call) -> Result<Outcome, Problem> {
    let context = &call.context;
    forget(context).await?;
    let before = context.now().plus_seconds(-TOO_FRESH_SECONDS);
    let due = reconciliations::due(&context.sql, &PLATFORMS, before, STORES_A_CALL).await?;
    let mut lines = Vec::new();
    let mut is_more = u32::try_from(due.len()).is_ok_and(|due| due >= STORES_A_CALL);
    for progress in due {
        let line = step(context, progress).await?;
        is_more |= line.get("finished") == Some(&Value::Bool(false));
        lines.push(line);
    }
    Ok(Outcome::json(&json!({"stores": lines, "retryAfterSeconds": is_more.then_some(0)})))
}

/// Lets go what is kept for a time only.
async fn forget(context: &Context) -> Result<(), Problem> {
    let now = context.now();
    deliveries::forget_bodies(&context.sql, now).await?;
    for statement in [deliveries::forget_lines(now), order_references::forget(now)] {
        context.sql.execute(statement).await?;
    }
    Ok(())
}

/// Reads one page of a store and notes how far it is.
async fn step(context: &Rc<Context>, progress: Progress) -> Result<Value, Problem> {
    let window = window(context, &progress).await?;
    let (report, next) = match read(context, &progress, window).await? {
        Ok(read) => read,
        Err(reason) => {
            log::warn("store_not_reconciled", &json!({"storeId": progress.store, "reason": reason}));
            let kept = Progress { failure: Some(reason.clone()), ..running(progress, window) };
            context.sql.execute(reconciliations::keep(&kept, context.now())).await?;
            return Ok(json!({"storeId": kept.store, "failure": reason}));
        }
    };
    let finished = next.is_none();
    let kept = if finished {
        Progress { since: Some(window.to), until: None, cursor: None, failure: None, ..progress }
    } else {
        Progress { cursor: next, failure: None, ..running(progress, window) }
    };
    context.sql.execute(reconciliations::keep(&kept, context.now())).await?;
    let mut line = report.counts();
    if let Value::Object(line) = &mut line {
        line.insert("storeId".to_owned(), json!(kept.store));
        line.insert("from".to_owned(), json!(window.from));
        line.insert("to".to_owned(), json!(window.to));
        line.insert("finished".to_owned(), json!(finished));
    }
    Ok(line)
}

fn running(progress: Progress, window: Window) -> Progress {
    Progress { since: Some(window.from), until: Some(window.to), ..progress }
}

/// The time that is being read, or the next one: a little before the end of the last one until now.
async fn window(context: &Context, progress: &Progress) -> Result<Window, Problem> {
    if let (Some(from), Some(to)) = (progress.since, progress.until) {
        return Ok(Window { from, to });
    }
    let from = if let Some(since) = progress.since {
        since.plus_seconds(-OVERLAP_SECONDS)
    } else {
        let store = stores::by_id(&context.sql, &progress.store).await?;
        store.map_or(context.now(), |store| store.created_at).plus_days(-BEFORE_THE_FIRST_DAYS)
    };
    Ok(Window { from, to: Timestamp::max(context.now(), from.plus_seconds(1)) })
}

type Read = (Report, Option<String>);

async fn read(
    context: &Rc<Context>,
    progress: &Progress,
    window: Window,
) -> Result<Result<Read, String>, Problem> {
    let shop = shop::of(context, &progress.store).await?;
    let told = match Api::of(context, &progress.store).await? {
        Ok(api) => {
            let cursor = progress.cursor.as_deref().map(Cursor::parse).transpose()?;
            listing::page(context, &api, &shop, window, cursor).await
        }
        Err(not_told) => Err(not_told),
    };
    match told {
        Ok(page) => {
            let next = page.next.as_ref().map(Cursor::to_text);
            Ok(Ok((Report::of(context, &shop, page).await?, next)))
        }
        Err(NotTold::Later(reason) | NotTold::Never(reason)) => Ok(Err(reason)),
    }
}
