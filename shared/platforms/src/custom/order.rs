//! An order in our own shape: the whole of it, as it stands.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::code::comparable;
use tributary_domain::lead;
use tributary_domain::order::{Beside, OrderFacts, Refund, Snapshot, Standing, fitted};
use tributary_domain::{Currency, FieldErrors, Timestamp};

use super::lines;
use crate::click_ids::Candidates;
use crate::email::Email;
use crate::json::{Field, Object};
use crate::order_update::{OrderUpdate, Reference};
use crate::unreadable::Unreadable;

pub(super) const LONGEST_ID: usize = 200;
/// More codes or refunds than anybody has on one order.
const MOST_ITEMS: usize = 100;

/// Why a body is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It is no JSON object.
    Body(Unreadable),
    /// Some of its fields are wrong: all of them are named.
    Fields(FieldErrors),
}

/// Gathers what is wrong.
#[derive(Default)]
struct Checks(FieldErrors);

impl Checks {
    fn keep<T>(&mut self, read: Result<T, Unreadable>) -> Option<T> {
        read.map_err(|wrong| self.0.add(wrong.path(), "invalid", wrong.what())).ok()
    }

    fn optional<T>(&mut self, read: Result<Option<T>, Unreadable>) -> Option<T> {
        self.keep(read).flatten()
    }
}

/// Reads a delivery that was verified: what it says is marked as proved. The description with the latest `updatedAt` is
/// right about everything, so deliveries may come in any order.
///
/// # Errors
/// When it cannot be read: every wrong field.
pub fn parse(body: &[u8], currency: Currency) -> Result<OrderUpdate, Wrong> {
    let order = Object::of_body(body).map_err(Wrong::Body)?;
    let mut checks = Checks::default();
    let external_id = checks.keep(order_id(&order));
    let snapshot = snapshot(&order, external_id.as_deref(), currency, &mut checks);
    let refunds = checks.keep(refunds(&order, snapshot.as_ref())).unwrap_or_default();
    let click_ids = checks.keep(click_ids(&order)).unwrap_or_default();
    let references = checks.keep(references(&order)).unwrap_or_default();
    let email = checks.optional(text(&order, "email")).and_then(|email| Email::new(&email));
    checks.0.into_result().map_err(Wrong::Fields)?;
    let snapshot = snapshot
        .map(|snapshot| Snapshot { standing_refunds: Some(refunds.keys().cloned().collect()), ..snapshot });
    let facts = OrderFacts { snapshot, refunds, click_ids, ..OrderFacts::default() };
    let mut update = OrderUpdate::new(external_id.unwrap_or_default(), facts, email);
    update.references = references;
    Ok(update)
}

fn order_id(order: &Object<'_>) -> Result<String, Unreadable> {
    let field = order.get("orderId")?;
    let id = field.need(Field::word_or_number)?;
    if id.len() > LONGEST_ID || id.chars().any(char::is_control) {
        return Err(field.wrong(format_args!("must be at most {LONGEST_ID} bytes of text")));
    }
    if id.starts_with(lead::PREFIX) {
        return Err(field.wrong(format_args!("must not begin with {}", lead::PREFIX)));
    }
    Ok(id)
}

fn text(order: &Object<'_>, name: &str) -> Result<Option<String>, Unreadable> {
    let field = order.get(name)?;
    match field.word_or_number()? {
        Some(text) if text.len() > LONGEST_ID => {
            Err(field.wrong(format_args!("must be at most {LONGEST_ID} bytes of text")))
        }
        text => Ok(text),
    }
}

fn snapshot(
    order: &Object<'_>,
    external_id: Option<&str>,
    store_currency: Currency,
    checks: &mut Checks,
) -> Option<Snapshot> {
    let updated_at = checks.keep(order.get("updatedAt").and_then(|field| field.need(Field::time)));
    let placed_at = checks.optional(order.get("placedAt").and_then(|field| field.time()));
    let standing = checks.keep(standing(order));
    let currency = checks.keep(order.get("currency").and_then(|field| field.currency()))?;
    let currency = currency.unwrap_or(store_currency);
    let net =
        checks.keep(amount(order, "net", currency).and_then(|net| net.ok_or_else(|| order.missing("net"))));
    let total = checks.optional(amount(order, "total", currency));
    let number = checks.optional(text(order, "number"));
    let codes = checks.keep(codes(order));
    let test = checks.optional(order.get("test").and_then(|field| field.flag()));
    let mut beside = |name| checks.optional(amount(order, name, currency)).unwrap_or(0);
    let beside = Beside { shipping: beside("shipping"), tax: beside("tax"), discount: beside("discount") };
    let lines = checks.keep(lines::of_order(order, currency));
    let (updated_at, net) = (updated_at?, net?);
    Some(Snapshot {
        proved: true,
        updated_at,
        sent_at: None,
        standing: Some(standing?),
        placed_at: placed_at.unwrap_or(updated_at),
        number: number.or(external_id.map(ToOwned::to_owned))?,
        currency,
        net,
        original_net: net,
        total: total.unwrap_or(net),
        codes: codes?,
        included_refunds: BTreeSet::new(),
        standing_refunds: None,
        test: test.unwrap_or(false),
        beside,
        lines: fitted(lines?, net),
    })
}

pub(super) fn amount(object: &Object<'_>, name: &str, currency: Currency) -> Result<Option<i64>, Unreadable> {
    object.get(name)?.amount(currency)
}

fn standing(order: &Object<'_>) -> Result<Standing, Unreadable> {
    let field = order.get("status")?;
    let status = field.need(Field::words)?.to_ascii_lowercase();
    match status.as_str() {
        "pending" => Ok(Standing::Pending),
        "paid" | "partially_refunded" => Ok(Standing::Paid),
        "refunded" => Ok(Standing::Refunded),
        "canceled" | "cancelled" => Ok(Standing::Canceled),
        _ => Err(field.wrong("must be pending, paid, partially_refunded, refunded or canceled")),
    }
}

fn bounded<'a>(field: &Field<'a>) -> Result<Vec<Field<'a>>, Unreadable> {
    at_most(MOST_ITEMS, field)
}

pub(super) fn at_most<'a>(most: usize, field: &Field<'a>) -> Result<Vec<Field<'a>>, Unreadable> {
    let items = field.list()?;
    if items.len() > most {
        return Err(field.wrong(format_args!("must have at most {most} items")));
    }
    Ok(items)
}

fn codes(order: &Object<'_>) -> Result<Vec<String>, Unreadable> {
    let mut codes: Vec<String> = Vec::new();
    for item in bounded(&order.get("codes")?)? {
        let code = comparable(&item.need(Field::word_or_number)?);
        if code.len() > LONGEST_ID {
            return Err(item.wrong(format_args!("must be at most {LONGEST_ID} bytes of text")));
        }
        if !code.is_empty() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    Ok(codes)
}

/// A refund by `net` says what of the goods was given back; one by `amount`, with tax and shipping, takes its share.
fn refunds(order: &Object<'_>, snapshot: Option<&Snapshot>) -> Result<BTreeMap<String, Refund>, Unreadable> {
    let mut refunds = BTreeMap::new();
    let Some(snapshot) = snapshot else { return Ok(refunds) };
    for item in bounded(&order.get("refunds")?)? {
        let refund = item.need(Field::object)?;
        let field = refund.get("id")?;
        let id = field.need(Field::word_or_number)?;
        if id.len() > LONGEST_ID {
            return Err(field.wrong(format_args!("must be at most {LONGEST_ID} bytes of text")));
        }
        let lines_net = amount(&refund, "net", snapshot.currency)?;
        let by_amount = amount(&refund, "amount", snapshot.currency)?;
        if lines_net.or(by_amount).is_none() {
            return Err(refund.missing("net"));
        }
        // The same in every delivery that does not say it.
        let at: Timestamp = refund.get("at")?.time()?.unwrap_or(snapshot.placed_at);
        let amount = if lines_net.is_some() { 0 } else { by_amount.unwrap_or(0) };
        let lines = lines::of_refund(&refund, snapshot.currency)?;
        if refunds.insert(id, Refund { at, lines_net, amount, lines }).is_some() {
            return Err(field.wrong("is that of another refund too"));
        }
    }
    Ok(refunds)
}

fn click_ids(order: &Object<'_>) -> Result<BTreeSet<String>, Unreadable> {
    let mut candidates = Candidates::default();
    if let Some(id) = order.get("clickId")?.words()? {
        candidates.value(&id);
        candidates.url(&id);
    }
    if let Some(url) = order.get("landingUrl")?.words()? {
        candidates.url(&url);
    }
    Ok(candidates.found())
}

fn references(order: &Object<'_>) -> Result<BTreeSet<Reference>, Unreadable> {
    let checkout = order.get("checkoutToken")?.words()?;
    let cart = order.get("cartId")?.words()?;
    let checkout = checkout.as_deref().and_then(Reference::checkout);
    Ok(checkout.into_iter().chain(cart.as_deref().and_then(Reference::cart)).collect())
}
