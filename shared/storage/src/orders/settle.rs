//! Decides anew what others changed since: an order follows not only from itself, but from what came before it.
//!
//! Triggers note such orders in the statement that changes something, so nothing is forgotten by a crash, and
//! whatever the order in which webhooks come, it ends in the same books. It is run before anything is read.

use tributary_domain::ids::OrderId;

use super::book::Desk;
use super::credit::credit;
use super::read::{OrderRow, by_ids};
use super::write::{Write, settle, upsert};
use super::{customers, touches};
use crate::sql::{ROWS_A_STATEMENT, Row, Sql, SqlError, Statement, places, rows_of_places};

/// Orders that are decided anew together.
const PAGE: u32 = 200;
/// How many pages one call deals with; the next call goes on.
const MOST_PAGES: u32 = 200;
const ACTOR: &str = "tributary";
const REASON: &str = "an earlier order changed";

const WAITING: &str = "SELECT subject, number FROM unsettled ORDER BY since, subject LIMIT $1";
/// One that was noted again meanwhile has another number, and stays.
const DONE: (&str, &str) = ("DELETE FROM unsettled WHERE (subject, number) IN (VALUES ", ")");
const TAKE: &str = "DELETE FROM unsettled WHERE subject IN ";

/// Decides anew what waits for it. Where nothing does, it is one look into a table of nothing.
pub async fn settle_all(desk: &Desk<'_, impl Sql>) -> Result<(), SqlError> {
    for _ in 0..MOST_PAGES {
        let waiting = waiting(desk.sql).await?;
        if waiting.is_empty() {
            break;
        }
        let mut statements = vec![done(&waiting)];
        statements.extend(decide_anew(desk, &waiting).await?);
        match desk.sql.transaction(statements).await {
            // Somebody else wrote one of them: it is still noted, and read again.
            Ok(_) | Err(SqlError::Stale) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

struct Noted {
    order: OrderId,
    number: i64,
}

async fn waiting(sql: &impl Sql) -> Result<Vec<Noted>, SqlError> {
    let read =
        |row: &Row| Ok(Noted { order: row.parse("subject", OrderId::parse)?, number: row.get("number")? });
    sql.execute(Statement::new(WAITING).bind(PAGE)).await?.iter().map(read).collect()
}

fn done(noted: &[Noted]) -> Statement {
    let (before, after) = DONE;
    let statement = Statement::new([before, &rows_of_places(1, noted.len(), 2), after].concat());
    noted.iter().fold(statement, |statement, noted| statement.bind(&noted.order).bind(noted.number))
}

/// Takes away what is noted of these orders.
pub(super) fn is_settled(orders: &[OrderId]) -> Vec<Statement> {
    let take =
        |orders: &[OrderId]| Statement::new(format!("{TAKE}({})", places(1, orders.len()))).bind_all(orders);
    orders.chunks(ROWS_A_STATEMENT).map(take).collect()
}

/// The statements that write what comes out differently.
async fn decide_anew(desk: &Desk<'_, impl Sql>, noted: &[Noted]) -> Result<Vec<Statement>, SqlError> {
    let ids: Vec<OrderId> = noted.iter().map(|noted| noted.order.clone()).collect();
    let rows = by_ids(desk.sql, &ids).await?;
    let rows: Vec<&OrderRow> = rows.values().collect();
    let found = touches::find(desk, &rows).await?;
    let customers = customers::find(desk.sql, &rows).await?;
    let mut statements = Vec::new();
    for (row, mut found) in rows.into_iter().zip(found) {
        found.add_customer(row, customers.get(&row.id), desk.buyer_key);
        let mut decided = row.clone();
        credit(&mut decided, found);
        let worth = settle(&mut decided, desk.now);
        if (OrderRow { updated_at: row.updated_at, ..decided.clone() }) != *row {
            (decided.version, decided.reason) = (row.version + 1, REASON.to_owned());
            statements.push(upsert(&[Write { row: &decided, worth, actor: ACTOR }])?.must_return());
        }
    }
    Ok(statements)
}
