//! An order, from the answers to the four reads of it.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::code::comparable;
use tributary_domain::order::{Beside, Line, OrderFacts, Refund, Snapshot, fitted};
use tributary_domain::{Currency, Timestamp};

use super::refund::{self, Lines};
use super::standing;
use crate::email::Email;
use crate::json::{Field, Object, objects_of_body};
use crate::order_update::{OrderUpdate, Reference};
use crate::unreadable::Unreadable;

/// How many coupons or products the API gives at a time where nothing else is asked for.
const PAGE: usize = 50;

/// The bodies of the answers. Lists may have come in pages.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// Of [`super::reads::order`].
    pub order: Vec<u8>,
    /// Of [`super::reads::coupons`].
    pub coupons: Vec<Vec<u8>>,
    /// Of [`super::reads::products`].
    pub products: Vec<Vec<u8>>,
    /// Of [`super::reads::refunds`].
    pub refunds: Vec<u8>,
}

/// Whether an answer of coupons or products is a whole page, so that there may be another one.
///
/// # Errors
/// When it is no list.
pub fn is_full_page(body: &[u8]) -> Result<bool, Unreadable> {
    Ok(objects_of_body(body)?.len() >= PAGE)
}

/// The ids of a page of orders; none where there is no body, as an answer 204 has it.
///
/// # Errors
/// When it is no list of orders.
pub fn read_ids(body: &[u8]) -> Result<Vec<String>, Unreadable> {
    objects_of_body(body)?.iter().map(|order| order.get("id")?.need(Field::id)).collect()
}

/// Reads an order from what the shop answered at `read_at`.
///
/// # Errors
/// When an answer cannot be read: which field and why, without personal data.
pub fn read(answers: &Answers, read_at: Timestamp) -> Result<OrderUpdate, Unreadable> {
    let order = Object::of_body(&answers.order)?;
    let external_id = order.get("id")?.need(Field::id)?;
    let products = lists(&answers.products)?;
    let coupons = lists(&answers.coupons)?;
    let currency = currency(&order)?;
    let net = net(&order, currency)?;
    let total = order.get("total_inc_tax")?.need(|total| total.amount(currency))?;
    let lines = Lines::of(&products, currency, net)?;
    let refunds = refunds(&answers.refunds, &lines, total)?;
    let (updated_at, sent_at) = moment(&order, read_at)?;
    let snapshot = Snapshot {
        proved: true,
        updated_at,
        sent_at,
        standing: Some(standing::of(&order)?),
        placed_at: order.get("date_created")?.need(Field::mail_time)?,
        // The id is the number that people use.
        number: external_id.clone(),
        currency,
        net,
        original_net: net,
        total,
        codes: codes(&coupons, &products)?,
        included_refunds: BTreeSet::new(),
        standing_refunds: Some(refunds.keys().cloned().collect()),
        test: is_test(&order)?,
        beside: Beside {
            shipping: order.told("shipping_cost_ex_tax", currency),
            tax: order.told("total_tax", currency),
            discount: discount(&order, currency)?,
        },
        lines: goods_lines(&products, net, currency),
    };
    let facts = OrderFacts { snapshot: Some(snapshot), refunds, ..OrderFacts::default() };
    let mut update = OrderUpdate::new(external_id, facts, buyer_email(&order)?);
    // An order has no room for a click id, but our script may have seen the cart and the click together.
    update.references.extend(order.get("cart_id")?.words()?.and_then(|cart| Reference::cart(&cart)));
    Ok(update)
}

/// None where there is no body, as an answer 204 has it.
fn refunds(body: &[u8], lines: &Lines, order_total: i64) -> Result<BTreeMap<String, Refund>, Unreadable> {
    if body.is_empty() {
        return Ok(BTreeMap::new());
    }
    let listed = Object::of_body(body)?.get("data")?.objects()?;
    listed.iter().filter_map(|refund| refund::read(refund, lines, order_total).transpose()).collect()
}

fn lists(pages: &[Vec<u8>]) -> Result<Vec<Object<'_>>, Unreadable> {
    let mut objects = Vec::new();
    for page in pages {
        objects.extend(objects_of_body(page)?);
    }
    Ok(objects)
}

/// When the order last changed, and what orders two reads of one second.
///
/// What is read once that second is over is its last word; what is read within it is a little less. So two
/// reads of an order that did not change are equal, and the second one writes nothing.
fn moment(order: &Object<'_>, read_at: Timestamp) -> Result<(Timestamp, Option<Timestamp>), Unreadable> {
    match order.get("date_modified")?.mail_time()? {
        Some(modified) => {
            // Times of the API have whole seconds.
            Ok((modified, Some(read_at.min(modified.plus_seconds(1)))))
        }
        None => Ok((order.get("date_created")?.need(Field::mail_time)?, Some(read_at))),
    }
}

/// The currency that the buyer paid in, in which all amounts of the order are.
fn currency(order: &Object<'_>) -> Result<Currency, Unreadable> {
    for name in ["currency_code", "default_currency_code"] {
        if let Some(currency) = order.get(name)?.currency()? {
            return Ok(currency);
        }
    }
    order.get("store_default_currency_code")?.need(Field::currency)
}

/// Goods after discount, without tax and shipping. Refunds are not in it: they are read on their own, because
/// the order's own `refunded_amount` "always returns 0" (bigcommerce/docs, `orders.v2.oas2.yml`).
fn net(order: &Object<'_>, currency: Currency) -> Result<i64, Unreadable> {
    let goods = order.get("subtotal_ex_tax")?.need(|goods| goods.amount(currency))?;
    Ok(goods.saturating_sub(discount(order, currency)?).max(0))
}

/// Without tax. The discount of the order as a whole is no part of what a line says.
fn goods_lines(products: &[Object<'_>], goods: i64, currency: Currency) -> Vec<Line> {
    let line = |product: &Object<'_>| {
        Some(Line {
            id: product.told_id("id")?,
            names: product.told_words(&["product_id", "variant_id", "sku"]),
            categories: Vec::new(),
            quantity: product.told_count("quantity"),
            net: product.told("total_ex_tax", currency),
        })
    };
    fitted(products.iter().filter_map(line).collect(), goods)
}

fn discount(order: &Object<'_>, currency: Currency) -> Result<i64, Unreadable> {
    let amount = |name: &str| Ok::<_, Unreadable>(order.get(name)?.amount(currency)?.unwrap_or(0));
    Ok(amount("discount_amount")?.saturating_add(amount("coupon_discount")?))
}

/// The codes of the coupons, then those that stand at the lines alone. A promotion has none.
fn codes(coupons: &[Object<'_>], products: &[Object<'_>]) -> Result<Vec<String>, Unreadable> {
    let mut codes: Vec<String> = Vec::new();
    let mut add = |holder: &Object<'_>| {
        let code = comparable(&holder.get("code")?.text()?.unwrap_or_default());
        if !code.is_empty() && !codes.contains(&code) {
            codes.push(code);
        }
        Ok(())
    };
    coupons.iter().try_for_each(&mut add)?;
    for product in products {
        product.get("applied_discounts")?.objects()?.iter().try_for_each(&mut add)?;
    }
    Ok(codes)
}

/// R39: there is no flag, but the gateway that moves no money has this name.
fn is_test(order: &Object<'_>) -> Result<bool, Unreadable> {
    let method = order.get("payment_method")?.text()?.unwrap_or_default();
    Ok(method.eq_ignore_ascii_case("Test Payment Gateway"))
}

fn buyer_email(order: &Object<'_>) -> Result<Option<Email>, Unreadable> {
    match order.get("billing_address")?.object()? {
        Some(address) => Ok(address.get("email")?.text()?.and_then(|text| Email::new(&text))),
        None => Ok(None),
    }
}
