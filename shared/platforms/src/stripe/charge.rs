//! What becomes of a payment: refunds and disputes. They name the payment, never the session.

use std::collections::BTreeMap;

use tributary_domain::order::{OrderFacts, Payments, Refund, Sum};

use super::amount::{amount, currency};
use super::object::{id, own_id, time};
use super::parse::{Event, Parsed};
use crate::json::{Field, Object};
use crate::order_update::{Aside, Reference};
use crate::unreadable::Unreadable;

/// `charge.refunded`: what was given back of it in all, so far.
pub(super) fn refunded(charge: &Object<'_>, event: Event) -> Result<Parsed, Unreadable> {
    let currency = currency(charge)?;
    let amount =
        amount(charge, "amount_refunded", currency)?.ok_or_else(|| charge.missing("amount_refunded"))?;
    let id = own_id(charge)?;
    let given_back = BTreeMap::from([(id.clone(), Sum { at: event.at, amount })]);
    said(charge, Some(&id), Payments { given_back, ..Payments::default() }.into())
}

/// One refund. One that failed, or was called off, gave nothing back.
pub(super) fn refund(refund: &Object<'_>, event: Event) -> Result<Parsed, Unreadable> {
    let currency = currency(refund)?;
    let amount = amount(refund, "amount", currency)?.ok_or_else(|| refund.missing("amount"))?;
    let refund_id = own_id(refund)?;
    let status = refund.get("status")?.words()?.unwrap_or_default();
    let facts = if matches!(status.as_str(), "failed" | "canceled") {
        let failed_refunds = BTreeMap::from([(refund_id, Sum { at: event.at, amount })]);
        Payments { failed_refunds, ..Payments::default() }.into()
    } else {
        // Its own time: all events of one refund say the same.
        let at = time(refund, "created")?.unwrap_or(event.at);
        let refunds =
            BTreeMap::from([(refund_id, Refund { at, lines_net: None, amount, lines: BTreeMap::new() })]);
        OrderFacts { refunds, ..OrderFacts::default() }
    };
    said(refund, id(refund, "charge")?.as_deref(), facts)
}

/// A dispute: the bank takes the money at once, and gives it back where the dispute is won. Before it, there may be
/// a warning, which takes nothing.
pub(super) fn dispute(dispute: &Object<'_>, event: Event) -> Result<Parsed, Unreadable> {
    let currency = currency(dispute)?;
    let amount = amount(dispute, "amount", currency)?.ok_or_else(|| dispute.missing("amount"))?;
    let status = dispute.get("status")?.need(Field::words)?;
    let takes_nothing = matches!(status.as_str(), "won" | "prevented") || status.starts_with("warning_");
    let sum = Sum { at: event.at, amount: if takes_nothing { 0 } else { amount } };
    let disputed = BTreeMap::from([(own_id(dispute)?, sum)]);
    let charge = id(dispute, "charge")?;
    said(dispute, charge.as_deref(), Payments { disputed, ..Payments::default() }.into())
}

/// Says it of the orders of this payment, by the payment's own id or else by its charge's.
fn said(object: &Object<'_>, charge: Option<&str>, facts: OrderFacts) -> Result<Parsed, Unreadable> {
    let payment = id(object, "payment_intent")?;
    let reference = payment.as_deref().or(charge).and_then(Reference::payment);
    let aside = reference.map(|reference| Aside { reference, facts });
    Ok(Parsed { order: None, asides: aside.into_iter().collect() })
}
