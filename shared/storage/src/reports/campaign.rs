//! One campaign and its creators.

use std::collections::BTreeMap;

use tributary_domain::ids::{CampaignId, CreatorId};
use tributary_domain::report::Figures;
use tributary_domain::{Currency, Day};

use super::gathered::{Converter, Gathered, Sold, add, clicks};
use super::{Days, Report};
use crate::conversions::full_name;
use crate::sql::{Row, Sql, SqlError, Statement};

const HEADING: &str = "SELECT c.name, c.status,
        COALESCE(s.currency, (SELECT default_currency FROM settings WHERE id = 1)) AS currency
    FROM campaigns c LEFT JOIN plans p ON p.id = c.plan_id LEFT JOIN stores s ON s.id = p.store_id
    WHERE c.id = $1";
const SALES: &str = "SELECT day, currency, orders, sales, commission FROM sales_days
    WHERE campaign_id = $1 AND creator_id = '' AND day >= $2 AND day <= $3";
const CLICKS: &str = "SELECT d.day, CAST(SUM(d.clicks) AS BIGINT) AS clicks,
        CAST(SUM(d.unique_clicks) AS BIGINT) AS unique_clicks
    FROM links l JOIN click_days d ON d.link_number = l.number
    WHERE l.campaign_id = $1 AND d.day >= $2 AND d.day <= $3 AND d.outcome IN (0, 100) GROUP BY d.day";
/// Enrollments are never deleted, so everybody who ever sold something is among them.
const MEMBERS: &str = "SELECT e.creator_id, r.first_name, r.last_name,
        CASE WHEN e.removed_at IS NULL AND r.deleted_at IS NULL THEN 0 ELSE 1 END AS removed
    FROM enrollments e JOIN creators r ON r.id = e.creator_id
    WHERE e.campaign_id = $1 AND e.creator_id IS NOT NULL";
/// Days are told apart only where a rate is needed.
const MEMBERS_SALES: &str = "SELECT s.creator_id, s.currency,
        CASE WHEN s.currency = $4 THEN 0 ELSE s.day END AS day, CAST(SUM(s.orders) AS BIGINT) AS orders,
        CAST(SUM(s.sales) AS BIGINT) AS sales, CAST(SUM(s.commission) AS BIGINT) AS commission
    FROM enrollments e JOIN sales_days s ON s.campaign_id = e.campaign_id AND s.creator_id = e.creator_id
    WHERE e.campaign_id = $1 AND e.creator_id IS NOT NULL AND s.day >= $2 AND s.day <= $3
    GROUP BY s.creator_id, s.currency, CASE WHEN s.currency = $4 THEN 0 ELSE s.day END";
const MEMBERS_CLICKS: &str = "SELECT l.creator_id, CAST(SUM(d.clicks) AS BIGINT) AS clicks,
        CAST(SUM(d.unique_clicks) AS BIGINT) AS unique_clicks
    FROM links l JOIN click_days d ON d.link_number = l.number
    WHERE l.campaign_id = $1 AND l.creator_id IS NOT NULL AND d.day >= $2 AND d.day <= $3
        AND d.outcome IN (0, 100)
    GROUP BY l.creator_id";

/// What stands above a campaign's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its name.
    pub name: String,
    /// Draft, live or archived.
    pub status: String,
    /// The currency of its plan's store; the account's while it has no plan.
    pub currency: Currency,
}

/// What a creator brought to a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The creator; `None` for the campaign's own code and links (R8).
    pub creator: Option<CreatorId>,
    /// The creator's name.
    pub name: Option<String>,
    /// Whether the creator was removed, from the campaign or altogether (R62).
    pub removed: bool,
    /// What it was.
    pub figures: Figures,
}

/// What a campaign's days brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignReport {
    /// In all and by day.
    pub report: Report,
    /// By creator, the best first. They add up to the total.
    pub members: Vec<Member>,
}

/// A campaign's heading; `None` where there is no such campaign.
pub async fn heading(sql: &impl Sql, id: &CampaignId) -> Result<Option<Heading>, SqlError> {
    let rows = sql.execute(Statement::new(HEADING).bind(id)).await?;
    rows.first()
        .map(|row| {
            Ok(Heading {
                name: row.get("name")?,
                status: row.get("status")?,
                currency: row.parse("currency", Currency::parse)?,
            })
        })
        .transpose()
}

/// What a campaign's days brought, in this currency.
pub async fn campaign(
    sql: &impl Sql,
    id: &CampaignId,
    days: Days,
    currency: Currency,
) -> Result<CampaignReport, SqlError> {
    crate::clicks::count(sql).await?;
    let within = |text| Statement::new(text).bind(id).bind(days.first).bind(days.last);
    let sold = Sold::read_all(&sql.execute(within(SALES)).await?)?;
    let converter = Converter::load(sql, currency, &sold, days).await?;
    let mut gathered = Gathered::new(&converter);
    gathered.add_sales(&sold);
    gathered.add_clicks(&sql.execute(within(CLICKS)).await?)?;
    let rows = sql.execute(within(MEMBERS_SALES).bind(currency)).await?;
    let mut by_creator = sales_by_creator(&rows, &sold, &converter, currency)?;
    for row in &sql.execute(within(MEMBERS_CLICKS)).await? {
        add(by_creator.entry(creator(row)?).or_default(), clicks(row)?);
    }
    let rows = sql.execute(Statement::new(MEMBERS).bind(id)).await?;
    let mut members = rows
        .iter()
        .map(|row| {
            let creator = creator(row)?;
            let figures = by_creator.get(&creator).copied().unwrap_or_default();
            Ok(Member {
                creator: Some(creator),
                name: full_name(row)?,
                removed: row.get("removed")?,
                figures,
            })
        })
        .collect::<Result<Vec<_>, SqlError>>()?;
    let removed = sum(members.iter().filter(|member| member.removed));
    let report = gathered.report(removed);
    members.extend(of_campaign_itself(&report, &members));
    Ok(CampaignReport { members: best_first(members), report })
}

/// What each creator sold. What was sold in another currency on a day is split among its creators, so that
/// they sum up to the campaign's total.
pub(super) fn sales_by_creator(
    rows: &[Row],
    whole: &[Sold],
    converter: &Converter,
    currency: Currency,
) -> Result<BTreeMap<CreatorId, Figures>, SqlError> {
    let mut by_creator: BTreeMap<CreatorId, Figures> = BTreeMap::new();
    let mut foreign: BTreeMap<(Day, Currency), Vec<(CreatorId, Sold)>> = BTreeMap::new();
    for row in rows {
        let (creator, sold) = (creator(row)?, Sold::read(row)?);
        if sold.currency == currency {
            add(by_creator.entry(creator).or_default(), converter.figures(&sold));
        } else {
            foreign.entry((sold.day, sold.currency)).or_default().push((creator, sold));
        }
    }
    for whole in whole {
        let parts = foreign.remove(&(whole.day, whole.currency)).unwrap_or_default();
        let (creators, parts): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        for (creator, figures) in creators.into_iter().zip(converter.figures_of_parts(whole, &parts)) {
            add(by_creator.entry(creator).or_default(), figures);
        }
    }
    Ok(by_creator)
}

fn creator(row: &Row) -> Result<CreatorId, SqlError> {
    row.parse("creator_id", CreatorId::parse)
}

fn sum<'a>(members: impl Iterator<Item = &'a Member>) -> Figures {
    members.fold(Figures::default(), |sum, member| sum.plus(member.figures))
}

/// What no creator brought, by the campaign's own code.
fn of_campaign_itself(report: &Report, members: &[Member]) -> Option<Member> {
    let figures = report.total.minus(sum(members.iter()));
    (figures != Figures::default()).then_some(Member { creator: None, name: None, removed: false, figures })
}

/// The best first. Whoever was removed and brought nothing is not shown.
fn best_first(mut members: Vec<Member>) -> Vec<Member> {
    members.retain(|member| !member.removed || member.figures != Figures::default());
    members.sort_by(|a, b| {
        let rank = |member: &Member| (member.figures.sales, member.figures.orders, member.figures.clicks);
        rank(b).cmp(&rank(a)).then_with(|| a.name.cmp(&b.name)).then_with(|| a.creator.cmp(&b.creator))
    });
    members
}
