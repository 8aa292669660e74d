//! Refunds of an order, as `payment_actions/refunds` lists them.

use std::collections::{BTreeMap, HashMap};

use tributary_domain::Currency;
use tributary_domain::money::proportion;
use tributary_domain::order::{Refund, Returned as ReturnedLine, returned};

use crate::json::{Field, Object};
use crate::unreadable::Unreadable;

/// The lines of an order, by which a refund names what came back.
pub(super) struct Lines {
    currency: Currency,
    /// The order's net value.
    net: i64,
    /// Of all lines, without tax, before the discount of the order as a whole.
    goods: i64,
    by_id: HashMap<String, Line>,
}

struct Line {
    total: i64,
    quantity: i64,
}

impl Lines {
    pub(super) fn of(products: &[Object<'_>], currency: Currency, net: i64) -> Result<Self, Unreadable> {
        let mut lines = Self { currency, net, goods: 0, by_id: HashMap::new() };
        for product in products {
            let total = product.get("total_ex_tax")?.amount(currency)?.unwrap_or(0);
            let quantity = product.get("quantity")?.whole_number()?.unwrap_or(0);
            lines.goods = lines.goods.saturating_add(total);
            lines.by_id.insert(product.get("id")?.need(Field::id)?, Line { total, quantity });
        }
        Ok(lines)
    }

    /// The net value of so many pieces of a line, where it is known: its share of what was left of the goods
    /// after the order's discounts.
    fn net_of(&self, id: &str, quantity: i64) -> Option<i64> {
        let line = self.by_id.get(id).filter(|line| line.quantity > 0)?;
        let given_back = proportion(line.total, quantity.clamp(0, line.quantity), line.quantity);
        Some(proportion(self.net, given_back, self.goods))
    }
}

/// A refund's id and what it takes back; `None` where no money went back, because each payment was declined.
pub(super) fn read(
    refund: &Object<'_>,
    lines: &Lines,
    order_total: i64,
) -> Result<Option<(String, Refund)>, Unreadable> {
    if is_declined(refund)? {
        return Ok(None);
    }
    let id = refund.get("id")?.need(Field::id)?;
    let at = refund.get("created")?.need(Field::mail_time)?;
    let amount = refund.get("total_amount")?.need(|total| total.amount(lines.currency))?;
    let returned = Returned::of(refund, lines)?;
    let refund = match returned {
        Returned { goods: Some(net), whole_order, .. } => {
            let of_order = proportion(lines.net, whole_order, order_total);
            let lines = returned_lines(refund);
            Refund { at, lines_net: Some(net.saturating_add(of_order)), amount: 0, lines }
        }
        Returned { other, .. } => Refund {
            at,
            lines_net: None,
            amount: amount.saturating_sub(other).max(0),
            lines: BTreeMap::new(),
        },
    };
    Ok(Some((id, refund)))
}

/// Which pieces of which lines came back.
fn returned_lines(refund: &Object<'_>) -> BTreeMap<String, ReturnedLine> {
    let line = |item: &Object<'_>| {
        let is_goods = item.told_words(&["item_type"]) == ["PRODUCT"];
        let id = item.told_id("item_id").filter(|_| is_goods)?;
        Some((id, ReturnedLine::Units(item.told_count("quantity"))))
    };
    returned(refund.told_objects("items").iter().filter_map(line).collect())
}

fn is_declined(refund: &Object<'_>) -> Result<bool, Unreadable> {
    let payments = refund.get("payments")?.objects()?;
    let mut declined = 0;
    for payment in &payments {
        if payment.get("is_declined")?.flag()? == Some(true) {
            declined += 1;
        }
    }
    Ok(!payments.is_empty() && declined == payments.len())
}

/// What the items of a refund say that it was for.
struct Returned {
    /// The net value of the pieces that came back, where each of them is a line that we know.
    goods: Option<i64>,
    /// Paid back for the order as a whole, with tax.
    whole_order: i64,
    /// Paid back for shipping, handling, wrapping and fees, which no commission is paid of.
    other: i64,
}

impl Returned {
    fn of(refund: &Object<'_>, lines: &Lines) -> Result<Self, Unreadable> {
        let mut returned = Self { goods: None, whole_order: 0, other: 0 };
        let mut unknown = false;
        for item in refund.get("items")?.objects()? {
            let requested = item.get("requested_amount")?.amount(lines.currency)?.unwrap_or(0);
            match item.get("item_type")?.text()?.unwrap_or_default().as_str() {
                "PRODUCT" => {
                    let quantity = item.get("quantity")?.whole_number()?;
                    let id = item.get("item_id")?.id()?.unwrap_or_default();
                    match quantity.and_then(|quantity| lines.net_of(&id, quantity)) {
                        Some(net) => returned.goods = Some(returned.goods.unwrap_or(0).saturating_add(net)),
                        None => unknown = true,
                    }
                }
                "ORDER" => returned.whole_order = returned.whole_order.saturating_add(requested),
                _ => returned.other = returned.other.saturating_add(requested),
            }
        }
        // Where the merchant wrote amounts of their own, those of the lines are not what went back.
        if unknown || refund.get("uses_merchant_override_values")?.flag()? == Some(true) {
            returned.goods = None;
        }
        Ok(returned)
    }
}
