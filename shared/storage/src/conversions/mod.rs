//! Conversions: the credited rows of `orders`, with the names that people know them by.

use tributary_domain::conversion::{Approval, Verdict};
use tributary_domain::ids::{CampaignId, ConversionId, CreatorId, EnrollmentId, OrderId, PlanId};
use tributary_domain::lead::event_of;
use tributary_domain::order::Status;
use tributary_domain::{Currency, Money, Timestamp};

use crate::orders::OrderRow;
use crate::sql::{Row, Sql, SqlError, Statement, Value};

/// The credit of one order or lead to one enrollment, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// Its id.
    pub id: ConversionId,
    /// The order.
    pub order: OrderId,
    /// The number that people use for the order.
    pub order_number: String,
    /// Who is credited; `None` where the campaign alone is (R8).
    pub creator: Option<CreatorId>,
    /// The creator's name.
    pub creator_name: Option<String>,
    /// The campaign.
    pub campaign: CampaignId,
    /// The campaign's name.
    pub campaign_name: Option<String>,
    /// The plan whose commission holds.
    pub plan: PlanId,
    /// The enrollment.
    pub enrollment: EnrollmentId,
    /// What brought it: `code`, `link`, `code_and_link`, `lead`.
    pub source: String,
    /// What a lead was.
    pub event: Option<String>,
    /// The winner's code, if it was used.
    pub code_text: Option<String>,
    /// Where the order stands.
    pub status: Status,
    /// The net value that still stands.
    pub value: Money,
    /// The commission that counts.
    pub commission: Money,
    /// Whether it may be paid.
    pub approval: Approval,
    /// What a person decided.
    pub verdict: Option<Verdict>,
    /// Reasons for doubt.
    pub reasons: Vec<String>,
    /// Whether it is a test.
    pub test: bool,
    /// When the order was placed.
    pub placed_at: Timestamp,
}

impl Conversion {
    /// The same after another write of its order, which leaves the credited enrollment as it is.
    #[must_use]
    pub fn after(self, order: &OrderRow) -> Self {
        Self {
            status: order.status,
            value: order.net,
            commission: Money::new(order.counted_commission, order.net.currency),
            approval: order.approval.unwrap_or(self.approval),
            verdict: order.verdict,
            reasons: order.doubts.clone(),
            ..self
        }
    }

    /// Where it stands in a list.
    pub fn position(&self) -> Position {
        Position { placed_at: self.placed_at, id: self.order.clone() }
    }
}

/// Where a row stands in a list that runs from the newest order to the oldest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// When the order was placed.
    pub placed_at: Timestamp,
    /// Its id, for orders of one moment.
    pub id: OrderId,
}

impl Sort {
    /// Reads the text code.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "newest" => Ok(Self::Newest),
            "oldest" => Ok(Self::Oldest),
            _ => Err("must be newest or oldest"),
        }
    }

    /// Before everything.
    pub(crate) const fn beginning(self) -> Timestamp {
        match self {
            Self::Newest => Timestamp::from_millis(i64::MAX),
            Self::Oldest => Timestamp::from_millis(i64::MIN),
        }
    }

    const fn as_sql(self) -> &'static str {
        match self {
            Self::Newest => " ORDER BY o.placed_at DESC, o.id DESC LIMIT ",
            Self::Oldest => " ORDER BY o.placed_at, o.id LIMIT ",
        }
    }
}

impl Position {
    /// As the text of a cursor.
    pub fn to_key(&self) -> String {
        format!("{}.{}", self.placed_at.as_millis(), self.id)
    }

    /// Reads the text of a cursor.
    pub fn parse(key: &str) -> Option<Self> {
        let (millis, id) = key.split_once('.')?;
        Some(Self { placed_at: Timestamp::from_millis(millis.parse().ok()?), id: OrderId::parse(id).ok()? })
    }
}

/// Which conversions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of this campaign.
    pub campaign: Option<CampaignId>,
    /// Of this creator.
    pub creator: Option<CreatorId>,
    /// Under this plan.
    pub plan: Option<PlanId>,
    /// Whose order stands so.
    pub status: Option<Status>,
    /// With this approval.
    pub approval: Option<Approval>,
    /// Placed from this moment on.
    pub from: Option<Timestamp>,
    /// Placed before this moment.
    pub before: Option<Timestamp>,
    /// One of these; `None` for all.
    pub orders: Option<Vec<OrderId>>,
    /// Which come first.
    pub sort: Sort,
}

/// By when the order was placed: every index that leads to a list is in this order, and can be read both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
}

macro_rules! select {
    () => {
        "SELECT o.id, o.number, o.creator_id, o.campaign_id, o.plan_id, o.enrollment_id, o.source, o.external_id, o.code_text,
            o.status, o.currency, o.net, o.counted_commission, o.approval, o.verdict, o.doubts, o.test,
            o.placed_at, c.name AS campaign_name, r.first_name, r.last_name
        FROM orders o
        LEFT JOIN campaigns c ON c.id = o.campaign_id
        LEFT JOIN creators r ON r.id = o.creator_id
        WHERE o.enrollment_id IS NOT NULL"
    };
}

const BY_ID: &str = concat!(select!(), " AND o.id = $1");
const NEWEST: &str = concat!(select!(), " AND (o.placed_at, o.id) < ($1, $2)");
const OLDEST: &str = concat!(select!(), " AND (o.placed_at, o.id) > ($1, $2)");

/// One conversion.
pub async fn by_id(sql: &impl Sql, id: &ConversionId) -> Result<Option<Conversion>, SqlError> {
    let statement = Statement::new(BY_ID).bind(&OrderId::from(id));
    sql.execute(statement).await?.first().map(read).transpose()
}

/// Conversions in the filter's order, after that position.
pub async fn list(
    sql: &impl Sql,
    filter: &Filter,
    after: Option<&Position>,
    limit: u32,
) -> Result<Vec<Conversion>, SqlError> {
    sql.execute(statement(filter, after, limit)).await?.iter().map(read).collect()
}

/// The statement of [`list`].
///
/// Creator, campaign and plan each have an index in the order of the list. Where several are asked for, the
/// narrowest leads and the others are wrapped, so that no planner takes the wider way.
fn statement(filter: &Filter, after: Option<&Position>, limit: u32) -> Statement {
    let (text, first, last) = match filter.sort {
        Sort::Newest => (NEWEST, filter.before, filter.from.map(|from| ("o.placed_at >= ", from))),
        Sort::Oldest => (OLDEST, filter.from, filter.before.map(|before| ("o.placed_at < ", before))),
    };
    // No id is less than an empty one, so that whoever is placed at the very first moment is in.
    let (placed_at, id) = match after {
        Some(position) => (position.placed_at, position.id.as_str()),
        None => (first.unwrap_or_else(|| filter.sort.beginning()), ""),
    };
    let mut statement = Statement::new(text).bind(placed_at).bind(id);
    let mut led = false;
    let owners = [
        ("o.creator_id", filter.creator.as_ref().map(Value::from)),
        ("o.campaign_id", filter.campaign.as_ref().map(Value::from)),
        ("o.plan_id", filter.plan.as_ref().map(Value::from)),
    ];
    for (column, wanted) in owners {
        let Some(wanted) = wanted else { continue };
        let column = if led { format!("COALESCE({column}, '')") } else { column.to_owned() };
        statement = and(statement, &format!("{column} = "), wanted);
        led = true;
    }
    if let Some(orders) = &filter.orders {
        statement = one_of(statement, orders);
    }
    if let Some(status) = filter.status {
        statement = and(statement, "o.status = ", status.as_str());
    }
    if let Some(approval) = filter.approval {
        // As a literal, because the index over those that wait is known to fit only so.
        statement.sql.extend([" AND o.approval = '", approval.as_str(), "'"]);
    }
    if let Some((condition, last)) = last {
        statement = and(statement, condition, last);
    }
    statement.sql.push_str(filter.sort.as_sql());
    push_place(statement, limit)
}

fn and(mut statement: Statement, condition: &str, value: impl Into<Value>) -> Statement {
    statement.sql.push_str(" AND ");
    statement.sql.push_str(condition);
    push_place(statement, value)
}

fn one_of(mut statement: Statement, orders: &[OrderId]) -> Statement {
    statement.sql.push_str(" AND o.id IN (");
    for (index, order) in orders.iter().enumerate() {
        if index > 0 {
            statement.sql.push_str(", ");
        }
        statement = push_place(statement, order);
    }
    statement.sql.push(')');
    statement
}

fn push_place(mut statement: Statement, value: impl Into<Value>) -> Statement {
    let number = statement.params.len() + 1;
    statement.sql.extend(["$", &number.to_string()]);
    statement.bind(value)
}

/// A person's name of what is known of it.
pub(crate) fn full_name(row: &Row) -> Result<Option<String>, SqlError> {
    let parts: [Option<String>; 2] = [row.get("first_name")?, row.get("last_name")?];
    let name = parts.iter().flatten().map(|part| part.trim()).collect::<Vec<_>>().join(" ");
    Ok(Some(name.trim().to_owned()).filter(|name| !name.is_empty()))
}

fn read(row: &Row) -> Result<Conversion, SqlError> {
    let currency = row.parse("currency", Currency::parse)?;
    let order = row.parse("id", OrderId::parse)?;
    let external_id: String = row.get("external_id")?;
    Ok(Conversion {
        id: ConversionId::from(&order),
        order,
        order_number: row.get("number")?,
        creator: row.parse_optional("creator_id", CreatorId::parse)?,
        creator_name: full_name(row)?,
        campaign: row.parse("campaign_id", CampaignId::parse)?,
        campaign_name: row.get("campaign_name")?,
        plan: row.parse("plan_id", PlanId::parse)?,
        enrollment: row.parse("enrollment_id", EnrollmentId::parse)?,
        source: row.get("source")?,
        event: Some(event_of(&external_id).to_owned()).filter(|event| !event.is_empty()),
        code_text: row.get("code_text")?,
        status: row.parse("status", |text| Status::try_from(text))?,
        value: Money::new(row.get("net")?, currency),
        commission: Money::new(row.get("counted_commission")?, currency),
        approval: row.parse("approval", |text| Approval::try_from(text))?,
        verdict: row.parse_optional("verdict", |text| Verdict::try_from(text))?,
        reasons: row.json("doubts")?,
        test: row.get("test")?,
        placed_at: row.get("placed_at")?,
    })
}

#[cfg(test)]
mod tests;
