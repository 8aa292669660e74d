//! The app's database, read beside the app: what was really written.

use anyhow::{Context as _, Result};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long what was answered may take to be written.
const PATIENCE: Duration = Duration::from_secs(10);

/// A number, as soon as it is what it should be, or after a while.
pub(crate) fn becomes(expected: u32, read: impl Fn() -> Result<u32>) -> Result<u32> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let number = read()?;
        if number == expected || Instant::now() > deadline {
            return Ok(number);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The database's file in an app's state folder.
pub(crate) fn file(state: &Path) -> PathBuf {
    state.join("sqlite_db.db")
}

/// The database of an app that may run.
pub(crate) struct Database(Connection);

impl Database {
    /// Opens it for reading.
    pub(crate) fn open(state: &Path) -> Result<Self> {
        let connection = Connection::open_with_flags(file(state), OpenFlags::SQLITE_OPEN_READ_ONLY)
            .context("the app has no database")?;
        Ok(Self(connection))
    }

    /// One number.
    pub(crate) fn number(&self, query: &str) -> Result<u32> {
        Ok(self.0.query_row(query, [], |row| row.get(0))?)
    }

    /// One number, as soon as it is what it should be, or after a while.
    pub(crate) fn number_that_becomes(&self, expected: u32, query: &str) -> Result<u32> {
        becomes(expected, || self.number(query))
    }

    /// How large it is, in bytes.
    pub(crate) fn bytes(&self) -> Result<f64> {
        Ok(f64::from(self.number("PRAGMA page_count")?) * f64::from(self.number("PRAGMA page_size")?))
    }
}
