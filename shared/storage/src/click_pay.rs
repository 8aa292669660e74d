//! Pay by the click: what the unique clicks of an enrollment's affiliate links earn, by the day (R51).
//!
//! A row holds what a day's clicks earn and how much of it is owed; triggers on it write the ledger's line, the balance
//! and the daily sums, as those on orders do. A day is paid by the terms that held when it began, and owed once it is
//! over and the plan's hold period has passed. Batches that are counted late only raise a day's count, and the next
//! settling books the difference.

use std::collections::HashMap;

use tributary_domain::commission::{CommissionTerms, of_clicks};
use tributary_domain::ids::{CampaignId, CreatorId, EnrollmentId};
use tributary_domain::plan::Terms;
use tributary_domain::{Day, Money, Timestamp};

use crate::clicks;
use crate::sql::{ROWS_A_STATEMENT, Row, Sql, SqlError, Statement, rows_of_places};

/// A visit just before midnight is counted just after it.
const DAYS_LEFT_OPEN: i32 = 2;

/// Where nobody is paid by the click, this is all that is asked; otherwise the first day to be looked at, which may
/// still change.
const FIRST_DAY: &str = "SELECT COALESCE((SELECT MAX(day) FROM click_earnings), $1) - $1 AS day
    WHERE EXISTS (SELECT 1 FROM plan_versions v WHERE instr(v.terms, '\"per_click\"') > 0 AND v.plan_id > '')
        OR EXISTS (SELECT 1 FROM enrollment_terms t WHERE instr(t.commission, '\"per_click\"') > 0 AND t.enrollment_id > '')";
/// Each day with its clicks, the terms that held when it began, and what is booked. The first version of a plan holds
/// on the day on which it was made too. `before` is what the month earned before the first day.
const DAYS: &str = "WITH paid (id) AS (
        SELECT e.id FROM plan_versions v CROSS JOIN enrollments e ON e.plan_id = v.plan_id
        WHERE instr(v.terms, '\"per_click\"') > 0 AND v.plan_id > ''
        UNION SELECT t.enrollment_id FROM enrollment_terms t
        WHERE instr(t.commission, '\"per_click\"') > 0 AND t.enrollment_id > '')
    SELECT e.id, e.creator_id, e.campaign_id, d.day, CAST(SUM(d.unique_clicks) AS BIGINT) AS clicks,
        (SELECT t.commission FROM enrollment_terms t WHERE t.enrollment_id = e.id AND t.since <= d.day * 86400000
            ORDER BY t.since DESC, t.number DESC LIMIT 1) AS own_terms,
        (SELECT v.terms FROM plan_versions v
            WHERE v.plan_id = e.plan_id AND (v.created_at <= d.day * 86400000 OR v.version = 1)
            ORDER BY v.version DESC LIMIT 1) AS terms,
        c.commission, c.owed,
        COALESCE((SELECT CAST(SUM(b.commission) AS BIGINT) FROM click_earnings b
            WHERE b.enrollment_id = e.id AND b.day < $1
                AND b.day * 86400 >= CAST(strftime('%s', d.day * 86400, 'unixepoch', 'start of month') AS INTEGER)), 0) AS before
    FROM paid CROSS JOIN enrollments e ON e.id = paid.id
    JOIN links l ON l.enrollment_id = e.id
    JOIN click_days d ON d.link_number = l.number
    LEFT JOIN click_earnings c ON c.enrollment_id = e.id AND c.day = d.day
    WHERE e.creator_id IS NOT NULL AND l.kind = 'affiliate' AND d.day >= $1 AND d.outcome = 0
    GROUP BY e.id, d.day ORDER BY e.id, d.day";
const PUT: (&str, &str) = (
    "INSERT INTO click_earnings
        (enrollment_id, day, creator_id, campaign_id, currency, clicks, commission, owed, held_until, updated_at)
    VALUES ",
    " ON CONFLICT (enrollment_id, day) DO UPDATE
    SET clicks = excluded.clicks, commission = excluded.commission, owed = excluded.owed,
        held_until = excluded.held_until, updated_at = excluded.updated_at
    WHERE excluded.clicks >= click_earnings.clicks",
);
/// Asked first, because an update takes the write lock even where it finds nothing to do.
const IS_ANY_DUE: &str =
    "SELECT 1 AS due FROM click_earnings WHERE owed <> commission AND held_until <= $1 LIMIT 1";
const RELEASE_HELD: &str = "UPDATE click_earnings SET owed = commission, updated_at = $1
    WHERE owed <> commission AND held_until <= $1";

/// Books what the clicks so far earn, as far as it is not booked.
pub async fn settle(sql: &impl Sql, now: Timestamp) -> Result<(), SqlError> {
    let rows = sql.execute(Statement::new(FIRST_DAY).bind(DAYS_LEFT_OPEN)).await?;
    let Some(row) = rows.first() else { return Ok(()) };
    let first: i32 = row.get("day")?;
    clicks::count(sql).await?;
    let rows = sql.execute(Statement::new(DAYS).bind(first)).await?;
    let mut earned = HashMap::new();
    let mut news = Vec::new();
    for row in &rows {
        news.extend(Earning::of(row, now, &mut earned)?);
    }
    for news in news.chunks(ROWS_A_STATEMENT) {
        sql.execute(put(news, now)).await?;
    }
    release_held(sql, now).await
}

/// Books the days whose hold period is over. They may be older than those that are looked at for clicks.
async fn release_held(sql: &impl Sql, now: Timestamp) -> Result<(), SqlError> {
    if !sql.execute(Statement::new(IS_ANY_DUE).bind(now)).await?.is_empty() {
        sql.execute(Statement::new(RELEASE_HELD).bind(now)).await?;
    }
    Ok(())
}

/// What the days of a month have earned an enrollment so far.
type Earned = HashMap<(EnrollmentId, Timestamp), i64>;

/// What a day's clicks earn, where that is not booked so.
struct Earning {
    enrollment: EnrollmentId,
    creator: CreatorId,
    campaign: CampaignId,
    day: Day,
    clicks: i64,
    commission: Money,
    owed: i64,
    held_until: Timestamp,
}

impl Earning {
    fn of(row: &Row, now: Timestamp, earned: &mut Earned) -> Result<Option<Self>, SqlError> {
        let own: Option<CommissionTerms> = row.json_optional("own_terms")?;
        let Some(plan) = row.json_optional::<Terms>("terms")? else { return Ok(None) };
        let terms = own.unwrap_or(plan.commission);
        let (day, clicks): (Day, i64) = (row.get("day")?, row.get("clicks")?);
        let enrollment = row.parse("id", EnrollmentId::parse)?;
        let month = (enrollment.clone(), day.start().month_start());
        let before = match earned.get(&month) {
            Some(earned) => *earned,
            None => row.get("before")?,
        };
        let Some(commission) = of_clicks(&terms, clicks, before) else { return Ok(None) };
        earned.insert(month, before.saturating_add(commission.amount));
        let held_until = day.next().start().plus_days(plan.hold_days.into());
        let owed = if held_until <= now { commission.amount } else { 0 };
        let booked: (Option<i64>, Option<i64>) = (row.get("commission")?, row.get("owed")?);
        let (creator, campaign) =
            (row.parse("creator_id", CreatorId::parse)?, row.parse("campaign_id", CampaignId::parse)?);
        let earning = Self { enrollment, creator, campaign, day, clicks, commission, owed, held_until };
        Ok((booked != (Some(commission.amount), Some(owed))).then_some(earning))
    }
}

fn put(earnings: &[Earning], now: Timestamp) -> Statement {
    let (before, after) = PUT;
    let statement = Statement::new([before, &rows_of_places(1, earnings.len(), 10), after].concat());
    earnings.iter().fold(statement, |statement, earning| {
        statement
            .bind(&earning.enrollment)
            .bind(earning.day)
            .bind(&earning.creator)
            .bind(&earning.campaign)
            .bind(earning.commission.currency)
            .bind(earning.clicks)
            .bind(earning.commission.amount)
            .bind(earning.owed)
            .bind(earning.held_until)
            .bind(now)
    })
}

#[cfg(test)]
mod tests;
