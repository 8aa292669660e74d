//! Sessions of the dashboard that were ended before their time: a cookie that was copied opens nothing any more.

use tributary_domain::Timestamp;

use crate::sql::{Sql, SqlError, Statement};

const FIND: &str = "SELECT 1 AS ended FROM ended_sessions WHERE session = $1";
const END: &str =
    "INSERT INTO ended_sessions (session, until) VALUES ($1, $2) ON CONFLICT (session) DO NOTHING";
const FORGET: &str = "DELETE FROM ended_sessions WHERE until <= $1";

/// Whether the session with this hash was ended.
pub async fn is_ended(sql: &impl Sql, session: &str) -> Result<bool, SqlError> {
    Ok(!sql.execute(Statement::new(FIND).bind(session)).await?.is_empty())
}

/// Ends a session that would last until then, and forgets those that are over by now.
pub async fn end(sql: &impl Sql, session: &str, until: Timestamp, now: Timestamp) -> Result<(), SqlError> {
    let end = Statement::new(END).bind(session).bind(until);
    sql.transaction(vec![end, Statement::new(FORGET).bind(now)]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::migrations;
    use crate::native::NativeSql;

    // R73
    #[test]
    fn a_session_is_ended_once_and_forgotten_when_it_would_be_over() {
        let at = |seconds: i64| Timestamp::from_seconds(1_790_000_000 + seconds);
        let sql = NativeSql::in_memory();
        block_on(migrations::run(&sql, at(0))).unwrap();
        let is_ended = |session| block_on(is_ended(&sql, session)).unwrap();
        assert!(!is_ended("a"));
        for _ in 0..2 {
            block_on(end(&sql, "a", at(100), at(0))).unwrap();
        }
        assert!(is_ended("a") && !is_ended("b"));
        block_on(end(&sql, "b", at(200), at(150))).unwrap();
        assert!(!is_ended("a") && is_ended("b"), "the first is over by itself");
    }
}
