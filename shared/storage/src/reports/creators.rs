//! What creators brought, each in the currencies in which it was sold (R63).

use tributary_domain::ids::CreatorId;
use tributary_domain::{Currency, Money};

use super::Days;
use crate::conversions::full_name;
use crate::sql::{Row, Sql, SqlError, Statement};

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

const BEST: &str = "SELECT s.creator_id, s.currency, s.orders, s.sales, s.commission, r.first_name, r.last_name,
        CASE WHEN r.deleted_at IS NULL THEN 0 ELSE 1 END AS removed
    FROM (
        SELECT creator_id, currency, CAST(SUM(orders) AS BIGINT) AS orders, CAST(SUM(sales) AS BIGINT) AS sales,
            CAST(SUM(commission) AS BIGINT) AS commission
        FROM sales_days WHERE creator_id <> '' AND day >= $1 AND day <= $2
        GROUP BY creator_id, currency
    ) AS s JOIN creators r ON r.id = s.creator_id
    ORDER BY s.sales DESC, s.creator_id LIMIT $3";
const OF_ONE: &str = "SELECT s.creator_id, s.currency, CAST(SUM(s.orders) AS BIGINT) AS orders,
        CAST(SUM(s.sales) AS BIGINT) AS sales, CAST(SUM(s.commission) AS BIGINT) AS commission,
        r.first_name, r.last_name, CASE WHEN r.deleted_at IS NULL THEN 0 ELSE 1 END AS removed
    FROM sales_days s JOIN creators r ON r.id = s.creator_id
    WHERE s.creator_id = $1 AND s.creator_id <> '' AND s.day >= $2 AND s.day <= $3
    GROUP BY s.creator_id, s.currency, r.first_name, r.last_name, r.deleted_at ORDER BY s.currency";
const CLICKS: &str = "SELECT COALESCE(CAST(SUM(d.clicks) AS BIGINT), 0) AS clicks,
        COALESCE(CAST(SUM(d.unique_clicks) AS BIGINT), 0) AS unique_clicks
    FROM enrollments e JOIN links l ON l.enrollment_id = e.id JOIN click_days d ON d.link_number = l.number
    WHERE e.creator_id = $1 AND d.day >= $2 AND d.day <= $3 AND d.outcome IN (0, 100)";

/// Those who sold most, the best first; who sold in two currencies may be named twice.
pub async fn best_creators(sql: &impl Sql, days: Days, most: u32) -> Result<Vec<CreatorSales>, SqlError> {
    let statement = Statement::new(BEST).bind(days.first).bind(days.last).bind(most);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// What one creator sold, by currency.
pub async fn creator_sales(
    sql: &impl Sql,
    creator: &CreatorId,
    days: Days,
) -> Result<Vec<CreatorSales>, SqlError> {
    let statement = Statement::new(OF_ONE).bind(creator).bind(days.first).bind(days.last);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// The clicks on one creator's links.
pub async fn creator_clicks(
    sql: &impl Sql,
    creator: &CreatorId,
    days: Days,
) -> Result<CreatorClicks, SqlError> {
    let statement = Statement::new(CLICKS).bind(creator).bind(days.first).bind(days.last);
    let rows = sql.execute(statement).await?;
    rows.first().map_or(Ok(CreatorClicks::default()), |row| {
        Ok(CreatorClicks { clicks: row.get("clicks")?, unique_clicks: row.get("unique_clicks")? })
    })
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
