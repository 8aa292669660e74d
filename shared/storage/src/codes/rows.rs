//! The rows of codes.

use std::collections::BTreeSet;

use tributary_domain::Timestamp;
use tributary_domain::code::work::{State, Switch};
use tributary_domain::code::{CodeStatus, CodeText};
use tributary_domain::ids::{CampaignId, CodeId, CreatorId, EnrollmentId, PlanId, StoreId};

use super::{Code, InShop, MOST_OF_A_READ, Origin};
use crate::sql::{ROWS_A_STATEMENT, Row, Sql, SqlError, Statement, Value, places, rows_of_places, to_json};

/// Which codes a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of this plan.
    pub plan: Option<PlanId>,
    /// Those of this campaign.
    pub campaign: Option<CampaignId>,
    /// Those that stand here.
    pub status: Option<CodeStatus>,
    /// The replaced ones too.
    pub replaced: bool,
}

/// Whose code a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The code.
    pub code: Code,
    /// The campaign's name.
    pub campaign: String,
    /// The creator's first name, if there is one.
    pub first_name: Option<String>,
    /// The creator's last name, if there is one.
    pub last_name: Option<String>,
}

macro_rules! columns {
    () => {
        "c.id, c.enrollment_id, c.campaign_id, e.creator_id, c.store_id, c.plan_id, c.plan_version, c.text,
        c.status, c.reason, c.missing, c.collided_with, c.is_current, c.origin, c.remote, c.remote_rule,
        c.shop_text, c.shop_version, c.shop_enabled, c.due_at, c.created_at, c.updated_at"
    };
}

macro_rules! select {
    () => {
        concat!("SELECT ", columns!(), " FROM codes c JOIN enrollments e ON e.id = c.enrollment_id ")
    };
}

const BY_IDS: &str = concat!(select!(), "WHERE c.id IN ");
const BY_TEXTS: &str = concat!(select!(), "WHERE c.store_id = $1 AND c.text IN ");
const OF_ENROLLMENTS: &str = concat!(select!(), "WHERE c.is_current = 1 AND c.enrollment_id IN ");
const OF_CREATORS: &str =
    concat!(select!(), "WHERE c.is_current = 1 AND e.status = 'active' AND e.creator_id IN ");
const OLDER: &str = concat!(
    select!(),
    "WHERE c.enrollment_id = $1 AND c.is_current = 0 AND c.text IS NOT NULL ORDER BY c.id DESC LIMIT $2"
);
const FAILED_OF_PLAN: &str = concat!(
    select!(),
    "WHERE c.plan_id = $1 AND c.status = 'failed' AND c.is_current = 1 ORDER BY c.id LIMIT $2"
);
const LIST_FILTER: &str =
    "c.id < $1 AND ($2 IS NULL OR c.campaign_id = $2) AND ($3 IS NULL OR c.plan_id = $3)
    AND ($4 IS NULL OR c.status = $4) AND (c.is_current = 1 OR $5 = 1) ORDER BY c.id DESC LIMIT $6";
const HOLDER: &str = concat!(
    "SELECT ",
    columns!(),
    ", m.name AS campaign_name, p.first_name, p.last_name
    FROM codes c JOIN enrollments e ON e.id = c.enrollment_id JOIN campaigns m ON m.id = c.campaign_id
    LEFT JOIN creators p ON p.id = e.creator_id
    WHERE c.store_id = $1 AND c.text = $2"
);
/// A join with the prefixes, and not a long `OR`, whose depth SQLite limits to a thousand. In PostgreSQL the
/// column needs the collation "C", in which texts are compared byte by byte, as SQLite does.
const TEXTS: (&str, &str) = (
    "WITH wanted (first_text, after_text) AS (VALUES ",
    ") SELECT c.text FROM wanted CROSS JOIN codes c WHERE c.store_id = $STORE AND c.text >= wanted.first_text
        AND c.text < wanted.after_text",
);
const OF_STORE: &str =
    concat!(select!(), "WHERE c.store_id = $1 AND c.id > $2 AND c.remote IS NOT NULL ORDER BY c.id LIMIT $3");
const OLDER_THAN: &str = concat!(
    select!(),
    "WHERE c.plan_id = $1 AND c.plan_version < $2 AND c.text IS NOT NULL AND c.status <> 'failed'
    ORDER BY c.id LIMIT $3"
);
const INSERT: &str =
    "INSERT INTO codes (id, enrollment_id, campaign_id, store_id, plan_id, plan_version, text,
        status, reason, missing, collided_with, is_current, origin, remote, remote_rule, shop_text,
        shop_version, shop_enabled, due_at, created_at, updated_at) VALUES ";
/// What the shop has is not touched: the work loop alone knows it.
const REPLACE: (&str, &str) = (
    "WITH new (id, plan_version, text, status, reason, missing, collided_with, is_current, origin, due_at,
        updated_at) AS (VALUES ",
    ") UPDATE codes SET plan_version = new.plan_version, text = new.text, status = new.status,
        reason = new.reason, missing = new.missing, collided_with = new.collided_with,
        is_current = new.is_current, origin = new.origin, due_at = new.due_at, updated_at = new.updated_at,
        wish = codes.wish + 1, attempts = 0
    FROM new WHERE codes.id = new.id",
);
/// One that waits to be made is not made any more; one that may be on its way is looked after by the loop.
const RETIRE: &str = "UPDATE codes SET is_current = 0, updated_at = $1, wish = wish + 1,
        status = CASE WHEN status IN ('pending', 'creating') AND remote IS NULL THEN 'disabled' ELSE status END
    WHERE id = $2 AND is_current = 1 RETURNING id";

/// Codes by their ids, oldest first, in one statement.
pub async fn by_ids(sql: &impl Sql, ids: &[CodeId]) -> Result<Vec<Code>, SqlError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!("{BY_IDS}({}) ORDER BY c.id", places(1, ids.len()));
    sql.execute(Statement::new(text).bind_all(ids)).await?.iter().map(read).collect()
}

/// Today's codes of these enrollments, in one statement.
pub async fn of_enrollments<'a>(
    sql: &impl Sql,
    enrollments: impl IntoIterator<Item = &'a EnrollmentId>,
) -> Result<Vec<Code>, SqlError> {
    let ids: Vec<&EnrollmentId> = enrollments.into_iter().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let statement = Statement::new(format!("{OF_ENROLLMENTS}({})", places(1, ids.len()))).bind_all(ids);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// Today's codes of these creators in all campaigns that they are in, the newest first, in one statement.
pub async fn of_creators(sql: &impl Sql, creators: &[CreatorId]) -> Result<Vec<Code>, SqlError> {
    if creators.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!("{OF_CREATORS}({}) ORDER BY c.id DESC", places(1, creators.len()));
    sql.execute(Statement::new(text).bind_all(creators)).await?.iter().map(read).collect()
}

/// The codes of a store that have these texts.
pub async fn by_texts(sql: &impl Sql, store: &StoreId, texts: &[&CodeText]) -> Result<Vec<Code>, SqlError> {
    let mut codes = Vec::new();
    for chunk in texts.chunks(MOST_OF_A_READ) {
        let statement = Statement::new(format!("{BY_TEXTS}({})", places(2, chunk.len())))
            .bind(store)
            .bind_all(chunk.iter().map(|text| text.as_str()));
        for row in &sql.execute(statement).await? {
            codes.push(read(row)?);
        }
    }
    Ok(codes)
}

/// The codes that an enrollment had before, newest first; what was only to be decided is none.
pub async fn older(sql: &impl Sql, enrollment: &EnrollmentId, most: u32) -> Result<Vec<Code>, SqlError> {
    sql.execute(Statement::new(OLDER).bind(enrollment).bind(most)).await?.iter().map(read).collect()
}

/// A plan's codes that failed, oldest first, at most so many.
pub async fn failed_of_plan(sql: &impl Sql, plan: &PlanId, most: u32) -> Result<Vec<Code>, SqlError> {
    sql.execute(Statement::new(FAILED_OF_PLAN).bind(plan).bind(most)).await?.iter().map(read).collect()
}

/// Codes, newest first, after the one with the id `after`.
pub async fn list(
    sql: &impl Sql,
    filter: &Filter,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Code>, SqlError> {
    let statement = Statement::new(format!("{}WHERE {LIST_FILTER}", select!()))
        .bind(after.unwrap_or(crate::AFTER_ALL_IDS))
        .bind(filter.campaign.as_ref())
        .bind(filter.plan.as_ref())
        .bind(filter.status.map(CodeStatus::as_str))
        .bind(filter.replaced)
        .bind(limit);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// Whose code this text is in a store, today's or an older one.
pub async fn holder(sql: &impl Sql, store: &StoreId, text: &CodeText) -> Result<Option<Holder>, SqlError> {
    let rows = sql.execute(Statement::new(HOLDER).bind(store).bind(text.as_str())).await?;
    rows.first()
        .map(|row| {
            Ok(Holder {
                code: read(row)?,
                campaign: row.get("campaign_name")?,
                first_name: row.get("first_name")?,
                last_name: row.get("last_name")?,
            })
        })
        .transpose()
}

/// The store's codes that begin with one of these, in one statement.
pub(super) async fn texts_that_begin_with(
    sql: &impl Sql,
    store: &StoreId,
    prefixes: BTreeSet<String>,
) -> Result<BTreeSet<String>, SqlError> {
    if prefixes.is_empty() {
        return Ok(BTreeSet::new());
    }
    let (before, after) = TEXTS;
    let rows = rows_of_places(1, prefixes.len(), 2);
    let after = after.replace("$STORE", &format!("${}", 2 * prefixes.len() + 1));
    let statement =
        prefixes.into_iter().fold(Statement::new([before, &rows, &after].concat()), |statement, prefix| {
            // `~` is greater than everything that a code may have.
            let end = format!("{prefix}~");
            statement.bind(prefix).bind(end)
        });
    sql.execute(statement.bind(store)).await?.iter().map(|row| row.get("text")).collect()
}

/// The codes that a store's shop has, oldest first, after the one with the id `after`.
pub async fn of_store(
    sql: &impl Sql,
    store: &StoreId,
    after: Option<&str>,
    most: u32,
) -> Result<Vec<Code>, SqlError> {
    let statement = Statement::new(OF_STORE).bind(store).bind(after.unwrap_or_default()).bind(most);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// The codes that have the terms of an older version of the plan, oldest first (R12). What failed takes the newest
/// when it is tried again.
pub async fn older_than(
    sql: &impl Sql,
    plan: &PlanId,
    version: u16,
    most: u32,
) -> Result<Vec<Code>, SqlError> {
    let statement = Statement::new(OLDER_THAN).bind(plan).bind(version).bind(most);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// Keeps new codes.
pub fn insert_all(codes: &[Code]) -> Result<Vec<Statement>, SqlError> {
    codes
        .chunks(ROWS_A_STATEMENT)
        .map(|chunk| {
            let statement = Statement::new(format!("{INSERT}{}", rows_of_places(1, chunk.len(), 21)));
            chunk.iter().try_fold(statement, |statement, code| {
                Ok(statement
                    .bind(&code.id)
                    .bind(&code.enrollment_id)
                    .bind(&code.campaign_id)
                    .bind(&code.store_id)
                    .bind(&code.plan_id)
                    .bind(code.plan_version)
                    .bind(code.text.as_ref().map(CodeText::as_str))
                    .bind(code.status.as_str())
                    .bind(code.reason.as_deref())
                    .bind(to_json(&code.missing)?)
                    .bind(code.collided_with.as_deref())
                    .bind(code.is_current)
                    .bind(code.origin.as_str())
                    .bind_all(in_shop_values(code.in_shop.as_ref()))
                    .bind(code.due_at)
                    .bind(code.created_at)
                    .bind(code.updated_at))
            })
        })
        .collect()
}

/// Replaces what these codes are, but not whose.
pub fn replace_all(codes: &[Code]) -> Result<Vec<Statement>, SqlError> {
    let (before, after) = REPLACE;
    codes
        .chunks(ROWS_A_STATEMENT)
        .map(|chunk| {
            let rows = rows_of_places(1, chunk.len(), 11);
            chunk.iter().try_fold(Statement::new([before, &rows, after].concat()), |statement, code| {
                Ok(statement
                    .bind(&code.id)
                    .bind(code.plan_version)
                    .bind(code.text.as_ref().map(CodeText::as_str))
                    .bind(code.status.as_str())
                    .bind(code.reason.as_deref())
                    .bind(to_json(&code.missing)?)
                    .bind(code.collided_with.as_deref())
                    .bind(code.is_current)
                    .bind(code.origin.as_str())
                    .bind(code.due_at)
                    .bind(code.updated_at))
            })
        })
        .collect()
}

/// Makes today's code an older one. It keeps its status, and still credits.
pub fn retire(id: &CodeId, now: Timestamp) -> Statement {
    Statement::new(RETIRE).bind(now).bind(id).must_return()
}

/// The values of the columns `remote` to `shop_enabled`.
pub(super) fn in_shop_values(in_shop: Option<&InShop>) -> [Value; 5] {
    let state = in_shop.map(|found| &found.state);
    [
        in_shop.map(|found| &found.remote).into(),
        in_shop.and_then(|found| found.rule.as_ref()).into(),
        state.map(|state| state.text.as_str()).into(),
        state.map(|state| state.plan_version).into(),
        state.map(|state| state.switch == Switch::On).into(),
    ]
}

fn read_in_shop(row: &Row) -> Result<Option<InShop>, SqlError> {
    let Some(remote) = row.get("remote")? else { return Ok(None) };
    let switch = if row.get("shop_enabled")? { Switch::On } else { Switch::Off };
    let state = State {
        text: row.parse("shop_text", CodeText::parse)?,
        plan_version: row.get("shop_version")?,
        switch,
    };
    Ok(Some(InShop { remote, rule: row.get("remote_rule")?, state }))
}

pub(super) fn read(row: &Row) -> Result<Code, SqlError> {
    Ok(Code {
        id: row.parse("id", CodeId::parse)?,
        enrollment_id: row.parse("enrollment_id", EnrollmentId::parse)?,
        campaign_id: row.parse("campaign_id", CampaignId::parse)?,
        creator_id: row.parse_optional("creator_id", CreatorId::parse)?,
        store_id: row.parse("store_id", StoreId::parse)?,
        plan_id: row.parse("plan_id", PlanId::parse)?,
        plan_version: row.get("plan_version")?,
        text: row.parse_optional("text", CodeText::parse)?,
        status: row.parse("status", CodeStatus::parse)?,
        reason: row.get("reason")?,
        missing: row.json("missing")?,
        collided_with: row.get("collided_with")?,
        is_current: row.get("is_current")?,
        origin: row.parse("origin", Origin::parse)?,
        in_shop: read_in_shop(row)?,
        due_at: row.get("due_at")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
