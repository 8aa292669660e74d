//! The row of an order.

use std::collections::HashMap;

use tributary_domain::attribution::Decision;
use tributary_domain::commission::Earlier;
use tributary_domain::conversion::{Approval, Verdict};
use tributary_domain::ids::{CampaignId, CreatorId, EnrollmentId, OrderId, PlanId, StoreId};
use tributary_domain::order::{OrderFacts, Status};
use tributary_domain::{Currency, Money, Timestamp};

use super::changes::count_of_changes;
use crate::conversions::Sort;
use crate::packed;
use crate::sql::{Row, Sql, SqlError, Statement, places, rows_of_places};

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A sale.
    Order,
    /// A sign-up, download, form or visit with a flat commission (R36).
    Lead,
}

impl Kind {
    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Lead => "lead",
        }
    }
}

impl TryFrom<&str> for Kind {
    type Error = String;
    fn try_from(text: &str) -> Result<Self, String> {
        match text {
            "order" => Ok(Self::Order),
            "lead" => Ok(Self::Lead),
            other => Err(format!("unknown kind {other:?}")),
        }
    }
}

/// An order or lead with its credit, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// Our id.
    pub id: OrderId,
    /// The shop.
    pub store: StoreId,
    /// The shop's id.
    pub external_id: String,
    /// A sale or a lead.
    pub kind: Kind,
    /// Counts the writes.
    pub version: i64,
    /// What webhooks said, merged.
    pub facts: OrderFacts,
    /// The number that people use.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// The net value that still stands.
    pub net: Money,
    /// What the buyer was to pay in all.
    pub total: Money,
    /// The codes on it.
    pub codes: Vec<String>,
    /// Whether it is a test.
    pub test: bool,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When we first heard of it.
    pub received_at: Timestamp,
    /// When this row was last written.
    pub updated_at: Timestamp,
    /// Who is credited and why.
    pub decision: Option<Decision>,
    /// The credited enrollment.
    pub enrollment: Option<EnrollmentId>,
    /// Its creator.
    pub creator: Option<CreatorId>,
    /// Its campaign.
    pub campaign: Option<CampaignId>,
    /// The keyed hash by which the buyer is known again; `None` for a lead, and once the buyer is forgotten.
    pub buyer: Option<String>,
    /// The buyer's first order under a plan that binds its customers, where that was before this one.
    pub bound_to: Option<OrderId>,
    /// Whether later orders of the buyer may be credited as this one is.
    pub binds: bool,
    /// What the enrollment's earlier orders came to, where the commission follows from them too.
    pub earlier: Option<Earlier>,
    /// The plan whose commission holds.
    pub plan: Option<PlanId>,
    /// That plan's version.
    pub plan_version: Option<u16>,
    /// What brought it: `code`, `link`, `code_and_link`, `lead`.
    pub source: Option<String>,
    /// The winner's code, if it was used.
    pub code_text: Option<String>,
    /// The commission under the terms, whether or not it counts.
    pub commission: i64,
    /// Whether the commission may be paid.
    pub approval: Option<Approval>,
    /// What a person decided.
    pub verdict: Option<Verdict>,
    /// Reasons for doubt.
    pub doubts: Vec<String>,
    /// The end of the hold period.
    pub held_until: Option<Timestamp>,
    /// What counts of the value, in the totals.
    pub counted_value: i64,
    /// What counts of the commission, in the totals.
    pub counted_commission: i64,
    /// What is owed and booked.
    pub owed: i64,
    /// Of the last write.
    pub reason: String,
}

/// Every column of an [`OrderRow`].
macro_rules! columns {
    () => {
        columns!("decision")
    };
    ($decision:literal) => {
        concat!(
            "id, store_id, external_id, kind, version, facts, number, status, currency, net, total, codes, test,
             placed_at, received_at, updated_at, enrollment_id, creator_id, campaign_id, plan_id, plan_version,
             source, code_text, commission, approval, verdict, doubts, held_until, counted_value,
             counted_commission, owed, reason, buyer, bound_to, binds, earlier, ",
            $decision
        )
    };
}

/// The same for statements that are put together at run time.
pub(super) const COLUMNS: &str = columns!();
const BY_ID: &str = concat!("SELECT ", columns!(), " FROM orders WHERE id = $1");
const BY_IDS: &str = concat!("SELECT ", columns!(), " FROM orders WHERE id IN (");
/// Who is credited is to be decided anew, so the long decision of old stays where it is. The store is wrapped, so that
/// no planner leaves the index on the time, out of which the order comes.
const PLACED_BETWEEN: &str = concat!(
    "SELECT ",
    columns!("NULL AS decision"),
    " FROM orders WHERE (placed_at, id) > ($1, $2) AND placed_at < $3 AND ($4 IS NULL OR COALESCE(store_id, '') = $4)
    ORDER BY placed_at, id LIMIT $5"
);
/// A join in this order: the few that are wanted, each looked up in the index.
const BY_EXTERNAL_IDS: (&str, &str) = (
    "WITH wanted (of_store, of_order) AS (VALUES ",
    concat!(
        ") SELECT ",
        columns!(),
        ", ",
        count_of_changes!(),
        " AS changes, EXISTS (SELECT 1 FROM orders b WHERE b.binds = 1 AND b.store_id > '') AS binding
        FROM wanted LEFT JOIN orders ON store_id = of_store AND external_id = of_order"
    ),
);
const LIMITED_OF: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM orders WHERE enrollment_id = $1 AND earlier IS NOT NULL AND (placed_at, id) > ($2, $3)
    ORDER BY placed_at, id LIMIT $4"
);
const NEWEST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM orders WHERE kind = 'order' AND (placed_at, id) < ($1, $2)
     ORDER BY placed_at DESC, id DESC LIMIT $3"
);
const OLDEST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM orders WHERE kind = 'order' AND (placed_at, id) > ($1, $2) ORDER BY placed_at, id LIMIT $3"
);
/// Facts without a buyer hold an empty list: see `OrderFacts`.
const WITH_BUYERS: &str = "SELECT external_id FROM orders
    WHERE store_id = $1 AND facts LIKE '%\"buyers\":[\"%' LIMIT $2";
/// Asked first, because an update takes the write lock even where it finds nothing to do.
const IS_ANY_DUE: &str =
    "SELECT 1 AS due FROM orders WHERE approval = 'pending' AND held_until <= $1 LIMIT 1";
/// What `domain::conversion` says of a conversion whose hold ends; a test holds the two together.
const RELEASE_HELD: &str = "UPDATE orders SET approval = 'approved', version = version + 1, updated_at = $1,
        actor = 'tributary', reason = 'hold period ended',
        owed = CASE WHEN status IN ('paid', 'partially_refunded') AND test = 0 THEN counted_commission ELSE 0 END
    WHERE id IN (SELECT id FROM orders WHERE approval = 'pending' AND held_until <= $1
                 ORDER BY held_until LIMIT 500)";

/// An order by our id.
pub async fn by_id(sql: &impl Sql, id: &OrderId) -> Result<Option<OrderRow>, SqlError> {
    sql.execute(Statement::new(BY_ID).bind(id)).await?.first().map(read).transpose()
}

/// An order by the shop's id.
pub async fn by_external_id(
    sql: &impl Sql,
    store: &StoreId,
    external_id: &str,
) -> Result<Option<OrderRow>, SqlError> {
    Ok(by_external_ids(sql, &[(store, external_id)]).await?.rows.into_values().next())
}

/// Orders by our ids, in one statement; there is at least one. Keep it to a thousand.
pub async fn by_ids(sql: &impl Sql, ids: &[OrderId]) -> Result<HashMap<OrderId, OrderRow>, SqlError> {
    let statement = Statement::new(format!("{BY_IDS}{})", places(1, ids.len()))).bind_all(ids);
    let rows = sql.execute(statement).await?;
    rows.iter().map(|row| read(row).map(|row| (row.id.clone(), row))).collect()
}

/// Orders placed before a moment, the oldest first, after the one placed at that moment with that id; without their
/// decisions.
pub(super) async fn placed_between(
    sql: &impl Sql,
    after: &(Timestamp, String),
    before: Timestamp,
    store: Option<&StoreId>,
    limit: u32,
) -> Result<Vec<OrderRow>, SqlError> {
    let (placed_at, id) = after;
    let statement =
        Statement::new(PLACED_BETWEEN).bind(*placed_at).bind(id).bind(before).bind(store).bind(limit);
    packed::execute(sql, COLUMNS, statement).await?.iter().map(read).collect()
}

/// An enrollment's orders whose commission follows from earlier ones too, the oldest first, after the one placed at
/// that moment with that id.
pub(super) async fn limited_of(
    sql: &impl Sql,
    enrollment: &EnrollmentId,
    (placed_at, id): &(Timestamp, String),
    limit: u32,
) -> Result<Vec<OrderRow>, SqlError> {
    let statement = Statement::new(LIMITED_OF).bind(enrollment).bind(*placed_at).bind(id).bind(limit);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// What is known of some orders.
pub(super) struct KnownOrders {
    pub(super) rows: HashMap<(StoreId, String), OrderRow>,
    /// How often what decides was changed so far.
    pub(super) changes: i64,
    /// Whether any order binds its buyer.
    pub(super) binding: bool,
}

/// Orders by the shops' ids, in one statement; there is at least one.
pub(super) async fn by_external_ids(
    sql: &impl Sql,
    wanted: &[(&StoreId, &str)],
) -> Result<KnownOrders, SqlError> {
    let (before, after) = BY_EXTERNAL_IDS;
    let statement = Statement::new([before, &rows_of_places(1, wanted.len(), 2), after].concat());
    let statement = wanted.iter().fold(statement, |statement, (store, id)| statement.bind(*store).bind(*id));
    let mut known = KnownOrders { rows: HashMap::new(), changes: 0, binding: false };
    for row in &sql.execute(statement).await? {
        known.changes = row.get("changes")?;
        known.binding = row.get("binding")?;
        // An order that is not known yet has a row of its own without an id.
        if row.get::<Option<String>>("id")?.is_some() {
            let order = read(row)?;
            known.rows.insert((order.store.clone(), order.external_id.clone()), order);
        }
    }
    Ok(known)
}

/// Orders by when they were placed, after the one placed at that moment with that id.
pub async fn list(
    sql: &impl Sql,
    sort: Sort,
    after: Option<(Timestamp, String)>,
    limit: u32,
) -> Result<Vec<OrderRow>, SqlError> {
    let (moment, id) = after.unwrap_or((sort.beginning(), String::new()));
    let text = match sort {
        Sort::Newest => NEWEST,
        Sort::Oldest => OLDEST,
    };
    let rows = sql.execute(Statement::new(text).bind(moment).bind(id).bind(limit)).await?;
    rows.iter().map(read).collect()
}

/// The shop's ids of orders of which a buyer is still known.
pub async fn with_buyers(sql: &impl Sql, store: &StoreId, limit: u32) -> Result<Vec<String>, SqlError> {
    let rows = sql.execute(Statement::new(WITH_BUYERS).bind(store).bind(limit)).await?;
    rows.iter().map(|row| row.get("external_id")).collect()
}

/// Approves and books the conversions whose hold period is over. Reports and balances call it before they
/// read, so that no clock has to tick for it. Where nothing is due it is one look into an index.
pub async fn release_held(sql: &impl Sql, now: Timestamp) -> Result<(), SqlError> {
    while !sql.execute(Statement::new(IS_ANY_DUE).bind(now)).await?.is_empty() {
        sql.execute(Statement::new(RELEASE_HELD).bind(now)).await?;
    }
    Ok(())
}

pub(super) fn read(row: &Row) -> Result<OrderRow, SqlError> {
    let currency = row.parse("currency", Currency::parse)?;
    Ok(OrderRow {
        id: row.parse("id", OrderId::parse)?,
        store: row.parse("store_id", StoreId::parse)?,
        external_id: row.get("external_id")?,
        kind: row.parse("kind", |text| Kind::try_from(text))?,
        version: row.get("version")?,
        facts: row.json("facts")?,
        number: row.get("number")?,
        status: row.parse("status", |text| Status::try_from(text))?,
        net: Money::new(row.get("net")?, currency),
        total: Money::new(row.get("total")?, currency),
        codes: row.json("codes")?,
        test: row.get("test")?,
        placed_at: row.get("placed_at")?,
        received_at: row.get("received_at")?,
        updated_at: row.get("updated_at")?,
        decision: row.json_optional("decision")?,
        enrollment: row.parse_optional("enrollment_id", EnrollmentId::parse)?,
        creator: row.parse_optional("creator_id", CreatorId::parse)?,
        campaign: row.parse_optional("campaign_id", CampaignId::parse)?,
        plan: row.parse_optional("plan_id", PlanId::parse)?,
        plan_version: row.get("plan_version")?,
        source: row.get("source")?,
        code_text: row.get("code_text")?,
        commission: row.get("commission")?,
        approval: row.parse_optional("approval", |text| Approval::try_from(text))?,
        verdict: row.parse_optional("verdict", |text| Verdict::try_from(text))?,
        doubts: row.json("doubts")?,
        held_until: row.get("held_until")?,
        counted_value: row.get("counted_value")?,
        counted_commission: row.get("counted_commission")?,
        owed: row.get("owed")?,
        reason: row.get("reason")?,
        buyer: row.get("buyer")?,
        bound_to: row.parse_optional("bound_to", OrderId::parse)?,
        binds: row.get("binds")?,
        earlier: row.json_optional("earlier")?,
    })
}
