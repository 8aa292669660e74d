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

use serde_json::json;
use tributary_tests::world::{self, Wanted, World};
use tributary_tests::{App, Bigcommerce, OwnApp, Shopper, unique};

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
    for call in world::calls(&document) {
        let mut world = World::make(&brand);
        let wanted = world.fit(&brand, &call);
        let reply = if call.is_open {
            let browser = shopper.clone().with("content-type", &wanted.kind);
            browser.send(&call.method, &wanted.path, wanted.body.as_bytes())
        } else {
            let kind = [("content-type", wanted.kind.as_str())];
            brand.send(&call.method, &wanted.path, &kind, wanted.body.as_bytes())
        };
        let is_done = (200..400).contains(&reply.status);
        assert!(is_done, "{} {}: {wanted:?}: {} {}", call.method, call.pattern, reply.status, reply.text());
        world.close_endpoint(&brand);
        called += 1;
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
    for call in world::calls(&document).into_iter().filter(|call| call.method == "POST" && !call.is_open) {
        let mut world = World::make(&brand);
        let Wanted { path, kind, body } = world.fit(&brand, &call);
        let key = unique("key-");
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
