//! SQL and key-values, as Spin's own files hold them.

use crate::app::{App, EVERYTHING, query};

fn sql(statements: &[&str]) -> String {
    let parameters: Vec<_> = statements.iter().map(|statement| ("sql", *statement)).collect();
    format!("/sqlite?{}", query(&parameters))
}

#[test]
fn every_kind_of_value_goes_through() {
    let app = App::with_rights(EVERYTHING);
    let report = app.granted(&sql(&["SELECT 7 AS a, 1.5 AS b, 'c' AS c, x'00ff' AS d, NULL AS e"]));
    let values =
        r#"[Value::Integer(7), Value::Real(1.5), Value::Text("c"), Value::Blob([0, 255]), Value::Null]"#;
    assert_eq!(report, format!("[a,b,c,d,e] {values} changes=0 rowid=0\n"));
}

#[test]
fn changes_and_row_ids_are_the_connections_own() {
    let app = App::with_rights(EVERYTHING);
    let report = app.granted(&sql(&["CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2)"]));
    assert_eq!(report, "[] changes=0 rowid=0\n[] changes=2 rowid=2\n");
    assert_eq!(
        app.granted(&sql(&["SELECT count(*) FROM t"])),
        "[count(*)] [Value::Integer(2)] changes=0 rowid=0\n"
    );
}

#[test]
fn the_functions_that_block_do_the_same() {
    let app = App::with_rights(EVERYTHING);
    assert_eq!(
        app.granted("/sqlite/synchronous?sql=SELECT+1+AS+a"),
        "[a] [Value::Integer(1)] changes=0 rowid=0\n"
    );
    let error = app.refused("/sqlite/synchronous?sql=SELEC");
    assert_eq!(error, r#"execute: Error::Io("near \"SELEC\": syntax error in SELEC at offset 0")"#);
}

#[test]
fn more_rows_stream_than_the_channel_has_slots() {
    let app = App::with_rights(EVERYTHING);
    let rows =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n";
    let report = app.granted(&sql(&[rows]));
    assert_eq!(report.matches("Value::Integer").count(), 1000);
}

#[test]
fn a_statement_that_cannot_be_prepared_fails_in_its_result() {
    let app = App::with_rights(EVERYTHING);
    let error = app.refused(&sql(&["SELEC"]));
    assert_eq!(error, r#"result: Error::Io("near \"SELEC\": syntax error in SELEC at offset 0")"#);
}

#[test]
fn a_row_that_cannot_be_made_fails_in_the_result() {
    let app = App::with_rights(EVERYTHING);
    let error = app.refused(&sql(&["SELECT 1 UNION ALL SELECT abs(-9223372036854775808)"]));
    assert_eq!(error, r#"result: Error::Io("integer overflow")"#);
}

#[test]
fn a_busy_database_says_that_it_is_locked() {
    let app = App::with_rights(EVERYTHING);
    app.granted(&sql(&["CREATE TABLE t (a)"]));
    let other = rusqlite::Connection::open(app.state("sqlite_db.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = app.refused(&sql(&["PRAGMA busy_timeout = 0", "INSERT INTO t VALUES (1)"]));
    assert_eq!(error, r#"result: Error::Io("database is locked")"#);
}

#[test]
fn files_are_not_attached() {
    let app = App::with_rights(EVERYTHING);
    assert_eq!(app.refused(&sql(&["ATTACH 'other.db' AS other"])), r#"result: Error::Io("not authorized")"#);
    app.granted(&sql(&["ATTACH ':memory:' AS other"]));
}

#[test]
fn a_key_is_set_found_listed_and_deleted() {
    let app = App::with_rights(EVERYTHING);
    app.granted("/key-value/set?key=b&value=1");
    app.granted("/key-value/set?key=a&value=2");
    app.granted("/key-value/set?key=a&value=3");
    assert_eq!(app.granted("/key-value/get?key=a"), "3");
    assert_eq!(app.granted("/key-value/exists?key=a"), "true");
    assert_eq!(app.granted("/key-value/keys"), "a,b");
    app.granted("/key-value/delete?key=a");
    app.granted("/key-value/delete?key=a");
    assert_eq!(app.granted("/key-value/exists?key=a"), "false");
    assert_eq!(app.granted("/key-value/get?key=a"), "(none)");
}
