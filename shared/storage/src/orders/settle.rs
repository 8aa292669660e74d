//! Decides anew what others changed since: an order follows not only from itself, but from what came before it.
//!
//! Triggers note such orders in the statement that changes something, so nothing is forgotten by a crash, and
//! whatever the order in which webhooks come, it ends in the same books. It is run before anything is read.
//!
//! What is noted is an order, an order whose buyer's orders since a moment may say something else now, or an enrollment
//! whose orders since a moment follow from those before them.

use std::collections::HashMap;
use std::rc::Rc;

use tributary_domain::Timestamp;
use tributary_domain::ids::{EnrollmentId, OrderId};

use super::book::Desk;
use super::changes::{self, unchanged};
use super::credit::{credit, pay};
use super::history::{self, History};
use super::limits::{self, Course, limited};
use super::owners::Known;
use super::read::{OrderRow, by_ids, limited_of};
use super::write::{Write, settle, upsert};
use super::{customers, touches};
use crate::sql::{Row, Sql, SqlError, Statement, rows_of_places};

/// Orders that are decided anew together.
const PAGE: u32 = 200;
/// How many rounds one call goes; the next call goes on.
const MOST_ROUNDS: u32 = 200;
const ACTOR: &str = "tributary";
const REASON: &str = "an earlier order changed";

const WAITING: &str = "SELECT subject, since, number FROM unsettled ORDER BY since, subject LIMIT $1";
/// One that was noted again meanwhile has another number, and stays.
const DONE: (&str, &str) = ("DELETE FROM unsettled WHERE (subject, number) IN (VALUES ", ")");

/// Decides anew what waits for it. Where nothing does, it is one look into a table of nothing.
pub async fn settle_all(desk: &Desk<'_, impl Sql>) -> Result<(), SqlError> {
    for _ in 0..MOST_ROUNDS {
        let noted = waiting(desk.sql).await?;
        if noted.is_empty() {
            break;
        }
        match settle_noted(desk, &noted).await {
            // Somebody else wrote one of them: it is still noted, and read again.
            Ok(()) | Err(SqlError::Stale) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

struct Noted {
    subject: String,
    since: Timestamp,
    number: i64,
}

async fn waiting(sql: &impl Sql) -> Result<Vec<Noted>, SqlError> {
    let read = |row: &Row| {
        Ok(Noted { subject: row.get("subject")?, since: row.get("since")?, number: row.get("number")? })
    };
    sql.execute(Statement::new(WAITING).bind(PAGE)).await?.iter().map(read).collect()
}

/// Orders first: whom they are credited to says which enrollments they count for.
async fn settle_noted(desk: &Desk<'_, impl Sql>, noted: &[Noted]) -> Result<(), SqlError> {
    let (enrollments, orders): (Vec<_>, Vec<_>) =
        noted.iter().partition(|noted| EnrollmentId::parse(&noted.subject).is_ok());
    let changes = changes::count(desk.sql).await?;
    desk.owners.heed(changes);
    settle_orders(desk, &orders, changes).await?;
    for noted in enrollments {
        settle_enrollment(desk, noted, changes).await?;
    }
    Ok(())
}

async fn settle_orders(desk: &Desk<'_, impl Sql>, noted: &[&Noted], changes: i64) -> Result<(), SqlError> {
    if noted.is_empty() {
        return Ok(());
    }
    let of_buyer = |noted: &&Noted| Some((history::noted(&noted.subject)?, noted.since));
    let of_buyers: Vec<_> = noted.iter().filter_map(of_buyer).collect();
    let histories = history::outdated(desk.sql, &of_buyers).await?;
    let is_all = histories.len() < history::MOST;
    let themselves = noted.iter().filter_map(|noted| OrderId::parse(&noted.subject).ok());
    let ids: Vec<OrderId> = themselves.chain(histories.keys().cloned()).collect();
    let rows: Vec<OrderRow> =
        if ids.is_empty() { Vec::new() } else { by_ids(desk.sql, &ids).await?.into_values().collect() };
    let mut anew = credit_anew(desk, rows, &histories).await?;
    let earlier = limits::find(desk.sql, &limited(anew.iter().map(|anew| &anew.decided))).await?;
    let mut statements = vec![unchanged(changes)];
    if is_all {
        statements.push(done(noted));
    }
    for anew in &mut anew {
        let earlier = earlier.get(&anew.row.id).copied().unwrap_or_default();
        pay(&mut anew.decided, anew.winner.as_deref(), earlier);
        statements.extend(anew.write(desk.now)?);
    }
    if statements.len() > 1 {
        desk.sql.transaction(statements).await?;
    }
    Ok(())
}

/// Goes through an enrollment's orders from that moment on, each after what the ones before it came to.
async fn settle_enrollment(desk: &Desk<'_, impl Sql>, noted: &Noted, changes: i64) -> Result<(), SqlError> {
    let enrollment =
        EnrollmentId::parse(&noted.subject).map_err(|error| SqlError::Data(error.to_string()))?;
    let mut course = Course::from(noted.since);
    let mut after = (noted.since, String::new());
    loop {
        let rows = limited_of(desk.sql, &enrollment, &after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = (last.placed_at, last.id.to_string());
        let mut anew = credit_anew(desk, rows, &HashMap::new()).await?;
        course.look_up(desk.sql, &limited(anew.iter().map(|anew| &anew.decided))).await?;
        let mut statements = vec![unchanged(changes)];
        for anew in &mut anew {
            let earlier = course.before(&anew.decided);
            pay(&mut anew.decided, anew.winner.as_deref(), earlier);
            statements.extend(anew.write(desk.now)?);
            course.note(&anew.decided);
        }
        if statements.len() > 1 {
            desk.sql.transaction(statements).await?;
        }
    }
    // Whatever was written is noted again, and found to be right in the next round.
    desk.sql.execute(done(&[noted])).await?;
    Ok(())
}

fn done(noted: &[&Noted]) -> Statement {
    let (before, after) = DONE;
    let statement = Statement::new([before, &rows_of_places(1, noted.len(), 2), after].concat());
    noted.iter().fold(statement, |statement, noted| statement.bind(&noted.subject).bind(noted.number))
}

/// An order as it is kept, and as it is decided now.
struct Anew {
    row: OrderRow,
    decided: OrderRow,
    winner: Option<Rc<Known>>,
}

impl Anew {
    /// The statement that writes it, where it comes out differently.
    fn write(&mut self, now: Timestamp) -> Result<Option<Statement>, SqlError> {
        let (row, decided) = (&self.row, &mut self.decided);
        let worth = settle(decided, now);
        if (OrderRow { updated_at: row.updated_at, ..decided.clone() }) == *row {
            return Ok(None);
        }
        (decided.version, decided.reason) = (row.version + 1, REASON.to_owned());
        Ok(Some(upsert(&[Write { row: decided, worth, actor: ACTOR }])?.must_return()))
    }
}

/// Decides anew who is credited with each of these orders, after what some of their buyers did before.
async fn credit_anew(
    desk: &Desk<'_, impl Sql>,
    rows: Vec<OrderRow>,
    histories: &HashMap<OrderId, History>,
) -> Result<Vec<Anew>, SqlError> {
    let read: Vec<&OrderRow> = rows.iter().collect();
    let found = touches::find(desk, &read).await?;
    let customers = customers::find(desk, &read).await?;
    let anew = |(row, mut found): (OrderRow, touches::Found)| {
        found.add_customer(&row, customers.get(&row.id));
        let mut decided = row.clone();
        if let Some(history) = histories.get(&row.id) {
            history.restate(&mut decided.facts);
        }
        let winner = credit(&mut decided, found);
        Anew { row, decided, winner }
    };
    Ok(rows.into_iter().zip(found).map(anew).collect())
}
