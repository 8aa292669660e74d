//! The whole account.

use tributary_domain::Currency;
use tributary_domain::ids::CampaignId;
use tributary_domain::report::Figures;

use super::gathered::{Converter, Gathered, Sold};
use super::{Days, Report};
use crate::sql::{Row, Sql, SqlError, Statement};

pub(super) const SALES: &str = "SELECT day, currency, orders, sales, commission FROM sales_days
    WHERE campaign_id = '' AND creator_id = '' AND day >= $1 AND day <= $2";
/// Counted clicks and imported ones; link 0 sums all links.
const CLICKS: &str =
    "SELECT day, CAST(SUM(clicks) AS BIGINT) AS clicks, CAST(SUM(unique_clicks) AS BIGINT) AS unique_clicks
    FROM click_days WHERE link_number = 0 AND day >= $1 AND day <= $2 AND outcome IN (0, 100) GROUP BY day";
/// CROSS JOIN, because SQLite then keeps to this order: first the few who were removed, then their days.
const REMOVED: &str =
    "SELECT s.day, s.currency, CAST(SUM(s.orders) AS BIGINT) AS orders, CAST(SUM(s.sales) AS BIGINT) AS sales,
        CAST(SUM(s.commission) AS BIGINT) AS commission
    FROM creators c CROSS JOIN sales_days s
    WHERE s.creator_id = c.id AND c.deleted_at IS NOT NULL AND s.creator_id <> '' AND s.day >= $1 AND s.day <= $2
    GROUP BY s.day, s.currency";
const CAMPAIGNS: &str = "SELECT c.id, c.name, c.status, s.currency,
        COALESCE(s.orders, 0) AS orders, COALESCE(s.sales, 0) AS sales, COALESCE(s.commission, 0) AS commission
    FROM (SELECT id, name, status FROM campaigns WHERE id < $1 ORDER BY id DESC LIMIT $2) AS c
    LEFT JOIN (
        SELECT campaign_id, currency, CAST(SUM(orders) AS BIGINT) AS orders, CAST(SUM(sales) AS BIGINT) AS sales,
            CAST(SUM(commission) AS BIGINT) AS commission
        FROM sales_days
        WHERE campaign_id IN (SELECT id FROM campaigns WHERE id < $1 ORDER BY id DESC LIMIT $2)
            AND creator_id = '' AND day >= $3 AND day <= $4
        GROUP BY campaign_id, currency
    ) AS s ON s.campaign_id = c.id
    ORDER BY c.id DESC, s.currency";

/// What the account's days brought, in this currency.
pub async fn account(sql: &impl Sql, days: Days, currency: Currency) -> Result<Report, SqlError> {
    crate::clicks::count(sql).await?;
    let within = |text| Statement::new(text).bind(days.first).bind(days.last);
    let sold = Sold::read_all(&sql.execute(within(SALES)).await?)?;
    let converter = Converter::load(sql, currency, &sold, days).await?;
    let mut gathered = Gathered::new(&converter);
    gathered.add_sales(&sold);
    gathered.add_clicks(&sql.execute(within(CLICKS)).await?)?;
    let removed = Sold::read_all(&sql.execute(within(REMOVED)).await?)?;
    let removed = removed.iter().fold(Figures::default(), |sum, sold| sum.plus(converter.figures(sold)));
    Ok(gathered.report(removed))
}

/// A campaign in a list, with what it brought in one currency; one with sales in several has several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignLine {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Draft, live or archived.
    pub status: String,
    /// The currency of the amounts; `None` where nothing was sold.
    pub currency: Option<Currency>,
    /// Orders, sales and commission.
    pub figures: Figures,
}

/// Campaigns, newest first, after the one with the id `after`.
pub async fn campaigns(
    sql: &impl Sql,
    days: Days,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<CampaignLine>, SqlError> {
    let statement = Statement::new(CAMPAIGNS)
        .bind(after.unwrap_or(crate::AFTER_ALL_IDS))
        .bind(limit)
        .bind(days.first)
        .bind(days.last);
    let rows = sql.execute(statement).await?;
    rows.iter()
        .map(|row| {
            let currency = row.parse_optional("currency", Currency::parse)?;
            Ok(CampaignLine {
                id: row.parse("id", CampaignId::parse)?,
                name: row.get("name")?,
                status: row.get("status")?,
                currency,
                figures: figures(row)?,
            })
        })
        .collect()
}

fn figures(row: &Row) -> Result<Figures, SqlError> {
    let orders = row.get("orders")?;
    Ok(Figures {
        orders,
        orders_in_currency: orders,
        sales: row.get("sales")?,
        commission: row.get("commission")?,
        ..Figures::default()
    })
}
