//! A stop loses nothing that was begun.

use crate::{
    app::{App, EVERYTHING, get},
    gate::Gate,
};
use std::{net::TcpStream, thread};

/// Asks it to stop, and waits until it takes no more connections.
fn stop(app: &App) {
    app.terminate();
    while TcpStream::connect(app.address).is_ok() {}
}

#[test]
fn a_stopped_host_ends_well() {
    let app = App::with_rights("");
    app.granted("/");
    app.terminate();
    assert!(app.end().status.success());
}

#[test]
fn a_request_in_hand_is_answered_before_the_end() {
    let app = App::with_rights(EVERYTHING);
    let gate = Gate::open();
    let (address, path) = (app.address, format!("/outbound?url={}", gate.url));
    let request = thread::spawn(move || get(address, &path));
    let waiting = gate.next();
    stop(&app);
    waiting.release();
    assert_eq!(request.join().unwrap().body, "200 done");
    assert!(app.end().status.success());
}

#[test]
fn spawned_work_is_done_before_the_end() {
    let app = App::with_rights(EVERYTHING);
    let gate = Gate::open();
    app.granted(&format!("/spawn?key=later&value=done&url={}", gate.url));
    let waiting = gate.next();
    stop(&app);
    waiting.release();
    let end = app.end();
    assert!(end.status.success());
    let file = rusqlite::Connection::open(end.place.state("sqlite_key_value.db")).unwrap();
    let value: Vec<u8> = file
        .query_row("SELECT value FROM spin_key_value WHERE store = 'default' AND key = 'later'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(value, b"done");
}
