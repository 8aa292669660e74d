//! Webhooks to the brand's own systems: what is told, how it is signed, and what becomes of a receiver that fails. The
//! receivers are small local servers, which the app of these tests may call.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use standardwebhooks::Webhook;
use tributary_tests::marketer::value_of;
use tributary_tests::{
    Answer, App, Asked, Brand, Marketer, OwnApp, Server, Told, eventually, eventually_within, refund, unique,
    with_code,
};
use ureq::http::{HeaderMap, HeaderName, HeaderValue};

const EVENTS: [&str; 7] = [
    "order.attributed",
    "conversion.approved",
    "conversion.rejected",
    "conversion.restored",
    "commission.adjusted",
    "payout.paid",
    "code.failed",
];

/// The app of these tests and the server that receives. What it answers stands in the path: `/410/...` is a 410,
/// `/first-500/...` a 500 the first time.
struct House {
    app: &'static App,
    brand: Brand,
    server: &'static Server,
}

fn house() -> Option<House> {
    static SERVER: OnceLock<Server> = OnceLock::new();
    static APP: OnceLock<OwnApp> = OnceLock::new();
    if OwnApp::is_foreign() {
        return None;
    }
    let server = SERVER.get_or_init(|| Server::start_with(|asked| Some(answer(asked))));
    let app = &APP.get_or_init(|| OwnApp::start_with(&[&server.url])).app;
    Some(House { app, brand: app.brand(), server })
}

fn answer(asked: &Asked) -> Answer {
    static SEEN: std::sync::Mutex<BTreeSet<String>> = std::sync::Mutex::new(BTreeSet::new());
    let is_first = SEEN.lock().unwrap().insert(asked.target.clone());
    let told = |status| Answer::from(Told(status, String::new()));
    match asked.target.split('/').nth(1).unwrap() {
        "410" => told(410),
        "500" => told(500),
        "first-500" if is_first => told(500),
        "redirects" => {
            Answer { headers: vec![("location".to_owned(), "/ok/elsewhere".to_owned())], ..told(307) }
        }
        _ => told(204),
    }
}

macro_rules! house_or_skip {
    () => {
        match house() {
            Some(house) => house,
            None => return,
        }
    };
}

/// An endpoint of a test's own.
struct Endpoint<'a> {
    brand: &'a Brand,
    server: &'a Server,
    path: String,
    id: String,
    secret: String,
}

impl Drop for Endpoint<'_> {
    /// What it was sent is nothing to the other tests.
    fn drop(&mut self) {
        self.brand.delete(&self.at(""));
    }
}

impl<'a> Endpoint<'a> {
    fn add(brand: &'a Brand, server: &'a Server, kind: &str, events: &[&str]) -> Self {
        let path = format!("/{kind}/{}", unique("hook"));
        let body = json!({"url": format!("{}{path}", server.url), "events": events});
        let made = brand.post("/webhook-endpoints", body).expect(201).json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Self { brand, server, path, id: text("id"), secret: text("secret") }
    }

    fn at(&self, below: &str) -> String {
        format!("/webhook-endpoints/{}{below}", self.id)
    }

    fn shown(&self) -> Value {
        self.brand.get(&self.at("")).expect(200).json()
    }

    fn messages(&self) -> Vec<Value> {
        self.brand.get(&self.at("/messages")).expect(200).json()["data"].as_array().unwrap().clone()
    }

    /// What came so far.
    fn came(&self) -> Vec<Asked> {
        self.server.asked().into_iter().filter(|asked| asked.path() == self.path).collect()
    }

    /// Lets rounds be done until so many deliveries have come, and gives their bodies by their type.
    #[track_caller]
    fn await_told(&self, count: usize) -> Vec<Value> {
        let asked = eventually(&format!("{count} messages have come"), || {
            run(self.brand);
            Some(self.came()).filter(|came| came.len() >= count)
        });
        assert_eq!(asked.len(), count);
        let mut told: Vec<Value> = asked.iter().map(Asked::json).collect();
        told.sort_by_key(|body| body["type"].as_str().unwrap().to_owned());
        told
    }
}

fn run(brand: &Brand) -> Value {
    brand.post("/webhook-endpoints/run", json!({})).expect(200).json()
}

/// What the specification's own library says of a delivery.
fn is_genuine(asked: &Asked, secret: &str) -> bool {
    let mut headers = HeaderMap::new();
    for (name, value) in &asked.headers {
        headers
            .append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    Webhook::new(secret).unwrap().verify(&asked.body, &headers).is_ok()
}

fn types(told: &[Value]) -> Vec<&str> {
    told.iter().map(|body| body["type"].as_str().unwrap()).collect()
}

/// The example of an event's data in the documentation.
fn example(event: &str) -> Value {
    const DOCUMENT: &str = include_str!("../../docs/WEBHOOKS.md");
    let section = DOCUMENT.split(&format!("### `{event}`")).nth(1).unwrap();
    let json = section.split("```json").nth(1).unwrap().split("```").next().unwrap();
    serde_json::from_str(json).unwrap()
}

/// The members and the kinds of their values; ids by their prefix, and null is any kind.
#[track_caller]
fn same_shape(path: &str, documented: &Value, sent: &Value) {
    match (documented, sent) {
        (Value::Object(documented), Value::Object(sent)) => {
            let names =
                |members: &serde_json::Map<String, Value>| members.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(documented), names(sent), "{path}");
            for (name, value) in documented {
                same_shape(&format!("{path}.{name}"), value, &sent[name]);
            }
        }
        (Value::String(documented), Value::String(sent)) if documented.len() == 30 => {
            assert_eq!((&documented[..4], documented.len()), (&sent[..4], sent.len()), "{path}");
        }
        (Value::Null, _) | (_, Value::Null) => {}
        (documented, sent) => {
            assert_eq!(
                std::mem::discriminant(documented),
                std::mem::discriminant(sent),
                "{path}: {documented} and {sent}"
            );
        }
    }
}

// R68
#[test]
fn an_endpoint_is_made_changed_and_deleted_and_its_secret_is_shown_once() {
    let House { brand, server, .. } = &house_or_skip!();
    let endpoint = Endpoint::add(brand, server, "ok", &["payout.paid", "code.failed", "payout.paid"]);
    assert!(endpoint.secret.starts_with("whsec_"), "{}", endpoint.secret);
    let shown = endpoint.shown();
    assert_eq!(shown["events"], json!(["payout.paid", "code.failed"]));
    assert_eq!((&shown["status"], &shown["disabledReason"]), (&json!("active"), &Value::Null));
    let listed = brand.get("/webhook-endpoints?limit=100").expect(200).json();
    assert!(listed["data"].as_array().unwrap().contains(&shown));
    let off = json!({"status": "disabled", "events": ["order.attributed"]});
    let changed = brand.patch(&endpoint.at(""), off).expect(200).json();
    assert_eq!((&changed["status"], &changed["events"]), (&json!("disabled"), &json!(["order.attributed"])));
    brand.post(&endpoint.at("/test"), json!({})).problem(409, "endpoint_disabled");
    let audit = brand.get("/audit?limit=100").expect(200).text();
    assert!(audit.contains(&endpoint.id) && !audit.contains(&endpoint.secret[6..]));
    assert!(!shown.to_string().contains("ecret"), "{shown}");
    brand.delete(&endpoint.at("")).expect(204);
    brand.get(&endpoint.at("")).refused(404);
    for (method, below) in [("GET", "/messages"), ("POST", "/test"), ("POST", "/rotate-secret")] {
        brand.send(method, &endpoint.at(below), &[], b"{}").refused(404);
    }
}

// R68
#[test]
fn an_address_that_may_not_be_called_is_refused_with_what_to_do() {
    let House { brand, server, .. } = &house_or_skip!();
    let named = server.url.trim_start_matches("http://");
    for (url, code) in [
        ("https://hooks.brand.example/in", "host_not_allowed"),
        ("http://hooks.brand.example/in", "not_https"),
        ("http://127.0.0.1:1/in", "private_address"),
        ("https://2130706433/in", "private_address"),
        ("https://[::ffff:10.0.0.1]/in", "private_address"),
        ("https://metadata.google.internal/", "private_address"),
        ("https://localhost/in", "private_address"),
        ("ftp://hooks.brand.example/in", "invalid_url"),
        (&format!("http://user:word@{named}/in"), "invalid_url"),
    ] {
        let refused = brand.post("/webhook-endpoints", json!({"url": url, "events": ["payout.paid"]}));
        let wrong = refused.wrong_fields(&["url"]);
        assert_eq!(wrong["errors"][0]["code"], code, "{url}");
        if code == "host_not_allowed" {
            let detail = wrong["errors"][0]["detail"].as_str().unwrap();
            assert!(
                detail.contains("store_host_1") && detail.contains("https://hooks.brand.example"),
                "{detail}"
            );
        }
    }
    let to = |events: Value| json!({"url": format!("{}/ok/never", server.url), "events": events});
    brand.post("/webhook-endpoints", to(json!([]))).wrong_fields(&["events"]);
    brand.post("/webhook-endpoints", to(json!(["payout.paid", "nonsense"]))).wrong_fields(&["events[1]"]);
    brand.post("/webhook-endpoints", json!({"events": ["payout.paid"]})).wrong_fields(&["url"]);
    let endpoint = Endpoint::add(brand, server, "ok", &["payout.paid"]);
    brand.patch(&endpoint.at(""), json!({"url": "https://10.0.0.1/"})).wrong_fields(&["url"]);
    brand.patch(&endpoint.at(""), json!({"status": "resting"})).wrong_fields(&["status"]);
}

// R68
#[test]
fn every_event_is_told_as_documented_and_verified_by_the_specifications_own_library() {
    let House { brand, server, .. } = &house_or_skip!();
    let campaign = brand.run_campaign(json!({"codePattern": "{first_name}{discount}"}));
    let of_campaign = |body: &Value| {
        let id = body["data"]["campaignId"].as_str();
        id.is_none_or(|id| id == campaign.id)
            && (id.is_some() || body["data"]["creatorId"] == campaign.creator.as_str())
    };
    let endpoint = Endpoint::add(brand, server, "ok", &EVENTS);
    campaign.shop.pay(1, with_code(&campaign.code()));
    let conversion = brand.conversion(&campaign.id);
    let id = conversion["id"].as_str().unwrap();
    brand.post(&format!("/conversions/{id}/reject"), json!({"reason": "a friend"})).expect(200);
    brand.post(&format!("/conversions/{id}/undo"), json!({})).expect(200);
    campaign.shop.deliver("refunds/create", &refund(2, 1, "40.00")).expect(200);
    let due = json!({"creatorIds": [campaign.creator], "currency": "EUR"});
    let payout = brand.post("/payouts", due).expect(201).json();
    let paid = format!("/payouts/{}/paid", payout["id"].as_str().unwrap());
    brand.post(&paid, json!({"reference": "batch 7"})).expect(200);
    let nameless = brand.post("/creators", json!({"lastName": "Berg"})).expect(201).json();
    let failed = brand.enroll(&campaign.id, nameless["id"].as_str().unwrap());
    assert_eq!(failed["code"]["status"], "failed");
    let told: Vec<Asked> = eventually("all seven have come", || {
        run(brand);
        let told: Vec<Asked> =
            endpoint.came().into_iter().filter(|asked| of_campaign(&asked.json())).collect();
        (told.len() >= EVENTS.len()).then_some(told)
    });
    let mut seen = BTreeSet::new();
    for asked in &told {
        assert!(is_genuine(asked, &endpoint.secret), "{asked:?}");
        assert!(!is_genuine(asked, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"));
        assert_eq!((asked.method.as_str(), asked.header("content-type")), ("POST", Some("application/json")));
        let body = asked.json();
        let event = body["type"].as_str().unwrap();
        same_shape(event, &example(event), &body["data"]);
        assert!(seen.insert(event.to_owned()), "{event} came twice");
    }
    assert_eq!(seen, EVENTS.map(str::to_owned).into(), "each once");
    let ids: BTreeSet<_> = told.iter().map(|asked| asked.header("webhook-id").unwrap()).collect();
    assert_eq!(ids.len(), told.len());
    let data = |event: &str| {
        told.iter().map(Asked::json).find(|body| body["type"] == event).unwrap()["data"].clone()
    };
    for (event, commission, before) in [
        ("conversion.rejected", 0, 1_000),
        ("conversion.restored", 1_000, 0),
        ("commission.adjusted", 600, 1_000),
    ] {
        let data = data(event);
        assert_eq!(data["id"], id, "{event}");
        let amounts = (&data["commission"]["amount"], &data["previous"]["commission"]["amount"]);
        assert_eq!(amounts, (&json!(commission), &json!(before)), "{event}");
    }
    let attributed = data("order.attributed");
    for member in
        ["id", "orderId", "orderNumber", "creatorId", "campaignId", "planId", "enrollmentId", "placedAt"]
    {
        assert_eq!(attributed[member], conversion[member], "{member}: as the API shows it");
    }
    assert_eq!(data("code.failed")["missing"], json!(["first_name"]));
    assert_eq!(data("payout.paid")["amount"]["amount"], 600);
}

// R68
#[test]
fn what_fails_is_sent_again_under_the_same_id_and_freshly_signed() {
    let House { brand, server, .. } = &house_or_skip!();
    let endpoint = Endpoint::add(brand, server, "first-500", &["code.failed"]);
    let id = brand.post(&endpoint.at("/test"), json!({})).expect(202).json()["id"].clone();
    let failed = eventually("it was tried", || {
        endpoint.messages().into_iter().find(|message| message["attempts"] == 1)
    });
    assert_eq!((&failed["id"], &failed["type"]), (&id, &json!("webhook.test")));
    assert_eq!((&failed["status"], &failed["answerStatus"]), (&json!("waiting"), &json!(500)));
    assert!(failed["nextAttemptAt"].as_str().unwrap() > failed["triedAt"].as_str().unwrap());
    assert!(endpoint.shown()["failingSince"].is_string());
    let delivered = eventually("it was delivered", || {
        run(brand);
        endpoint.messages().into_iter().find(|message| message["status"] == "delivered")
    });
    assert_eq!((&delivered["attempts"], &delivered["nextAttemptAt"]), (&json!(2), &Value::Null));
    assert_eq!(endpoint.shown()["failingSince"], Value::Null);
    let came = endpoint.came();
    assert!(
        came.iter()
            .all(|asked| is_genuine(asked, &endpoint.secret) && asked.header("webhook-id") == id.as_str())
    );
    assert_eq!((came.len(), &came[0].body), (2, &came[1].body));
    let again = format!("/messages/{}/resend", id.as_str().unwrap());
    brand.post(&endpoint.at(&again), json!({})).expect(202);
    eventually("it came once more", || (endpoint.came().len() == 3).then_some(()));
    assert_eq!(endpoint.came()[2].header("webhook-id"), id.as_str());
    let unknown = "/messages/msg_00000000000000000000000000/resend";
    brand.post(&endpoint.at(unknown), json!({})).problem(404, "not_found");
}

// R68
#[test]
fn an_endpoint_that_is_gone_is_switched_off_and_can_be_switched_on_again() {
    let House { brand, server, .. } = &house_or_skip!();
    let endpoint = Endpoint::add(brand, server, "410", &["code.failed"]);
    brand.post(&endpoint.at("/test"), json!({})).expect(202);
    let off =
        eventually("it is off", || Some(endpoint.shown()).filter(|shown| shown["status"] == "disabled"));
    assert!(off["disabledReason"].as_str().unwrap().contains("410"), "{off}");
    assert_eq!(
        eventually("it was written down", || {
            Some(endpoint.messages().remove(0)).filter(|message| message["status"] == "failed")
        })["nextAttemptAt"],
        Value::Null
    );
    let on = brand.patch(&endpoint.at(""), json!({"status": "active"})).expect(200).json();
    assert_eq!((&on["status"], &on["disabledReason"]), (&json!("active"), &Value::Null));
    assert_eq!(endpoint.came().len(), 1);
}

// R68
#[test]
fn a_redirect_is_not_followed() {
    let House { brand, server, .. } = &house_or_skip!();
    let endpoint = Endpoint::add(brand, server, "redirects", &["code.failed"]);
    brand.post(&endpoint.at("/test"), json!({})).expect(202);
    let tried = eventually("it was tried", || {
        endpoint.messages().into_iter().find(|message| message["attempts"] == 1)
    });
    assert_eq!((&tried["status"], &tried["answerStatus"]), (&json!("waiting"), &json!(307)));
    assert!(!server.asked().iter().any(|asked| asked.path() == "/ok/elsewhere"));
}

// R68
#[test]
fn while_a_secret_is_rotated_the_old_one_signs_too() {
    let House { brand, server, .. } = &house_or_skip!();
    let endpoint = Endpoint::add(brand, server, "ok", &["code.failed"]);
    let rotated = brand.post(&endpoint.at("/rotate-secret"), json!({})).expect(200).json();
    let fresh = rotated["secret"].as_str().unwrap();
    assert_ne!(fresh, endpoint.secret);
    assert!(rotated["oldSecretUntil"].is_string());
    brand.post(&endpoint.at("/test"), json!({})).expect(202);
    let asked = eventually("it came", || endpoint.came().pop());
    assert!(is_genuine(&asked, fresh) && is_genuine(&asked, &endpoint.secret));
    assert_eq!(asked.header("webhook-signature").unwrap().split(' ').count(), 2);
}

// R68
#[test]
fn rounds_at_once_send_each_message_once() {
    let House { brand, server, .. } = &house_or_skip!();
    let campaign = brand.run_campaign(json!({}));
    let endpoint = Endpoint::add(brand, server, "ok", &["order.attributed"]);
    for number in 1..=20 {
        campaign.shop.pay(number, with_code(&campaign.code()));
    }
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| run(brand));
        }
    });
    let ours = || {
        let of_campaign = |asked: &Asked| asked.json()["data"]["campaignId"] == campaign.id.as_str();
        endpoint.came().into_iter().filter(of_campaign).collect::<Vec<_>>()
    };
    let came = eventually("all have come", || {
        run(brand);
        Some(ours()).filter(|came| came.len() >= 20)
    });
    let ids: BTreeSet<&str> = came.iter().map(|asked| asked.header("webhook-id").unwrap()).collect();
    assert_eq!((came.len(), ids.len()), (20, 20));
}

// R68
#[test]
fn an_endpoint_hears_only_what_it_asked_for() {
    let House { brand, server, .. } = &house_or_skip!();
    let campaign = brand.run_campaign(json!({}));
    let endpoint = Endpoint::add(brand, server, "ok", &["conversion.rejected"]);
    campaign.shop.pay(1, with_code(&campaign.code()));
    let id = brand.conversion(&campaign.id)["id"].as_str().unwrap().to_owned();
    brand.post(&format!("/conversions/{id}/reject"), json!({"reason": "a friend"})).expect(200);
    let ours = eventually("it came", || {
        run(brand);
        endpoint.came().into_iter().find(|asked| asked.json()["data"]["id"] == id.as_str())
    });
    assert_eq!(types(&[ours.json()]), ["conversion.rejected"]);
    assert!(endpoint.came().iter().all(|asked| asked.json()["type"] == "conversion.rejected"));
}

// R68
#[test]
fn a_receiver_that_is_slow_is_given_up_and_keeps_nobody_else_waiting() {
    if OwnApp::is_foreign() {
        return;
    }
    let slow = Server::start_with(|_| {
        std::thread::sleep(Duration::from_secs(25));
        None
    });
    let quick = Server::start_with(|_| Some(Told(204, String::new()).into()));
    let app = OwnApp::start_with(&[&slow.url, &quick.url]);
    let brand = app.app.brand();
    let slow = Endpoint::add(&brand, &slow, "slow", &["code.failed"]);
    let quick = Endpoint::add(&brand, &quick, "ok", &["code.failed"]);
    for endpoint in [&slow, &quick] {
        brand.post(&endpoint.at("/test"), json!({})).expect(202);
    }
    assert_eq!(types(&quick.await_told(1)), ["webhook.test"]);
    assert_eq!(slow.messages()[0]["attempts"], 0, "it has not answered yet");
    let tried = eventually_within(Duration::from_mins(1), "the slow one is given up", || {
        slow.messages().into_iter().find(|message| message["attempts"] == 1)
    });
    assert_eq!((&tried["status"], &tried["answerStatus"]), (&json!("waiting"), &Value::Null));
    assert!(tried["error"].as_str().unwrap().contains("20 seconds"), "{tried}");
}

// R68
#[test]
fn what_was_under_way_when_the_host_died_is_sent_again_under_the_same_id() {
    static IS_SLOW: AtomicBool = AtomicBool::new(true);
    if OwnApp::is_foreign() {
        return;
    }
    let came = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&came);
    let server = Server::start_with(move |asked| {
        seen.lock().unwrap().push(asked.header("webhook-id").unwrap().to_owned());
        if IS_SLOW.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_secs(15));
        }
        Some(Told(204, String::new()).into())
    });
    let mut app = OwnApp::start_with(&[&server.url]);
    let brand = app.app.brand();
    let campaign = brand.run_campaign(json!({}));
    let endpoint = json!({"url": format!("{}/in", server.url), "events": ["order.attributed"]});
    brand.post("/webhook-endpoints", endpoint).expect(201);
    campaign.shop.pay(1, with_code(&campaign.code()));
    std::thread::scope(|scope| {
        // It breaks off with the host.
        scope.spawn(|| drop(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&brand)))));
        eventually("it is under way", || (!came.lock().unwrap().is_empty()).then_some(()));
        app.kill();
    });
    IS_SLOW.store(false, Ordering::SeqCst);
    app.restart();
    let brand = app.app.brand();
    eventually_within(Duration::from_secs(90), "it came again", || {
        std::thread::sleep(Duration::from_millis(500));
        run(&brand);
        (came.lock().unwrap().len() > 1).then_some(())
    });
    let came = came.lock().unwrap().clone();
    assert_eq!((came.len(), &came[0]), (2, &came[1]));
}

// R66, R68
#[test]
fn endpoints_are_added_tried_and_switched_off_on_pages_too() {
    let House { app, brand, server } = &house_or_skip!();
    let marketer = Marketer::sign_in(app, &app.admin_token);
    let page = "/dashboard/webhooks";
    let url = format!("{}/410/{}", server.url, unique("hook"));
    let wrong =
        marketer.submit(page, page, &[("url", "https://10.0.0.1/"), ("events[]", "payout.paid")]).expect(422);
    assert!(wrong.text().contains("private network"), "{}", wrong.text());
    let fields = [("url", url.as_str()), ("events[]", "payout.paid"), ("events[]", "code.failed")];
    let made = marketer.submit(page, page, &fields).expect(200).text();
    let secret = value_of_secret(&made).unwrap();
    assert!(!marketer.read(page).contains(&secret), "it is shown once");
    let found = brand.get("/webhook-endpoints?limit=100").expect(200).json();
    let endpoint =
        found["data"].as_array().unwrap().iter().find(|endpoint| endpoint["url"] == url.as_str()).unwrap();
    let id = endpoint["id"].as_str().unwrap();
    let here = format!("{page}/{id}");
    let rotated = marketer.submit(&here, &format!("{here}/rotate"), &[]).expect(200).text();
    assert_ne!(value_of_secret(&rotated).unwrap(), secret);
    let act = |path: &str, fields: &[(&str, &str)]| {
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("_then", here.as_str())]).collect();
        marketer.follow(&marketer.submit(
            &here,
            &format!("/dashboard/act/webhook-endpoints/{id}{path}"),
            &fields,
        ))
    };
    assert!(act("/test", &[]).contains("webhook.test"));
    eventually("the page says that it is off", || {
        marketer.read(&here).contains("it answered 410").then_some(())
    });
    assert!(marketer.read("/dashboard").contains("webhook endpoints that were switched off"));
    let on = act("", &[("_method", "PATCH"), ("status", "active")]);
    assert!(!on.contains("it answered 410: "), "{on}");
    let message =
        brand.get(&format!("/webhook-endpoints/{id}/messages")).expect(200).json()["data"][0].clone();
    act(&format!("/messages/{}/resend", message["id"].as_str().unwrap()), &[]);
    eventually("it came again", || {
        let came = server.asked().iter().filter(|asked| url.ends_with(asked.path())).count();
        (came == 2).then_some(())
    });
    let delete = [("_method", "DELETE"), ("_then", page)];
    marketer.submit(&here, &format!("/dashboard/act/webhook-endpoints/{id}"), &delete).expect(303);
    brand.get(&format!("/webhook-endpoints/{id}")).refused(404);
    assert!(value_of(&marketer.read(page), "_csrf").is_some());
}

/// The secret that a page shows.
fn value_of_secret(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("whsec_")?;
    Some(rest.split(['<', '"']).next()?.to_owned())
}
