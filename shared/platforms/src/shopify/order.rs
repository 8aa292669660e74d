//! An order's body.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::code::comparable;
use tributary_domain::money::proportion;
use tributary_domain::order::{Beside, OrderFacts, Refund, Snapshot};
use tributary_domain::{Currency, Timestamp};

use super::money::{shop_amount, sum};
use super::parse::Parsed;
use super::refund::{self, Rate, Tax, Terms};
use super::topic::Topic;
use super::{click_ids, lines};
use crate::email::Email;
use crate::json::{Field, Object};
use crate::order_update::{OrderUpdate, Reference};
use crate::unreadable::Unreadable;

/// Reads an order. What happened is told by the topic first: Shopify's sample deliveries for create, paid and
/// cancelled have one and the same body, `voided` and canceled.
pub(super) fn read(
    topic: &Topic,
    order: &Object<'_>,
    sent_at: Option<Timestamp>,
) -> Result<Parsed, Unreadable> {
    let external_id = order.get("id")?.need(Field::id)?;
    // A deleted order may be its id and nothing else.
    if *topic == Topic::OrdersDelete && !order.get("currency")?.is_present() {
        let facts = OrderFacts { canceled: true, ..OrderFacts::default() };
        return Ok(Parsed::order(OrderUpdate::new(external_id, facts, None)));
    }
    let refunds = refunds(order)?;
    let included_refunds = refunds.keys().cloned().collect();
    let facts = OrderFacts {
        snapshot: Some(snapshot(order, &external_id, sent_at, included_refunds)?),
        refunds,
        click_ids: click_ids::find(order)?,
        ..standing(topic, order)?
    };
    let mut update = OrderUpdate::new(external_id, facts, buyer_email(order)?);
    update.references = references(order, &update)?;
    Ok(Parsed::order(update))
}

/// The checkout that the order was, by whose token a page can tell the click, where the order does not itself.
fn references(order: &Object<'_>, update: &OrderUpdate) -> Result<BTreeSet<Reference>, Unreadable> {
    if !update.facts.click_ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    Ok(order.get("checkout_token")?.text()?.as_deref().and_then(Reference::checkout).into_iter().collect())
}

/// Whether it is paid, canceled, paid back.
fn standing(topic: &Topic, order: &Object<'_>) -> Result<OrderFacts, Unreadable> {
    let financial_status = order.get("financial_status")?.text()?.unwrap_or_default();
    let cancelled_at = order.get("cancelled_at")?.is_present();
    Ok(OrderFacts {
        paid: *topic == Topic::OrdersPaid
            || matches!(financial_status.as_str(), "paid" | "partially_refunded" | "refunded"),
        canceled: match topic {
            Topic::OrdersCancelled | Topic::OrdersDelete => true,
            Topic::OrdersUpdated | Topic::OrdersEdited => cancelled_at,
            _ => false,
        },
        refunded: *topic != Topic::OrdersCreate && financial_status == "refunded",
        ..OrderFacts::default()
    })
}

fn snapshot(
    order: &Object<'_>,
    external_id: &str,
    sent_at: Option<Timestamp>,
    included_refunds: BTreeSet<String>,
) -> Result<Snapshot, Unreadable> {
    let currency = currency(order)?;
    let original = order_amount(order, "subtotal_price", currency)?
        .ok_or_else(|| Unreadable::at("subtotal_price", "is missing"))?;
    let current = order_amount(order, "current_subtotal_price", currency)?.unwrap_or(original);
    let item_tax = included_item_tax(order, currency)?;
    let net_of_tax = |amount: i64| amount.saturating_sub(proportion(item_tax, amount, original)).max(0);
    Ok(Snapshot {
        proved: true,
        updated_at: first_time(order, ["updated_at", "created_at"])?,
        sent_at,
        standing: None,
        placed_at: first_time(order, ["processed_at", "created_at"])?,
        number: order.get("name")?.words()?.unwrap_or_else(|| external_id.to_owned()),
        currency,
        net: net_of_tax(current),
        original_net: net_of_tax(original),
        total: shop_amount(order, "total_price", currency)?.need(|total| total.amount(currency))?,
        codes: codes(order)?,
        included_refunds,
        standing_refunds: None,
        test: is_test(order)?,
        beside: beside(order, original, &net_of_tax, currency)?,
        lines: lines::of_order(order, tax(order)?, net_of_tax(original), currency),
    })
}

/// In the plain members, which are in the shop's currency.
fn beside(
    order: &Object<'_>,
    original: i64,
    net_of_tax: &impl Fn(i64) -> i64,
    currency: Currency,
) -> Result<Beside, Unreadable> {
    let gross = order.told("total_line_items_price", currency);
    Ok(Beside {
        shipping: shipping(order, currency)?,
        tax: order.told("total_tax", currency),
        discount: net_of_tax(gross).saturating_sub(net_of_tax(original)).max(0),
    })
}

/// What shipping cost after discount, less the tax in it where prices include tax.
fn shipping(order: &Object<'_>, currency: Currency) -> Result<i64, Unreadable> {
    let tax = tax(order)?;
    let price = |line: &Object<'_>| {
        let discounted = line.get("discounted_price").is_ok_and(|price| price.is_present());
        let price = line.told(if discounted { "discounted_price" } else { "price" }, currency);
        let included = if tax == Tax::Included { lines::taxes(line, currency) } else { 0 };
        price.saturating_sub(included).max(0)
    };
    Ok(order.told_objects("shipping_lines").iter().map(price).fold(0, i64::saturating_add))
}

fn currency(order: &Object<'_>) -> Result<Currency, Unreadable> {
    order.get("currency")?.need(Field::currency)
}

fn order_amount(order: &Object<'_>, name: &str, currency: Currency) -> Result<Option<i64>, Unreadable> {
    shop_amount(order, name, currency)?.amount(currency)
}

/// The tax that is a part of the goods' prices: none, unless the shop's prices include it. It is that of the
/// order as placed; what is left of the goods has its share of it.
fn included_item_tax(order: &Object<'_>, currency: Currency) -> Result<i64, Unreadable> {
    if tax(order)? == Tax::OnTop {
        return Ok(0);
    }
    sum(&order.get("line_items")?.objects()?, |line| {
        let tax_lines = line.get("tax_lines")?.objects()?;
        sum(&tax_lines, |tax| shop_amount(tax, "price", currency)?.amount(currency)).map(Some)
    })
}

fn tax(order: &Object<'_>) -> Result<Tax, Unreadable> {
    let included = order.get("taxes_included")?.flag()?.unwrap_or(false);
    Ok(if included { Tax::Included } else { Tax::OnTop })
}

fn first_time(order: &Object<'_>, [first, second]: [&str; 2]) -> Result<Timestamp, Unreadable> {
    match order.get(first)?.time()? {
        Some(time) => Ok(time),
        None => order.get(second)?.need(Field::time),
    }
}

/// The codes in the shop's order: those of `discount_codes`, then any that stand among the discounts alone.
fn codes(order: &Object<'_>) -> Result<Vec<String>, Unreadable> {
    let mut codes: Vec<String> = Vec::new();
    let mut add = |code: Option<String>| {
        let code = comparable(&code.unwrap_or_default());
        if !code.is_empty() && !codes.contains(&code) {
            codes.push(code);
        }
    };
    for discount in order.get("discount_codes")?.objects()? {
        add(discount.get("code")?.text()?);
    }
    for discount in order.get("discount_applications")?.objects()? {
        if discount.get("type")?.text()?.as_deref() == Some("discount_code") {
            add(discount.get("code")?.text()?);
        }
    }
    Ok(codes)
}

/// R39: the signed body decides, either by its `test` or by Shopify's bogus gateway, which moves no money. The
/// header `X-Shopify-Test` is not signed, and the samples that have it have `test` too.
fn is_test(order: &Object<'_>) -> Result<bool, Unreadable> {
    if order.get("test")?.flag()? == Some(true) {
        return Ok(true);
    }
    for gateway in order.get("payment_gateway_names")?.list()? {
        if gateway.text()?.is_some_and(|name| name.eq_ignore_ascii_case("bogus")) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn refunds(order: &Object<'_>) -> Result<BTreeMap<String, Refund>, Unreadable> {
    let currency = currency(order)?;
    let rate = Rate::of(order, "total_price", currency)?;
    let terms = Terms { currency, tax: tax(order)?, rate };
    order.get("refunds")?.objects()?.iter().map(|refund| refund::read(refund, &terms)).collect()
}

fn buyer_email(order: &Object<'_>) -> Result<Option<Email>, Unreadable> {
    for name in ["email", "contact_email"] {
        if let Some(email) = order.get(name)?.text()?.and_then(|text| Email::new(&text)) {
            return Ok(Some(email));
        }
    }
    match order.get("customer")?.object()? {
        Some(customer) => Ok(customer.get("email")?.text()?.and_then(|text| Email::new(&text))),
        None => Ok(None),
    }
}
