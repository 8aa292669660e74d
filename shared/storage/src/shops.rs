//! How we stand with a store's shop: whether its work rests and why, and the access token that it gave us.
//!
//! It is part of the store's row, but no change of the store: its version stays.

use tributary_domain::Timestamp;
use tributary_domain::ids::StoreId;

use crate::sql::{Sql, SqlError, Statement};

/// How we stand with a shop.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// How often in a row it refused us.
    pub refusals: u32,
    /// The access token that it gave for our credentials, sealed, and when it ends.
    pub token: Option<(String, Timestamp)>,
}

/// Why the work in a shop rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause<'a> {
    /// Its limit is used up: nothing is wrong.
    Limit,
    /// It does not let us in, or we may not call it: in its words or ours.
    Refusal(&'a str),
}

/// One refusal may be a hiccup of the shop's: it costs no more than a breath.
const FIRST_REST_MILLIS: i64 = 2_000;
/// Sixteen minutes: keys that stay wrong are tried four times an hour.
const LONGEST_REST_MILLIS: i64 = 960_000;
/// 2^9 times two seconds are more than the longest rest.
const LARGEST_SHIFT: u32 = 9;

const STANDING: &str = "SELECT refusals, access_token, access_token_until FROM stores WHERE id = $1";
/// Of two pauses the longer one counts.
const LIMIT: &str = "UPDATE stores SET paused_until = $1
    WHERE id = $2 AND (paused_until IS NULL OR paused_until < $1)";
const REFUSAL: &str = "UPDATE stores SET paused_until = $1, paused_reason = $3, refusals = refusals + 1
    WHERE id = $2 AND (paused_until IS NULL OR paused_until < $1)";
const RESUME: &str = "UPDATE stores SET paused_until = NULL, paused_reason = NULL, refusals = 0 WHERE id = $1 AND refusals > 0";
const KEEP_TOKEN: &str = "UPDATE stores SET access_token = $1, access_token_until = $2 WHERE id = $3";

/// How we stand with a shop.
pub async fn standing(sql: &impl Sql, store: &StoreId) -> Result<Standing, SqlError> {
    let rows = sql.execute(Statement::new(STANDING).bind(store)).await?;
    let Some(row) = rows.first() else { return Ok(Standing::default()) };
    let token: Option<String> = row.get("access_token")?;
    let until: Option<Timestamp> = row.get("access_token_until")?;
    Ok(Standing { refusals: row.get("refusals")?, token: token.zip(until) })
}

/// Lets the work in a shop rest until then, for every loop.
pub fn pause(store: &StoreId, until: Timestamp, why: Pause<'_>) -> Statement {
    match why {
        Pause::Limit => Statement::new(LIMIT).bind(until).bind(store),
        Pause::Refusal(reason) => Statement::new(REFUSAL).bind(until).bind(store).bind(reason),
    }
}

/// How long the work rests after so many refusals in a row before this one, in milliseconds: twice as long each
/// time, from two seconds to sixteen minutes.
pub fn rest_after_refusals_millis(refusals: u32) -> i64 {
    FIRST_REST_MILLIS.saturating_mul(1 << refusals.min(LARGEST_SHIFT)).min(LONGEST_REST_MILLIS)
}

/// Lets the work in a shop go on, if it refused us before: it has let us in.
pub fn resume(store: &StoreId) -> Statement {
    Statement::new(RESUME).bind(store)
}

/// Keeps an access token, sealed.
pub fn keep_token(store: &StoreId, sealed: &str, until: Timestamp) -> Statement {
    Statement::new(KEEP_TOKEN).bind(sealed).bind(until).bind(store)
}

#[cfg(test)]
mod tests {
    use super::*;

    // R5
    #[test]
    fn one_refusal_costs_two_seconds_and_many_in_a_row_at_most_sixteen_minutes() {
        let rests: Vec<i64> = (0..12).map(|refusals| rest_after_refusals_millis(refusals) / 1_000).collect();
        assert_eq!(rests, [2, 4, 8, 16, 32, 64, 128, 256, 512, 960, 960, 960]);
        assert_eq!(rest_after_refusals_millis(u32::MAX), 960_000);
    }
}
