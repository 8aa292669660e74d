//! An order's body: that of a webhook and of `GET /wp-json/wc/v3/orders/{id}` alike.

use std::collections::BTreeSet;

use tributary_domain::code::comparable;
use tributary_domain::order::{Beside, Line, OrderFacts, Snapshot, Standing, fitted};
use tributary_domain::{Currency, Timestamp};

use super::{click_ids, refund};
use crate::email::Email;
use crate::json::{Field, Object};
use crate::order_update::OrderUpdate;
use crate::unreadable::Unreadable;

const MODIFIED: [&str; 2] = ["date_modified_gmt", "date_modified"];

/// Reads an order.
pub(super) fn read(order: &Object<'_>) -> Result<OrderUpdate, Unreadable> {
    let external_id = order.get("id")?.need(Field::id)?;
    let currency = order.get("currency")?.need(Field::currency)?;
    let placed_at = time(order, ["date_created_gmt", "date_created"])?
        .ok_or_else(|| order.missing("date_created_gmt"))?;
    let refunds = refund::summaries(order, currency, placed_at)?;
    let net = goods(order, currency)?;
    let snapshot = Snapshot {
        proved: true,
        updated_at: time(order, MODIFIED)?.unwrap_or(placed_at),
        sent_at: None,
        standing: Some(standing(order)?),
        placed_at,
        number: order.get("number")?.word_or_number()?.unwrap_or_else(|| external_id.clone()),
        currency,
        net,
        original_net: net,
        total: order.get("total")?.need(|total| total.amount(currency))?,
        codes: codes(order)?,
        included_refunds: BTreeSet::new(),
        standing_refunds: Some(refunds.keys().cloned().collect()),
        test: is_test(order)?,
        beside: beside(order, currency),
        lines: lines(order, net, currency),
    };
    let facts = OrderFacts {
        snapshot: Some(snapshot),
        refunds,
        click_ids: click_ids::find(order)?,
        ..OrderFacts::default()
    };
    Ok(OrderUpdate::new(external_id, facts, buyer_email(order)?))
}

/// When an order was changed last, where it says so.
pub(super) fn modified_at(order: &Object<'_>) -> Option<Timestamp> {
    time(order, MODIFIED).ok().flatten()
}

/// The first of these times that is there. Times have no offset: those named `_gmt` are in UTC, and the shop's own
/// are better than none.
pub(super) fn time(object: &Object<'_>, names: [&str; 2]) -> Result<Option<Timestamp>, Unreadable> {
    for name in names {
        let field = object.get(name)?;
        if let Some(text) = field.words()? {
            let written = Timestamp::parse(&text).or_else(|_| Timestamp::parse(&format!("{text}Z")));
            return written.map(Some).map_err(|invalid| field.wrong(invalid));
        }
    }
    Ok(None)
}

/// What the lines cost after the discount. A line's `total` is without tax, whether or not the shop's prices
/// include it, and shipping and fees are lines of other lists.
fn goods(order: &Object<'_>, currency: Currency) -> Result<i64, Unreadable> {
    let lines = order.get("line_items")?;
    if !lines.is_present() {
        return Err(lines.wrong("is missing"));
    }
    let sum = lines.objects()?.iter().try_fold(0_i64, |sum, line| {
        Ok(sum.saturating_add(line.get("total")?.signed_amount_or_blank(currency)?.unwrap_or(0)))
    })?;
    Ok(sum.max(0))
}

/// Without tax, after the discount, as [`goods`] are.
fn lines(order: &Object<'_>, goods: i64, currency: Currency) -> Vec<Line> {
    let line = |line: &Object<'_>| {
        Some(Line {
            id: line.told_id("id")?,
            // A product without variations has 0 for one.
            names: line
                .told_words(&["product_id", "variation_id", "sku"])
                .into_iter()
                .filter(|name| name != "0")
                .collect(),
            categories: Vec::new(),
            quantity: line.told_count("quantity"),
            net: line.told("total", currency),
        })
    };
    fitted(order.told_objects("line_items").iter().filter_map(line).collect(), goods)
}

/// What the order says in sums; the discount and shipping are without tax.
fn beside(order: &Object<'_>, currency: Currency) -> Beside {
    Beside {
        shipping: order.told("shipping_total", currency),
        tax: order.told("total_tax", currency),
        discount: order.told("discount_total", currency),
    }
}

/// A status is a word that extensions add to; for those that we do not know, the payment's date decides.
fn standing(order: &Object<'_>) -> Result<Standing, Unreadable> {
    let status = order.get("status")?.words()?.unwrap_or_default();
    Ok(match status.strip_prefix("wc-").unwrap_or(&status) {
        "cancelled" | "trash" => Standing::Canceled,
        "refunded" => Standing::Refunded,
        "processing" | "completed" => Standing::Paid,
        // Whatever was paid before did not last.
        "failed" => Standing::Pending,
        _ if time(order, ["date_paid_gmt", "date_paid"])?.is_some() => Standing::Paid,
        _ => Standing::Pending,
    })
}

/// The codes in the shop's order; WooCommerce writes them in lower-case.
fn codes(order: &Object<'_>) -> Result<Vec<String>, Unreadable> {
    let mut codes: Vec<String> = Vec::new();
    for line in order.get("coupon_lines")?.objects()? {
        let code = comparable(&line.get("code")?.word_or_number()?.unwrap_or_default());
        if !code.is_empty() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    Ok(codes)
}

/// R39: WooCommerce has no mark for it, but its own payment service has.
fn is_test(order: &Object<'_>) -> Result<bool, Unreadable> {
    for meta in order.get("meta_data")?.objects()? {
        let is = |name: &str, word: &str| {
            Ok::<_, Unreadable>(meta.get(name)?.words().ok().flatten().is_some_and(|text| text == word))
        };
        if is("key", "_wcpay_mode")? && is("value", "test")? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn buyer_email(order: &Object<'_>) -> Result<Option<Email>, Unreadable> {
    match order.get("billing")?.object()? {
        Some(billing) => Ok(billing.get("email")?.text()?.and_then(|text| Email::new(&text))),
        None => Ok(None),
    }
}
