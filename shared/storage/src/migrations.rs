//! Numbered migrations, each run exactly once, by whoever needs the schema first (R72).

use tributary_domain::Timestamp;

use crate::sql::{Sql, SqlError, Statement};

/// A line that parts two statements of a migration.
const SEPARATOR: &str = "\n-- next\n";

/// The files of the folder `migrations` in the order of their names, as `build.rs` packs them; the first has number 1.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/migrations.deflate"));

/// Parts one migration from the next.
const END: char = '\0';

/// How often a start waits for another one that migrates at this moment.
const TRIES: u32 = 20;

/// The version of the schema that this program needs: the number of its migrations.
pub fn latest() -> u32 {
    env!("MIGRATIONS").parse().unwrap_or(u32::MAX)
}

fn unpacked() -> Result<String, SqlError> {
    let text =
        miniz_oxide::inflate::decompress_to_vec(PACKED).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| SqlError::Schema("this program's migrations are damaged: build it anew".to_owned()))
}

/// The version of the schema in the database; 0 where there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn current(sql: &impl Sql) -> Result<u32, SqlError> {
    let rows = sql
        .execute(Statement::new("SELECT COALESCE(MAX(version), 0) AS version FROM schema_migrations"))
        .await;
    match rows {
        Ok(rows) => rows.first().map_or(Ok(0), |row| row.get("version")),
        Err(SqlError::Schema(_)) => Ok(0),
        Err(error) => Err(error),
    }
}

/// Brings the schema up to [`latest`], if it is not.
///
/// Each migration is one transaction that begins by claiming its number, so of several instances that start
/// at the same moment one runs it and the others see it done.
///
/// # Errors
/// When the database does not answer, stays busy, or is newer than this program.
pub async fn run(sql: &impl Sql, now: Timestamp) -> Result<(), SqlError> {
    if current(sql).await? == latest() {
        return Ok(());
    }
    let mut outcome = Ok(());
    for _ in 0..TRIES {
        outcome = run_missing(sql, latest(), now).await;
        match outcome {
            // Another instance was at it: look again.
            Err(SqlError::Busy | SqlError::Unique(_)) => {}
            _ => return outcome,
        }
    }
    outcome
}

async fn run_missing(sql: &impl Sql, last: u32, now: Timestamp) -> Result<(), SqlError> {
    // It stays in the file, and cannot be part of a transaction.
    sql.execute(Statement::new("PRAGMA journal_mode = WAL")).await?;
    sql.execute(Statement::new(
        "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL)",
    ))
    .await?;
    let done = current(sql).await?;
    if done > latest() {
        return Err(SqlError::Schema(format!("version {done} is newer than this program's {}", latest())));
    }
    let migrations = unpacked()?;
    for (version, text) in (1..=last).zip(migrations.split(END)).filter(|(version, _)| *version > done) {
        let claim = Statement::new("INSERT INTO schema_migrations (version, applied_at) VALUES ($1, $2)")
            .bind(version)
            .bind(now);
        let steps = text.split(SEPARATOR).map(Statement::new);
        sql.transaction(std::iter::once(claim).chain(steps).collect()).await?;
    }
    Ok(())
}

/// The schema of an older program, for tests of what a migration does to its rows.
#[cfg(test)]
pub(crate) async fn run_up_to(sql: &impl Sql, last: u32, now: Timestamp) -> Result<(), SqlError> {
    run_missing(sql, last, now).await
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::native::NativeSql;

    // R72
    #[test]
    fn instances_that_start_at_the_same_moment_migrate_exactly_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| block_on(run(&NativeSql::open(&path), Timestamp::from_seconds(1))).unwrap());
            }
        });
        let sql = NativeSql::open(&path);
        assert_eq!(block_on(current(&sql)).unwrap(), latest());
        let rows = block_on(sql.execute(Statement::new("SELECT COUNT(*) AS n FROM settings"))).unwrap();
        assert_eq!(rows[0].get::<i64>("n").unwrap(), 1);
    }

    // R72
    #[test]
    fn a_database_of_a_newer_program_is_left_alone() {
        let sql = NativeSql::in_memory();
        block_on(run(&sql, Timestamp::from_seconds(1))).unwrap();
        block_on(sql.execute(Statement::new("INSERT INTO schema_migrations VALUES (9999, 0)"))).unwrap();
        assert!(matches!(block_on(run(&sql, Timestamp::from_seconds(2))), Err(SqlError::Schema(_))));
    }
}
