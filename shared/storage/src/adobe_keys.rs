//! Adobe's public keys, kept for a day so that not every event asks for them.

use tributary_domain::Timestamp;

use crate::sql::{Sql, SqlError, Statement};

const FIND: &str = "SELECT pem FROM adobe_keys WHERE path = $1 AND fetched_at > $2";
const KEEP: &str = "INSERT INTO adobe_keys (path, pem, fetched_at) VALUES ($1, $2, $3)
    ON CONFLICT (path) DO UPDATE SET pem = excluded.pem, fetched_at = excluded.fetched_at";

/// The key at a path of Adobe's, in PEM, where it was fetched after that moment.
pub async fn find(sql: &impl Sql, path: &str, fetched_after: Timestamp) -> Result<Option<String>, SqlError> {
    let statement = Statement::new(FIND).bind(path).bind(fetched_after);
    sql.execute(statement).await?.first().map(|row| row.get("pem")).transpose()
}

/// Keeps a key.
pub fn keep(path: &str, pem: &str, now: Timestamp) -> Statement {
    Statement::new(KEEP).bind(path).bind(pem).bind(now)
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::native::NativeSql;

    // R30
    #[test]
    fn a_key_is_kept_until_it_is_too_old_and_then_replaced() {
        let sql = NativeSql::in_memory();
        let at = Timestamp::from_seconds;
        block_on(crate::migrations::run(&sql, at(1))).unwrap();
        block_on(sql.execute(keep("/prod/keys/a.pem", "one", at(100)))).unwrap();
        let found = |after| block_on(find(&sql, "/prod/keys/a.pem", at(after))).unwrap();
        assert_eq!((found(99).as_deref(), found(100)), (Some("one"), None));
        block_on(sql.execute(keep("/prod/keys/a.pem", "two", at(200)))).unwrap();
        assert_eq!(found(100).as_deref(), Some("two"));
    }
}
