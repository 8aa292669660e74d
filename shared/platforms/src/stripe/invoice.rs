//! Invoices of subscriptions: the first payment, and renewals.

use std::collections::BTreeSet;

use tributary_domain::order::{Beside, Binding, OrderFacts, Snapshot};
use tributary_domain::{Currency, Timestamp};

use super::amount::{amount, currency, sum};
use super::object::{click_ids, codes, id, own_id, payment_of, time};
use super::parse::{Event, Parsed, Shown};
use crate::email::Email;
use crate::json::Object;
use crate::order_update::{Aside, OrderUpdate, Reference};
use crate::unreadable::Unreadable;

/// Why an invoice was made: the first one of a subscription.
const FIRST: &str = "subscription_create";

/// `invoice.paid`. An invoice that is of no subscription is the receipt of a session, which says the same.
pub(super) fn paid(invoice: &Object<'_>, event: Event) -> Result<Parsed, Unreadable> {
    let details = subscription_details(invoice)?;
    let Some(subscription) = subscription(invoice, details.as_ref())? else {
        return Ok(Parsed::default());
    };
    let reference = Reference::subscription(&subscription);
    let subscription_metadata = match &details {
        Some(details) => details.get("metadata")?.object()?,
        None => None,
    };
    let metadata = [invoice.get("metadata")?.object()?, subscription_metadata];
    let click_ids = click_ids(invoice, &metadata)?;
    let snapshot = snapshot(invoice, event, codes(invoice, &metadata)?)?;
    let is_first = invoice.get("billing_reason")?.words()?.as_deref() == Some(FIRST);
    let binding = Binding { at: snapshot.placed_at, codes: snapshot.codes.clone() };
    let asides = reference.clone().filter(|_| is_first).map(|reference| Aside {
        reference,
        facts: OrderFacts { binding: Some(binding), click_ids: click_ids.clone(), ..OrderFacts::default() },
    });
    let facts = OrderFacts { snapshot: Some(snapshot), paid: true, click_ids, ..OrderFacts::default() };
    let mut update = OrderUpdate::new(own_id(invoice)?, facts, buyer_email(invoice)?);
    update.references = payments(invoice)?;
    update.references.extend(reference);
    Ok(Parsed { order: Some(update), asides: asides.into_iter().collect() })
}

/// `invoice_payment.paid`: which payment an invoice was paid by. Newer invoices do not say it themselves.
pub(super) fn payment(payment: &Object<'_>, _: Event) -> Result<Parsed, Unreadable> {
    let Some(invoice) = id(payment, "invoice")? else { return Ok(Parsed::default()) };
    let mut update = OrderUpdate::new(invoice, OrderFacts::default(), None);
    update.references = intent(payment)?.into_iter().collect();
    Ok(Parsed { order: Some(update), asides: Vec::new() })
}

/// What an invoice says of its subscription: under `parent` since 2025, at the top before.
fn subscription_details<'a>(invoice: &Object<'a>) -> Result<Option<Object<'a>>, Unreadable> {
    let parent = match invoice.get("parent")?.object()? {
        Some(parent) => parent.get("subscription_details")?.object()?,
        None => None,
    };
    match parent {
        Some(details) => Ok(Some(details)),
        None => invoice.get("subscription_details")?.object(),
    }
}

fn subscription(invoice: &Object<'_>, details: Option<&Object<'_>>) -> Result<Option<String>, Unreadable> {
    match id(invoice, "subscription")? {
        Some(subscription) => Ok(Some(subscription)),
        None => details.map_or(Ok(None), |details| id(details, "subscription")),
    }
}

/// The payments of an invoice, as older and newer versions of Stripe's API name them.
fn payments(invoice: &Object<'_>) -> Result<BTreeSet<Reference>, Unreadable> {
    let mut references: BTreeSet<Reference> = payment_of(invoice)?.into_iter().collect();
    if let Some(list) = invoice.get("payments")?.object()? {
        for paid_by in list.get("data")?.objects()? {
            references.extend(intent(&paid_by)?);
        }
    }
    Ok(references)
}

fn intent(invoice_payment: &Object<'_>) -> Result<Option<Reference>, Unreadable> {
    match invoice_payment.get("payment")?.object()? {
        Some(paid_by) => payment_of(&paid_by),
        None => Ok(None),
    }
}

fn snapshot(invoice: &Object<'_>, event: Event, codes: Vec<String>) -> Result<Snapshot, Unreadable> {
    let currency = currency(invoice)?;
    let total = amount(invoice, "total", currency)?.ok_or_else(|| invoice.missing("total"))?;
    let before_tax = before_tax(invoice, total, currency)?;
    let shipping = match invoice.get("shipping_cost")?.object()? {
        Some(shipping) => amount(&shipping, "amount_subtotal", currency)?.unwrap_or(0),
        None => 0,
    };
    let beside = Beside {
        shipping,
        tax: total.saturating_sub(before_tax).max(0),
        discount: sum(invoice, "total_discount_amounts", "amount", currency).unwrap_or(0),
    };
    let net = before_tax.saturating_sub(shipping).max(0);
    let id = own_id(invoice)?;
    let placed_at = paid_at(invoice)?;
    let number = invoice.get("number")?.words()?.unwrap_or(id);
    Ok(event.snapshot(Shown { placed_at, number, codes, currency, net, total, beside }))
}

/// The total without tax, in the shapes of older and newer invoices.
fn before_tax(invoice: &Object<'_>, total: i64, currency: Currency) -> Result<i64, Unreadable> {
    if let Some(before_tax) = amount(invoice, "total_excluding_tax", currency)? {
        return Ok(before_tax);
    }
    let tax = amount(invoice, "tax", currency)?.unwrap_or(0);
    Ok(total.saturating_sub(tax.max(sum(invoice, "total_taxes", "amount", currency)?)))
}

fn paid_at(invoice: &Object<'_>) -> Result<Option<Timestamp>, Unreadable> {
    let transitions = match invoice.get("status_transitions")?.object()? {
        Some(transitions) => time(&transitions, "paid_at")?,
        None => None,
    };
    match transitions {
        Some(at) => Ok(Some(at)),
        None => time(invoice, "created"),
    }
}

fn buyer_email(invoice: &Object<'_>) -> Result<Option<Email>, Unreadable> {
    Ok(invoice.get("customer_email")?.text()?.and_then(|email| Email::new(&email)))
}
