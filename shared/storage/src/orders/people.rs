//! What is known of a buyer (R38).

use tributary_domain::ids::OrderId;

use super::read::{COLUMNS, OrderRow, read};
use crate::sql::{Sql, SqlError, Statement};

/// Every order and lead of a buyer, after the one with the id `after`, by the keyed hash of their e-mail address.
///
/// Facts are text, so each row is looked at: a person asks for it once in a while, and no index is kept for it.
///
/// # Errors
/// The database's trouble.
pub async fn of_buyer(
    sql: &impl Sql,
    hash: &str,
    after: Option<&OrderId>,
    limit: u32,
) -> Result<Vec<OrderRow>, SqlError> {
    let text = format!("SELECT {COLUMNS} FROM orders WHERE facts LIKE $1 AND id > $2 ORDER BY id LIMIT $3");
    let statement = Statement::new(text)
        .bind(format!("%\"{hash}\"%"))
        .bind(after.map_or("", OrderId::as_str))
        .bind(limit);
    sql.execute(statement).await?.iter().map(read).collect()
}
