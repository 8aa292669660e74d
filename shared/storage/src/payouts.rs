//! Batches of payments to creators (R54). Triggers on their lines write the ledger.

use tributary_domain::ids::{CreatorId, PayoutId};
use tributary_domain::payout::Status;
use tributary_domain::{Currency, Money, Timestamp};

use crate::conversions::{Sort, full_name};
use crate::sql::{Row, Sql, SqlError, Statement, places};

/// A batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    /// Its id.
    pub id: PayoutId,
    /// The least that is paid to anybody.
    pub minimum: Money,
    /// Counts the writes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its payments.
    pub lines: Vec<Line>,
}

/// One payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// To whom.
    pub creator: CreatorId,
    /// Their name.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub status: Status,
    /// The bank's reference.
    pub reference: Option<String>,
    /// Why it failed.
    pub reason: Option<String>,
    /// When it came to stand so.
    pub updated_at: Timestamp,
}

/// What becomes of some of a batch's payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marking<'a> {
    /// How they stand now.
    pub status: Status,
    /// The bank's reference, or why they failed.
    pub words: &'a str,
    /// Who says so.
    pub actor: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Creators of one statement.
const ROWS: usize = 500;

const DUE: &str = "SELECT b.creator_id, b.due AS amount, b.currency, 'pending' AS status, NULL AS reference,
        NULL AS reason, 0 AS updated_at, c.first_name, c.last_name, c.email
    FROM balances b JOIN creators c ON c.id = b.creator_id WHERE b.currency = $1 AND b.due > 0";
const KNOWN: &str = "SELECT id FROM creators WHERE id IN (";
const INSERT: &str = "INSERT INTO payouts (id, currency, minimum, version, created_at, updated_at)
    VALUES ($1, $2, $3, 1, $4, $4)";
/// Only who is still due exactly this much: of two batches at once, the second finds nobody.
const INSERT_LINES: &str =
    " INSERT INTO payout_lines (payout_id, creator_id, amount, currency, status, updated_at, actor)
    SELECT $1, wanted.creator_id, wanted.amount, $2, 'pending', $3, $4
    FROM wanted JOIN balances b ON b.creator_id = wanted.creator_id AND b.currency = $2
    WHERE b.due = wanted.amount";
const ALL_THERE: &str = "SELECT id FROM payouts
    WHERE id = $1 AND (SELECT COUNT(*) FROM payout_lines WHERE payout_id = $1) = $2";
const BY_IDS: &str = "SELECT id, currency, minimum, version, created_at FROM payouts WHERE id IN (";
const NEWEST: &str = "SELECT id FROM payouts WHERE id < $1 ORDER BY id DESC LIMIT $2";
const OLDEST: &str = "SELECT id FROM payouts WHERE id > $1 ORDER BY id LIMIT $2";
const LINES: &str = "SELECT l.payout_id, l.creator_id, l.amount, l.currency, l.status, l.reference, l.reason,
        l.updated_at, c.first_name, c.last_name, c.email
    FROM payout_lines l JOIN creators c ON c.id = l.creator_id WHERE l.payout_id IN (";
const NEXT_VERSION: &str =
    "UPDATE payouts SET version = version + 1, updated_at = $1 WHERE id = $2 AND version = $3
    RETURNING id";
const MARK: &str = "UPDATE payout_lines SET status = $1, updated_at = $3, actor = $4,
        reference = CASE WHEN $1 = 'failed' THEN reference ELSE $2 END,
        reason = CASE WHEN $1 = 'failed' THEN $2 ELSE reason END
    WHERE payout_id = $5 AND creator_id IN (";

/// The payments of all that creators are due in a currency; everybody's where no creators are named.
pub async fn due(
    sql: &impl Sql,
    currency: Currency,
    creators: Option<&[CreatorId]>,
    now: Timestamp,
) -> Result<Vec<Line>, SqlError> {
    let mut statements = Vec::new();
    match creators {
        None => statements.push(Statement::new(format!("{DUE} ORDER BY b.creator_id")).bind(currency)),
        Some(creators) => statements.extend(creators.chunks(ROWS).map(|creators| {
            let places = places(2, creators.len());
            Statement::new(format!("{DUE} AND b.creator_id IN ({places}) ORDER BY b.creator_id"))
                .bind(currency)
                .bind_all(creators)
        })),
    }
    let mut due = Vec::new();
    for statement in statements {
        for row in &sql.execute(statement).await? {
            due.push(Line { updated_at: now, ..read_line(row)? });
        }
    }
    Ok(due)
}

/// Those of these creators that there are, removed ones too.
pub async fn known(sql: &impl Sql, creators: &[CreatorId]) -> Result<Vec<CreatorId>, SqlError> {
    let mut known = Vec::new();
    for creators in creators.chunks(ROWS) {
        let statement = Statement::new(format!("{KNOWN}{})", places(1, creators.len()))).bind_all(creators);
        for row in &sql.execute(statement).await? {
            known.push(row.parse("id", CreatorId::parse)?);
        }
    }
    Ok(known)
}

/// Makes a batch, or nothing of it where anybody's balance is not what it was when it was read.
pub fn make(payout: &Payout, actor: &str) -> Vec<Statement> {
    let currency = payout.minimum.currency;
    let head = Statement::new(INSERT)
        .bind(&payout.id)
        .bind(currency)
        .bind(payout.minimum.amount)
        .bind(payout.created_at);
    let lines = payout.lines.chunks(ROWS).map(|lines| {
        let wanted: Vec<String> =
            (0..lines.len()).map(|row| format!("(${}, ${})", 5 + 2 * row, 6 + 2 * row)).collect();
        let text =
            format!("WITH wanted (creator_id, amount) AS (VALUES {}){INSERT_LINES}", wanted.join(", "));
        let statement =
            Statement::new(text).bind(&payout.id).bind(currency).bind(payout.created_at).bind(actor);
        lines.iter().fold(statement, |statement, line| statement.bind(&line.creator).bind(line.amount.amount))
    });
    let count = i64::try_from(payout.lines.len()).unwrap_or(i64::MAX);
    let all_there = Statement::new(ALL_THERE).bind(&payout.id).bind(count).must_return();
    std::iter::once(head).chain(lines).chain([all_there]).collect()
}

/// Marks these creators' payments, unless somebody else wrote the batch since it was read.
pub fn mark(payout: &Payout, creators: &[CreatorId], marking: Marking<'_>) -> Vec<Statement> {
    let next =
        Statement::new(NEXT_VERSION).bind(marking.at).bind(&payout.id).bind(payout.version).must_return();
    let marks = creators.chunks(ROWS).map(|creators| {
        Statement::new(format!("{MARK}{})", places(6, creators.len())))
            .bind(marking.status.as_str())
            .bind(marking.words)
            .bind(marking.at)
            .bind(marking.actor)
            .bind(&payout.id)
            .bind_all(creators)
    });
    std::iter::once(next).chain(marks).collect()
}

/// One batch.
pub async fn by_id(sql: &impl Sql, id: &PayoutId) -> Result<Option<Payout>, SqlError> {
    Ok(by_ids(sql, std::slice::from_ref(id)).await?.pop())
}

/// Batches by when they were made, after the one with the id `after`.
pub async fn list(
    sql: &impl Sql,
    sort: Sort,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Payout>, SqlError> {
    let (text, beginning) = match sort {
        Sort::Newest => (NEWEST, crate::AFTER_ALL_IDS),
        Sort::Oldest => (OLDEST, ""),
    };
    let page = Statement::new(text).bind(after.unwrap_or(beginning)).bind(limit);
    let rows = sql.execute(page).await?;
    let ids: Vec<PayoutId> =
        rows.iter().map(|row| row.parse("id", PayoutId::parse)).collect::<Result<_, _>>()?;
    let mut payouts = by_ids(sql, &ids).await?;
    if sort == Sort::Oldest {
        payouts.reverse();
    }
    Ok(payouts)
}

async fn by_ids(sql: &impl Sql, ids: &[PayoutId]) -> Result<Vec<Payout>, SqlError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let among = |text: &str, order: &str| {
        Statement::new(format!("{text}{}) ORDER BY {order}", places(1, ids.len()))).bind_all(ids)
    };
    let lines = sql.execute(among(LINES, "l.payout_id DESC, l.creator_id")).await?;
    let mut payouts = Vec::new();
    for row in &sql.execute(among(BY_IDS, "id DESC")).await? {
        let id = row.parse("id", PayoutId::parse)?;
        let currency = row.parse("currency", Currency::parse)?;
        let mut payout = Payout {
            minimum: Money::new(row.get("minimum")?, currency),
            version: row.get("version")?,
            created_at: row.get("created_at")?,
            lines: Vec::new(),
            id,
        };
        for line in &lines {
            if line.get::<String>("payout_id")? == payout.id.as_str() {
                payout.lines.push(read_line(line)?);
            }
        }
        payouts.push(payout);
    }
    Ok(payouts)
}

fn read_line(row: &Row) -> Result<Line, SqlError> {
    Ok(Line {
        creator: row.parse("creator_id", CreatorId::parse)?,
        name: full_name(row)?,
        email: row.get("email")?,
        amount: Money::new(row.get("amount")?, row.parse("currency", Currency::parse)?),
        status: row.parse("status", |text| Status::try_from(text))?,
        reference: row.get("reference")?,
        reason: row.get("reason")?,
        updated_at: row.get("updated_at")?,
    })
}

#[cfg(test)]
mod tests;
