//! The log of deliveries, written on the side: a few at a time, after the answers.
//!
//! Only what must not be lost, the body of an unreadable delivery, is written before its answer.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;
use tributary_domain::ids::DeliveryId;
use tributary_platforms::Delivery;
use tributary_storage::Sql;
use tributary_storage::deliveries::{self, Delivery as Entry, Outcome};
use tributary_web::context::task::{sleep, spawn};
use tributary_web::{Context, Problem, log};

use crate::platforms;
use crate::shop::Shop;

/// How long an entry may wait for others.
const LONGEST_WAIT: Duration = Duration::from_millis(50);
/// What is not written by then is let go: it is a log. Forged deliveries cannot fill the memory.
const MOST_WAITING: usize = 256;
/// Topics are the sender's words.
const LONGEST_TOPIC: usize = 64;

thread_local! {
    static WAITING: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
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
    context.sql.execute(deliveries::forget_bodies(context.now())).await?;
    Ok(id)
}

fn entry(context: &Context, shop: &Shop, delivery: &Delivery<'_>, outcome: Outcome) -> Entry {
    let received_at = context.now();
    let label = platforms::label(shop.platform, delivery);
    Entry {
        id: DeliveryId::new(received_at, context.id_random()),
        store: shop.id.clone(),
        topic: label.topic.chars().take(LONGEST_TOPIC).collect(),
        external_id: label.delivery_id.map(|id| id.chars().take(LONGEST_TOPIC).collect()),
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
        });
    }
}
