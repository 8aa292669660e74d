//! What creators brought, each in the currencies in which it was sold (R63).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use tributary_domain::ids::CreatorId;
use tributary_domain::report::Figures;
use tributary_domain::{Currency, Money};

use super::Days;
use super::account::SALES;
use super::campaign::{Member, sales_by_creator};
use super::gathered::{Converter, Sold};
use crate::conversions::full_name;
use crate::sql::{Row, Sql, SqlError, Statement, places};

/// What a creator sold in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatorSales {
    /// The creator.
    pub creator: CreatorId,
    /// Their name.
    pub name: Option<String>,
    /// Whether they were removed (R62).
    pub removed: bool,
    /// Orders that count.
    pub orders: i64,
    /// Their net value.
    pub sales: Money,
    /// The commission for them.
    pub commission: Money,
}

/// Clicks on a creator's links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CreatorClicks {
    /// All that count.
    pub clicks: i64,
    /// Of different people.
    pub unique_clicks: i64,
}

/// Days are told apart only where a rate is needed.
const BEST: &str = "SELECT creator_id, currency, CASE WHEN currency = $3 THEN 0 ELSE day END AS day,
        CAST(SUM(orders) AS BIGINT) AS orders, CAST(SUM(sales) AS BIGINT) AS sales,
        CAST(SUM(commission) AS BIGINT) AS commission
    FROM sales_days WHERE creator_id <> '' AND day >= $1 AND day <= $2
    GROUP BY creator_id, currency, CASE WHEN currency = $3 THEN 0 ELSE day END";
const NAMES: &str =
    "SELECT id, first_name, last_name, CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END AS removed
    FROM creators WHERE id IN ";
const SALES_OF: &str = "SELECT s.creator_id, s.currency, CAST(SUM(s.orders) AS BIGINT) AS orders,
        CAST(SUM(s.sales) AS BIGINT) AS sales, CAST(SUM(s.commission) AS BIGINT) AS commission,
        r.first_name, r.last_name, CASE WHEN r.deleted_at IS NULL THEN 0 ELSE 1 END AS removed
    FROM sales_days s JOIN creators r ON r.id = s.creator_id
    WHERE s.creator_id <> '' AND s.day >= $1 AND s.day <= $2 AND s.creator_id IN (";
const BY_CURRENCY: &str =
    ") GROUP BY s.creator_id, s.currency, r.first_name, r.last_name, r.deleted_at ORDER BY s.currency";
const CLICKS_OF: &str = "SELECT e.creator_id, CAST(SUM(d.clicks) AS BIGINT) AS clicks,
        CAST(SUM(d.unique_clicks) AS BIGINT) AS unique_clicks
    FROM enrollments e JOIN links l ON l.enrollment_id = e.id JOIN click_days d ON d.link_number = l.number
    WHERE d.day >= $1 AND d.day <= $2 AND d.outcome IN (0, 100) AND e.creator_id IN (";

/// Those who sold most, the best first, in this currency: what was sold in another one is converted at its day's rate.
pub async fn best_creators(
    sql: &impl Sql,
    days: Days,
    currency: Currency,
    most: usize,
) -> Result<Vec<Member>, SqlError> {
    let within = |text: &'static str| Statement::new(text).bind(days.first).bind(days.last);
    let sold = Sold::read_all(&sql.execute(within(SALES)).await?)?;
    let converter = Converter::load(sql, currency, &sold, days).await?;
    let rows = sql.execute(within(BEST).bind(currency)).await?;
    let by_creator = sales_by_creator(&rows, &sold, &converter, currency)?;
    let mut best: Vec<(CreatorId, Figures)> =
        by_creator.into_iter().filter(|(_, figures)| *figures != Figures::default()).collect();
    best.sort_by_key(|(_, figures)| Reverse((figures.sales, figures.orders)));
    best.truncate(most);
    let mut names = names(sql, best.iter().map(|(creator, _)| creator)).await?;
    Ok(best
        .into_iter()
        .map(|(creator, figures)| {
            let (name, removed) = names.remove(&creator).unwrap_or_default();
            Member { creator: Some(creator), name, removed, figures }
        })
        .collect())
}

/// Names, and whether they were removed (R62).
async fn names<'a>(
    sql: &impl Sql,
    creators: impl ExactSizeIterator<Item = &'a CreatorId>,
) -> Result<BTreeMap<CreatorId, (Option<String>, bool)>, SqlError> {
    if creators.len() == 0 {
        return Ok(BTreeMap::new());
    }
    let text = format!("{NAMES}({})", places(1, creators.len()));
    let rows = sql.execute(Statement::new(text).bind_all(creators)).await?;
    rows.iter()
        .map(|row| Ok((row.parse("id", CreatorId::parse)?, (full_name(row)?, row.get("removed")?))))
        .collect()
}

/// What these creators sold, each by currency.
pub async fn creators_sales(
    sql: &impl Sql,
    creators: &[CreatorId],
    days: Days,
) -> Result<Vec<CreatorSales>, SqlError> {
    if creators.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!("{SALES_OF}{}{BY_CURRENCY}", places(3, creators.len()));
    let statement = Statement::new(text).bind(days.first).bind(days.last).bind_all(creators);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// The clicks on the links of these creators, as far as there are any.
pub async fn creators_clicks(
    sql: &impl Sql,
    creators: &[CreatorId],
    days: Days,
) -> Result<BTreeMap<CreatorId, CreatorClicks>, SqlError> {
    if creators.is_empty() {
        return Ok(BTreeMap::new());
    }
    crate::clicks::count(sql).await?;
    let text = format!("{CLICKS_OF}{}) GROUP BY e.creator_id", places(3, creators.len()));
    let statement = Statement::new(text).bind(days.first).bind(days.last).bind_all(creators);
    let rows = sql.execute(statement).await?;
    rows.iter()
        .map(|row| {
            let clicks =
                CreatorClicks { clicks: row.get("clicks")?, unique_clicks: row.get("unique_clicks")? };
            Ok((row.parse("creator_id", CreatorId::parse)?, clicks))
        })
        .collect()
}

/// What one creator sold, by currency.
pub async fn creator_sales(
    sql: &impl Sql,
    creator: &CreatorId,
    days: Days,
) -> Result<Vec<CreatorSales>, SqlError> {
    creators_sales(sql, std::slice::from_ref(creator), days).await
}

/// The clicks on one creator's links.
pub async fn creator_clicks(
    sql: &impl Sql,
    creator: &CreatorId,
    days: Days,
) -> Result<CreatorClicks, SqlError> {
    let mut clicks = creators_clicks(sql, std::slice::from_ref(creator), days).await?;
    Ok(clicks.remove(creator).unwrap_or_default())
}

fn read(row: &Row) -> Result<CreatorSales, SqlError> {
    let currency = row.parse("currency", Currency::parse)?;
    Ok(CreatorSales {
        creator: row.parse("creator_id", CreatorId::parse)?,
        name: full_name(row)?,
        removed: row.get("removed")?,
        orders: row.get("orders")?,
        sales: Money::new(row.get("sales")?, currency),
        commission: Money::new(row.get("commission")?, currency),
    })
}
