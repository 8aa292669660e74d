//! Clicks by day: of the account, a campaign, a creator or a link (R25). There are no rows of single clicks to show, as
//! they are let go in time; these counts stay.

use tributary_domain::Day;
use tributary_domain::ids::{CampaignId, CreatorId, LinkId};
use tributary_domain::visit::{IMPORTED, Outcome};

use super::Days;
use crate::sql::{Row, Sql, SqlError, Statement};

/// Whose clicks; all that is named must be so. Without any, the account's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClicksOf {
    /// Those on a campaign's links.
    pub campaign: Option<CampaignId>,
    /// Those on a creator's links.
    pub creator: Option<CreatorId>,
    /// Those on one link.
    pub link: Option<LinkId>,
}

/// A day's visits of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayVisits {
    /// The day.
    pub day: Day,
    /// Why they are no clicks; `None` where they are.
    pub not_counted: Option<Outcome>,
    /// How many.
    pub visits: i64,
    /// Of different people.
    pub unique: i64,
}

/// A link's clicks in a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkClicks {
    /// The link.
    pub link: LinkId,
    /// Its slug.
    pub slug: String,
    /// Whose it is; `None` for the campaign's own.
    pub creator: Option<CreatorId>,
    /// How many.
    pub clicks: i64,
    /// Of different people.
    pub unique_clicks: i64,
}

/// Link 0 sums all links.
const OF_ACCOUNT: &str = "SELECT day, outcome, clicks, unique_clicks FROM click_days
    WHERE link_number = 0 AND day >= $1 AND day <= $2 ORDER BY day DESC, outcome";
const BY_DAY: &str = "SELECT d.day, d.outcome, CAST(SUM(d.clicks) AS BIGINT) AS clicks,
        CAST(SUM(d.unique_clicks) AS BIGINT) AS unique_clicks
    FROM enrollments e JOIN links l ON l.enrollment_id = e.id JOIN click_days d ON d.link_number = l.number
    WHERE d.day >= $1 AND d.day <= $2";
const BY_LINK: &str = "SELECT l.id, l.slug, l.creator_id, CAST(SUM(d.clicks) AS BIGINT) AS clicks,
        CAST(SUM(d.unique_clicks) AS BIGINT) AS unique_clicks
    FROM enrollments e JOIN links l ON l.enrollment_id = e.id JOIN click_days d ON d.link_number = l.number
    WHERE d.day >= $1 AND d.day <= $2 AND d.outcome IN (0, 100)";

/// Visits by day and by what they were counted as, the newest day first.
///
/// # Errors
/// The database's trouble.
pub async fn clicks_by_day(sql: &impl Sql, of: &ClicksOf, days: Days) -> Result<Vec<DayVisits>, SqlError> {
    crate::clicks::count(sql).await?;
    let statement = match of.conditions() {
        conditions if conditions.is_empty() => Statement::new(OF_ACCOUNT).bind(days.first).bind(days.last),
        conditions => {
            let order = " GROUP BY d.day, d.outcome ORDER BY d.day DESC, d.outcome";
            within(BY_DAY, days, &conditions, order)
        }
    };
    let rows = sql.execute(statement).await?;
    // What another release counts in a way of its own is in no report of this one.
    rows.iter().filter_map(|row| read_day(row).transpose()).collect()
}

/// The clicks of each link that had some, the most first; none where neither campaign nor creator nor link is named,
/// because an account has many.
///
/// # Errors
/// The database's trouble.
pub async fn clicks_by_link(sql: &impl Sql, of: &ClicksOf, days: Days) -> Result<Vec<LinkClicks>, SqlError> {
    let conditions = of.conditions();
    if conditions.is_empty() {
        return Ok(Vec::new());
    }
    let order = " GROUP BY l.id, l.slug, l.creator_id ORDER BY clicks DESC, l.id";
    sql.execute(within(BY_LINK, days, &conditions, order)).await?.iter().map(read_link).collect()
}

impl ClicksOf {
    fn conditions(&self) -> Vec<(&'static str, &str)> {
        [
            ("e.campaign_id", self.campaign.as_ref().map(CampaignId::as_str)),
            ("e.creator_id", self.creator.as_ref().map(CreatorId::as_str)),
            ("l.id", self.link.as_ref().map(LinkId::as_str)),
        ]
        .into_iter()
        .filter_map(|(column, id)| Some((column, id?)))
        .collect()
    }
}

fn within(text: &str, days: Days, conditions: &[(&str, &str)], order: &str) -> Statement {
    let places = (3..).zip(conditions).map(|(place, (column, _))| format!(" AND {column} = ${place}"));
    let text = format!("{text}{}{order}", places.collect::<String>());
    let statement = Statement::new(text).bind(days.first).bind(days.last);
    statement.bind_all(conditions.iter().map(|(_, id)| *id))
}

fn read_day(row: &Row) -> Result<Option<DayVisits>, SqlError> {
    let code = u8::try_from(row.get::<u32>("outcome")?).ok();
    let outcome = code.and_then(Outcome::from_code);
    if outcome.is_none() && code != Some(IMPORTED) {
        return Ok(None);
    }
    let not_counted = outcome.filter(|outcome| !outcome.counts());
    let (day, visits, unique) = (row.get("day")?, row.get("clicks")?, row.get("unique_clicks")?);
    Ok(Some(DayVisits { day, not_counted, visits, unique }))
}

fn read_link(row: &Row) -> Result<LinkClicks, SqlError> {
    Ok(LinkClicks {
        link: row.parse("id", LinkId::parse)?,
        slug: row.get("slug")?,
        creator: row.parse_optional("creator_id", CreatorId::parse)?,
        clicks: row.get("clicks")?,
        unique_clicks: row.get("unique_clicks")?,
    })
}
