//! The orders of a store that changed in a time, by its own API, a page at a time.

use std::collections::BTreeMap;
use std::rc::Rc;

use tributary_domain::Timestamp;
use tributary_domain::capability::Platform;
use tributary_platforms::{
    Aside, Delivery, OrderUpdate, Unreadable, adobe_commerce, bigcommerce, listing, shopify, stripe,
    woocommerce,
};
use tributary_web::{Context, Problem};

use crate::platforms;
use crate::shop::Shop;
use crate::shop_api::{Api, NotTold};

/// Orders of a page.
const PAGE: u32 = 50;
/// Each order of `BigCommerce`'s costs four more reads, of 150 in 30 seconds for all apps of a store together.
const COSTLY_PAGE: u32 = 10;

/// A time: `from` is inside, `to` is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// Where a list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The store has a second list: credit memos of Adobe Commerce.
    list: List,
    /// The place in the list: an id, a moment, or the store's own word for it.
    page: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Orders,
    CreditMemos,
}

impl Cursor {
    /// Reads [`Cursor::to_text`].
    ///
    /// # Errors
    /// 422 where it is none.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let wrong = || Problem::field("cursor", "invalid", "is no cursor of a reconciliation");
        let (list, page) = text.split_once('.').ok_or_else(wrong)?;
        let list = match list {
            "orders" => List::Orders,
            "memos" => List::CreditMemos,
            _ => return Err(wrong()),
        };
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=');
        if page.is_empty() || page.len() > 1_000 || !page.bytes().all(is_word) {
            return Err(wrong());
        }
        Ok(Self { list, page: page.to_owned() })
    }

    /// The cursor as callers keep it.
    pub(super) fn to_text(&self) -> String {
        let list = match self.list {
            List::Orders => "orders",
            List::CreditMemos => "memos",
        };
        format!("{list}.{}", self.page)
    }

    /// A page of the first list.
    fn orders(page: impl Into<String>) -> Self {
        Self { list: List::Orders, page: page.into() }
    }
}

/// A page of a store's orders.
pub(super) struct Page {
    /// What each says; or why it cannot be read, which does not keep the others from being read.
    pub orders: Vec<Result<OrderUpdate, Unreadable>>,
    /// What is said of orders by another name than their own.
    pub asides: Vec<Aside>,
    pub next: Option<Cursor>,
}

/// Whether the orders of a platform can be listed.
pub(super) const PLATFORMS: [Platform; 5] = [
    Platform::Shopify,
    Platform::Woocommerce,
    Platform::Bigcommerce,
    Platform::AdobeCommerce,
    Platform::Stripe,
];

/// Reads a page.
///
/// # Errors
/// Why the store did not tell.
pub(super) async fn page(
    context: &Rc<Context>,
    api: &Api,
    shop: &Shop,
    window: Window,
    cursor: Option<Cursor>,
) -> Result<Page, NotTold> {
    match shop.platform {
        Platform::Shopify => shopify_page(context, api, window, cursor).await,
        Platform::Woocommerce => woocommerce_page(context, api, window, cursor).await,
        Platform::Bigcommerce => bigcommerce_page(context, api, window, cursor).await,
        Platform::AdobeCommerce => adobe_page(context, api, shop, window, cursor).await,
        Platform::Stripe => stripe_page(context, api, window, cursor).await,
        other => Err(NotTold::Never(format!("{} has no API that lists orders", other.name()))),
    }
}

async fn shopify_page(
    context: &Rc<Context>,
    api: &Api,
    window: Window,
    cursor: Option<Cursor>,
) -> Result<Page, NotTold> {
    let path = match &cursor {
        Some(cursor) => shopify::reads::more_orders(&cursor.page, PAGE),
        None => shopify::reads::orders(window.from, window.to, PAGE),
    };
    let Some(answer) = api.ask(context, &path).await? else { return Ok(nothing()) };
    let next = answer.headers().get("link").and_then(|link| link.to_str().ok());
    let next = next.and_then(shopify::reads::next_page);
    let orders = listing::members(answer.body(), "orders").map_err(unreadable)?;
    let read = |order: &[u8]| {
        let delivery = Delivery::new([], order);
        match shopify::parse(&shopify::Topic::OrdersUpdated, &delivery, shopify::Context::default()) {
            Ok(shopify::Parsed::Order(update)) => Some(Ok(*update)),
            Ok(_) => None,
            Err(unreadable) => Some(Err(unreadable)),
        }
    };
    let orders = orders.into_iter().filter_map(read).collect();
    Ok(Page { orders, asides: Vec::new(), next: next.map(Cursor::orders) })
}

async fn woocommerce_page(
    context: &Rc<Context>,
    api: &Api,
    window: Window,
    cursor: Option<Cursor>,
) -> Result<Page, NotTold> {
    use woocommerce::reads::{self, Place};
    let place = cursor.and_then(|cursor| Place::parse(&cursor.page)).unwrap_or(Place::first(window.from));
    let Some(body) = api.read(context, &reads::orders(place, window.to, PAGE)).await? else {
        return Ok(nothing());
    };
    let (items, next) = reads::page(place, &body, PAGE).map_err(unreadable)?;
    let mut orders = Vec::new();
    for item in items {
        match woocommerce::parse(&woocommerce::Topic::OrderUpdated, None, item) {
            Ok(woocommerce::Parsed::Order(update)) => {
                orders.push(Ok(platforms::woocommerce::with_refunds(context, api, *update).await?));
            }
            Ok(woocommerce::Parsed::Ignored) => {}
            Err(unreadable) => orders.push(Err(unreadable)),
        }
    }
    Ok(Page { orders, asides: Vec::new(), next: next.map(|next| Cursor::orders(next.to_text())) })
}

async fn bigcommerce_page(
    context: &Rc<Context>,
    api: &Api,
    window: Window,
    cursor: Option<Cursor>,
) -> Result<Page, NotTold> {
    let first = cursor.and_then(|cursor| cursor.page.parse().ok()).unwrap_or(1);
    let path = bigcommerce::reads::orders(window.from, window.to, first, COSTLY_PAGE);
    let body = api.read(context, &path).await?.unwrap_or_default();
    let mut ids = bigcommerce::read_ids(&body).map_err(unreadable)?;
    // A list that does not heed the first id must not be read for ever.
    ids.retain(|id| id.parse::<u64>().is_ok_and(|id| id >= first));
    let mut orders = Vec::new();
    for id in &ids {
        // One that was deleted meanwhile is told by a webhook.
        orders.extend(platforms::bigcommerce::read(context, api, id).await?);
    }
    let last: Option<u64> = ids.last().and_then(|id| id.parse().ok());
    let next = last
        .filter(|_| is_full(ids.len(), COSTLY_PAGE))
        .map(|last| Cursor::orders(last.saturating_add(1).to_string()));
    Ok(Page { orders, asides: Vec::new(), next })
}

async fn adobe_page(
    context: &Rc<Context>,
    api: &Api,
    shop: &Shop,
    window: Window,
    cursor: Option<Cursor>,
) -> Result<Page, NotTold> {
    use adobe_commerce::reads::{self, Part};
    let cursor = cursor.unwrap_or_else(|| Cursor::orders("0"));
    let part = Part { after: cursor.page.parse().unwrap_or(0), limit: PAGE };
    let read_at = context.now();
    let path = match cursor.list {
        List::Orders => reads::orders(window.from, window.to, part),
        List::CreditMemos => reads::credit_memos(window.from, window.to, part),
    };
    let Some(body) = api.read(context, &path).await? else { return Ok(nothing()) };
    let page = match cursor.list {
        List::Orders => reads::read_orders(&body, part, shop.currency, read_at),
        List::CreditMemos => reads::read_credit_memos(&body, part, shop.currency),
    };
    let page = page.map_err(unreadable)?;
    let next = match (page.next, cursor.list) {
        (Some(after), list) => Some(Cursor { list, page: after.to_string() }),
        (None, List::Orders) => Some(Cursor { list: List::CreditMemos, page: "0".to_owned() }),
        (None, List::CreditMemos) => None,
    };
    Ok(Page { orders: page.orders, asides: Vec::new(), next })
}

/// An account lists events, several of one order: what they say of it together is held against ours.
async fn stripe_page(
    context: &Rc<Context>,
    api: &Api,
    window: Window,
    cursor: Option<Cursor>,
) -> Result<Page, NotTold> {
    let after = cursor.as_ref().map(|cursor| cursor.page.as_str());
    let path = stripe::reads::events(window.from, window.to, after, PAGE);
    let Some(body) = api.read(context, &path).await? else { return Ok(nothing()) };
    let next = stripe::reads::next_page(&body).map_err(unreadable)?;
    let (mut known, mut orders, mut asides) =
        (BTreeMap::<String, OrderUpdate>::new(), Vec::new(), Vec::new());
    for event in listing::members(&body, "data").map_err(unreadable)? {
        match stripe::parse(event) {
            Ok(said) => {
                asides.extend(said.asides);
                if let Some(update) = said.order {
                    let update = match known.remove(&update.external_id) {
                        Some(other) => both(other, update),
                        None => update,
                    };
                    known.insert(update.external_id.clone(), update);
                }
            }
            Err(unreadable) => orders.push(Err(unreadable)),
        }
    }
    orders.extend(known.into_values().map(Ok));
    Ok(Page { orders, asides, next: next.map(Cursor::orders) })
}

fn both(one: OrderUpdate, other: OrderUpdate) -> OrderUpdate {
    OrderUpdate {
        facts: one.facts.merge(other.facts),
        buyer_email: one.buyer_email.or(other.buyer_email),
        references: one.references.into_iter().chain(other.references).collect(),
        ..one
    }
}

fn is_full(found: usize, limit: u32) -> bool {
    u32::try_from(found).is_ok_and(|found| found >= limit)
}

fn nothing() -> Page {
    Page { orders: Vec::new(), asides: Vec::new(), next: None }
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` gives")]
fn unreadable(unreadable: Unreadable) -> NotTold {
    NotTold::Never(format!("the store's answer: {unreadable}"))
}
