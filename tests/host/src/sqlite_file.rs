//! One connection to the SQLite file (crates/sqlite-inproc/src/lib.rs).

use crate::{
    bindings::sqlite::{Error, QueryResult, RowResult, Value},
    channel_stream::SLOTS,
};
use rusqlite::{
    hooks::{AuthAction, AuthContext, Authorization},
    types::{FromSql, FromSqlResult, ValueRef},
};
use std::{
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
use tokio::sync::{mpsc, oneshot};

/// What Spin buffers for a guest at most (crates/world/src/lib.rs).
const MOST_BYTES: usize = 128 << 20;

/// A connection that opens its file when it is first used.
#[derive(Clone)]
pub struct SqliteFile {
    path: Arc<Path>,
    opened: Arc<OnceLock<Arc<Mutex<rusqlite::Connection>>>>,
}

/// The rows of a statement while they are being read.
pub struct Rows {
    /// The names of the columns; none where the statement could not be prepared.
    pub columns: Vec<String>,
    /// The rows. The connection is busy until the last of them is taken.
    pub rows: mpsc::Receiver<RowResult>,
    /// How it ended: the one place where a failure shows.
    pub outcome: oneshot::Receiver<Result<(), Error>>,
}

impl SqliteFile {
    /// A new connection, not yet opened.
    pub fn new(path: Arc<Path>) -> Self {
        Self { path, opened: Arc::default() }
    }

    /// Runs a statement and hands out its rows as they come.
    pub async fn stream(&self, statement: String, parameters: Vec<Value>) -> Result<Rows, Error> {
        let connection = self.connection()?;
        let (columns_sender, columns) = oneshot::channel();
        let (row_sender, rows) = mpsc::channel(SLOTS);
        let (outcome_sender, outcome) = oneshot::channel();
        tokio::task::spawn_blocking(move || {
            let result = send_rows(&connection, &statement, parameters, columns_sender, &row_sender);
            // The guest may have dropped the result; then nobody asks.
            let _ = outcome_sender.send(result);
        });
        let columns = columns.await.map_err(|error| Error::Io(error.to_string()))?;
        Ok(Rows { columns, rows, outcome })
    }

    /// Runs a statement to its end.
    pub async fn query(&self, statement: String, parameters: Vec<Value>) -> Result<QueryResult, Error> {
        let connection = self.connection()?;
        tokio::task::spawn_blocking(move || collect_rows(&connection, &statement, parameters))
            .await
            .map_err(|_| Error::Io("internal runtime error".to_owned()))?
    }

    /// How many rows the last change touched.
    pub fn changes(&self) -> Result<u64, Error> {
        Ok(lock(&*self.connection()?).changes())
    }

    /// The id of the row inserted last.
    pub fn last_insert_rowid(&self) -> Result<i64, Error> {
        Ok(lock(&*self.connection()?).last_insert_rowid())
    }

    fn connection(&self) -> Result<Arc<Mutex<rusqlite::Connection>>, Error> {
        if let Some(connection) = self.opened.get() {
            return Ok(Arc::clone(connection));
        }
        let connection = Arc::new(Mutex::new(open(&self.path).map_err(io)?));
        Ok(Arc::clone(self.opened.get_or_init(|| connection)))
    }
}

fn open(path: &Path) -> rusqlite::Result<rusqlite::Connection> {
    let mut connection = rusqlite::Connection::open(path)?;
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Attach { filename } if !matches!(filename, "" | ":memory:") => Authorization::Deny,
        _ => Authorization::Allow,
    }))?;
    Ok(connection)
}

/// A statement that panicked leaves the connection usable: SQLite keeps its own house.
fn lock(connection: &Mutex<rusqlite::Connection>) -> std::sync::MutexGuard<'_, rusqlite::Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send_rows(
    connection: &Mutex<rusqlite::Connection>,
    statement: &str,
    parameters: Vec<Value>,
    columns: oneshot::Sender<Vec<String>>,
    rows: &mpsc::Sender<RowResult>,
) -> Result<(), Error> {
    let connection = lock(connection);
    let mut statement = match connection.prepare_cached(statement) {
        Ok(statement) => statement,
        Err(error) => {
            let _ = columns.send(Vec::new());
            return Err(io(error));
        }
    };
    columns.send(names(&statement)).map_err(|_| Error::Io("column send error".to_owned()))?;
    let mut found =
        statement.query(rusqlite::params_from_iter(parameters.into_iter().map(to_sql))).map_err(io)?;
    while let Some(row) = found.next().map_err(io)? {
        let row = read_row(row).map_err(io)?;
        if size(&row) > MOST_BYTES {
            return Err(too_large());
        }
        rows.blocking_send(row).map_err(|_| Error::Io("row send error".to_owned()))?;
    }
    Ok(())
}

fn collect_rows(
    connection: &Mutex<rusqlite::Connection>,
    statement: &str,
    parameters: Vec<Value>,
) -> Result<QueryResult, Error> {
    let connection = lock(connection);
    let mut statement = connection.prepare_cached(statement).map_err(io)?;
    let columns = names(&statement);
    let mut found =
        statement.query(rusqlite::params_from_iter(parameters.into_iter().map(to_sql))).map_err(io)?;
    let mut bytes = size_of::<QueryResult>();
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(io)? {
        let row = read_row(row).map_err(io)?;
        bytes += size(&row);
        if bytes > MOST_BYTES {
            return Err(too_large());
        }
        rows.push(row);
    }
    Ok(QueryResult { columns, rows })
}

fn names(statement: &rusqlite::Statement<'_>) -> Vec<String> {
    statement.column_names().map(ToOwned::to_owned).collect()
}

fn read_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<RowResult> {
    let columns = row.as_ref().column_count();
    let values = (0..columns).map(|column| row.get(column).map(|FromRow(value)| value));
    Ok(RowResult { values: values.collect::<Result<_, _>>()? })
}

/// A value as SQLite gives it.
struct FromRow(Value);

impl FromSql for FromRow {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(match value {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Real(number) => Value::Real(number),
            ValueRef::Text(_) => Value::Text(value.as_str()?.to_owned()),
            ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        }))
    }
}

fn to_sql(value: Value) -> rusqlite::types::Value {
    match value {
        Value::Null => rusqlite::types::Value::Null,
        Value::Integer(number) => rusqlite::types::Value::Integer(number),
        Value::Real(number) => rusqlite::types::Value::Real(number),
        Value::Text(text) => rusqlite::types::Value::Text(text),
        Value::Blob(bytes) => rusqlite::types::Value::Blob(bytes),
    }
}

fn size(row: &RowResult) -> usize {
    let payload = |value: &Value| match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        Value::Null | Value::Integer(_) | Value::Real(_) => 0,
    };
    row.values.iter().map(|value| size_of::<Value>() + payload(value)).sum()
}

fn too_large() -> Error {
    Error::Io(format!("query result exceeds limit of {MOST_BYTES} bytes"))
}

#[expect(clippy::needless_pass_by_value, reason = "used as map_err(io)")]
fn io(error: rusqlite::Error) -> Error {
    Error::Io(error.to_string())
}
