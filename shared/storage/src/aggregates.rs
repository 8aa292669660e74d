//! Figures of a store that has no orders: Amazon's, by the day (R37). They stand beside orders, never among them.

use tributary_domain::ids::{CampaignId, CreatorId, StoreId};
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
    /// Which link it said to be; empty for all links of the ad group together.
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
    /// The platform's bonus to the brand, told of ad groups alone.
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
/// A line without a creative is of all links of an ad group. Amazon tells the bonus by such lines alone, and masks less
/// of them, so where one is there it stands for the lines by link, which tell how it came about.
macro_rules! of_group {
    ($figure:literal) => {
        concat!(
            "COALESCE(MAX(CASE WHEN a.creative = '' THEN a.",
            $figure,
            " END), SUM(a.",
            $figure,
            ")) AS ",
            $figure
        )
    };
}
/// The same of the links of one owner: the line of an ad group is theirs where all of its links are.
macro_rules! of_owner {
    ($owner:literal, $figure:literal) => {
        concat!(
            "COALESCE(CASE WHEN COUNT(DISTINCT ",
            $owner,
            ") = 1
                    AND COUNT(l.number) = SUM(CASE WHEN a.creative = '' THEN 0 ELSE 1 END)
                THEN MAX(CASE WHEN a.creative = '' THEN a.",
            $figure,
            " END) END,
                SUM(CASE WHEN ",
            $owner,
            " = $1 THEN a.",
            $figure,
            " ELSE 0 END)) AS ",
            $figure
        )
    };
}
macro_rules! of_campaign {
    ($figure:literal) => {
        of_owner!("l.campaign_id", $figure)
    };
}
macro_rules! of_creator {
    ($figure:literal) => {
        of_owner!("l.creator_id", $figure)
    };
}
macro_rules! summed {
    ($figure:literal) => {
        concat!("CAST(SUM(g.", $figure, ") AS BIGINT) AS ", $figure)
    };
}
macro_rules! each {
    ($one:ident) => {
        concat!(
            $one!("clicks"),
            ", ",
            $one!("detail_page_views"),
            ", ",
            $one!("add_to_carts"),
            ", ",
            $one!("purchases"),
            ", ",
            $one!("units"),
            ", ",
            $one!("sales"),
            ", ",
            $one!("bonus")
        )
    };
}
/// Sums of ad groups on a day, by currency.
macro_rules! sums {
    ($one:ident, $from:expr) => {
        concat!(
            "SELECT g.currency, ",
            each!(summed),
            " FROM (SELECT a.currency, ",
            each!($one),
            " FROM aggregates a ",
            $from,
            " GROUP BY a.store_id, a.day, a.campaign, a.ad_group, a.publisher, a.currency) g
            GROUP BY g.currency ORDER BY g.currency"
        )
    };
}
/// The ad groups of an owner's links. A link says its slug; one that it had before still leads to it.
macro_rules! owned {
    ($owner:literal) => {
        concat!(
            "LEFT JOIN slugs s ON s.slug = a.creative LEFT JOIN links l ON l.number = s.link_number
            WHERE (a.store_id, a.day, a.campaign, a.ad_group, a.publisher) IN (
                SELECT c.store_id, c.day, c.campaign, c.ad_group, c.publisher FROM enrollments e
                JOIN links k ON k.enrollment_id = e.id
                JOIN slugs t ON t.link_number = k.number
                JOIN aggregates c ON c.creative = t.slug
                WHERE e.",
            $owner,
            " = $1 AND c.day BETWEEN $2 AND $3)"
        )
    };
}
const TOTALS: &str = sums!(of_group, "WHERE a.store_id = $1 AND a.day BETWEEN $2 AND $3");
const OF_ACCOUNT: &str = sums!(
    of_group,
    "WHERE a.store_id IN (SELECT id FROM stores WHERE platform = 'amazon') AND a.day BETWEEN $1 AND $2"
);
const OF_CAMPAIGN: &str = sums!(of_campaign, owned!("campaign_id"));
const OF_CREATOR: &str = sums!(of_creator, owned!("creator_id"));
const TAKE_OUT: &str =
    "DELETE FROM aggregates WHERE store_id = $1 AND day BETWEEN $2 AND $3 AND updated_at < $4";

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

/// Takes out what was not told again since a moment.
pub fn take_out(store: &StoreId, (first, last): (Day, Day), since: Timestamp) -> Statement {
    Statement::new(TAKE_OUT).bind(store).bind(first).bind(last).bind(since)
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
    summed(sql, Statement::new(TOTALS).bind(store).bind(first).bind(last), last).await
}

/// What was counted for all stores in some days, by currency.
pub async fn of_account(sql: &impl Sql, (first, last): (Day, Day)) -> Result<Vec<Aggregate>, SqlError> {
    summed(sql, Statement::new(OF_ACCOUNT).bind(first).bind(last), last).await
}

/// What was counted for the links of a campaign in some days, by currency.
pub async fn of_campaign(
    sql: &impl Sql,
    campaign: &CampaignId,
    (first, last): (Day, Day),
) -> Result<Vec<Aggregate>, SqlError> {
    summed(sql, Statement::new(OF_CAMPAIGN).bind(campaign).bind(first).bind(last), last).await
}

/// What was counted for the links of a creator in some days, by currency.
pub async fn of_creator(
    sql: &impl Sql,
    creator: &CreatorId,
    (first, last): (Day, Day),
) -> Result<Vec<Aggregate>, SqlError> {
    summed(sql, Statement::new(OF_CREATOR).bind(creator).bind(first).bind(last), last).await
}

async fn summed(sql: &impl Sql, statement: Statement, last: Day) -> Result<Vec<Aggregate>, SqlError> {
    let rows = sql.execute(statement).await?;
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
