//! Statements, one after the other, on one connection.

use crate::{Outcome, query::Query, refused};
use spin_sdk::sqlite::{Connection, Value, wit::sqlite as synchronous};
use std::fmt::Write as _;

/// What each statement gave: its columns, its rows, the changes and the row id.
pub(crate) async fn execute(query: &Query) -> Outcome {
    let connection = Connection::open(query.or("label", "default")).await.map_err(refused)?;
    let mut report = String::new();
    for statement in query.all("sql") {
        let parameters = query.all("text").map(|text| Value::Text(text.to_owned()));
        let mut result = connection.execute(statement, parameters).await.map_err(stage("execute"))?;
        let columns = result.columns().join(",");
        let mut rows = String::new();
        while let Some(row) = result.next().await {
            let _ = write!(rows, " {:?}", row.values);
        }
        // A failure to prepare shows only here.
        result.result().await.map_err(stage("result"))?;
        let (changes, row_id) = (connection.changes().await, connection.last_insert_rowid().await);
        let _ = writeln!(report, "[{columns}]{rows} changes={changes} rowid={row_id}");
    }
    Ok(report)
}

/// The same by the functions that block.
pub(crate) fn execute_synchronously(query: &Query) -> Outcome {
    let connection = synchronous::Connection::open(query.or("label", "default")).map_err(refused)?;
    let mut report = String::new();
    for statement in query.all("sql") {
        let result = connection.execute(statement, &[]).map_err(stage("execute"))?;
        let mut rows = String::new();
        for row in result.rows {
            let _ = write!(rows, " {:?}", row.values);
        }
        let (changes, row_id) = (connection.changes(), connection.last_insert_rowid());
        let _ = writeln!(report, "[{}]{rows} changes={changes} rowid={row_id}", result.columns.join(","));
    }
    Ok(report)
}

fn stage(name: &str) -> impl FnOnce(spin_sdk::sqlite::Error) -> String {
    move |error| format!("{name}: {error:?}")
}
