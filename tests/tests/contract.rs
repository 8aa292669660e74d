//! The API and what is written about it: the examples of its document, schemathesis, and the shell of README and
//! docs/API.md.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tributary_tests::{App, Bigcommerce, Brand, Campaign, OwnApp, Shopper, unique, with_click, with_code};

/// One of everything, with its ids.
struct World {
    campaign: Campaign,
    click: String,
    ids: Vec<(&'static str, String)>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl World {
    fn make(brand: &Brand) -> Self {
        let campaign = brand.run_campaign(json!({}));
        let click = Shopper::at(brand.base(), "198.51.100.91").click_id(&campaign.slug());
        campaign.shop.pay(1, with_code(&campaign.code()));
        let paid = brand.conversion(&campaign.id);
        let payout = brand.post("/payouts", json!({"currency": "EUR", "creatorIds": [campaign.creator]}));
        campaign.shop.pay(2, with_click(&click));
        let key = brand.post("/keys", json!({"name": "x", "scopes": ["read"]})).expect(201).json();
        let ids = vec![
            ("str_", campaign.shop.id.clone()),
            ("crt_", campaign.creator.clone()),
            ("pln_", campaign.plan.clone()),
            ("cmp_", campaign.id.clone()),
            ("enr_", campaign.enrollment_id()),
            ("cod_", text(&campaign.enrollment["code"]["id"])),
            ("lnk_", campaign.link()),
            ("ord_", text(&paid["orderId"])),
            ("cnv_", text(&paid["id"])),
            ("pay_", text(&payout.expect(201).json()["id"])),
            ("key_", text(&key["id"])),
        ];
        Self { campaign, click, ids }
    }

    /// An endpoint for webhooks with a message; there may be few, so it is deleted when it is not needed any more.
    fn open_endpoint(&mut self, brand: &Brand) {
        let body = json!({"url": "https://hooks.brand.example/x", "events": ["order.attributed"]});
        let endpoint = text(&brand.post("/webhook-endpoints", body).expect(201).json()["id"]);
        let tried = brand.post(&format!("/webhook-endpoints/{endpoint}/test"), json!({})).expect(202).json();
        self.ids.extend([("whk_", endpoint), ("msg_", text(&tried["id"]))]);
    }

    fn close_endpoint(&self, brand: &Brand) {
        if let Some((_, endpoint)) = self.ids.iter().find(|(known, _)| *known == "whk_") {
            brand.delete(&format!("/webhook-endpoints/{endpoint}"));
        }
    }

    /// The id that begins so.
    fn id(&self, prefix: &str) -> &str {
        let known = self.ids.iter().find(|(known, _)| *known == prefix);
        known.map_or_else(|| panic!("nothing begins with {prefix}"), |(_, id)| id)
    }

    /// An example with this world's ids in the places of `str_...` and the like.
    fn fill(&self, example: &str) -> String {
        let words = [("AQAB...", self.click.as_str()), ("jose-spring", &self.campaign.slug())];
        let words = words.iter().fold(example.to_owned(), |text, (word, real)| text.replace(word, real));
        self.ids.iter().fold(words, |text, (prefix, id)| text.replace(&format!("{prefix}..."), id))
    }

    /// A path of the document with this world's ids: what each part is stands before it.
    fn path(&self, pattern: &str) -> String {
        let mut before = "";
        let part = |part| {
            let kind = std::mem::replace(&mut before, part);
            let Some((name, suffix)) = part.strip_prefix('{').and_then(|rest| rest.split_once('}')) else {
                return part.to_owned();
            };
            let prefix = match (name, kind) {
                ("slug", _) => return self.campaign.slug(),
                (_, "stores") => "str_",
                (_, "creators") => "crt_",
                (_, "plans") => "pln_",
                (_, "campaigns") => "cmp_",
                (_, "enrollments") => "enr_",
                (_, "codes") => "cod_",
                (_, "links") => "lnk_",
                (_, "orders") => "ord_",
                (_, "conversions") => "cnv_",
                (_, "payouts") => "pay_",
                (_, "keys") => "key_",
                (_, "webhook-endpoints") => "whk_",
                (_, "messages") => "msg_",
                _ => panic!("what is {{{name}}} of {pattern}?"),
            };
            format!("{}{suffix}", self.id(prefix))
        };
        pattern.split('/').map(part).collect::<Vec<_>>().join("/")
    }
}

/// Calls that need a shop that can be asked, or a delivery that cannot be read, and have tests of their own for it.
const NEED_A_SHOP: [&str; 9] = [
    "/stores/{id}/check",
    "/stores/{id}/drift",
    "/stores/{id}/reconcile",
    "/stores/{id}/aggregates",
    "/stores/{id}/aggregates/fetch",
    "/stores/{id}/aggregates/tags",
    "/deliveries/{id}/retry",
    "/webhooks/{platform}/{storeId}",
    "/codes/repair",
];

// R65
#[test]
fn every_call_of_the_document_works_with_its_example() {
    if OwnApp::is_foreign() {
        return;
    }
    let own = OwnApp::start_with(&["https://hooks.brand.example"]);
    let brand = own.app.brand();
    let shopper = Shopper::at(brand.base(), "198.51.100.92");
    let document = shopper.open("/api/v1/openapi.json").expect(200).json();
    let mut called = 0;
    for (pattern, item) in document["paths"].as_object().unwrap() {
        if NEED_A_SHOP.contains(&pattern.as_str()) {
            continue;
        }
        for (method, operation) in item.as_object().unwrap().iter().filter(|(_, each)| each.is_object()) {
            let mut world = World::make(&brand);
            if pattern.starts_with("/webhook-endpoints/{id}") {
                world.open_endpoint(&brand);
            }
            let what = format!("{method} {pattern}");
            let (kind, example) = example(operation).unwrap_or_default();
            let path = format!("{}{}", world.path(pattern), query(operation, &world));
            let (method, body) = (method.to_uppercase(), world.fill(&example));
            let reply = if item.get("servers").is_some() {
                shopper.clone().with("content-type", &kind).send(&method, &path, body.as_bytes())
            } else {
                brand.send(&method, &path, &[("content-type", &kind)], body.as_bytes())
            };
            let is_done = (200..400).contains(&reply.status);
            assert!(is_done, "{what}: {} for {path} {body}: {}", reply.status, reply.text());
            world.close_endpoint(&brand);
            called += 1;
        }
    }
    assert!(called > 90, "{called} calls");
}

// R65
#[test]
fn every_post_of_the_document_gives_the_same_answer_again_under_its_key() {
    if OwnApp::is_foreign() {
        return;
    }
    let own = OwnApp::start_with(&["https://hooks.brand.example"]);
    let brand = own.app.brand();
    let document = brand.get("/openapi.json").expect(200).json();
    let mut called = 0;
    for (pattern, item) in document["paths"].as_object().unwrap() {
        let operation = &item["post"];
        let is_open = item.get("servers").is_some();
        if !operation.is_object() || is_open || NEED_A_SHOP.contains(&pattern.as_str()) {
            continue;
        }
        let mut world = World::make(&brand);
        if pattern.starts_with("/webhook-endpoints/{id}") {
            world.open_endpoint(&brand);
        }
        let (kind, example) = example(operation).unwrap_or_default();
        let path = format!("{}{}", world.path(pattern), query(operation, &world));
        let (key, body) = (unique("key-"), world.fill(&example));
        let send = |body: &str| {
            let headers = [("content-type", kind.as_str()), ("idempotency-key", &key)];
            brand.send("POST", &path, &headers, body.as_bytes())
        };
        let (first, again) = (send(&body), send(&body));
        assert!((200..300).contains(&first.status), "{path}: {}", first.text());
        assert_eq!(first.header("idempotency-replayed"), None, "{path}");
        assert_eq!(again.header("idempotency-replayed"), Some("true"), "{path}");
        assert_eq!((first.status, first.json()), (again.status, again.json()), "{path}");
        send(&format!("{body} ")).problem(422, "idempotency_key_reused");
        world.close_endpoint(&brand);
        called += 1;
    }
    assert!(called > 30, "{called} calls");
}

/// The first content type of an operation's body, and its example.
fn example(operation: &Value) -> Option<(String, String)> {
    let (kind, content) = operation["requestBody"]["content"].as_object()?.iter().next()?;
    let example = &content["example"];
    assert!(!example.is_null(), "{}: no example", operation["operationId"]);
    let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
    Some((kind.clone(), example))
}

/// What a call cannot do without, and what the pixel and the postback report.
fn query(operation: &Value, world: &World) -> String {
    let parameters = operation["parameters"].as_array().unwrap();
    let needs = |name: &str| parameters.iter().any(|each| each["name"] == name && each["required"] == true);
    if needs("campaignId") {
        return format!("?campaignId={}", world.id("cmp_"));
    }
    if parameters.iter().any(|each| each["name"] == "clickId") {
        return format!("?clickId={}&orderId=9&amount=10.00", world.click);
    }
    String::new()
}

/// The configuration: what is checked, and what is known to be so.
fn configuration(app: &App, world: &World) -> String {
    let ids = |kind: &str, prefix: &str| {
        format!(
            "[[operations]]\ninclude-path-regex = \"^/{kind}/\\\\{{id\\\\}}\"\nparameters = {{ \"path.id\" = \"{}\" }}\n",
            world.id(prefix)
        )
    };
    let known: String = [
        ("stores", "str_"),
        ("creators", "crt_"),
        ("plans", "pln_"),
        ("campaigns", "cmp_"),
        ("enrollments", "enr_"),
        ("codes", "cod_"),
        ("links", "lnk_"),
        ("orders", "ord_"),
        ("conversions", "cnv_"),
        ("payouts", "pay_"),
    ]
    .map(|(kind, prefix)| ids(kind, prefix))
    .concat();
    let fixed = include_str!("../contract/schemathesis.toml").replace("{key}", &app.admin_token);
    format!("{fixed}\n{known}")
}

/// Runs schemathesis on the calls whose path fits, and fails with what it says.
fn schemathesis(program: &Path, folder: &Path, arguments: &[&str]) {
    let output = Command::new(program)
        .current_dir(folder)
        .args(["--config-file", "schemathesis.toml", "run"])
        .args(arguments)
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", "8"])
        .args(["--continue-on-failure", "--no-color", "--warnings", "off"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("Tested: "), "{said}");
}

// R65
#[test]
fn schemathesis_finds_no_difference_between_the_document_and_the_app() {
    let Some(program) = std::env::var_os("TRIBUTARY_SCHEMATHESIS") else {
        eprintln!("skipped: it needs schemathesis; run cargo xtask test --only contract");
        return;
    };
    let own = OwnApp::start();
    let (program, base) = (Path::new(&program), &own.app.url);
    let folder = tempfile::tempdir().unwrap();
    let world = World::make(&own.app.brand());
    std::fs::write(folder.path().join("schemathesis.toml"), configuration(&own.app, &world)).unwrap();
    let (document, api) = (format!("{base}/api/v1/openapi.json"), format!("{base}/api/v1"));
    let open_side = "^/(t/|webhooks/|\\{slug\\})";
    schemathesis(program, folder.path(), &[&document, "--url", &api, "--exclude-path-regex", open_side]);
    schemathesis(program, folder.path(), &[&document, "--url", base, "--include-path-regex", open_side]);
}

/// The blocks of shell in a page, one after another.
fn shell_of(page: &str) -> String {
    page.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// Runs a script in a folder of its own, and gives what it printed; it ends at the first command that fails.
fn run(script: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("set -euo pipefail\n{script}");
    let output = Command::new("bash").current_dir(folder.path()).args(["-c", &script]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}\n{said}\n{complained}");
    said
}

/// A shell in which each call must be answered well, and the bank's page is in this folder.
const SHELL: &str = r#"
api() { command curl -sS --fail-with-body -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' "$@"; }
curl() { case "$*" in *ecb.europa.eu*) printf %s "$ECB" ;; *) command curl --fail-with-body "$@" ;; esac; }
"#;

const ECB: &str = r#"<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube><Cube time="2026-11-20"><Cube currency="USD" rate="1.0837"/></Cube></Cube></gesmes:Envelope>"#;

// R65
#[test]
fn the_tour_of_the_readme_works_as_it_is_written() {
    if OwnApp::is_foreign() {
        return;
    }
    let own = OwnApp::start();
    let readme = include_str!("../../README.md");
    let tour = readme.split("## Five minutes by curl").nth(1).unwrap().split("\n## ").next().unwrap();
    let ours = |line: &str| match line.split_once('=') {
        Some(("BASE", _)) => format!("BASE={}\n", own.app.url),
        Some(("KEY", _)) => format!("KEY={}\n", own.app.admin_token),
        _ => format!("{line}\n"),
    };
    let script: String = shell_of(tour).lines().map(ours).collect();
    let said = run(&script);
    assert_eq!(said.matches("200 orders/paid").count(), 2, "{said}");
    assert!(said.contains(",9.00,EUR"), "the commission is in the file: {said}");
    assert!(said.contains("200 refunds/create") && said.contains("\"valid\":true"), "{said}");
}

// R65
#[test]
fn the_shell_of_the_api_page_works_as_it_is_written() {
    if OwnApp::is_foreign() {
        return;
    }
    let shop = Bigcommerce::open();
    let own = OwnApp::start_with(&[&shop.server.url]);
    let brand = own.app.brand();
    let world = World::make(&brand);
    let account = json!({"holder": "Tour GmbH", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX"});
    brand.put("/payouts/payer", account.clone()).expect(200);
    brand.put(&format!("/creators/{}/payout-account", world.campaign.creator), account).expect(200);
    let variables = [
        ("BASE", own.app.url.as_str()),
        ("KEY", &own.app.admin_token),
        ("ECB", ECB),
        ("STORE", &shop.connect(&brand).id),
        ("CAMPAIGN", world.id("cmp_")),
        ("ORDER", world.id("ord_")),
        ("CONVERSION", world.id("cnv_")),
        ("PAYOUT", world.id("pay_")),
        ("LINK", world.id("lnk_")),
    ]
    .map(|(name, value)| format!("{name}='{value}'"))
    .join("\n");
    let examples = world.fill(&shell_of(include_str!("../../docs/API.md")));
    assert!(examples.matches("api \"$BASE").count() > 10, "{examples}");
    run(&format!("{variables}\n{SHELL}{examples}"));
}
