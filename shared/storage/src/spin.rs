//! The adapters over Spin's SQLite and key-value store.

pub mod together;
pub mod work;

use std::cell::RefCell;
use std::rc::Rc;

use spin_sdk::key_value::Store;
use spin_sdk::sqlite::{Connection, Error, Value as SpinValue};

use self::work::Once;
use crate::cache::{Cache, CacheError};
use crate::sql::{Row, Sql, SqlError, Statement, Value};

/// Writes reach the log before the answer, but the disk only at a checkpoint: safe against a crash of the
/// program, at the price of the last moments when the machine loses power (`docs/OPERATING.md`).
const SYNCHRONOUS: &str = "PRAGMA synchronous = NORMAL";
/// How long SQLite itself waits for another writer, with the connection locked: two sleeps of one and two
/// milliseconds. The next would be longer each time, up to a tenth of a second, while others overtake.
const SHORT_PATIENCE: &str = "PRAGMA busy_timeout = 3";
/// How often such a wait is begun anew: about five seconds in all, as it would be in Spin without our doing.
const TRIES: u32 = 1_500;

/// How long the log may grow before it is brought into the database's file, in pages of 4 KB. Whoever does it
/// waits for the disk; with SQLite's own 1,000 that was one order in a hundred.
const SELDOM_CHECKPOINT: &str = "PRAGMA wal_autocheckpoint = 8000";

/// Spin's SQLite database `default`.
///
/// Statements share one connection, which is kept for the instance's life; a transaction has one of its own.
#[derive(Default)]
pub struct SpinSql {
    shared: Once<Rc<Connection>, SqlError>,
    idle: RefCell<Vec<Connection>>,
}

impl SpinSql {
    async fn shared(&self) -> Result<Rc<Connection>, SqlError> {
        self.shared.get(async || open().await.map(Rc::new)).await
    }
}

impl Sql for SpinSql {
    async fn execute(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        let connection = self.shared().await?;
        run(&connection, statement).await
    }

    async fn transaction(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError> {
        let idle = self.idle.borrow_mut().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open().await?,
        };
        run(&connection, Statement::new("BEGIN IMMEDIATE")).await?;
        match run_all(&connection, statements).await {
            Ok(results) => {
                run(&connection, Statement::new("COMMIT")).await?;
                self.idle.borrow_mut().push(connection);
                Ok(results)
            }
            Err(error) => {
                // A connection that could not roll back is dropped, and with it its transaction.
                if run(&connection, Statement::new("ROLLBACK")).await.is_ok() {
                    self.idle.borrow_mut().push(connection);
                }
                Err(error)
            }
        }
    }
}

async fn open() -> Result<Connection, SqlError> {
    let connection = Connection::open_default().await.map_err(from_spin)?;
    for pragma in [SYNCHRONOUS, SHORT_PATIENCE, SELDOM_CHECKPOINT] {
        run(&connection, Statement::new(pragma)).await?;
    }
    Ok(connection)
}

async fn run_all(connection: &Connection, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError> {
    let mut results = Vec::with_capacity(statements.len());
    for statement in statements {
        let must_return = statement.must_return;
        let rows = run(connection, statement).await?;
        if must_return && rows.is_empty() {
            return Err(SqlError::Stale);
        }
        results.push(rows);
    }
    Ok(results)
}

/// Runs a statement, when no other connection writes.
async fn run(connection: &Connection, statement: Statement) -> Result<Vec<Row>, SqlError> {
    let text = statement.sqlite_text();
    let params: Vec<SpinValue> = statement.params.into_iter().map(to_spin).collect();
    for _ in 1..TRIES {
        match run_once(connection, &text, params.clone()).await {
            Err(SqlError::Busy) => {}
            result => return result,
        }
    }
    run_once(connection, &text, params).await
}

async fn run_once(connection: &Connection, text: &str, params: Vec<SpinValue>) -> Result<Vec<Row>, SqlError> {
    let result = connection.execute(text, params).await.map_err(from_spin)?;
    let columns: Rc<[String]> = result.columns().into();
    // All rows before anything else: the host holds the connection's lock while it streams.
    let rows = result.collect().await.map_err(from_spin)?;
    Ok(rows
        .into_iter()
        .map(|row| Row::new(Rc::clone(&columns), row.values.into_iter().map(read_spin).collect()))
        .collect())
}

fn to_spin(value: Value) -> SpinValue {
    match value {
        Value::Null => SpinValue::Null,
        Value::Integer(number) => SpinValue::Integer(number),
        Value::Text(text) => SpinValue::Text(text),
        Value::Blob(bytes) => SpinValue::Blob(bytes),
    }
}

/// No column is declared as a float and no expression makes one, so a float reads as NULL, which the typed
/// reader refuses by name.
fn read_spin(value: SpinValue) -> Value {
    match value {
        SpinValue::Null | SpinValue::Real(_) => Value::Null,
        SpinValue::Integer(number) => Value::Integer(number),
        SpinValue::Text(text) => Value::Text(text),
        SpinValue::Blob(bytes) => Value::Blob(bytes),
    }
}

fn from_spin(error: Error) -> SqlError {
    match error {
        Error::Io(message) => SqlError::from_sqlite(&message),
        other => SqlError::Other(other.to_string()),
    }
}

/// Spin's key-value store `default`, its handle kept for the instance's life.
#[derive(Default)]
pub struct SpinCache {
    store: Once<Rc<Store>, CacheError>,
}

impl SpinCache {
    async fn store(&self) -> Result<Rc<Store>, CacheError> {
        let open =
            async || Store::open_default().await.map(Rc::new).map_err(|error| CacheError(error.to_string()));
        self.store.get(open).await
    }
}

impl Cache for SpinCache {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheError> {
        self.store().await?.get(key).await.map_err(|error| CacheError(error.to_string()))
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), CacheError> {
        self.store().await?.set(key, value).await.map_err(|error| CacheError(error.to_string()))
    }

    async fn delete(&self, key: &str) -> Result<(), CacheError> {
        self.store().await?.delete(key).await.map_err(|error| CacheError(error.to_string()))
    }
}
