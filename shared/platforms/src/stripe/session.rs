//! A Checkout session: an order, or the start of a subscription.

use tributary_domain::order::{Beside, Binding, OrderFacts, Snapshot};

use super::amount::{amount, currency};
use super::object::{click_ids, codes, id, own_id, payment_of, time};
use super::parse::{Event, Parsed, Shown};
use crate::email::Email;
use crate::json::Object;
use crate::order_update::{Aside, OrderUpdate, Reference};
use crate::unreadable::Unreadable;

/// What became of the payment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// As the session says.
    AsSaid,
    /// It came later.
    Paid,
    /// It never came.
    Failed,
}

pub(super) fn completed(session: &Object<'_>, event: Event) -> Result<Parsed, Unreadable> {
    read(session, event, Outcome::AsSaid)
}

pub(super) fn paid(session: &Object<'_>, event: Event) -> Result<Parsed, Unreadable> {
    read(session, event, Outcome::Paid)
}

pub(super) fn failed(session: &Object<'_>, event: Event) -> Result<Parsed, Unreadable> {
    read(session, event, Outcome::Failed)
}

fn read(session: &Object<'_>, event: Event, outcome: Outcome) -> Result<Parsed, Unreadable> {
    // It only keeps a card for later: nothing was bought.
    if session.get("mode")?.words()?.as_deref() == Some("setup") {
        return Ok(Parsed::default());
    }
    let session_id = own_id(session)?;
    let invoice = id(session, "invoice")?;
    let subscription = id(session, "subscription")?;
    let first_invoice = subscription.as_ref().and(invoice);
    let metadata = [session.get("metadata")?.object()?];
    let snapshot = snapshot(session, event, &session_id, codes(session, &metadata)?)?;
    let said_paid = session.get("payment_status")?.words()?.is_some_and(|status| status != "unpaid");
    let binding = Binding { at: snapshot.placed_at, codes: snapshot.codes.clone() };
    let click_ids = click_ids(session, &metadata)?;
    let asides = subscription.as_deref().and_then(Reference::subscription).map(|reference| Aside {
        reference,
        facts: OrderFacts { binding: Some(binding), click_ids: click_ids.clone(), ..OrderFacts::default() },
    });
    let facts = OrderFacts {
        snapshot: Some(snapshot),
        paid: outcome == Outcome::Paid || (outcome == Outcome::AsSaid && said_paid),
        canceled: outcome == Outcome::Failed,
        click_ids,
        ..OrderFacts::default()
    };
    let mut update = OrderUpdate::new(first_invoice.unwrap_or(session_id), facts, buyer_email(session)?);
    update.references = payment_of(session)?.into_iter().collect();
    Ok(Parsed { order: Some(update), asides: asides.into_iter().collect() })
}

/// The goods are what was paid without tax and shipping, after the discount.
fn snapshot(
    session: &Object<'_>,
    event: Event,
    session_id: &str,
    codes: Vec<String>,
) -> Result<Snapshot, Unreadable> {
    let currency = currency(session)?;
    let total = amount(session, "amount_total", currency)?.ok_or_else(|| session.missing("amount_total"))?;
    let beside = match session.get("total_details")?.object()? {
        Some(details) => Beside {
            shipping: amount(&details, "amount_shipping", currency)?.unwrap_or(0),
            tax: amount(&details, "amount_tax", currency)?.unwrap_or(0),
            discount: amount(&details, "amount_discount", currency).ok().flatten().unwrap_or(0),
        },
        None => Beside::default(),
    };
    let net = total.saturating_sub(beside.tax.saturating_add(beside.shipping)).max(0);
    let placed_at = time(session, "created")?;
    let number = session_id.to_owned();
    Ok(event.snapshot(Shown { placed_at, number, codes, currency, net, total, beside }))
}

fn buyer_email(session: &Object<'_>) -> Result<Option<Email>, Unreadable> {
    let details = session.get("customer_details")?.object()?;
    let email = match details {
        Some(details) => details.get("email")?.text()?,
        None => None,
    };
    let email = email.or(session.get("customer_email")?.text()?);
    Ok(email.and_then(|email| Email::new(&email)))
}
