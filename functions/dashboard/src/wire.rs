//! What the pages read of the API's answers.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use tributary_domain::capability::Platform;
use tributary_domain::commission::CommissionTerms;
use tributary_domain::ids::{CodeId, CreatorId};
use tributary_domain::{Currency, Day, Money, Timestamp};

/// A page of a list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct List<T> {
    pub(crate) data: Vec<T>,
    pub(crate) next_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Conversion {
    pub(crate) id: String,
    pub(crate) order_id: String,
    pub(crate) order_number: String,
    pub(crate) creator_id: Option<String>,
    pub(crate) creator_name: Option<String>,
    pub(crate) campaign_id: String,
    pub(crate) campaign_name: Option<String>,
    pub(crate) source: String,
    pub(crate) event: Option<String>,
    pub(crate) code_text: Option<String>,
    pub(crate) status: String,
    pub(crate) value: Money,
    pub(crate) commission: Money,
    pub(crate) approval: String,
    pub(crate) verdict: Option<String>,
    pub(crate) reasons: Vec<String>,
    pub(crate) test: bool,
    pub(crate) placed_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Figures {
    pub(crate) sales: Money,
    pub(crate) orders: i64,
    pub(crate) commission: Money,
    #[serde(flatten)]
    pub(crate) click_counts: ClickCounts,
    pub(crate) conversion_rate: Option<String>,
    pub(crate) average_order: Option<Money>,
    pub(crate) earnings_per_click: Option<Money>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    #[serde(flatten)]
    pub(crate) figures: Figures,
    pub(crate) currency: Currency,
    pub(crate) by_day: Vec<DayLine>,
    pub(crate) removed_creators: Amounts,
    pub(crate) missing_rates: Vec<MissingRate>,
    /// What Amazon counted in the whole account.
    #[serde(default)]
    pub(crate) aggregates: Vec<Aggregate>,
}

/// What Amazon counted, in a currency.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Aggregate {
    pub(crate) clicks: i64,
    pub(crate) purchases: i64,
    pub(crate) units: i64,
    pub(crate) sales: Money,
    pub(crate) bonus: Money,
}

impl From<tributary_storage::aggregates::Aggregate> for Aggregate {
    fn from(known: tributary_storage::aggregates::Aggregate) -> Self {
        Self {
            clicks: known.clicks,
            purchases: known.purchases,
            units: known.units,
            sales: known.sales,
            bonus: known.bonus,
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct DayLine {
    pub(crate) date: Day,
    pub(crate) sales: Money,
    pub(crate) orders: i64,
    pub(crate) clicks: i64,
}

/// Clicks by day.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Clicks {
    #[serde(flatten)]
    pub(crate) all: ClickCounts,
    pub(crate) by_day: Vec<DayClicks>,
    pub(crate) by_link: Vec<ClicksOfLink>,
    pub(crate) not_counted: Vec<NotCounted>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClickCounts {
    pub(crate) clicks: i64,
    pub(crate) unique_clicks: i64,
}

#[derive(Deserialize)]
pub(crate) struct DayClicks {
    pub(crate) date: Day,
    #[serde(flatten)]
    pub(crate) counts: ClickCounts,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClicksOfLink {
    pub(crate) link_id: String,
    pub(crate) slug: String,
    pub(crate) creator_id: Option<CreatorId>,
    #[serde(flatten)]
    pub(crate) counts: ClickCounts,
}

#[derive(Deserialize)]
pub(crate) struct NotCounted {
    pub(crate) reason: String,
    pub(crate) visits: i64,
}

#[derive(Deserialize)]
pub(crate) struct Amounts {
    pub(crate) orders: i64,
    pub(crate) sales: Money,
    pub(crate) commission: Money,
}

#[derive(Deserialize)]
pub(crate) struct MissingRate {
    pub(crate) currency: Currency,
    pub(crate) orders: i64,
    pub(crate) sales: Money,
}

/// Something with a name.
#[derive(Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
}

#[derive(Deserialize)]
pub(crate) struct Link {
    pub(crate) slug: String,
}

/// A campaign's table.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Performance {
    pub(crate) summary: Report,
    pub(crate) by_creator: Vec<Member>,
    /// What Amazon counted of its links.
    pub(crate) aggregates: Vec<Aggregate>,
    pub(crate) data: Vec<Conversion>,
    pub(crate) next_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Member {
    #[serde(flatten)]
    pub(crate) figures: Figures,
    pub(crate) creator_id: Option<String>,
    pub(crate) creator_name: Option<String>,
    pub(crate) removed: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Campaign {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) plan_id: Option<String>,
    pub(crate) status: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Creator {
    pub(crate) id: String,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) handles: BTreeMap<String, String>,
    pub(crate) external_id: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) deleted_at: Option<Timestamp>,
}

impl Creator {
    /// What people call them.
    pub(crate) fn name(&self) -> String {
        let names: Vec<&str> =
            [&self.first_name, &self.last_name].into_iter().flatten().map(String::as_str).collect();
        if !names.is_empty() {
            return names.join(" ");
        }
        let handle = self.handles.values().next().map(|handle| format!("@{handle}"));
        handle.or_else(|| self.email.clone()).unwrap_or_else(|| self.id.clone())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Store {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) platform: Platform,
    pub(crate) url: String,
    pub(crate) currency: Currency,
    pub(crate) webhook_url: String,
    pub(crate) has_webhook_secrets: bool,
    pub(crate) has_credentials: bool,
    pub(crate) attribution_tag: Option<String>,
}

/// A creator in a campaign, with own terms where there are some.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Enrollment {
    pub(crate) campaign_id: String,
    pub(crate) creator_id: Option<String>,
    pub(crate) plan_id: String,
    pub(crate) commission: Option<Value>,
}

/// How far a store's connection is.
#[derive(Deserialize)]
pub(crate) struct SelfTest {
    pub(crate) ready: bool,
    pub(crate) steps: Vec<Step>,
}

#[derive(Deserialize)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) detail: String,
}

/// A shop's codes, held against what they should be.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Drift {
    pub(crate) checked: i64,
    pub(crate) in_shop: i64,
    pub(crate) complete: bool,
    pub(crate) found: i64,
    pub(crate) data: Vec<Drifted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Drifted {
    pub(crate) kind: String,
    /// `None` where we do not know the code.
    pub(crate) code_id: Option<CodeId>,
    pub(crate) wanted: Option<CodeState>,
    pub(crate) found: Option<CodeState>,
    pub(crate) terms: Vec<DriftedTerm>,
}

#[derive(Deserialize)]
pub(crate) struct CodeState {
    pub(crate) text: String,
    pub(crate) enabled: Option<bool>,
}

#[derive(Deserialize)]
pub(crate) struct DriftedTerm {
    pub(crate) path: String,
    pub(crate) wanted: Value,
    pub(crate) found: Value,
}

/// A plan's terms are read where they are shown: a form shows them by their paths.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Plan {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) store_id: String,
    pub(crate) version: u16,
    pub(crate) status: String,
    #[serde(flatten)]
    pub(crate) terms: serde_json::Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) store_id: String,
    pub(crate) external_id: String,
    pub(crate) kind: String,
    pub(crate) number: String,
    pub(crate) status: String,
    pub(crate) net: Money,
    pub(crate) total: Money,
    pub(crate) codes: Vec<String>,
    pub(crate) test: bool,
    pub(crate) placed_at: Timestamp,
    pub(crate) received_at: Timestamp,
    pub(crate) conversion_id: Option<String>,
    pub(crate) creator_id: Option<String>,
    pub(crate) campaign_id: Option<String>,
    pub(crate) customer: Option<String>,
}

/// Why an order is credited as it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attribution {
    pub(crate) winner: Option<Value>,
    pub(crate) rule: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) touches: Vec<Touch>,
    pub(crate) plan_version: Option<u16>,
    pub(crate) commission: Option<Earned>,
}

/// What an order earns.
#[derive(Deserialize)]
pub(crate) struct Earned {
    pub(crate) terms: CommissionTerms,
    pub(crate) parts: Vec<Part>,
}

/// What one rule of the terms gave, or the terms beside them.
#[derive(Deserialize)]
pub(crate) struct Part {
    pub(crate) rule: Option<usize>,
    pub(crate) base: Money,
    pub(crate) amount: Money,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Touch {
    pub(crate) kind: String,
    pub(crate) at: Option<Timestamp>,
    pub(crate) text: Option<String>,
    pub(crate) enrollment_id: Option<String>,
    #[serde(default)]
    pub(crate) checks: Vec<Check>,
    pub(crate) outcome: String,
    pub(crate) reason: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) passed: bool,
    pub(crate) detail: String,
}

#[derive(Deserialize)]
pub(crate) struct Balances {
    pub(crate) balances: Vec<Balance>,
}

#[derive(Deserialize)]
pub(crate) struct Balance {
    pub(crate) due: Money,
    pub(crate) pending: Money,
    pub(crate) paid: Money,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LedgerLine {
    pub(crate) conversion_id: Option<String>,
    pub(crate) kind: String,
    pub(crate) amount: Money,
    pub(crate) at: Timestamp,
    pub(crate) reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) created_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookEndpoint {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) events: Vec<String>,
    pub(crate) status: String,
    pub(crate) disabled_reason: Option<String>,
    pub(crate) failing_since: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WebhookMessage {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) timestamp: Timestamp,
    pub(crate) status: String,
    pub(crate) attempts: u32,
    pub(crate) answer_status: Option<u16>,
    pub(crate) error: Option<String>,
    pub(crate) next_attempt_at: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(crate) struct AuditEntry {
    pub(crate) at: Timestamp,
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) before: Option<Value>,
    pub(crate) after: Option<Value>,
    pub(crate) reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Payout {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) total: Money,
    pub(crate) created_at: Timestamp,
    pub(crate) lines: Vec<PayoutLine>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PayoutLine {
    pub(crate) creator_id: String,
    pub(crate) creator_name: Option<String>,
    pub(crate) amount: Money,
    pub(crate) status: String,
    pub(crate) reference: Option<String>,
    pub(crate) reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settings {
    pub(crate) default_currency: Currency,
}

/// What history decided anew comes to.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Replayed {
    pub(crate) applied: bool,
    pub(crate) considered: u64,
    pub(crate) moved_in_all: u64,
    pub(crate) moved: Vec<MovedOrder>,
    pub(crate) by_creator: Vec<CreatorDifference>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MovedOrder {
    pub(crate) order_id: String,
    pub(crate) order_number: String,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) commission_before: Money,
    pub(crate) commission_after: Money,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatorDifference {
    pub(crate) creator_id: Option<String>,
    pub(crate) orders: i64,
    pub(crate) commission_before: Money,
    pub(crate) commission_after: Money,
    pub(crate) difference: Money,
}

/// A day's exchange rates.
#[derive(Deserialize)]
pub(crate) struct RateDay {
    pub(crate) date: Day,
    pub(crate) base: Currency,
    pub(crate) rates: BTreeMap<String, String>,
}

/// A creator's month.
#[derive(Deserialize)]
pub(crate) struct Month {
    pub(crate) from: Day,
    pub(crate) before: Day,
    pub(crate) statements: Vec<Statement>,
}

#[derive(Deserialize)]
pub(crate) struct Statement {
    pub(crate) currency: Currency,
    pub(crate) opening: Money,
    pub(crate) earned: Money,
    pub(crate) paid: Money,
    pub(crate) closing: Money,
    pub(crate) lines: Vec<LedgerLine>,
}
