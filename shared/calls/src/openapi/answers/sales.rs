//! Orders, conversions, figures.

use tributary_domain::attribution::{JudgedTouch, Winner};
use tributary_domain::commission::CommissionTerms;
use tributary_domain::conversion::{Approval, Verdict};
use tributary_domain::ids::{
    CampaignId, ConversionId, CreatorId, EnrollmentId, LinkId, OrderId, PlanId, StoreId,
};
use tributary_domain::order::{Customer, Status};
use tributary_domain::plan::{Model, Rule};
use tributary_domain::{Currency, Day, Money, Timestamp};
use utoipa::ToSchema;

/// What an order is.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrderKind {
    Order,
    Lead,
}

/// A store's order.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    id: OrderId,
    store_id: StoreId,
    /// The store's own id.
    external_id: String,
    kind: OrderKind,
    /// The number that the store shows people.
    number: Option<String>,
    status: Status,
    /// After discount and refunds, without tax and shipping.
    net: Money,
    /// What the buyer paid.
    total: Money,
    codes: Vec<String>,
    /// Test orders count nowhere.
    test: bool,
    /// What the buyer was to the store; `null` where nobody knows.
    customer: Option<Customer>,
    placed_at: Timestamp,
    received_at: Timestamp,
    updated_at: Timestamp,
    conversion_id: Option<ConversionId>,
    enrollment_id: Option<EnrollmentId>,
    creator_id: Option<CreatorId>,
    campaign_id: Option<CampaignId>,
}

/// Why an order is credited as it is.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attribution {
    order_id: OrderId,
    winner: Option<Winner>,
    rule: Option<Rule>,
    model: Option<Model>,
    touches: Vec<JudgedTouch>,
    plan_version: Option<u16>,
    rules_version: Option<u16>,
    /// What the buyer was to the store; `null` where nobody knows.
    customer: Option<Customer>,
    /// `null` where nobody is paid.
    commission: Option<OrderCommission>,
}

/// What an order earns, and by which terms.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderCommission {
    amount: Money,
    terms_of: TermsOf,
    terms: CommissionTerms,
    /// What each rule gave; together they are the amount.
    parts: Vec<CommissionPart>,
    /// What earlier orders came to, where tiers and caps look at them.
    earlier: Option<EarlierOrders>,
}

/// What one rule gave of an order's commission.
#[derive(ToSchema)]
pub(crate) struct CommissionPart {
    /// The rule's place in the terms, from 0 on; `null` for the terms beside the rules.
    rule: Option<u32>,
    /// What still stands of what it was taken of.
    base: Money,
    /// The pieces of it, as the order was placed.
    units: i64,
    amount: Money,
}

/// What a creator's earlier orders of the month, and of the buyer, came to.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EarlierOrders {
    month_sales: Money,
    month_commission: Money,
    buyer_commission: Money,
}

/// Whose terms hold.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TermsOf {
    Plan,
    Replay,
    Enrollment,
}

/// What brought an order.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BroughtBy {
    Code,
    Link,
    CodeAndLink,
    Customer,
    Lead,
    Manual,
}

/// The credit of one order to one enrollment.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Conversion {
    id: ConversionId,
    order_id: OrderId,
    order_number: String,
    creator_id: Option<CreatorId>,
    creator_name: Option<String>,
    campaign_id: CampaignId,
    campaign_name: Option<String>,
    plan_id: PlanId,
    enrollment_id: EnrollmentId,
    source: BroughtBy,
    /// What a lead was, in the brand's word.
    event: Option<String>,
    code_text: Option<String>,
    status: Status,
    /// What still stands of the order's net value.
    value: Money,
    /// What counts of the commission.
    commission: Money,
    approval: Approval,
    /// What a person decided.
    verdict: Option<Verdict>,
    /// What is doubtful.
    reasons: Vec<String>,
    test: bool,
    placed_at: Timestamp,
}

/// Conversions after verdicts on them.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JudgedConversions {
    data: Vec<Conversion>,
    /// How many of them changed.
    changed: u64,
}

/// A report's figures.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    currency: Currency,
    sales: Money,
    orders: u64,
    commission: Money,
    clicks: u64,
    unique_clicks: u64,
    /// Orders by clicks, a decimal.
    conversion_rate: Option<String>,
    average_order: Option<Money>,
    earnings_per_click: Option<Money>,
    /// The days that the figures are of.
    days: ReportDays,
    /// The days on which something happened.
    by_day: Vec<DayFigures>,
    /// What of the above removed creators brought.
    removed_creators: RemovedCreators,
    /// What is in no sum, because no rate is known.
    missing_rates: Vec<MissingRate>,
}

/// The whole days of UTC that figures are of, both included.
#[derive(ToSchema)]
pub(crate) struct ReportDays {
    from: Day,
    to: Day,
}

/// A day's figures.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DayFigures {
    date: Day,
    sales: Money,
    orders: u64,
    commission: Money,
    clicks: u64,
    unique_clicks: u64,
}

/// Clicks by day.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClicksByDay {
    from: Day,
    to: Day,
    clicks: u64,
    unique_clicks: u64,
    /// The days on which somebody clicked, the newest first.
    by_day: Vec<DayClicks>,
    /// The hundred links that were clicked most, where a campaign, a creator or a link is named.
    by_link: Vec<ClicksOfLink>,
    /// Visits that are no clicks: of programs, or of people on a link that does not run.
    not_counted: Vec<NotCounted>,
}

/// A day's clicks.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DayClicks {
    date: Day,
    clicks: u64,
    unique_clicks: u64,
}

/// A link's clicks.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClicksOfLink {
    link_id: LinkId,
    slug: String,
    creator_id: Option<CreatorId>,
    clicks: u64,
    unique_clicks: u64,
}

/// Visits that are no clicks.
#[derive(ToSchema)]
pub(crate) struct NotCounted {
    /// Such as `bot`, `preview` or `ended`.
    reason: String,
    visits: u64,
}

/// What removed creators brought.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemovedCreators {
    orders: u64,
    sales: Money,
    commission: Money,
}

/// Amounts in a currency without a rate.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MissingRate {
    currency: Currency,
    orders: u64,
    sales: Money,
    commission: Money,
}

/// The account's figures.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountSummary {
    #[serde(flatten)]
    summary: Summary,
    /// What Amazon counted, by currency; in no figure beside it.
    aggregates: Vec<super::AggregateFigures>,
}

/// A campaign's figures, its creators, and a page of its conversions.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Performance {
    summary: Summary,
    by_creator: Vec<CreatorFigures>,
    /// What Amazon counted of its links, by currency.
    aggregates: Vec<super::AggregateFigures>,
    data: Vec<Conversion>,
    next_cursor: Option<String>,
}

/// What a creator brought.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatorFigures {
    /// `null` for the campaign's own code.
    creator_id: Option<CreatorId>,
    creator_name: Option<String>,
    removed: bool,
    sales: Money,
    orders: u64,
    commission: Money,
    clicks: u64,
    unique_clicks: u64,
    conversion_rate: Option<String>,
    average_order: Option<Money>,
    earnings_per_click: Option<Money>,
}

/// What a replay comes to.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Replay {
    /// Whether it was written.
    applied: bool,
    considered: u64,
    moved_in_all: u64,
    /// The first 10,000.
    moved: Vec<MovedOrder>,
    by_creator: Vec<MovedCreator>,
}

/// An order that is credited otherwise.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MovedOrder {
    order_id: OrderId,
    order_number: Option<String>,
    from: Option<CreatorId>,
    to: Option<CreatorId>,
    from_enrollment_id: Option<EnrollmentId>,
    to_enrollment_id: Option<EnrollmentId>,
    commission_before: Money,
    commission_after: Money,
}

/// What a replay means for a creator.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MovedCreator {
    creator_id: Option<CreatorId>,
    orders: u64,
    commission_before: Money,
    commission_after: Money,
    difference: Money,
}

/// Clicks that were taken in.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportedClicks {
    link_id: LinkId,
    days: u64,
    clicks: u64,
    unique_clicks: u64,
}
