//! Visits to links: one row each for some days, daily counts for ever (R22, R23, R25).
//!
//! Triggers keep the daily counts: one line a link, day and outcome, and one under link 0 for the whole
//! account. A visit to a slug that is no link has the link number [`NO_LINK`], so the account's line counts
//! it once and no link does.

use std::collections::BTreeSet;
use std::fmt::Write;

use tributary_domain::click_id::LinkNumber;
use tributary_domain::visit::Outcome;
use tributary_domain::{Day, Timestamp};

use crate::settings;
use crate::sql::{Sql, SqlError, Statement};

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

/// A visitor counts once a link and day. The statement sees the rows before it, so doubles within it are
/// marked beforehand (`candidate`).
const INSERT_HEAD: &str = "WITH visit (link_number, at, random, visitor, outcome, candidate) AS (VALUES ";
const INSERT_TAIL: &str = ")
    INSERT INTO clicks (link_number, at, random, visitor, outcome, is_unique)
    SELECT visit.link_number, visit.at, visit.random, visit.visitor, visit.outcome,
        CASE WHEN visit.candidate = 1 AND NOT EXISTS (
            SELECT 1 FROM clicks known WHERE known.visitor = visit.visitor
        ) THEN 1 ELSE 0 END
    FROM visit";
/// About what a row takes in the text.
const ROW_LENGTH: usize = 64;

/// Keeps visits, all in one statement.
///
/// The rows are integers, which stand in the text itself: of a hundred rows, binding six hundred parameters
/// and preparing their places takes longer than the insert.
pub fn insert(clicks: &[ClickRow]) -> Statement {
    let mut text = String::with_capacity(INSERT_HEAD.len() + INSERT_TAIL.len() + clicks.len() * ROW_LENGTH);
    text.push_str(INSERT_HEAD);
    let mut seen = BTreeSet::new();
    for (index, click) in clicks.iter().enumerate() {
        let visitor =
            click.visitor.filter(|_| click.outcome.counts()).map(|hash| visitor(click.at.day(), hash));
        let candidate = visitor.is_some_and(|visitor| seen.insert(visitor));
        if index > 0 {
            text.push(',');
        }
        push_row(&mut text, click, visitor, candidate);
    }
    text.push_str(INSERT_TAIL);
    Statement::new(text)
}

fn push_row(text: &mut String, click: &ClickRow, visitor: Option<i64>, candidate: bool) {
    let (link, at, random) = (click.link_number(), click.at.as_seconds(), number(click.random));
    let visitor = visitor.map_or_else(|| "NULL".to_owned(), |visitor| visitor.to_string());
    let (outcome, candidate) = (click.outcome.code(), u8::from(candidate));
    // Writing to a string cannot fail.
    write!(text, "({link},{at},{random},{visitor},{outcome},{candidate})").unwrap_or_default();
}

/// The day stands before the hash: today's visitors lie together in the index, and a statement touches the
/// pages of one day instead of those of all the days that are kept. After 89 years the days begin anew.
fn visitor(day: Day, hash: [u8; 6]) -> i64 {
    (i64::from(day.number() & 0x7FFF) << 48) | number(hash)
}

fn number(big_endian: [u8; 6]) -> i64 {
    big_endian.iter().fold(0, |sum, byte| (sum << 8) | i64::from(*byte))
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
/// Rows come nearly in the order of time, so the old ones are those with the smallest numbers: no index on
/// the time is needed, and no statement holds the write lock for long.
const FORGET_CLICKS: &str = "DELETE FROM clicks
    WHERE number < (SELECT MIN(number) FROM clicks) + 1000 AND at < $1 RETURNING number";

/// Throws away what the day's beginning makes too old: salts before yesterday's (a visit just before
/// midnight is written just after it), and single clicks beyond the days that the settings keep them.
pub async fn forget(sql: &impl Sql, today: Day) -> Result<(), SqlError> {
    sql.execute(Statement::new(FORGET_SALTS).bind(today.number() - 1)).await?;
    let kept = settings::get(sql).await?.click_retention_days;
    let oldest = today.start().plus_days(-i64::from(kept)).as_seconds();
    while !sql.execute(Statement::new(FORGET_CLICKS).bind(oldest)).await?.is_empty() {}
    Ok(())
}

#[cfg(test)]
mod tests;
