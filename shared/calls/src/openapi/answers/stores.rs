//! Stores, and what they send and are asked.

use tributary_domain::capability::Platform;
use tributary_domain::ids::{DeliveryId, OrderId, StoreId};
use tributary_domain::order::Status;
use tributary_domain::{Currency, Day, Money, Timestamp};
use url::Url;
use utoipa::ToSchema;

use super::OrderKind;

/// A connected shop.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Store {
    id: StoreId,
    name: String,
    platform: Platform,
    url: Url,
    currency: Currency,
    /// `connected`.
    status: String,
    /// Where the shop sends its webhooks.
    webhook_url: String,
    has_webhook_secrets: bool,
    has_credentials: bool,
    /// What Amazon gave out for the store's links.
    attribution_tag: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// How far a store is connected.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SelfTest {
    store_id: StoreId,
    platform: Platform,
    ready: bool,
    steps: Vec<SelfTestStep>,
}

/// One step of connecting a shop.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SelfTestStep {
    name: String,
    status: StepStatus,
    detail: String,
    /// What to do, where something is to be done.
    todo: Option<String>,
}

/// How far a step is.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StepStatus {
    Done,
    Missing,
    Optional,
}

/// Whether a store's credentials work.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoreCheck {
    store_id: StoreId,
    ok: bool,
    /// What the credentials lack.
    missing: Vec<String>,
    /// Why they do not, in the shop's own words.
    reason: Option<String>,
}

/// A webhook's delivery.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Delivery {
    id: DeliveryId,
    store_id: StoreId,
    topic: String,
    /// The shop's own id of it.
    external_id: Option<String>,
    outcome: DeliveryOutcome,
    reason: Option<String>,
    received_at: Timestamp,
}

/// What became of a delivery.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeliveryOutcome {
    Done,
    Unreadable,
    Refused,
}

/// A page of a store's orders, held against ours.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reconciled {
    store_id: StoreId,
    from: Timestamp,
    to: Timestamp,
    equal: u64,
    missing: Vec<MissingOrder>,
    different: Vec<DifferentOrder>,
    /// Why some orders cannot be read.
    unreadable: Vec<String>,
    /// What the orders of each kind are worth by the store, by currency.
    values: ReconciledValues,
    next_cursor: Option<String>,
}

/// What orders are worth.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReconciledValues {
    equal: Vec<Money>,
    missing: Vec<Money>,
    different: Vec<Money>,
}

/// What is said of an order.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SaidOfOrder {
    status: Status,
    value: Money,
    total: Money,
    codes: Vec<String>,
}

/// An order that was not known.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MissingOrder {
    external_id: String,
    number: Option<String>,
    order_id: OrderId,
    status: Status,
    value: Money,
    total: Money,
    codes: Vec<String>,
}

/// An order of which the store says something else.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DifferentOrder {
    external_id: String,
    number: Option<String>,
    order_id: OrderId,
    ours: SaidOfOrder,
    theirs: SaidOfOrder,
}

/// What a round of reconciliations did.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReconcileRun {
    stores: Vec<ReconcileStep>,
    /// 0 where there is more to do at once.
    retry_after_seconds: Option<u64>,
}

/// What it did of a store: counts, or why it could not.
#[derive(ToSchema)]
#[serde(untagged)]
pub(crate) enum ReconcileStep {
    Done(ReconciledStore),
    Failed(FailedStore),
}

/// How many orders of a store were of which kind.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReconciledStore {
    store_id: StoreId,
    from: Timestamp,
    to: Timestamp,
    finished: bool,
    equal: u64,
    missing: u64,
    different: u64,
    unreadable: u64,
}

/// A store that could not be read.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FailedStore {
    store_id: StoreId,
    failure: String,
}

/// What is held of a buyer.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BuyerExport {
    orders: Vec<BuyerOrder>,
    /// Deliveries whose bodies have the address.
    unreadable_deliveries: Vec<DeliveryId>,
}

/// A buyer's order.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BuyerOrder {
    order_id: OrderId,
    store_id: StoreId,
    external_id: String,
    number: Option<String>,
    kind: OrderKind,
    status: Status,
    total: Money,
    net: Money,
    codes: Vec<String>,
    click_ids: Vec<String>,
    email_hashes: Vec<String>,
    placed_at: Timestamp,
    received_at: Timestamp,
}

/// What was forgotten of a buyer.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BuyerErased {
    orders: u64,
    unreadable_deliveries: u64,
}

/// What Amazon counted, in a currency.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AggregateFigures {
    clicks: i64,
    detail_page_views: i64,
    add_to_carts: i64,
    purchases: i64,
    units: i64,
    sales: Money,
    /// Amazon's bonus to the brand: told by creator, not by link.
    bonus: Money,
}

/// What Amazon counted of a link on a day, or of all links of a creator where `creative` is empty.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AggregateLine {
    date: Day,
    campaign: String,
    ad_group: String,
    creative: String,
    publisher: String,
    clicks: i64,
    detail_page_views: i64,
    add_to_carts: i64,
    purchases: i64,
    units: i64,
    sales: Money,
    bonus: Money,
}

/// An Amazon store's figures.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Aggregates {
    data: Vec<AggregateLine>,
    next_cursor: Option<String>,
    /// By currency.
    totals: Vec<AggregateFigures>,
}

/// A file that was taken in.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AggregatesUploaded {
    store_id: StoreId,
    lines: u64,
}

/// A page of Amazon's report that was taken in.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AggregatesFetched {
    store_id: StoreId,
    from: Day,
    to: Day,
    lines: u64,
    next_cursor: Option<String>,
}

/// What Amazon tells of a publisher.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AggregatesTagged {
    store_id: StoreId,
    publisher: String,
    tags: Vec<AggregatesTag>,
    /// The one that the store's links carry from now on; `null` where several were told and none was chosen.
    attribution_tag: Option<String>,
}

/// A tag of a profile with a publisher.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AggregatesTag {
    advertiser_id: String,
    maas: String,
}
