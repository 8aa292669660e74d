//! Visits to links: kept as they came for some days, daily counts for ever (R22, R23, R25).
//!
//! A flush writes its visits as one row, a batch. A batch is in no count yet: [`count`] brings all that wait into
//! the daily counts, before they are read and now and then in between. The counts have one line a link, day and
//! outcome, and one under link 0 for the whole account. A visit to a slug that is no link has the link number
//! [`NO_LINK`], so the account's line counts it once and no link does.

mod batch;

use tributary_domain::click_id::LinkNumber;
use tributary_domain::visit::Outcome;
use tributary_domain::{Day, Timestamp};

use crate::sql::{Sql, SqlError, Statement, rows_of_places};

/// What stands for the link where there is none. Not 0, which sums the account.
pub const NO_LINK: i64 = -1;

/// A visit as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClickRow {
    /// The link; `None` for a slug that is none.
    pub link: Option<LinkNumber>,
    /// When, in whole seconds, as in the click id.
    pub at: Timestamp,
    /// The random part of the click id: with link and time it names the click.
    pub random: [u8; 6],
    /// The hash of visitor and link under the day's salt, if the visitor may be known again within that day.
    pub visitor: Option<[u8; 6]>,
    /// What it is counted as.
    pub outcome: Outcome,
}

impl ClickRow {
    /// The link's number in the table.
    pub fn link_number(&self) -> i64 {
        self.link.map_or(NO_LINK, |link| i64::try_from(link.get()).unwrap_or(NO_LINK))
    }
}

const KEEP_HEAD: &str = "INSERT INTO click_batches (day, visits) VALUES ";
const KEEP_TAIL: &str = " RETURNING number";

/// Keeps visits, all in one statement: a batch for each day, nearly always one.
pub async fn keep(sql: &impl Sql, clicks: &[ClickRow]) -> Result<BatchNumber, SqlError> {
    let rows = sql.execute(keeping(clicks)).await?;
    let last = rows.last().ok_or_else(|| SqlError::Data("no batch".to_owned()))?;
    last.get("number").map(BatchNumber)
}

fn keeping(clicks: &[ClickRow]) -> Statement {
    let mut visits: Vec<&ClickRow> = clicks.iter().collect();
    visits.sort_unstable_by_key(|visit| batch::order(visit));
    let days = || visits.chunk_by(|one, other| one.at.day() == other.at.day());
    let statement = Statement::new([KEEP_HEAD, &rows_of_places(1, days().count(), 2), KEEP_TAIL].concat());
    days().fold(statement, |statement, visits| {
        statement.bind(visits.first().map(|visit| visit.at.day())).bind(batch::text(visits))
    })
}

/// The number of a batch: they are numbered in the order in which they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchNumber(i64);

impl BatchNumber {
    /// Whether this is one in so many batches.
    pub const fn is_one_in(self, batches: i64) -> bool {
        self.0.rem_euclid(batches) == 0
    }
}

/// The batches that one statement counts at most. With fewer, each page of the visitors' table is written more
/// often; with more, the write lock is held for longer than a shop's webhook should wait.
pub const COUNTED_AT_ONCE: i64 = 256;

const WAITING: &str = "SELECT MAX(number) AS last FROM click_batches
    WHERE number > (SELECT counted FROM click_progress WHERE id = 1)";
/// Its trigger does the work. Whoever comes second finds the number moved, and nothing to do.
const COUNT: &str =
    "UPDATE click_progress SET counted = CASE WHEN counted + $2 < $1 THEN counted + $2 ELSE $1 END
    WHERE id = 1 AND counted < $1 RETURNING counted";

/// Brings the batches that wait at this moment into the daily counts.
pub async fn count(sql: &impl Sql) -> Result<(), SqlError> {
    let waiting = sql.execute(Statement::new(WAITING)).await?;
    let last: Option<i64> = waiting.first().map_or(Ok(None), |row| row.get("last"))?;
    let Some(last) = last else { return Ok(()) };
    loop {
        let counted = sql.execute(Statement::new(COUNT).bind(last).bind(COUNTED_AT_ONCE)).await?;
        let done = counted.first().map_or(Ok(last), |row| row.get::<i64>("counted"))?;
        if done >= last {
            return Ok(());
        }
    }
}

/// A day's salt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySalt {
    /// The salt.
    pub salt: [u8; 32],
    /// Whether this call made it: then [`forget`] is due.
    pub is_new: bool,
}

const SALT: &str = "SELECT salt FROM visitor_salts WHERE day = $1";
const KEEP_SALT: &str =
    "INSERT INTO visitor_salts (day, salt) VALUES ($1, $2) ON CONFLICT (day) DO NOTHING RETURNING day";

/// The salt of a day, the same for everybody. Where there is none yet, `fresh` becomes it.
pub async fn salt(sql: &impl Sql, day: Day, fresh: impl FnOnce() -> [u8; 32]) -> Result<DaySalt, SqlError> {
    if let Some(salt) = kept_salt(sql, day).await? {
        return Ok(DaySalt { salt, is_new: false });
    }
    let keep = Statement::new(KEEP_SALT).bind(day).bind(fresh().as_slice());
    let is_new = !sql.execute(keep).await?.is_empty();
    let salt = kept_salt(sql, day).await?.ok_or_else(|| SqlError::Data("no salt".to_owned()))?;
    Ok(DaySalt { salt, is_new })
}

async fn kept_salt(sql: &impl Sql, day: Day) -> Result<Option<[u8; 32]>, SqlError> {
    let rows = sql.execute(Statement::new(SALT).bind(day)).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let bytes: Vec<u8> = row.get("salt")?;
    bytes.try_into().map(Some).map_err(|_| SqlError::Data("a salt of another length".to_owned()))
}

const FORGET_SALTS: &str = "DELETE FROM visitor_salts WHERE day < $1";
const OLD_VISITOR: &str = "SELECT visitor FROM click_visitors WHERE visitor < $1 LIMIT 1";
/// No statement holds the write lock for long.
const FORGET_VISITORS: &str = "DELETE FROM click_visitors
    WHERE visitor IN (SELECT visitor FROM click_visitors WHERE visitor < $1 ORDER BY visitor LIMIT 5000)";
/// Batches come nearly in the order of time, so the old ones are those with the smallest numbers and no index on
/// the day is needed. The last one that was counted stays, so that numbers go on from there.
const FORGET_BATCHES: &str = "DELETE FROM click_batches
    WHERE number < (SELECT MIN(number) FROM click_batches) + 100
        AND day < $1 - (SELECT click_retention_days FROM settings WHERE id = 1)
        AND number < (SELECT counted FROM click_progress WHERE id = 1)
    RETURNING number";

/// The first number that a visitor of a day can have. After 89 years the days begin anew.
fn first_visitor(day: i32) -> i64 {
    i64::from(day & 0x7FFF) << 48
}

/// Throws away what the day's beginning makes too old: salts and visitors before yesterday's (a visit just before
/// midnight is written just after it), and single visits beyond the days that the settings keep them.
pub async fn forget(sql: &impl Sql, today: Day) -> Result<(), SqlError> {
    // While their visitors are known.
    count(sql).await?;
    let yesterday = today.number() - 1;
    sql.execute(Statement::new(FORGET_SALTS).bind(yesterday)).await?;
    let first = first_visitor(yesterday);
    while !sql.execute(Statement::new(OLD_VISITOR).bind(first)).await?.is_empty() {
        sql.execute(Statement::new(FORGET_VISITORS).bind(first)).await?;
    }
    while !sql.execute(Statement::new(FORGET_BATCHES).bind(today)).await?.is_empty() {}
    Ok(())
}

#[cfg(test)]
mod tests;
