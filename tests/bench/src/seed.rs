//! A long history of orders, written into the database itself and kept for the next run.
//!
//! A few orders come by signed webhooks, and their rows are then multiplied by SQL: so the rows are what the
//! app writes, and its own triggers keep the ledger and the daily counts.

use crate::database;
use crate::host::{ADMIN_TOKEN, Place, root};
use crate::scene;
use anyhow::{Context as _, Result, ensure};
use rusqlite::Connection;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use tributary_tests::{Brand, order};

/// Changes with what this file writes.
const VERSION: &str = "1";
/// The days of the history: fixed, so that a kept one stays true.
pub(crate) const FIRST_DAY: &str = "2026-03-01";
/// The last of them.
pub(crate) const LAST_DAY: &str = "2026-04-29";
/// [`FIRST_DAY`], in days since 1970.
const FIRST_DAY_NUMBER: u32 = 20_513;
const DAYS: u32 = 60;
const CREATORS: u32 = 12;
const CAMPAIGNS: u32 = 2;
/// The orders that a long ledger is made of.
const ORDERS_OF_A_LEDGER: u32 = 1_000;
/// The file that names the campaign whose table is asked for.
const CAMPAIGN: &str = "campaign.txt";

/// A state folder with a history.
pub(crate) struct History {
    pub(crate) state: PathBuf,
    pub(crate) campaign: String,
}

/// A history of about this many orders, made where there is none yet.
pub(crate) fn history(place: &Place, orders: u32) -> Result<History> {
    kept(place, &orders.to_string(), |state| make(place, state, orders))
}

/// A history of few orders whose ledger has this many lines, made where there is none yet.
pub(crate) fn ledger(place: &Place, lines: u32) -> Result<History> {
    kept(place, &format!("ledger-{lines}"), |state| {
        make(place, state, ORDERS_OF_A_LEDGER)?;
        lengthen(state, lines)
    })
}

fn kept(place: &Place, name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<History> {
    let state = place.work.join(format!("history-{}", key()?)).join(name);
    if !state.exists() {
        let begun = place.fresh_state("history")?;
        make(&begun)?;
        fs::create_dir_all(state.parent().context("a history without a folder")?)?;
        fs::rename(&begun, &state)?;
    }
    let campaign = fs::read_to_string(state.join(CAMPAIGN))?;
    Ok(History { state, campaign })
}

/// What a kept history depends on: the schema and how it is filled.
fn key() -> Result<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root()?.join("shared/storage/migrations"))? {
        files.push(entry?.path());
    }
    files.sort();
    let mut hash = Sha256::new().chain_update(VERSION);
    for file in files {
        hash.update(fs::read(file)?);
    }
    let mut key = String::new();
    for byte in hash.finalize().iter().take(8) {
        write!(key, "{byte:02x}")?;
    }
    Ok(key)
}

fn make(place: &Place, state: &Path, orders: u32) -> Result<()> {
    eprintln!("reports: making a history of {orders} orders, once");
    fs::write(state.join(CAMPAIGN), templates(place, state)?)?;
    let database = open(state)?;
    multiply(&database, orders)?;
    clicks(&database)?;
    database.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}

/// One order for every creator in every campaign, by the app itself; gives the first campaign.
fn templates(place: &Place, state: &Path) -> Result<String> {
    let app = place.start(&place.manifest, state)?;
    let brand = Brand::new(&app.url(), ADMIN_TOKEN);
    let creators = scene::creators(&brand, CREATORS)?;
    let mut first = None;
    let mut id = 7_000_000_000_000_000;
    for _ in 0..CAMPAIGNS {
        let campaign = scene::campaign(&brand, &creators)?;
        for code in campaign.codes()? {
            id += 1;
            let net = format!("{}.50", 20 + id % 97);
            let order = order(
                id,
                json!({"discount_codes": [{"code": code, "amount": "10.00", "type": "percentage"}],
                    "subtotal_price": net, "current_subtotal_price": net}),
            );
            let reply = campaign.shop.deliver("orders/paid", &order);
            ensure!(reply.status == 200, "an order was refused: {}", reply.text());
        }
        first.get_or_insert(campaign.id);
    }
    first.context("no campaign")
}

/// Multiplies the orders that are there, over all days.
fn multiply(database: &Connection, orders: u32) -> Result<()> {
    database.execute_batch(
        "CREATE TEMP TABLE template AS
             SELECT ROW_NUMBER() OVER (ORDER BY id) - 1 AS k, * FROM orders WHERE enrollment_id IS NOT NULL;
         CREATE INDEX temp.template_k ON template (k);
         CREATE TEMP TABLE counter (i INTEGER PRIMARY KEY)",
    )?;
    let credited: u32 = database.query_row("SELECT COUNT(*) FROM template", [], |row| row.get(0))?;
    ensure!(credited == CREATORS * CAMPAIGNS, "only {credited} of the first orders were credited");
    database.execute(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)
         INSERT INTO counter SELECT i FROM n",
        [orders],
    )?;
    let columns = database
        .prepare("SELECT name FROM pragma_table_info('orders')")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    let values: Vec<String> = columns.iter().map(|column| value(column, orders)).collect();
    database.execute_batch(&format!(
        "BEGIN; INSERT INTO orders ({}) SELECT {} FROM counter JOIN template ON k = i % {credited} ORDER BY i; COMMIT",
        columns.join(", "),
        values.join(", ")
    ))?;
    Ok(())
}

/// What a column of the order number `i` holds; most are as in its template.
fn value(column: &str, orders: u32) -> String {
    let placed = format!("({FIRST_DAY_NUMBER} * 86400000 + i * {DAYS} * 86400000 / {orders})");
    match column {
        // The end of an id is random, and digits are digits of its alphabet.
        "id" => "substr(id, 1, length(id) - 8) || printf('%08d', i)".to_owned(),
        "external_id" => "CAST(8000000000000000 + i AS TEXT)".to_owned(),
        "number" => "'#' || i".to_owned(),
        "placed_at" | "received_at" | "updated_at" => placed,
        "day" => format!("{placed} / 86400000"),
        column => column.to_owned(),
    }
}

/// Doubles the ledger until it is long enough; its own trigger keeps the balances.
fn lengthen(state: &Path, lines: u32) -> Result<()> {
    let database = open(state)?;
    loop {
        let there: u32 = database.query_row("SELECT COUNT(*) FROM ledger", [], |row| row.get(0))?;
        if there >= lines {
            break;
        }
        database.execute(
            "INSERT INTO ledger (creator_id, order_id, kind, amount, currency, at, reason, actor)
             SELECT creator_id, order_id, kind, amount, currency, at, reason, actor FROM ledger LIMIT ?1",
            [lines - there],
        )?;
    }
    database.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}

/// The database, not safe against a crash: it is not kept before it is whole.
fn open(state: &Path) -> Result<Connection> {
    let database = Connection::open(database::file(state))?;
    database.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144")?;
    Ok(database)
}

/// Clicks of every link on every day.
fn clicks(database: &Connection) -> Result<()> {
    database.execute(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2)
         INSERT INTO imported_clicks (link_number, day, clicks, unique_clicks)
         SELECT number, ?1 + i, 100 + i, 80 + i FROM links, n",
        [FIRST_DAY_NUMBER, DAYS],
    )?;
    Ok(())
}
