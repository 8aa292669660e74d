//! What a shop's codes were when they were last held against what they should be, for the page that shows it. It is
//! a look and no record: the next one takes its place.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tributary_domain::Timestamp;
use tributary_domain::ids::StoreId;

use crate::sql::{Sql, SqlError, Statement, to_json};

const KEEP: &str = "INSERT INTO drifts (store_id, report, seen_at) VALUES ($1, $2, $3)
    ON CONFLICT (store_id) DO UPDATE SET report = excluded.report, seen_at = excluded.seen_at";
const LAST: &str = "SELECT report, seen_at FROM drifts WHERE store_id = $1";

/// Keeps what was seen of a store's shop.
///
/// # Errors
/// When the report cannot be written as JSON.
pub fn keep(store: &StoreId, report: &impl Serialize, now: Timestamp) -> Result<Statement, SqlError> {
    Ok(Statement::new(KEEP).bind(store).bind(to_json(report)?).bind(now))
}

/// What was seen of a store's shop last, and when.
///
/// # Errors
/// The database's trouble.
pub async fn last<T: DeserializeOwned>(
    sql: &impl Sql,
    store: &StoreId,
) -> Result<Option<(T, Timestamp)>, SqlError> {
    let rows = sql.execute(Statement::new(LAST).bind(store)).await?;
    rows.first().map(|row| Ok((row.json("report")?, row.get("seen_at")?))).transpose()
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::orders::tests::{STORE, furnished};

    // R5
    #[test]
    fn the_last_look_at_a_shop_takes_the_place_of_the_one_before() {
        let sql = furnished("{}");
        let store = StoreId::parse(STORE).unwrap();
        let last = || block_on(last::<Vec<String>>(&sql, &store)).unwrap();
        assert_eq!(last(), None);
        for (second, seen) in [(5, vec!["renamed".to_owned()]), (9, Vec::new())] {
            let at = Timestamp::from_seconds(second);
            block_on(sql.execute(keep(&store, &seen, at).unwrap())).unwrap();
            assert_eq!(last(), Some((seen, at)));
        }
    }
}
