//! The lines of an order and of a refund: good to know, and no reason to refuse either.

use std::collections::BTreeMap;

use tributary_domain::Currency;
use tributary_domain::order::{Line, Returned, fitted, returned};

use super::refund::Tax;
use crate::json::Object;

/// The lines of an order whose goods were worth `goods`, in the plain members, which are in the shop's currency.
pub(super) fn of_order(order: &Object<'_>, tax: Tax, goods: i64, currency: Currency) -> Vec<Line> {
    let line = |line: &Object<'_>| {
        let quantity = line.told_count("quantity");
        let price = line.told("price", currency).saturating_mul(quantity);
        let included = if tax == Tax::Included { taxes(line, currency) } else { 0 };
        Some(Line {
            id: line.told_id("id")?,
            names: line.told_words(&["product_id", "variant_id", "sku"]),
            categories: Vec::new(),
            quantity,
            net: price.saturating_sub(discount(line, currency)).saturating_sub(included),
        })
    };
    fitted(order.told_objects("line_items").iter().filter_map(line).collect(), goods)
}

/// The tax of a line, of goods or of shipping.
pub(super) fn taxes(line: &Object<'_>, currency: Currency) -> i64 {
    sum(line, "tax_lines", "price", currency)
}

/// Which pieces of which lines a refund gives back.
pub(super) fn of_refund(refund: &Object<'_>, currency: Currency) -> BTreeMap<String, Returned> {
    let line = |line: &Object<'_>| {
        let what = match line.told_count("quantity") {
            0 => Returned::Net(line.told("subtotal", currency)),
            units => Returned::Units(units),
        };
        Some((line.told_id("line_item_id")?, what))
    };
    returned(refund.told_objects("refund_line_items").iter().filter_map(line).collect())
}

/// A line's own discount, which older bodies have alone, is among those that are allocated to it.
fn discount(line: &Object<'_>, currency: Currency) -> i64 {
    let allocated = sum(line, "discount_allocations", "amount", currency);
    allocated.max(line.told("total_discount", currency))
}

fn sum(line: &Object<'_>, list: &str, name: &str, currency: Currency) -> i64 {
    let amounts = line.told_objects(list);
    amounts.iter().map(|item| item.told(name, currency)).fold(0, i64::saturating_add)
}
