//! From an event to what it says.

use std::collections::BTreeSet;

use tributary_domain::order::{Beside, Snapshot};
use tributary_domain::{Currency, Timestamp};

use super::object::time;
use super::{charge, invoice, session};
use crate::json::{Field, Object};
use crate::order_update::{Aside, OrderUpdate};
use crate::unreadable::Unreadable;

/// What an event says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// Something of an order.
    pub order: Option<OrderUpdate>,
    /// Something of orders that are known by another name.
    pub asides: Vec<Aside>,
}

/// The event around an object.
#[derive(Clone, Copy)]
pub(super) struct Event {
    /// When it happened.
    pub(super) at: Timestamp,
    /// Whether it happened in test mode (R39).
    pub(super) is_test: bool,
}

/// An order as an object shows it.
pub(super) struct Shown {
    pub(super) placed_at: Option<Timestamp>,
    pub(super) number: String,
    pub(super) codes: Vec<String>,
    pub(super) currency: Currency,
    /// Without tax and shipping.
    pub(super) net: i64,
    pub(super) total: i64,
    pub(super) beside: Beside,
}

impl Event {
    /// How the order stands by this event.
    pub(super) fn snapshot(self, shown: Shown) -> Snapshot {
        Snapshot {
            proved: true,
            updated_at: self.at,
            sent_at: None,
            standing: None,
            placed_at: shown.placed_at.unwrap_or(self.at),
            number: shown.number,
            currency: shown.currency,
            net: shown.net,
            original_net: shown.net,
            total: shown.total,
            codes: shown.codes,
            included_refunds: BTreeSet::new(),
            standing_refunds: None,
            test: self.is_test,
            beside: shown.beside,
            // A session's own are not sent with it.
            lines: Vec::new(),
        }
    }
}

/// Reads an event that was verified: what it says is marked as proved. Nothing is said by an event that is not ours.
///
/// # Errors
/// When the body cannot be read: which field and why, without personal data.
pub fn parse(body: &[u8]) -> Result<Parsed, Unreadable> {
    let body = Object::of_body(body)?;
    let name = body.get("type")?.need(Field::words)?;
    let Some(read) = reader(&name) else { return Ok(Parsed::default()) };
    let at = time(&body, "created")?.ok_or_else(|| body.missing("created"))?;
    let data = body.get("data")?.need(Field::object)?;
    let object = data.get("object")?.need(Field::object)?;
    let is_live = object.get("livemode")?.flag()?.or(body.get("livemode")?.flag()?).unwrap_or(true);
    read(&object, Event { at, is_test: !is_live })
}

type Reader = fn(&Object<'_>, Event) -> Result<Parsed, Unreadable>;

fn reader(name: &str) -> Option<Reader> {
    Some(match name {
        "checkout.session.completed" => session::completed,
        "checkout.session.async_payment_succeeded" => session::paid,
        "checkout.session.async_payment_failed" => session::failed,
        "invoice.paid" => invoice::paid,
        "invoice_payment.paid" => invoice::payment,
        "charge.refunded" => charge::refunded,
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => charge::refund,
        "charge.dispute.created"
        | "charge.dispute.updated"
        | "charge.dispute.closed"
        | "charge.dispute.funds_withdrawn"
        | "charge.dispute.funds_reinstated" => charge::dispute,
        _ => return None,
    })
}
