//! The log of deliveries, written on the side: a few at a time, after the answers.
//!
//! Only what must not be lost, the body of an unreadable delivery, is written before its answer.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;
use tributary_domain::Day;
use tributary_domain::ids::DeliveryId;
use tributary_platforms::Delivery;
use tributary_storage::Sql;
use tributary_storage::deliveries::{self, Delivery as Entry, Outcome};
use tributary_web::context::task::{sleep, spawn};
use tributary_web::{Context, Problem, log};

use crate::platforms::{self, Label};
use crate::shop::Shop;

/// How long an entry may wait for others: the log takes no more turns at the write lock than it must.
const LONGEST_WAIT: Duration = Duration::from_millis(250);
/// What is not written by then is let go: it is a log. Forged deliveries cannot fill the memory.
const MOST_WAITING: usize = 256;
/// Topics are the sender's words.
const LONGEST_TOPIC: usize = 64;

/// No platform sends a delivery again for longer than this.
const LONGEST_RETRY_DAYS: i64 = 3;

thread_local! {
    static WAITING: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
    /// When this instance last looked for old bodies, which go also where nobody looks at the log.
    static SWEPT: Cell<Option<Day>> = const { Cell::new(None) };
}

/// Notes a delivery that was taken in.
pub(crate) fn done(context: &Rc<Context>, shop: &Shop, delivery: &Delivery<'_>, reason: Option<String>) {
    later(context, Entry { reason, ..entry(context, shop, delivery, Outcome::Done) });
}

/// Notes a delivery that is not the shop's.
pub(crate) fn refused(context: &Rc<Context>, shop: &Shop, delivery: &Delivery<'_>, reason: &str) {
    later(
        context,
        Entry { reason: Some(reason.to_owned()), ..entry(context, shop, delivery, Outcome::Refused) },
    );
}

/// Keeps a delivery that cannot be read, with its body.
///
/// # Errors
/// The database's trouble: then the shop must send it again.
pub(crate) async fn unreadable(
    context: &Rc<Context>,
    shop: &Shop,
    delivery: &Delivery<'_>,
    reason: &str,
) -> Result<DeliveryId, Problem> {
    let entry = Entry {
        reason: Some(reason.to_owned()),
        body: Some(delivery.body().to_vec()),
        ..entry(context, shop, delivery, Outcome::Unreadable)
    };
    let id = entry.id.clone();
    context.sql.execute(deliveries::insert(&[entry])).await?;
    sweep(context).await;
    Ok(id)
}

/// Whether a shop that does not answer is to send a delivery again.
pub(crate) enum Patience {
    /// It is.
    Left,
    /// It did so for long enough: the delivery stays here until a person tries it again.
    Over(DeliveryId),
}

/// Keeps a delivery whose shop could not be read, with its body, the first time that it comes. It is sent again
/// for a day: platforms that get errors for longer switch the webhook off (`BigCommerce`: after 48 hours).
///
/// # Errors
/// The database's trouble.
pub(crate) async fn not_yet(
    context: &Rc<Context>,
    shop: &Shop,
    label: &Label,
    delivery: &Delivery<'_>,
    reason: &str,
) -> Result<Patience, Problem> {
    match kept(context, shop, label).await? {
        Some(first) if first.received_at.plus_days(1) <= context.now() => Ok(Patience::Over(first.id)),
        Some(_) => Ok(Patience::Left),
        None => {
            unreadable(context, shop, delivery, reason).await?;
            Ok(Patience::Left)
        }
    }
}

/// Notes that a delivery which was kept, because its shop could not be read, came again and was read.
///
/// # Errors
/// The database's trouble.
pub(crate) async fn read_at_last(context: &Rc<Context>, shop: &Shop, label: &Label) -> Result<(), Problem> {
    while let Some(first) = kept(context, shop, label).await? {
        context.sql.execute(deliveries::settle(&first.id, Some("read when it came again"))).await?;
    }
    Ok(())
}

async fn kept(context: &Context, shop: &Shop, label: &Label) -> Result<Option<Entry>, Problem> {
    match shortened(label.delivery_id.as_deref()) {
        Some(id) => {
            let since = context.now().plus_days(-LONGEST_RETRY_DAYS);
            Ok(deliveries::kept(&context.sql, &shop.id, &id, since).await?)
        }
        None => Ok(None),
    }
}

fn shortened(id: Option<&str>) -> Option<String> {
    id.map(|id| id.chars().take(LONGEST_TOPIC).collect())
}

fn entry(context: &Context, shop: &Shop, delivery: &Delivery<'_>, outcome: Outcome) -> Entry {
    let received_at = context.now();
    let label = platforms::label(shop.platform, delivery);
    Entry {
        id: DeliveryId::new(received_at, context.id_random()),
        store: shop.id.clone(),
        topic: label.topic.chars().take(LONGEST_TOPIC).collect(),
        external_id: shortened(label.delivery_id.as_deref()),
        outcome,
        reason: None,
        body: None,
        received_at,
    }
}

fn later(context: &Rc<Context>, entry: Entry) {
    let first = WAITING.with_borrow_mut(|waiting| {
        if waiting.len() < MOST_WAITING {
            waiting.push(entry);
        }
        waiting.len() == 1
    });
    if first {
        let context = Rc::clone(context);
        spawn(async move {
            sleep(LONGEST_WAIT).await;
            let entries = WAITING.take();
            if let Err(error) = context.sql.execute(deliveries::insert(&entries)).await {
                log::warn(
                    "deliveries_not_logged",
                    &json!({"count": entries.len(), "error": error.to_string()}),
                );
            }
            sweep(&context).await;
        });
    }
}

async fn sweep(context: &Context) {
    let today = Some(context.now().day());
    if SWEPT.replace(today) == today {
        return;
    }
    if let Err(error) = deliveries::forget_bodies(&context.sql, context.now()).await {
        log::warn("old_bodies_not_forgotten", &json!({ "error": error.to_string() }));
    }
}
