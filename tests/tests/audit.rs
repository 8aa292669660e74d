//! Who changed what: every call that changes something leaves one line in the audit log, and no secret in it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use serde_json::{Value, json};
use tributary_tests::world::{self, Call, Wanted, World};
use tributary_tests::{Brand, OwnApp, Reply, Shopper, unique};

/// Calls that change nothing here: what they do is only looked at, is the app's own work that was due, or finds nothing
/// to do. What a retry and a replay leave when they do something is told by the tests of theirs.
const QUIET: [&str; 6] =
    ["/codes/preview", "/codes/retry", "/codes/run", "/reconcile/run", "/webhook-endpoints/run", "/replays"];

/// A key that makes one call.
struct Clerk {
    brand: Brand,
    id: String,
}

impl Clerk {
    fn of(brand: &Brand) -> Self {
        let key =
            brand.post("/keys", json!({"name": unique("Clerk "), "scopes": ["admin"]})).expect(201).json();
        Self {
            brand: brand.with_key(key["key"].as_str().unwrap()),
            id: key["id"].as_str().unwrap().to_owned(),
        }
    }

    fn lines(&self, brand: &Brand) -> Vec<Value> {
        let page = brand.get(&format!("/audit?actor={}", self.id)).expect(200).json();
        page["data"].as_array().unwrap().clone()
    }
}

/// Brings about what the call takes back or goes on with.
fn prepare(brand: &Brand, world: &World, pattern: &str) {
    let once = |path: String, body: Value| {
        let reply = brand.post(&path, body);
        assert!((200..300).contains(&reply.status), "{path}: {}", reply.text());
    };
    match pattern {
        "/conversions/{id}/undo" => {
            once(format!("/conversions/{}/reject", world.id("cnv_")), json!({"reason": "a test"}));
        }
        "/codes/enable" => once("/codes/disable".to_owned(), json!({"codeIds": [world.id("cod_")]})),
        _ => {}
    }
}

/// The texts that must stand nowhere: what a key, an endpoint or a creator's page opens by, and account numbers.
fn secrets(value: &Value, under: &str, found: &mut Vec<String>) {
    const MEMBERS: [&str; 6] = ["key", "secret", "webhookSecrets", "credentials", "iban", "email"];
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let under = if MEMBERS.contains(&under) { under } else { name };
                secrets(member, under, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| secrets(item, under, found)),
        // What is masked is meant to be seen.
        Value::String(text) if MEMBERS.contains(&under) && !text.contains('*') => found.push(text.clone()),
        Value::String(text) => {
            found.extend(text.split_once("/creator/").map(|(_, secret)| secret.to_owned()));
        }
        _ => {}
    }
}

fn check(call: &Call, wanted: &Wanted, reply: &Reply, lines: &[Value], actor: &str) {
    let what = format!("{} {}: {wanted:?}: {}", call.method, call.pattern, reply.text());
    let expected = match call.pattern.as_str() {
        quiet if QUIET.contains(&quiet) => 0,
        // One of its own, and one for each conversion.
        "/conversions/bulk" => 2,
        _ => 1,
    };
    assert_eq!(lines.len(), expected, "{what}: {lines:#?}");
    for line in lines {
        assert_eq!(line["actor"], actor, "{what}");
        let (noun, verb) = line["action"].as_str().unwrap().split_once('.').expect("noun.verb");
        assert!(
            !noun.is_empty() && !verb.is_empty() && !line["subject"].as_str().unwrap().is_empty(),
            "{what}"
        );
        assert!(line["at"].as_str().unwrap().ends_with('Z'), "{what}");
    }
    let mut found = Vec::new();
    secrets(&serde_json::from_str(&wanted.body).unwrap_or_default(), "", &mut found);
    secrets(&serde_json::from_slice(&reply.body).unwrap_or_default(), "", &mut found);
    let told = json!(lines).to_string();
    for secret in
        found.iter().filter(|secret| !call.pattern.starts_with("/creators") || !secret.contains('@'))
    {
        assert!(!told.contains(secret.as_str()), "{what}: {secret} stands in {told}");
    }
}

// R52, R65
#[test]
fn every_call_that_changes_something_leaves_one_line_with_actor_act_and_subject() {
    if OwnApp::is_foreign() {
        return;
    }
    let own = OwnApp::start_with(&["https://hooks.brand.example"]);
    let brand = own.app.brand();
    let document = Shopper::at(brand.base(), "198.51.100.93").open("/api/v1/openapi.json").expect(200).json();
    let is_change = |call: &Call| !call.is_open && call.method != "GET";
    let mut lines = 0;
    for call in world::calls(&document).into_iter().filter(is_change) {
        let mut world = World::make(&brand);
        let wanted = world.fit(&brand, &call);
        prepare(&brand, &world, &call.pattern);
        let clerk = Clerk::of(&brand);
        let kind = [("content-type", wanted.kind.as_str())];
        let reply = clerk.brand.send(&call.method, &wanted.path, &kind, wanted.body.as_bytes());
        assert!((200..300).contains(&reply.status), "{wanted:?}: {}", reply.text());
        let told = clerk.lines(&brand);
        check(&call, &wanted, &reply, &told, &clerk.id);
        lines += told.len();
        world.close_endpoint(&brand);
    }
    assert!(lines > 45, "{lines} lines");
}
