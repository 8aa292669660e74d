//! Refunds: sums in an order's body, and their details as the shop tells them when asked.

use std::collections::BTreeMap;

use tributary_domain::order::{Refund, Returned, returned};
use tributary_domain::{Currency, Timestamp};

use super::order::time;
use crate::json::{Field, Object, list_of_body};
use crate::unreadable::Unreadable;

/// The refunds in an order's body: an amount each, with tax and shipping, below zero.
///
/// They have no time. The order's own is taken, which is the same in every body, and earlier than that of the
/// details, so that these are kept whichever come first.
pub(super) fn summaries(
    order: &Object<'_>,
    currency: Currency,
    placed_at: Timestamp,
) -> Result<BTreeMap<String, Refund>, Unreadable> {
    let read = |refund: &Object<'_>| {
        let id = refund.get("id")?.need(Field::id)?;
        let total = refund.get("total")?.need(|total| total.signed_amount(currency))?;
        Ok((
            id,
            Refund { at: placed_at, lines_net: None, amount: total.saturating_abs(), lines: BTreeMap::new() },
        ))
    };
    order.get("refunds")?.objects()?.iter().map(read).collect()
}

/// Reads the answer to `GET /wp-json/wc/v3/orders/{id}/refunds`: which lines each refund gave back.
///
/// Where lines are named and worth something, they alone count. Otherwise it is the amount, less what is named for
/// shipping and fees; nothing of the goods where that was all.
///
/// # Errors
/// When it cannot be read: which field and why, without personal data.
pub fn refund_details(body: &[u8], currency: Currency) -> Result<BTreeMap<String, Refund>, Unreadable> {
    list_of_body(body)?.iter().map(|refund| detail(&refund.need(Field::object)?, currency)).collect()
}

fn detail(refund: &Object<'_>, currency: Currency) -> Result<(String, Refund), Unreadable> {
    let id = refund.get("id")?.need(Field::id)?;
    let at = time(refund, ["date_created_gmt", "date_created"])?
        .ok_or_else(|| refund.missing("date_created_gmt"))?;
    let amount = refund.get("amount")?.need(|amount| amount.signed_amount(currency))?.saturating_abs();
    let lines = sum(refund, "line_items", &["total"], currency)?;
    let others = ["shipping_lines", "fee_lines"].iter().try_fold(0_i64, |total, list| {
        Ok::<_, Unreadable>(total.saturating_add(sum(refund, list, &["total", "total_tax"], currency)?))
    })?;
    let refund = match (lines, others) {
        (0, 0) => Refund { at, lines_net: None, amount, lines: BTreeMap::new() },
        (0, others) => Refund {
            at,
            lines_net: None,
            amount: amount.saturating_sub(others).max(0),
            lines: BTreeMap::new(),
        },
        (net, _) => Refund { at, lines_net: Some(net), amount: 0, lines: returned_lines(refund, currency) },
    };
    Ok((id, refund))
}

/// What of which line was given back: a refund's line names the order's by a meta entry.
fn returned_lines(refund: &Object<'_>, currency: Currency) -> BTreeMap<String, Returned> {
    let line = |line: &Object<'_>| {
        let is_it = |meta: &&Object<'_>| meta.told_words(&["key"]) == ["_refunded_item_id"];
        let id = line.told_objects("meta_data").iter().find(is_it)?.told_words(&["value"]).pop()?;
        let net = line.get("total").and_then(|total| total.signed_amount_or_blank(currency)).ok()??;
        Some((id, Returned::Net(net.saturating_abs())))
    };
    returned(refund.told_objects("line_items").iter().filter_map(line).collect())
}

/// What these members of a list's objects come to, without their sign.
fn sum(refund: &Object<'_>, list: &str, names: &[&str], currency: Currency) -> Result<i64, Unreadable> {
    let mut total = 0_i64;
    for object in refund.get(list)?.objects()? {
        for name in names {
            let amount = object.get(name)?.signed_amount_or_blank(currency)?.unwrap_or(0);
            total = total.saturating_add(amount);
        }
    }
    Ok(total.saturating_abs())
}
