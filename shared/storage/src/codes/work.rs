//! The work loop's side of codes: which are due, whose turn it is, and what came of it (R5).
//!
//! A row is leased by one atomic statement, to an owner and until a time. A loop that dies leaves its leases to
//! run out; who leases such a row next knows by that that the shop must be asked first.

use tributary_domain::Timestamp;
use tributary_domain::code::{CodeStatus, CodeText};
use tributary_domain::ids::StoreId;

use super::Code;
use super::rows::{in_shop_values, read as read_code};
use crate::sql::{Row, Sql, SqlError, Statement};

/// How long a lease holds, in milliseconds. Loops renew theirs every third of it, so this is only how long
/// the work of a dead one rests.
const LEASE_MILLIS: i64 = 15_000;
/// How often a loop renews its leases, in milliseconds.
pub const RENEWAL_MILLIS: i64 = LEASE_MILLIS / 3;

/// Whose leases, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease<'a> {
    /// The loop, by a name that no other has.
    pub owner: &'a str,
    /// Now.
    pub now: Timestamp,
    /// When it ends unless it is renewed.
    pub until: Timestamp,
}

impl<'a> Lease<'a> {
    /// A lease from now on.
    pub const fn from(owner: &'a str, now: Timestamp) -> Self {
        Self { owner, now, until: now.plus_millis(LEASE_MILLIS) }
    }
}

/// A code that was leased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// The code, as it was when it was leased; the loop writes into it what came of it.
    pub code: Code,
    /// Which of its wishes is carried out.
    pub wish: i64,
    /// How often in a row it went wrong.
    pub attempts: u32,
    /// Whether a create may have happened already.
    pub in_doubt: bool,
}

/// How many rows a loop wants, and how many all loops together may have of one store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// For this loop now.
    pub most: u32,
    /// For all loops.
    pub at_once: u32,
}

/// What waits in one store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The store.
    pub store: StoreId,
    /// How many codes.
    pub codes: u64,
    /// The moment at which something can be done: the earliest due row, not before the store's pause ends.
    pub next_at: Timestamp,
    /// Why the store's work rests, where it does.
    pub paused: Option<String>,
}

/// Also the rows' own condition stands outside of the subquery: PostgreSQL judges it again after it has waited
/// for a row, so that of two loops one gets it.
const LEASE: &str = "WITH busy (rows_leased) AS (
        SELECT COUNT(*) FROM codes WHERE store_id = $3 AND lease_until > $4),
    free (places) AS (SELECT CASE WHEN rows_leased < $5 THEN $5 - rows_leased ELSE 0 END FROM busy
        WHERE NOT EXISTS (SELECT 1 FROM stores WHERE id = $3 AND paused_until > $4))
    UPDATE codes SET in_doubt = CASE WHEN lease_owner IS NULL THEN in_doubt ELSE 1 END,
        lease_owner = $1, lease_until = $2,
        status = CASE WHEN status = 'pending' AND remote IS NULL THEN 'creating' ELSE status END
    WHERE (lease_until IS NULL OR lease_until <= $4) AND due_at <= $4 AND id IN (
        SELECT id FROM codes
        WHERE store_id = $3 AND due_at <= $4 AND (lease_until IS NULL OR lease_until <= $4)
        ORDER BY due_at, id
        LIMIT (SELECT CASE WHEN places < $6 THEN places ELSE $6 END FROM free
            UNION ALL SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM free)))
    RETURNING id, enrollment_id, campaign_id,
        (SELECT e.creator_id FROM enrollments e WHERE e.id = codes.enrollment_id) AS creator_id,
        store_id, plan_id, plan_version, text, status, reason, missing, collided_with, is_current, origin, remote,
        remote_rule, shop_text, shop_version, shop_enabled, due_at, created_at, updated_at, wish, attempts,
        in_doubt";
const RENEW: &str = "UPDATE codes SET lease_until = $1 WHERE store_id = $2 AND lease_owner = $3
    AND lease_until > $4";
/// What the shop has is true whatever is wished meanwhile; the rest only where nothing else is.
const FINISH: &str = "UPDATE codes SET remote = $3, remote_rule = $4, shop_text = $5, shop_version = $6,
        shop_enabled = $7, in_doubt = $8, attempts = $9, lease_owner = NULL, lease_until = NULL,
        updated_at = $10,
        status = CASE WHEN wish = $11 THEN $12 WHEN status = 'creating' THEN 'pending' ELSE status END,
        reason = CASE WHEN wish = $11 THEN $13 ELSE reason END,
        due_at = CASE WHEN wish = $11 THEN $14 ELSE due_at END
    WHERE id = $1 AND lease_owner = $2 RETURNING id";
const SET_TEXT: &str = "UPDATE codes SET text = $4, collided_with = $5
    WHERE id = $1 AND lease_owner = $2 AND wish = $3 RETURNING id";
/// A renamed code that the shop does not take: it is an older one at once, and never was in the shop.
const TAKE_BACK: &str = "UPDATE codes SET is_current = 0, status = 'failed', reason = $4, updated_at = $5,
        due_at = NULL, lease_owner = NULL, lease_until = NULL, remote = NULL, remote_rule = NULL, shop_text = NULL,
        shop_version = NULL, shop_enabled = NULL
    WHERE id = $1 AND lease_owner = $2 AND wish = $3 AND is_current = 1 AND text <> shop_text RETURNING id";
const RESTORE: &str =
    "UPDATE codes SET is_current = 1, status = CASE WHEN $7 = 1 THEN 'active' ELSE 'pending' END,
        remote = $3, remote_rule = $4, shop_text = $5, shop_version = $6, shop_enabled = $7, reason = $8,
        updated_at = $9, wish = wish + 1, due_at = CASE WHEN $7 = 1 THEN NULL ELSE $9 END
    WHERE enrollment_id = $1 AND text = $5 AND id <> $2 AND is_current = 0 AND remote IS NULL RETURNING id";
const WAITING: &str = "SELECT c.store_id, COUNT(*) AS codes, MIN(CASE WHEN c.lease_until > c.due_at
            THEN c.lease_until ELSE c.due_at END) AS due_at, s.paused_until, s.paused_reason
    FROM codes c JOIN stores s ON s.id = c.store_id
    WHERE c.due_at IS NOT NULL GROUP BY c.store_id, s.paused_until, s.paused_reason ORDER BY c.store_id";
const EXPLAIN: &str = "UPDATE codes SET reason = $1
    WHERE store_id = $2 AND due_at IS NOT NULL AND status IN ('pending', 'creating')";

/// Leases codes of a store that are due, oldest first: none while the store's work rests, and never more in all
/// loops together than the room allows.
pub async fn lease(
    sql: &impl Sql,
    store: &StoreId,
    lease: &Lease<'_>,
    room: Room,
) -> Result<Vec<Leased>, SqlError> {
    let statement = Statement::new(LEASE)
        .bind(lease.owner)
        .bind(lease.until)
        .bind(store)
        .bind(lease.now)
        .bind(room.at_once)
        .bind(room.most);
    let mut leased: Vec<Leased> =
        sql.execute(statement).await?.iter().map(read).collect::<Result<_, SqlError>>()?;
    leased.sort_by(|one, other| (one.code.due_at, &one.code.id).cmp(&(other.code.due_at, &other.code.id)));
    Ok(leased)
}

/// Keeps all of a loop's leases in a store for another while.
pub async fn renew(sql: &impl Sql, store: &StoreId, lease: &Lease<'_>) -> Result<(), SqlError> {
    let statement = Statement::new(RENEW).bind(lease.until).bind(store).bind(lease.owner).bind(lease.now);
    sql.execute(statement).await.map(drop)
}

/// Writes what came of a leased code, and gives it back. `false` where the lease had run out and somebody
/// else has the code: then nothing is written, because they have asked the shop themselves.
pub async fn finish(sql: &impl Sql, owner: &str, leased: &Leased, now: Timestamp) -> Result<bool, SqlError> {
    let code = &leased.code;
    let statement = Statement::new(FINISH)
        .bind(&code.id)
        .bind(owner)
        .bind_all(in_shop_values(code.in_shop.as_ref()))
        .bind(leased.in_doubt)
        .bind(leased.attempts)
        .bind(now)
        .bind(leased.wish)
        .bind(code.status.as_str())
        .bind(code.reason.as_deref())
        .bind(code.due_at);
    Ok(!sql.execute(statement).await?.is_empty())
}

/// Gives what the shop has of a renamed code back to the code before, which the shop does not want renamed.
/// `false` where there is none, or something else is wished by now: then nothing is written.
pub async fn take_back(
    sql: &impl Sql,
    owner: &str,
    leased: &Leased,
    reason: &str,
    now: Timestamp,
) -> Result<bool, SqlError> {
    let code = &leased.code;
    let (Some(found), Some(text)) = (&code.in_shop, &code.text) else { return Ok(false) };
    if found.state.text == *text {
        return Ok(false);
    }
    let taken = Statement::new(TAKE_BACK)
        .bind(&code.id)
        .bind(owner)
        .bind(leased.wish)
        .bind(reason)
        .bind(now)
        .must_return();
    let restored = Statement::new(RESTORE)
        .bind(&code.enrollment_id)
        .bind(&code.id)
        .bind_all(in_shop_values(code.in_shop.as_ref()))
        .bind(format!("could not be renamed to {text}: {reason}"))
        .bind(now)
        .must_return();
    match sql.transaction(vec![taken, restored]).await {
        Ok(_) => Ok(true),
        Err(SqlError::Stale) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Gives a leased code another text, because the shop has the one before already. `false` where the lease had run
/// out, or something else is wished by now.
///
/// # Errors
/// [`SqlError::Unique`] where the text is another code's.
pub async fn set_text(sql: &impl Sql, owner: &str, leased: &Leased) -> Result<bool, SqlError> {
    let code = &leased.code;
    let statement = Statement::new(SET_TEXT)
        .bind(&code.id)
        .bind(owner)
        .bind(leased.wish)
        .bind(code.text.as_ref().map(CodeText::as_str))
        .bind(code.collided_with.as_deref());
    Ok(!sql.execute(statement).await?.is_empty())
}

/// What waits, by store. A start date that is far away waits too.
pub async fn waiting(sql: &impl Sql) -> Result<Vec<Waiting>, SqlError> {
    sql.execute(Statement::new(WAITING)).await?.iter().map(read_waiting).collect()
}

/// Says on a store's waiting codes why they wait.
pub fn explain(store: &StoreId, reason: &str) -> Statement {
    Statement::new(EXPLAIN).bind(reason).bind(store)
}

fn read(row: &Row) -> Result<Leased, SqlError> {
    Ok(Leased {
        code: read_code(row)?,
        wish: row.get("wish")?,
        attempts: row.get("attempts")?,
        in_doubt: row.get("in_doubt")?,
    })
}

fn read_waiting(row: &Row) -> Result<Waiting, SqlError> {
    let due_at: Timestamp = row.get("due_at")?;
    let paused_until: Option<Timestamp> = row.get("paused_until")?;
    Ok(Waiting {
        store: row.parse("store_id", StoreId::parse)?,
        codes: row.get("codes")?,
        next_at: paused_until.map_or(due_at, |until| until.max(due_at)),
        paused: row.get("paused_reason")?,
    })
}

/// Where a code stands that went wrong in a way that may pass: where it stood before it was leased.
pub const fn waiting_status(status: CodeStatus) -> CodeStatus {
    match status {
        CodeStatus::Creating => CodeStatus::Pending,
        other => other,
    }
}
