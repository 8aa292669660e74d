//! Refunds: a body of their own, and a list in the order's body.

use std::collections::BTreeMap;

use tributary_domain::Currency;
use tributary_domain::money::proportion;
use tributary_domain::order::Refund;

use super::lines;
use super::money::{Side, shop_amount, sum};
use crate::json::{Field, Object};
use crate::unreadable::Unreadable;

/// What a refund does not say of the order that it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    /// The shop's currency.
    pub(super) currency: Currency,
    /// Whether the lines' subtotals hold their tax.
    pub(super) tax: Tax,
    /// What an amount in the buyer's currency is worth.
    pub(super) rate: Option<Rate>,
}

/// Whether tax is a part of the prices.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tax {
    /// It is a part of them.
    Included,
    /// It comes on top.
    OnTop,
}

/// One amount in both currencies.
#[derive(Clone, Copy)]
pub(super) struct Rate {
    shop: i64,
    buyer: i64,
    buyer_currency: Currency,
}

impl Rate {
    /// The rate at which `<name>_set` was converted, where it says so.
    pub(super) fn of(
        object: &Object<'_>,
        name: &str,
        currency: Currency,
    ) -> Result<Option<Self>, Unreadable> {
        let (Some(shop), Some(buyer)) = (Side::Shop.of(object, name)?, Side::Buyer.of(object, name)?) else {
            return Ok(None);
        };
        let Some(buyer_currency) = buyer.get("currency_code")?.currency()? else { return Ok(None) };
        // An adjustment is below zero on both sides.
        let shop = shop.get("amount")?.signed_amount(currency)?.unwrap_or(0).saturating_abs();
        let buyer = buyer.get("amount")?.signed_amount(buyer_currency)?.unwrap_or(0).saturating_abs();
        Ok((shop > 0 && buyer > 0).then_some(Self { shop, buyer, buyer_currency }))
    }
}

/// The shop's currency, as far as a refund's own body shows it.
pub(super) fn currency(refund: &Object<'_>) -> Result<Option<Currency>, Unreadable> {
    let lists = [
        ("refund_line_items", "subtotal"),
        ("order_adjustments", "amount"),
        ("refund_shipping_lines", "subtotal_amount"),
    ];
    for (list, amount) in lists {
        for object in refund.get(list)?.objects()? {
            if let Some(currency) = shop_currency(&object, amount)? {
                return Ok(Some(currency));
            }
        }
    }
    shop_currency(refund, "total_duties")
}

fn shop_currency(object: &Object<'_>, amount: &str) -> Result<Option<Currency>, Unreadable> {
    match Side::Shop.of(object, amount)? {
        Some(side) => side.get("currency_code")?.currency(),
        None => Ok(None),
    }
}

/// The currency in which the buyer was paid back: the shop's too, unless it sells in several.
pub(super) fn paid_currency(refund: &Object<'_>) -> Result<Option<Currency>, Unreadable> {
    match refund.get("transactions")?.objects()?.first() {
        Some(transaction) => transaction.get("currency")?.currency(),
        None => Ok(None),
    }
}

/// The refund's id and what it takes back.
///
/// Where lines are named and worth something, they alone count, because the shop's own `current_subtotal_price`
/// leaves out just them. Otherwise it is what was paid back, less its share for shipping.
pub(super) fn read(refund: &Object<'_>, terms: &Terms) -> Result<(String, Refund), Unreadable> {
    let id = refund.get("id")?.need(Field::id)?;
    let (at, lines) = (at(refund)?, lines::of_refund(refund, terms.currency));
    let refund = match lines_net(refund, terms)? {
        Some(net) => Refund { at, lines_net: Some(net), amount: 0, lines },
        None => Refund { at, lines_net: None, amount: amount(refund, terms)?, lines: BTreeMap::new() },
    };
    Ok((id, refund))
}

fn at(refund: &Object<'_>) -> Result<tributary_domain::Timestamp, Unreadable> {
    match refund.get("processed_at")?.time()? {
        Some(at) => Ok(at),
        None => refund.get("created_at")?.need(Field::time),
    }
}

fn lines_net(refund: &Object<'_>, terms: &Terms) -> Result<Option<i64>, Unreadable> {
    let currency = terms.currency;
    let lines = refund.get("refund_line_items")?.objects()?;
    let subtotal = sum(&lines, |line| shop_amount(line, "subtotal", currency)?.amount(currency))?;
    let tax = match terms.tax {
        Tax::Included => sum(&lines, |line| shop_amount(line, "total_tax", currency)?.amount(currency))?,
        Tax::OnTop => 0,
    };
    Ok((subtotal > 0).then(|| subtotal.saturating_sub(tax).max(0)))
}

fn amount(refund: &Object<'_>, terms: &Terms) -> Result<i64, Unreadable> {
    let mut paid_back = 0_i64;
    for transaction in refund.get("transactions")?.objects()? {
        let is = |field: &str, word: &str| {
            Ok(transaction.get(field)?.text()?.is_some_and(|text| text.eq_ignore_ascii_case(word)))
        };
        if is("kind", "refund")? && is("status", "success")? {
            paid_back = paid_back.saturating_add(transaction_amount(&transaction, terms)?);
        }
    }
    Ok(paid_back.saturating_sub(shipping(refund, terms.currency)?).max(0))
}

/// Transactions are in the currency that the buyer paid in.
fn transaction_amount(transaction: &Object<'_>, terms: &Terms) -> Result<i64, Unreadable> {
    let field = transaction.get("currency")?;
    let written = field.currency()?.unwrap_or(terms.currency);
    if written == terms.currency || Side::Shop.of(transaction, "amount")?.is_some() {
        return shop_amount(transaction, "amount", terms.currency)?
            .need(|amount| amount.amount(terms.currency));
    }
    let Some(rate) = terms.rate.filter(|rate| rate.buyer_currency == written) else {
        return Err(field.wrong("is not the shop's currency, and no rate is known"));
    };
    let paid = transaction.get("amount")?.need(|amount| amount.amount(written))?;
    Ok(proportion(rate.shop, paid, rate.buyer))
}

/// Shipping given back, with its tax. Newer bodies name the shipping lines, older ones have an adjustment below
/// zero, and some have both for the same money: the larger one is meant.
fn shipping(refund: &Object<'_>, currency: Currency) -> Result<i64, Unreadable> {
    let mut adjustments = refund.get("order_adjustments")?.objects()?;
    let mut kinds = Vec::new();
    for adjustment in &adjustments {
        kinds.push(adjustment.get("kind")?.text()?.is_some_and(|kind| kind == "shipping_refund"));
    }
    let mut is_shipping = kinds.into_iter();
    adjustments.retain(|_| is_shipping.next().unwrap_or(false));
    let adjusted = both(&adjustments, ["amount", "tax_amount"], currency)?.saturating_abs();
    let lines = refund.get("refund_shipping_lines")?.objects()?;
    let named = both(&lines, ["subtotal_amount", "tax_amount"], currency)?;
    Ok(adjusted.max(named))
}

fn both(objects: &[Object<'_>], names: [&str; 2], currency: Currency) -> Result<i64, Unreadable> {
    names.into_iter().try_fold(0_i64, |total, name| {
        let part = sum(objects, |object| shop_amount(object, name, currency)?.signed_amount(currency))?;
        Ok(total.saturating_add(part))
    })
}
