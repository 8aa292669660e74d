//! How many calls the keys made in the current minute: one row a key, which the next minute begins anew.

use tributary_domain::ids::KeyId;

use crate::sql::{Row, Sql, SqlError, Statement};

const USED: &str = "SELECT used FROM rate_limits WHERE key_id = $1 AND minute = $2";
const ADD: &str = "INSERT INTO rate_limits (key_id, minute, used) VALUES ($1, $2, $3)
    ON CONFLICT (key_id) DO UPDATE SET
        used = CASE WHEN rate_limits.minute = excluded.minute THEN rate_limits.used ELSE 0 END + excluded.used,
        minute = excluded.minute
    RETURNING used";

/// How many calls of a key are written down in a minute.
pub async fn used(sql: &impl Sql, key: &KeyId, minute: i64) -> Result<u32, SqlError> {
    let rows = sql.execute(Statement::new(USED).bind(key).bind(minute)).await?;
    rows.first().map_or(Ok(0), read)
}

/// Writes calls down; how many they are by now.
pub async fn add(sql: &impl Sql, key: &KeyId, minute: i64, calls: u32) -> Result<u32, SqlError> {
    let rows = sql.execute(Statement::new(ADD).bind(key).bind(minute).bind(calls)).await?;
    rows.first().map_or(Ok(0), read)
}

fn read(row: &Row) -> Result<u32, SqlError> {
    row.get("used")
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use tributary_domain::Timestamp;

    use super::*;
    use crate::migrations;
    use crate::native::NativeSql;

    // R65
    #[test]
    fn calls_add_up_within_a_minute_and_the_next_one_begins_anew() {
        let now = Timestamp::parse("2026-11-21T12:00:00Z").unwrap();
        let sql = NativeSql::in_memory();
        block_on(migrations::run(&sql, now)).unwrap();
        let key = KeyId::new(now, [0; 10]);
        assert_eq!(block_on(used(&sql, &key, 7)).unwrap(), 0);
        assert_eq!(block_on(add(&sql, &key, 7, 3)).unwrap(), 3);
        assert_eq!(block_on(add(&sql, &key, 7, 4)).unwrap(), 7);
        assert_eq!(block_on(used(&sql, &key, 7)).unwrap(), 7);
        assert_eq!(block_on(used(&sql, &key, 8)).unwrap(), 0);
        assert_eq!(block_on(add(&sql, &key, 8, 1)).unwrap(), 1);
    }
}
