//! How many calls a key may make.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use std::time::Duration;

use serde_json::json;
use tributary_tests::{Brand, OwnApp, Reply, Shopper};

fn read_key(root: &Brand) -> Brand {
    let made = root.post("/keys", json!({"name": "reporting", "scopes": ["read"]})).expect(201).json();
    root.with_key(made["key"].as_str().unwrap())
}

/// The seconds until the count begins anew, as the header `RateLimit` says.
fn seconds(reply: &Reply) -> u64 {
    let told = reply.header("ratelimit").unwrap();
    told.rsplit("t=").next().unwrap().parse().unwrap()
}

// R65
#[test]
fn a_key_is_told_what_is_left_and_then_to_wait() {
    if OwnApp::is_foreign() {
        return;
    }
    let own = OwnApp::start_with_variables(&[("RATE_LIMIT", "20")]);
    let root = own.app.brand();
    let key = read_key(&root);
    let first = key.get("/stores").expect(200);
    assert_eq!(first.header("ratelimit-policy"), Some("\"key\";q=20;w=60"));
    let key = if seconds(&first) < 10 {
        // The count would begin anew in between.
        std::thread::sleep(Duration::from_secs(seconds(&first)));
        read_key(&root)
    } else {
        key
    };
    let replies: Vec<Reply> = (0..40).map(|_| key.get("/stores")).collect();
    let passed = replies.iter().filter(|reply| reply.status == 200).count();
    assert!((19..30).contains(&passed), "{passed} of 40 passed");
    let refused = replies.last().unwrap();
    assert!((1..=60).contains(&refused.header("retry-after").unwrap().parse::<u64>().unwrap()));
    assert!(refused.header("ratelimit").unwrap().starts_with("\"key\";r=0;t="));
    refused.clone().problem(429, "too_many_calls");
    key.post("/creators", json!({})).problem(403, "missing_scope");

    read_key(&root).get("/stores").expect(200);
    let unlimited = root.get("/stores").expect(200);
    assert_eq!(unlimited.header("ratelimit"), None);
    let shopper = Shopper::at(root.base(), "198.51.100.93");
    for _ in 0..40 {
        assert_eq!(shopper.open("/t/tributary.js").expect(200).header("ratelimit"), None);
        assert_eq!(shopper.open("/api/v1/health").expect(200).header("ratelimit"), None);
    }
}

// R65
#[test]
fn an_operator_may_want_no_limit() {
    if OwnApp::is_foreign() {
        return;
    }
    let own = OwnApp::start_with_variables(&[("RATE_LIMIT", "0")]);
    let key = read_key(&own.app.brand());
    for _ in 0..40 {
        assert_eq!(key.get("/stores").expect(200).header("ratelimit"), None);
    }
}
