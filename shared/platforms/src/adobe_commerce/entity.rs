//! Orders and credit memos, as events, webhooks and the REST API write them alike.
//!
//! Amounts come as `x` in the order's currency and `base_x` in the shop's, which is what we count in. A number
//! may be written as one or as a text.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::code::comparable;
use tributary_domain::order::{
    Beside, Line, OrderFacts, Refund, Returned, Snapshot, Standing, fitted, returned,
};
use tributary_domain::{Currency, Timestamp};

use crate::click_ids::Candidates;
use crate::email::Email;
use crate::json::{Field, Object};
use crate::order_update::OrderUpdate;
use crate::unreadable::Unreadable;

/// Under which the order's own sum of what was given back stands among its refunds.
const GIVEN_BACK: &str = "total";
/// A credit memo's state that says that it was withdrawn.
const WITHDRAWN: &str = "3";

/// The amounts of an entity, in the shop's currency where it has them.
struct Amounts<'o, 'a> {
    entity: &'o Object<'a>,
    prefix: &'static str,
    currency: Currency,
}

impl<'o, 'a> Amounts<'o, 'a> {
    /// `otherwise` is the store's currency, for an entity that names none.
    fn of(entity: &'o Object<'a>, otherwise: Currency) -> Result<Self, Unreadable> {
        let named = |name| entity.get(name)?.currency();
        let base = named("base_currency_code")?;
        if entity.get("base_grand_total")?.is_present() {
            return Ok(Self { entity, prefix: "base_", currency: base.unwrap_or(otherwise) });
        }
        let currency = named("order_currency_code")?.or(base).unwrap_or(otherwise);
        Ok(Self { entity, prefix: "", currency })
    }

    fn field(&self, name: &str) -> Result<Field<'a>, Unreadable> {
        self.entity.get(&format!("{}{name}", self.prefix))
    }

    fn need(&self, name: &str) -> Result<i64, Unreadable> {
        self.field(name)?.need(|field| field.amount(self.currency))
    }

    /// Without its sign, which discounts have in some versions only.
    fn size(&self, name: &str) -> Result<i64, Unreadable> {
        Ok(self.field(name)?.signed_amount(self.currency)?.unwrap_or(0).saturating_abs())
    }

    /// Goods after discount, without tax and shipping. The discount of `discount_amount` may be one of shipping
    /// in part, and where prices include tax it includes some, which the compensation gives back.
    fn goods(&self) -> Result<i64, Unreadable> {
        let discount = self.size("discount_amount")?.saturating_sub(self.size("shipping_discount_amount")?);
        let compensation = self.size("discount_tax_compensation_amount")?;
        Ok(self.need("subtotal")?.saturating_sub(discount.max(0)).saturating_add(compensation).max(0))
    }

    /// The parts of a configurable product are lines of no worth, beside the one that stands for it.
    fn lines(&self, goods: i64) -> Vec<Line> {
        let line = |item: &Object<'_>| {
            let told = |name: &str| item.told(&format!("{}{name}", self.prefix), self.currency);
            let discount = item.get(&format!("{}discount_amount", self.prefix));
            // Below zero in some versions.
            let discount = discount.and_then(|discount| discount.signed_amount(self.currency));
            let discount = discount.ok().flatten().unwrap_or(0).saturating_abs();
            let goods = told("row_total").saturating_add(told("discount_tax_compensation_amount"));
            let net = goods.saturating_sub(discount);
            Some(Line {
                id: item.told_id("item_id").filter(|_| net > 0)?,
                names: item.told_words(&["product_id", "sku"]),
                categories: Vec::new(),
                quantity: item.told_count("qty_ordered"),
                net,
            })
        };
        fitted(self.entity.told_objects("items").iter().filter_map(line).collect(), goods)
    }

    /// Which pieces of which lines were given back.
    fn returned_lines(&self) -> BTreeMap<String, Returned> {
        let line = |item: &Object<'_>| {
            let units = Some(item.told_count("qty_refunded")).filter(|units| *units > 0)?;
            Some((item.told_id("item_id")?, Returned::Units(units)))
        };
        returned(self.entity.told_objects("items").iter().filter_map(line).collect())
    }

    fn beside(&self, goods: i64) -> Result<Beside, Unreadable> {
        let told = |name: &str| self.entity.told(&format!("{}{name}", self.prefix), self.currency);
        let shipping = told("shipping_amount").saturating_sub(self.size("shipping_discount_amount")?);
        Ok(Beside {
            shipping: shipping.max(0),
            tax: told("tax_amount"),
            discount: self.need("subtotal")?.saturating_sub(goods).max(0),
        })
    }
}

/// Reads an order; `read_at` where it was read from the shop, and not sent.
///
/// # Errors
/// When it cannot be read: which field and why, without personal data.
pub(super) fn order(
    entity: &Object<'_>,
    currency: Currency,
    read_at: Option<Timestamp>,
) -> Result<OrderUpdate, Unreadable> {
    let amounts = Amounts::of(entity, currency)?;
    let number = entity.get("increment_id")?.word_or_number()?;
    let external_id = order_id(entity, number.as_deref())?;
    let net = amounts.goods()?;
    let placed_at = entity.get("created_at")?.need(Field::utc_time)?;
    let updated_at = entity.get("updated_at")?.utc_time()?.unwrap_or(placed_at);
    let given_back = given_back(&amounts, updated_at)?;
    let snapshot = Snapshot {
        proved: true,
        updated_at,
        sent_at: read_at.map(|read_at| read_at.min(updated_at.plus_seconds(1))),
        standing: Some(standing(entity, &amounts)?),
        placed_at,
        number: number.unwrap_or_else(|| external_id.clone()),
        currency: amounts.currency,
        net,
        original_net: net,
        total: amounts.need("grand_total")?,
        codes: codes(entity)?,
        included_refunds: BTreeSet::new(),
        // The order's own sum holds above the single memos, of which one may be lost.
        standing_refunds: given_back.is_some().then(|| BTreeSet::from([GIVEN_BACK.to_owned()])),
        // Adobe Commerce has no mark for tests.
        test: false,
        beside: amounts.beside(net)?,
        lines: amounts.lines(net),
    };
    let refunds = given_back.map(|refund| (GIVEN_BACK.to_owned(), refund));
    let facts = OrderFacts {
        snapshot: Some(snapshot),
        refunds: refunds.into_iter().collect(),
        click_ids: click_ids(entity)?,
        ..OrderFacts::default()
    };
    let email = entity.get("customer_email")?.text()?.and_then(|text| Email::new(&text));
    Ok(OrderUpdate::new(external_id, facts, email))
}

/// Reads a credit memo as what it says of its order; nothing where it was withdrawn.
///
/// # Errors
/// As [`order`].
pub(super) fn credit_memo(
    entity: &Object<'_>,
    currency: Currency,
) -> Result<Option<OrderUpdate>, Unreadable> {
    if entity.get("state")?.word_or_number()?.as_deref() == Some(WITHDRAWN) {
        return Ok(None);
    }
    let amounts = Amounts::of(entity, currency)?;
    let id = match entity.get("entity_id")?.id()? {
        Some(id) => id,
        None => entity.get("increment_id")?.need(Field::word_or_number)?,
    };
    let at = entity.get("created_at")?.need(Field::utc_time)?;
    let goods = amounts.goods()?;
    let shipping = amounts.size("shipping_amount")?.saturating_add(amounts.size("shipping_tax_amount")?);
    let refund = refund(&amounts, at, goods, amounts.need("grand_total")?.saturating_sub(shipping))?;
    let facts = OrderFacts { refunds: BTreeMap::from([(id, refund)]), ..OrderFacts::default() };
    Ok(Some(OrderUpdate::new(entity.get("order_id")?.need(Field::id)?, facts, None)))
}

/// The published schema of events leaves `entity_id` out; the number of an order is its own in a store view alone.
fn order_id(entity: &Object<'_>, number: Option<&str>) -> Result<String, Unreadable> {
    if let Some(id) = entity.get("entity_id")?.id()? {
        return Ok(id);
    }
    let number = number.ok_or_else(|| Unreadable::at("entity_id", "is missing, and so is increment_id"))?;
    let store = entity.get("store_id")?.id()?.unwrap_or_else(|| "0".to_owned());
    Ok(format!("{store}-{number}"))
}

/// What the order itself says that was given back in all, if anything was.
fn given_back(amounts: &Amounts<'_, '_>, at: Timestamp) -> Result<Option<Refund>, Unreadable> {
    let total = amounts.size("total_refunded")?;
    if total == 0 {
        return Ok(None);
    }
    let goods = amounts
        .size("subtotal_refunded")?
        .saturating_sub(amounts.size("discount_refunded")?)
        .saturating_add(amounts.size("discount_tax_compensation_refunded")?);
    let shipping = amounts.size("shipping_refunded")?.saturating_add(amounts.size("shipping_tax_refunded")?);
    refund(amounts, at, goods, total.saturating_sub(shipping)).map(Some)
}

/// By lines where goods came back, with what the merchant added or kept; otherwise by amount.
fn refund(
    amounts: &Amounts<'_, '_>,
    at: Timestamp,
    goods: i64,
    paid_back: i64,
) -> Result<Refund, Unreadable> {
    if goods <= 0 {
        return Ok(Refund { at, lines_net: None, amount: paid_back.max(0), lines: BTreeMap::new() });
    }
    let added = amounts.size("adjustment_positive")?.saturating_sub(amounts.size("adjustment_negative")?);
    let lines = amounts.returned_lines();
    Ok(Refund { at, lines_net: Some(goods.saturating_add(added).max(0)), amount: 0, lines })
}

/// By the order's `state`, of which Magento has a fixed set; a merchant's own names are in `status`.
fn standing(entity: &Object<'_>, amounts: &Amounts<'_, '_>) -> Result<Standing, Unreadable> {
    let state = entity.get("state")?;
    let is_paid = amounts.size("total_paid")? > 0;
    Ok(match state.need(Field::words)?.as_str() {
        "canceled" => Standing::Canceled,
        "closed" => Standing::Refunded,
        "processing" | "complete" => Standing::Paid,
        "new" | "pending_payment" | "payment_review" | "holded" if is_paid => Standing::Paid,
        "new" | "pending_payment" | "payment_review" | "holded" => Standing::Pending,
        _ => return Err(state.wrong("is a state that we do not know")),
    })
}

/// One code, or several parted by commas (since 2.4.7).
fn codes(entity: &Object<'_>) -> Result<Vec<String>, Unreadable> {
    let text = entity.get("coupon_code")?.text()?.unwrap_or_default();
    let mut codes: Vec<String> = Vec::new();
    for code in text.split(',').map(comparable) {
        if !code.is_empty() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    Ok(codes)
}

/// There is no field for a landing page: a merchant writes the click id into an attribute of the order.
fn click_ids(entity: &Object<'_>) -> Result<BTreeSet<String>, Unreadable> {
    let mut found = Candidates::default();
    if let Some(id) = entity.get("ext_order_id")?.word_or_number()? {
        found.value(&id);
    }
    for (name, value) in entity.plain_members()? {
        found.named(&name, &value);
    }
    if let Ok(Some(attributes)) = entity.get("extension_attributes")?.object() {
        for (name, value) in attributes.plain_members()? {
            found.named(&name, &value);
        }
    }
    for attribute in entity.get("custom_attributes")?.objects().unwrap_or_default() {
        let text = |name| attribute.get(name).and_then(|field| field.word_or_number());
        if let (Ok(Some(name)), Ok(Some(value))) = (text("attribute_code"), text("value")) {
            found.named(&name, &value);
        }
    }
    Ok(found.found())
}
