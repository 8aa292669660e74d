//! What the open side takes and answers: shoppers, shops' pages and shops' servers ask it, without a key.

#![allow(dead_code, reason = "the types are described, never made")]

use serde_json::{Value, json};
use tributary_domain::capability::Platform;
use tributary_domain::ids::{ConversionId, LinkId, OrderId, StoreId};
use tributary_domain::order::Status;
use utoipa::ToSchema;

use super::described::{Described, call, query};

/// Every call of the open side, with what it does.
pub(super) fn all() -> Vec<(&'static str, Described)> {
    vec![
        (
            "A creator's link",
            call("GET /{slug}")
                .reads([
                    query::<String>("to", "a page inside the plan's allowed hosts"),
                    query::<String>("consent", "`0` gives a click without any visitor identity"),
                ])
                .gives_nothing(302, "`Location` is the shop's page, with the click id as `trb`")
                .gives_nothing(404, "No such link, and no store to lead to"),
        ),
        (
            "The first-party script",
            call("GET /t/tributary.js").gives_file("text/javascript").gives_nothing(304, "It is known"),
        ),
        (
            "A click id for a link that goes straight to the shop",
            call("POST /t/click").takes::<NewClick>(&json!({"slug": "jose-spring"})).gives::<Click>(200),
        ),
        (
            "An order of any shop, by its server",
            call("POST /t/conversion").takes::<Report>(&report()).gives::<Booked>(200),
        ),
        ("The same by a query", call("GET /t/conversion").reads(report_parameters()).gives::<Booked>(200)),
        (
            "The same by an image, which cannot set a refund",
            call("GET /t/pixel.gif").reads(report_parameters()).gives_file("image/gif"),
        ),
        (
            "A lead: a sign-up, a download, a form, a visit",
            call("POST /t/lead")
                .takes::<NewLead>(&json!({"clickId": "AQAB...", "event": "signup", "externalId": "17"}))
                .gives::<Booked>(200),
        ),
        (
            "Which click a checkout or a cart came from",
            call("POST /t/checkout")
                .takes::<ClickOfCheckout>(&json!({"clickId": "AQAB...", "checkoutToken": "b1946ac9"}))
                .gives::<Joined>(200),
        ),
        (
            "A store's webhook, signed as its platform documents",
            call("POST /webhooks/{platform}/{storeId}")
                .takes::<Value>(&json!({"id": 5_001_001}))
                .gives::<Taken>(200)
                .gives::<Taken>(202),
        ),
    ]
}

/// The schema of a part of such a path.
pub(super) fn part(name: &str) -> Option<Value> {
    let schema = match name {
        "slug" => json!({"type": "string", "pattern": "^[A-Za-z0-9_-]{3,64}$"}),
        "platform" => serde_json::to_value(<Platform as utoipa::PartialSchema>::schema()).ok()?,
        "storeId" => serde_json::to_value(<StoreId as utoipa::PartialSchema>::schema()).ok()?,
        _ => return None,
    };
    Some(schema)
}

fn report() -> Value {
    json!({"clickId": "AQAB...", "orderId": "1001", "amount": "72.00", "currency": "EUR"})
}

fn report_parameters() -> [Value; 6] {
    [
        query::<String>("clickId", "also `click_id`, `transaction_id`, `cid`, `subid`, `trb`"),
        query::<String>("orderId", "also `order_id`, `txn_id`, `invoiceId`"),
        query::<String>("amount", "a decimal; also `sale_amount`, `revenue`"),
        query::<String>("currency", "the store's where it is absent"),
        query::<String>("code", "also `coupon`, `promo_code`"),
        query::<String>("storeId", "where no click id says it"),
    ]
}

/// A visit. JSON or a form.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
struct NewClick {
    /// The link's slug, or
    slug: Option<String>,
    /// its id.
    link_id: Option<LinkId>,
    /// The page that was visited.
    url: Option<String>,
    /// Where it was linked from.
    referrer: Option<String>,
}

/// A visit that was counted.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
struct Click {
    /// `null` where it is no click: a program, a link that does not run.
    click_id: Option<String>,
}

/// An order, or what became of it. JSON, a form or a query, with the field's usual names (docs/TRACKING.md).
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
struct Report {
    click_id: Option<String>,
    order_id: Option<String>,
    /// A decimal.
    amount: Option<String>,
    currency: Option<String>,
    code: Option<String>,
    /// `paid`, `refunded` or `canceled`; the latter two need a proof.
    status: Option<String>,
    email: Option<String>,
    /// Where no click id says it.
    store_id: Option<String>,
    /// A webhook secret of the store.
    token: Option<String>,
}

/// A lead. JSON or a form.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
struct NewLead {
    click_id: String,
    /// Such as `signup`.
    event: String,
    /// Tells two leads of one event apart.
    external_id: String,
    email: Option<String>,
}

/// A checkout. JSON or a form.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClickOfCheckout {
    click_id: String,
    /// The checkout's token, or
    checkout_token: Option<String>,
    /// the cart's id.
    cart_id: Option<String>,
    store_id: Option<String>,
}

/// Whether an order is known that came from the checkout.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
struct Joined {
    joined: bool,
}

/// What a report came to.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
struct Booked {
    order_id: OrderId,
    /// `null` where nobody is credited.
    conversion_id: Option<ConversionId>,
    status: Status,
}

/// What became of a webhook. Some platforms are answered in their own words.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
struct Taken {
    #[schema(nullable = false)]
    status: Option<String>,
    #[schema(nullable = false)]
    delivery_id: Option<tributary_domain::ids::DeliveryId>,
    #[schema(nullable = false)]
    reason: Option<String>,
}
