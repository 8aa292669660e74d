//! The adapter over rusqlite, for tests: the same SQL on real SQLite, without a component.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};

use crate::sql::{Row, Sql, SqlError, Statement, Value};

/// A SQLite file or an in-memory database.
pub struct NativeSql {
    connection: RefCell<Connection>,
}

impl NativeSql {
    /// A database of its own in memory, migrated.
    pub fn in_memory() -> Self {
        Self { connection: RefCell::new(Connection::open_in_memory().unwrap()) }
    }

    /// A file, which other connections may have open too.
    pub fn open(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap();
        connection.busy_timeout(Duration::from_secs(30)).unwrap();
        Self { connection: RefCell::new(connection) }
    }
}

impl Sql for NativeSql {
    async fn execute(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        run(&self.connection.borrow(), statement)
    }

    async fn transaction(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError> {
        let connection = self.connection.borrow();
        run(&connection, Statement::new("BEGIN IMMEDIATE"))?;
        let results: Result<Vec<_>, _> = statements
            .into_iter()
            .map(|statement| {
                let must_return = statement.must_return;
                let rows = run(&connection, statement)?;
                if must_return && rows.is_empty() { Err(SqlError::Stale) } else { Ok(rows) }
            })
            .collect();
        run(&connection, Statement::new(if results.is_ok() { "COMMIT" } else { "ROLLBACK" }))?;
        results
    }
}

fn run(connection: &Connection, statement: Statement) -> Result<Vec<Row>, SqlError> {
    let from_sqlite = |error: rusqlite::Error| SqlError::from_sqlite(&error.to_string());
    let mut prepared = connection.prepare_cached(&statement.sqlite_text()).map_err(from_sqlite)?;
    let columns: Rc<[String]> = prepared.column_names().map(ToOwned::to_owned).collect();
    let params = statement.params.into_iter().map(|value| match value {
        Value::Null => rusqlite::types::Value::Null,
        Value::Integer(number) => rusqlite::types::Value::Integer(number),
        Value::Text(text) => rusqlite::types::Value::Text(text),
        Value::Blob(bytes) => rusqlite::types::Value::Blob(bytes),
    });
    let mut rows = prepared.query(params_from_iter(params)).map_err(from_sqlite)?;
    let mut read = Vec::new();
    while let Some(row) = rows.next().map_err(from_sqlite)? {
        let values = (0..columns.len()).map(|index| match row.get_ref(index).unwrap() {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Text(text) => Value::Text(String::from_utf8(text.to_vec()).unwrap()),
            ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
            ValueRef::Real(float) => panic!("a float in {}: {float}", statement.sql),
        });
        read.push(Row::new(Rc::clone(&columns), values.collect()));
    }
    Ok(read)
}

/// Notes how SQLite goes about each statement before it runs it.
pub struct Explaining<'a> {
    inner: &'a NativeSql,
    steps: RefCell<Vec<String>>,
}

impl<'a> Explaining<'a> {
    pub fn new(inner: &'a NativeSql) -> Self {
        Self { inner, steps: RefCell::default() }
    }

    /// The steps of every statement since this was asked last.
    pub fn take_steps(&self) -> Vec<String> {
        self.steps.take()
    }

    fn explain(&self, statement: &Statement) -> Result<(), SqlError> {
        let mut explained = statement.clone();
        explained.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
        for row in run(&self.inner.connection.borrow(), explained)? {
            self.steps.borrow_mut().push(row.get("detail")?);
        }
        Ok(())
    }
}

impl Sql for Explaining<'_> {
    async fn execute(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        self.explain(&statement)?;
        self.inner.execute(statement).await
    }

    async fn transaction(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError> {
        for statement in &statements {
            self.explain(statement)?;
        }
        self.inner.transaction(statements).await
    }
}
