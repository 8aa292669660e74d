//! What survives: the host is killed under load, the database is taken away. Only an app of the test's own can
//! be treated like that, so these tests say that they are skipped where the app is somebody else's.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::json;
use tributary_tests::{OwnApp, Shopper, eventually, order, with_click, with_code};

/// Prints a line that is seen although the test passes: what `println!` writes then is thrown away.
#[expect(clippy::explicit_write, reason = "eprintln! is thrown away just the same")]
fn say(line: &str) {
    use std::io::Write;
    writeln!(std::io::stderr(), "{line}").unwrap();
}

fn own_app(test: &str) -> Option<OwnApp> {
    if OwnApp::is_foreign() {
        say(&format!(
            "skipped: {test} needs an app that it may kill, and TRIBUTARY_URL names somebody else's"
        ));
        return None;
    }
    Some(OwnApp::start())
}

// R31, R72
#[test]
fn every_order_that_was_answered_is_there_after_the_host_is_killed_under_load() {
    let Some(mut app) = own_app("killing the host") else { return };
    let campaign = app.app.brand().run_campaign(json!({}));
    let code = with_code(&campaign.code());
    let (answered, next, over) = (Mutex::new(Vec::new()), AtomicU64::new(1), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let shop = &campaign.shop;
                while !over.load(Ordering::Relaxed) {
                    let id = next.fetch_add(1, Ordering::Relaxed);
                    let body = order(id, code.clone());
                    // The host dies in the middle of it: what is not answered is not promised.
                    match shop.deliver_if_alive("orders/paid", &body) {
                        Some(reply) if reply.status == 200 => answered.lock().unwrap().push(id),
                        Some(reply) => assert!(reply.status >= 500, "{}", reply.text()),
                        None => break,
                    }
                }
            });
        }
        eventually("it is under load", || (answered.lock().unwrap().len() > 200).then_some(()));
        app.kill();
        over.store(true, Ordering::Relaxed);
    });
    app.restart();
    let brand = app.app.brand();
    let answered = answered.into_inner().unwrap();
    let mut found = std::collections::BTreeMap::new();
    let export =
        brand.get(&format!("/exports/conversions.ndjson?campaignId={}", campaign.id)).expect(200).text();
    for line in export.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let number: u64 = row["orderNumber"].as_str().unwrap()[1..].parse().unwrap();
        *found.entry(number).or_insert(0) += 1;
    }
    let lost: Vec<&u64> = answered.iter().filter(|id| !found.contains_key(id)).collect();
    assert!(lost.is_empty(), "{} of {} answered orders are lost: {lost:?}", lost.len(), answered.len());
    assert!(found.values().all(|count| *count == 1), "an order is there twice");
    let orders = i64::try_from(found.len()).unwrap();
    assert_eq!(brand.due(&campaign.creator), 1_000 * orders, "the ledger is in step with the orders");
    assert_eq!(brand.get("/ledger/verify").expect(200).json()["valid"], true);
    let table = brand.get(&format!("/campaigns/{}/performance?limit=1", campaign.id)).expect(200).json();
    assert_eq!(table["summary"]["orders"], orders, "and so are the counts");
}

// R20
#[test]
fn a_clean_stop_loses_no_click() {
    let Some(mut app) = own_app("stopping the host") else { return };
    let campaign = app.app.brand().run_campaign(json!({}));
    let visitor = Shopper::at(&app.app.url, "198.51.100.70");
    for _ in 0..50 {
        visitor.click(&campaign.slug());
    }
    app.stop();
    app.restart();
    app.app.brand().await_clicks(&campaign.id, 50);
}

/// Holds a write lock on the host's database, as a stuck process would, until it is dropped.
struct Lock(std::process::Child);

impl Lock {
    fn of(app: &OwnApp) -> Option<Self> {
        use std::io::{BufRead, BufReader, Write};
        let database = database(app);
        let mut child = Command::new("python3")
            .args(["-c", "import sqlite3,sys;c=sqlite3.connect(sys.argv[1],timeout=30);c.execute('BEGIN EXCLUSIVE');print('locked',flush=True);sys.stdin.read()"])
            .arg(database)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .ok()?;
        child.stdin.as_mut().unwrap().flush().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "locked");
        Some(Self(child))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().unwrap();
    }
}

/// The file of the SQL database.
fn database(app: &OwnApp) -> PathBuf {
    app.state().join("sqlite_db.db")
}

// R20
#[test]
fn a_known_link_redirects_while_the_database_is_locked() {
    let Some(app) = own_app("locking the database") else { return };
    let campaign = app.app.brand().run_campaign(json!({}));
    let visitor = Shopper::at(&app.app.url, "198.51.100.71");
    visitor.click_id(&campaign.slug());
    let Some(lock) = Lock::of(&app) else {
        say("skipped: a lock held by another process needs python3");
        return;
    };
    let clicks: Vec<String> = (0..20).map(|_| visitor.click_id(&campaign.slug())).collect();
    drop(lock);
    campaign.shop.pay(1, with_click(&clicks[19]));
    app.app.brand().conversion(&campaign.id);
}

// R20
#[test]
fn a_known_link_redirects_when_the_database_is_gone() {
    let Some(app) = own_app("taking the database away") else { return };
    let campaign = app.app.brand().run_campaign(json!({}));
    let visitor = Shopper::at(&app.app.url, "198.51.100.72");
    visitor.click_id(&campaign.slug());
    app.take_database_away();
    for _ in 0..20 {
        let target = visitor.click(&campaign.slug());
        assert_eq!(target.host_str(), Some("shop.example"));
        assert!(target.query_pairs().any(|(name, _)| name == "trb"), "{target}");
    }
}

// R72
#[test]
fn a_restart_keeps_everything_and_migrates_nothing_twice() {
    let Some(mut app) = own_app("restarting the host") else { return };
    let before = app.app.brand();
    let campaign = before.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let (health, conversion) = (before.get("/health").expect(200).json(), before.conversion(&campaign.id));
    for _ in 0..2 {
        app.stop();
        app.restart();
        let brand = app.app.brand();
        assert_eq!(brand.get("/health").expect(200).json(), health);
        assert_eq!(brand.conversion(&campaign.id), conversion);
    }
}
