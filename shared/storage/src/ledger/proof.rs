//! Proves that no line of the ledger was altered, taken out or slipped in since it was sealed.

use tributary_domain::keys::hex;
use tributary_domain::ledger::{GENESIS, Hash, Line, seal};

use crate::sql::{Row, Sql, SqlError, Statement};

/// What a proof came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// How many lines were looked at.
    pub lines: i64,
    /// The first line that is not as it was sealed, or that is gone.
    pub first_broken: Option<i64>,
}

/// Lines that are held in memory at once.
const PAGE: u32 = 500;

const LAST_SEALED: &str = "SELECT COALESCE(MAX(number), 0) AS number FROM ledger_seals";
const PAGE_OF_LINES: &str =
    "SELECT l.number, l.creator_id, l.order_id, l.kind, l.amount, l.currency, l.at, l.reason, l.actor, s.hash
    FROM ledger l LEFT JOIN ledger_seals s ON s.number = l.number
    WHERE l.number > $1 ORDER BY l.number LIMIT $2";
/// A sealed line that is gone.
const FIRST_GONE: &str = "SELECT s.number FROM ledger_seals s
    WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE l.number = s.number) ORDER BY s.number LIMIT 1";
const SEAL: &str = "INSERT INTO ledger_seals (number, hash) VALUES ";
/// Whoever proves at the same moment comes to the same hash.
const SEALED_ALREADY: &str = " ON CONFLICT (number) DO NOTHING";

/// Goes over the whole ledger, a page at a time: sealed lines are held to their seals, new ones are sealed.
pub async fn prove(sql: &impl Sql) -> Result<Proof, SqlError> {
    let last_sealed = number(&sql.execute(Statement::new(LAST_SEALED)).await?)?.unwrap_or_default();
    let gone = number(&sql.execute(Statement::new(FIRST_GONE)).await?)?;
    let mut proof = Proof { lines: 0, first_broken: None };
    let (mut hash, mut after) = (GENESIS, 0);
    loop {
        let rows = sql.execute(Statement::new(PAGE_OF_LINES).bind(after).bind(PAGE)).await?;
        let Some(last) = rows.last() else { break };
        after = last.get("number")?;
        proof.lines = proof.lines.saturating_add(i64::try_from(rows.len()).unwrap_or(i64::MAX));
        if proof.first_broken.is_some() {
            continue;
        }
        let page = check(&rows, hash, last_sealed)?;
        if !page.new.is_empty() {
            sql.execute(seals(&page.new)).await?;
        }
        (hash, proof.first_broken) = (page.hash, page.broken);
    }
    proof.first_broken = proof.first_broken.into_iter().chain(gone).min();
    Ok(proof)
}

fn number(rows: &[Row]) -> Result<Option<i64>, SqlError> {
    rows.first().map(|row| row.get("number")).transpose()
}

/// What was found of a page of lines.
struct Page {
    /// The hash of its last good line.
    hash: Hash,
    /// Seals to write.
    new: Vec<(i64, Hash)>,
    broken: Option<i64>,
}

fn check(rows: &[Row], hash: Hash, last_sealed: i64) -> Result<Page, SqlError> {
    let mut page = Page { hash, new: Vec::new(), broken: None };
    for row in rows {
        let number: i64 = row.get("number")?;
        // A line that cannot even be read was not written by us.
        let Ok((hash, sealed)) = hash_of(row, &page.hash) else {
            page.broken = Some(number);
            break;
        };
        match sealed {
            Some(sealed) if sealed == hex(&hash) => {}
            // A line among sealed ones that has no seal was slipped in, or its seal was taken off.
            None if number > last_sealed => page.new.push((number, hash)),
            _ => {
                page.broken = Some(number);
                break;
            }
        }
        page.hash = hash;
    }
    Ok(page)
}

/// The hash that a line should have, and the one that it was sealed with.
fn hash_of(row: &Row, before: &Hash) -> Result<(Hash, Option<String>), SqlError> {
    let (creator, order): (String, Option<String>) = (row.get("creator_id")?, row.get("order_id")?);
    let (kind, currency): (String, String) = (row.get("kind")?, row.get("currency")?);
    let (reason, actor): (String, String) = (row.get("reason")?, row.get("actor")?);
    let line = Line {
        number: row.get("number")?,
        creator: &creator,
        conversion: order.as_deref(),
        kind: &kind,
        amount: row.get("amount")?,
        currency: &currency,
        at: row.get("at")?,
        reason: &reason,
        actor: &actor,
    };
    Ok((seal(before, &line), row.get("hash")?))
}

fn seals(new: &[(i64, Hash)]) -> Statement {
    let places: Vec<String> =
        (0..new.len()).map(|row| format!("(${}, ${})", 2 * row + 1, 2 * row + 2)).collect();
    let statement = Statement::new(format!("{SEAL}{}{SEALED_ALREADY}", places.join(", ")));
    new.iter().fold(statement, |statement, (number, hash)| statement.bind(*number).bind(hex(hash)))
}
