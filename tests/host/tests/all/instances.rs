//! How long an instance lives: 128 requests, 16 of them at once, a second without any.

use crate::{
    app::{App, EVERYTHING, get},
    gate::Gate,
};
use std::{collections::BTreeMap, thread, time::Duration};

fn identity(report: &str) -> String {
    report.split(' ').next().unwrap().to_owned()
}

#[test]
fn an_instance_is_reused_for_128_requests() {
    let app = App::with_rights("");
    let first = app.granted("/instance");
    for request in 2..=128 {
        assert_eq!(app.granted("/instance"), format!("{} {request}", identity(&first)));
    }
    let next = app.granted("/instance");
    assert_ne!(identity(&next), identity(&first));
    assert!(next.ends_with(" 1"), "{next}");
}

#[test]
fn an_instance_has_several_requests_at_once_but_never_more_than_16() {
    let app = App::with_rights(EVERYTHING);
    let gate = Gate::open();
    let address = app.address;
    let (requests, waiting): (Vec<_>, Vec<_>) = (0..64)
        .map(|_| {
            let path = format!("/instance?url={}", gate.url);
            (thread::spawn(move || get(address, &path)), gate.next())
        })
        .unzip();
    for request in waiting {
        request.release();
    }
    let mut instances: BTreeMap<String, u32> = BTreeMap::new();
    for request in requests {
        *instances.entry(identity(&request.join().unwrap().body)).or_default() += 1;
    }
    // An instance that is busy when a request comes in does not get it, so how many each has is the machine's affair.
    let most = instances.into_values().max().unwrap();
    assert!((2..=16).contains(&most), "{most}");
}

#[test]
fn an_idle_instance_is_dropped_after_a_second() {
    let app = App::with_rights("");
    let first = app.granted("/instance");
    // The one thing here that nothing but time brings about.
    thread::sleep(Duration::from_millis(1500));
    assert_ne!(identity(&app.granted("/instance")), identity(&first));
}

#[test]
fn spawned_work_goes_on_after_the_answer() {
    let app = App::with_rights(EVERYTHING);
    let gate = Gate::open();
    app.granted(&format!("/spawn?key=later&value=done&url={}", gate.url));
    let waiting = gate.next();
    assert_eq!(app.granted("/key-value/get?key=later"), "(none)");
    waiting.release();
    while app.granted("/key-value/get?key=later") != "done" {}
}
