//! How far each store was held against what we know of its orders.

use tributary_domain::Timestamp;
use tributary_domain::capability::Platform;
use tributary_domain::ids::StoreId;

use crate::sql::{Row, Sql, SqlError, Statement, places};

/// How far a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The store.
    pub store: StoreId,
    /// Where the time that is being read begins; or up to when everything was read.
    pub since: Option<Timestamp>,
    /// Where the time that is being read ends.
    pub until: Option<Timestamp>,
    /// Where the store's list goes on.
    pub cursor: Option<String>,
    /// Why the last page could not be read.
    pub failure: Option<String>,
}

const DUE: &str = "SELECT s.id, r.since_at, r.until_at, r.cursor, r.failure
    FROM stores s LEFT JOIN reconciliations r ON r.store_id = s.id
    WHERE s.credentials IS NOT NULL AND s.status = 'connected' AND COALESCE(r.tried_at, 0) <= $1 AND s.platform IN ";
const KEEP: &str = "INSERT INTO reconciliations (store_id, since_at, until_at, cursor, failure, tried_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (store_id) DO UPDATE SET since_at = excluded.since_at, until_at = excluded.until_at,
        cursor = excluded.cursor, failure = excluded.failure, tried_at = excluded.tried_at";

/// The stores of these platforms that have credentials and were not tried since that moment, or are in the
/// middle of a list; those first that waited longest.
pub async fn due(
    sql: &impl Sql,
    platforms: &[Platform],
    tried_before: Timestamp,
    limit: u32,
) -> Result<Vec<Progress>, SqlError> {
    let text =
        format!("{DUE}({}) ORDER BY COALESCE(r.tried_at, 0), s.id LIMIT $2", places(3, platforms.len()));
    let statement = Statement::new(text).bind(tried_before).bind(limit);
    let statement = statement.bind_all(platforms.iter().map(|platform| platform.as_str()));
    sql.execute(statement).await?.iter().map(read).collect()
}

/// Notes how far a store is.
pub fn keep(progress: &Progress, now: Timestamp) -> Statement {
    // In the middle of a list the next call goes on at once.
    let tried_at = if progress.cursor.is_some() { Timestamp::from_millis(1) } else { now };
    Statement::new(KEEP)
        .bind(&progress.store)
        .bind(progress.since)
        .bind(progress.until)
        .bind(progress.cursor.as_deref())
        .bind(progress.failure.as_deref())
        .bind(if progress.failure.is_some() { now } else { tried_at })
}

fn read(row: &Row) -> Result<Progress, SqlError> {
    Ok(Progress {
        store: row.parse("id", StoreId::parse)?,
        since: row.get("since_at")?,
        until: row.get("until_at")?,
        cursor: row.get("cursor")?,
        failure: row.get("failure")?,
    })
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::native::NativeSql;
    use crate::stores::{self, Store};

    fn connect(sql: &NativeSql, second: i64, platform: Platform, credentials: Option<&str>) -> StoreId {
        let now = Timestamp::from_seconds(second);
        let store = Store {
            id: StoreId::new(now, [0; 10]),
            name: "Shop".to_owned(),
            platform,
            url: url::Url::parse("https://shop.example").unwrap(),
            currency: tributary_domain::Currency::parse("EUR").unwrap(),
            webhook_secrets: None,
            credentials: credentials.map(ToOwned::to_owned),
            attribution_tag: None,
            status: "connected".to_owned(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        block_on(sql.execute(stores::insert(&store))).unwrap();
        store.id
    }

    // R34
    #[test]
    fn the_store_that_waited_longest_comes_first_and_one_in_the_middle_of_its_list_at_once() {
        let sql = NativeSql::in_memory();
        let at = Timestamp::from_seconds;
        block_on(crate::migrations::run(&sql, at(1))).unwrap();
        let first = connect(&sql, 10, Platform::Shopify, Some("sealed"));
        let second = connect(&sql, 11, Platform::Bigcommerce, Some("sealed"));
        connect(&sql, 12, Platform::Shopify, None);
        connect(&sql, 13, Platform::Amazon, Some("sealed"));
        let platforms = [Platform::Shopify, Platform::Bigcommerce];
        let found = |before| {
            let due = block_on(due(&sql, &platforms, at(before), 10)).unwrap();
            due.into_iter().map(|progress| progress.store).collect::<Vec<_>>()
        };
        assert_eq!(found(100), [first.clone(), second.clone()]);
        let read = |store: &StoreId| Progress {
            store: store.clone(),
            since: Some(at(90)),
            until: None,
            cursor: None,
            failure: None,
        };
        block_on(sql.execute(keep(&read(&first), at(100)))).unwrap();
        assert_eq!(found(99), std::slice::from_ref(&second));
        assert_eq!(found(100), [second.clone(), first.clone()]);
        let middle = Progress { until: Some(at(95)), cursor: Some("orders.2".to_owned()), ..read(&second) };
        block_on(sql.execute(keep(&middle, at(100)))).unwrap();
        assert_eq!(found(50), std::slice::from_ref(&second));
        assert_eq!(block_on(due(&sql, &platforms, at(50), 1)).unwrap(), std::slice::from_ref(&middle));
        let failed = Progress { failure: Some("the store does not answer".to_owned()), ..middle };
        block_on(sql.execute(keep(&failed, at(100)))).unwrap();
        assert!(found(99).is_empty(), "it is let alone for a while");
    }
}
