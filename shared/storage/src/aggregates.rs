//! Figures of a store that has no orders: Amazon's, by the day (R37). They stand beside orders, never among them.

use tributary_domain::ids::{CampaignId, StoreId};
use tributary_domain::{Currency, Day, Money, Timestamp};

use crate::sql::{ROWS_A_STATEMENT, Row, Sql, SqlError, Statement, rows_of_places};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// The day.
    pub day: Day,
    /// What the link said is its campaign.
    pub campaign: String,
    /// What it said is its creator.
    pub ad_group: String,
    /// Which link it said to be.
    pub creative: String,
    /// Through whom.
    pub publisher: String,
    /// Clicks.
    pub clicks: i64,
    /// Views of product pages.
    pub detail_page_views: i64,
    /// Times that something was put into a cart.
    pub add_to_carts: i64,
    /// Purchases.
    pub purchases: i64,
    /// Units sold.
    pub units: i64,
    /// Sales.
    pub sales: Money,
    /// The platform's bonus to the brand.
    pub bonus: Money,
}

const WIDTH: usize = 15;
const INSERT: &str =
    "INSERT INTO aggregates (store_id, day, campaign, ad_group, creative, publisher, currency, clicks,
        detail_page_views, add_to_carts, purchases, units, sales, bonus, updated_at) VALUES ";
/// What is told again is restated: returns change a day for weeks.
const RESTATE: &str = " ON CONFLICT (store_id, day, campaign, ad_group, creative, publisher) DO UPDATE SET
        currency = excluded.currency, clicks = excluded.clicks, detail_page_views = excluded.detail_page_views,
        add_to_carts = excluded.add_to_carts, purchases = excluded.purchases, units = excluded.units,
        sales = excluded.sales, bonus = excluded.bonus, updated_at = excluded.updated_at";
const LIST: &str = "SELECT day, campaign, ad_group, creative, publisher, currency, clicks, detail_page_views,
        add_to_carts, purchases, units, sales, bonus
    FROM aggregates WHERE store_id = $1 AND day BETWEEN $2 AND $3
    ORDER BY day DESC, campaign, ad_group, creative, publisher LIMIT $4 OFFSET $5";
macro_rules! sums {
    () => {
        "SELECT a.currency, CAST(SUM(a.clicks) AS BIGINT) AS clicks,
            CAST(SUM(a.detail_page_views) AS BIGINT) AS detail_page_views,
            CAST(SUM(a.add_to_carts) AS BIGINT) AS add_to_carts, CAST(SUM(a.purchases) AS BIGINT) AS purchases,
            CAST(SUM(a.units) AS BIGINT) AS units, CAST(SUM(a.sales) AS BIGINT) AS sales,
            CAST(SUM(a.bonus) AS BIGINT) AS bonus "
    };
}
const TOTALS: &str = concat!(
    sums!(),
    "FROM aggregates a WHERE a.store_id = $1 AND a.day BETWEEN $2 AND $3 GROUP BY a.currency ORDER BY a.currency"
);
/// A link says its slug; one that it had before still leads to it.
const OF_CAMPAIGN: &str = concat!(
    sums!(),
    "FROM links l JOIN slugs s ON s.link_number = l.number JOIN aggregates a ON a.creative = s.slug
    WHERE l.campaign_id = $1 AND a.day BETWEEN $2 AND $3 GROUP BY a.currency ORDER BY a.currency"
);

/// Keeps lines, in place of what was told of the same day and link before. No line may come twice.
pub fn restate(store: &StoreId, lines: &[Aggregate], now: Timestamp) -> Vec<Statement> {
    lines
        .chunks(ROWS_A_STATEMENT)
        .map(|lines| {
            let text = format!("{INSERT}{}{RESTATE}", rows_of_places(1, lines.len(), WIDTH));
            lines.iter().fold(Statement::new(text), |statement, line| {
                statement
                    .bind(store)
                    .bind(line.day)
                    .bind(&line.campaign)
                    .bind(&line.ad_group)
                    .bind(&line.creative)
                    .bind(&line.publisher)
                    .bind(line.sales.currency)
                    .bind(line.clicks)
                    .bind(line.detail_page_views)
                    .bind(line.add_to_carts)
                    .bind(line.purchases)
                    .bind(line.units)
                    .bind(line.sales.amount)
                    .bind(line.bonus.amount)
                    .bind(now)
            })
        })
        .collect()
}

/// Lines of some days, the newest day first.
pub async fn list(
    sql: &impl Sql,
    store: &StoreId,
    (first, last): (Day, Day),
    limit: u32,
    offset: u32,
) -> Result<Vec<Aggregate>, SqlError> {
    let statement = Statement::new(LIST).bind(store).bind(first).bind(last).bind(limit).bind(offset);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// What the lines of some days come to, by currency.
pub async fn totals(
    sql: &impl Sql,
    store: &StoreId,
    (first, last): (Day, Day),
) -> Result<Vec<Aggregate>, SqlError> {
    let rows = sql.execute(Statement::new(TOTALS).bind(store).bind(first).bind(last)).await?;
    rows.iter().map(|row| figures(row, last, Default::default())).collect()
}

/// What was counted for the links of a campaign in some days, by currency.
pub async fn of_campaign(
    sql: &impl Sql,
    campaign: &CampaignId,
    (first, last): (Day, Day),
) -> Result<Vec<Aggregate>, SqlError> {
    let rows = sql.execute(Statement::new(OF_CAMPAIGN).bind(campaign).bind(first).bind(last)).await?;
    rows.iter().map(|row| figures(row, last, Default::default())).collect()
}

fn read(row: &Row) -> Result<Aggregate, SqlError> {
    let words = [row.get("campaign")?, row.get("ad_group")?, row.get("creative")?, row.get("publisher")?];
    figures(row, row.get("day")?, words)
}

fn figures(row: &Row, day: Day, words: [String; 4]) -> Result<Aggregate, SqlError> {
    let [campaign, ad_group, creative, publisher] = words;
    let currency = row.parse("currency", Currency::parse)?;
    Ok(Aggregate {
        day,
        campaign,
        ad_group,
        creative,
        publisher,
        clicks: row.get("clicks")?,
        detail_page_views: row.get("detail_page_views")?,
        add_to_carts: row.get("add_to_carts")?,
        purchases: row.get("purchases")?,
        units: row.get("units")?,
        sales: Money::new(row.get("sales")?, currency),
        bonus: Money::new(row.get("bonus")?, currency),
    })
}
