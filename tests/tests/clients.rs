//! The platforms' own clients, of npm and `PyPI`, which sign and verify what goes between a shop and us.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tributary_tests::{
    App, Asked, Bigcommerce, Brand, Campaign, Custom, OwnApp, Reply, Server, Stripe, Told, eventually, order,
    unique, unix_seconds, with_code,
};

/// Where the clients are.
struct Clients {
    python: OsString,
    node_modules: OsString,
}

/// A language whose clients do a job.
#[derive(Debug, Clone, Copy)]
enum Language {
    Node,
    Python,
}

impl Clients {
    /// The clients, where they are installed; says so where the test is skipped.
    fn installed() -> Option<Self> {
        let at = |name: &str| std::env::var_os(name);
        let found = at("TRIBUTARY_PYTHON").zip(at("TRIBUTARY_NODE_MODULES"));
        if found.is_none() {
            eprintln!("skipped: it needs the platforms' clients; run cargo xtask test --only clients");
        }
        found.map(|(python, node_modules)| Self { python, node_modules })
    }

    /// Lets a client do a job, and gives its answer.
    fn ask(&self, language: Language, job: Value) -> Value {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
        let mut client = match language {
            Language::Node => Command::new("node"),
            Language::Python => Command::new(&self.python),
        };
        let script = match language {
            Language::Node => "client.cjs",
            Language::Python => "client.py",
        };
        let started = client
            .arg(here.join(script))
            .env("NODE_PATH", &self.node_modules)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut started = started.unwrap();
        started.stdin.take().unwrap().write_all(job.to_string().as_bytes()).unwrap();
        let output = started.wait_with_output().unwrap();
        assert!(output.status.success(), "{language:?}, {job}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The signature of a body.
    fn sign(&self, language: Language, job: Value) -> String {
        self.ask(language, job).as_str().unwrap().to_owned()
    }

    /// A signature by the Standard Webhooks specification, under a secret in base64.
    fn sign_standard(&self, language: Language, secret: &str, id: &str, second: i64, body: &str) -> String {
        let job = json!({"job": "sign standard", "secret": secret, "id": id, "second": second, "body": body});
        self.sign(language, job)
    }

    /// Whether both libraries of the specification take a delivery of ours for genuine. They are of one mind.
    fn take(&self, secret: &str, asked: &Asked) -> bool {
        let headers: serde_json::Map<String, Value> =
            asked.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let body = String::from_utf8(asked.body.clone()).unwrap();
        let job = json!({"job": "verify standard", "secret": secret, "headers": headers, "body": body});
        let said = [Language::Node, Language::Python].map(|language| self.ask(language, job.clone()));
        assert_eq!(said[0], said[1]);
        said[0].as_bool().unwrap()
    }
}

fn brand() -> Brand {
    App::shared().brand()
}

/// Refuses the signature for another body, takes it for its own, and counts the sale once.
#[track_caller]
fn counted_once(brand: &Brand, campaign: &Campaign, body: &str, deliver: impl Fn(&str) -> Reply) {
    deliver(&body.replace("100", "900")).refused(401);
    assert!(brand.conversions(&campaign.id).is_empty());
    deliver(body).expect(200);
    deliver(body).expect(200);
    assert_eq!(brand.conversion(&campaign.id)["value"]["amount"], 10_000);
    assert_eq!(brand.due(&campaign.creator), 1_000);
}

// R30
#[test]
fn an_order_that_shopifys_client_signs_is_counted() {
    let Some(clients) = Clients::installed() else { return };
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let body = order(1, with_code(&campaign.code())).to_string();
    let job = json!({"job": "sign shopify", "secret": campaign.shop.secret, "body": body});
    let signature = clients.sign(Language::Node, job);
    counted_once(&brand, &campaign, &body, |body| {
        campaign.shop.deliver_raw("orders/paid", &[("x-shopify-hmac-sha256", &signature)], body.as_bytes())
    });
}

// R30
#[test]
fn an_event_that_stripes_clients_sign_is_counted() {
    let Some(clients) = Clients::installed() else { return };
    let brand = brand();
    for language in [Language::Node, Language::Python] {
        let campaign = brand.run_campaign_of(brand.connect("stripe", "EUR"), json!({}));
        let shop = Stripe(campaign.shop.clone());
        let session = Stripe::session(&unique("cs_"), json!({"metadata": {"promo_code": campaign.code()}}));
        let body =
            json!({"id": unique("evt_"), "object": "event", "created": unix_seconds(), "livemode": true,
            "type": "checkout.session.completed", "data": {"object": session}})
            .to_string();
        let job = json!({"job": "sign stripe", "secret": shop.0.secret, "body": body});
        let signature = clients.sign(language, job);
        counted_once(&brand, &campaign, &body, |body| shop.deliver_raw(&signature, body.as_bytes()));
    }
}

// R30, R35
#[test]
fn a_generic_webhook_that_the_specifications_libraries_sign_is_counted() {
    let Some(clients) = Clients::installed() else { return };
    let brand = brand();
    for language in [Language::Node, Language::Python] {
        let campaign = brand.run_campaign_of(brand.connect("custom", "EUR"), json!({}));
        let shop = Custom(campaign.shop.clone());
        let body =
            Custom::order("A-1", json!({"codes": [campaign.code()], "number": "Größe 42"})).to_string();
        let secret = STANDARD.encode(&shop.0.secret);
        let (id, now) = (unique("msg_"), unix_seconds());
        let signature = clients.sign_standard(language, &secret, &id, now, &body);
        counted_once(&brand, &campaign, &body, |body| {
            shop.deliver_raw(&id, now, &signature, body.as_bytes())
        });
    }
}

// R30, R34
#[test]
fn a_thin_webhook_that_the_specifications_libraries_sign_is_completed() {
    let Some(clients) = Clients::installed() else { return };
    if OwnApp::is_foreign() {
        return;
    }
    let shop = Bigcommerce::open();
    let app = OwnApp::start_with(&[&shop.server.url]);
    let brand = app.app.brand();
    for (language, number) in [(Language::Node, 100), (Language::Python, 1_100)] {
        let campaign = brand.run_campaign_of(shop.connect(&brand), json!({}));
        shop.sell(number, &[&campaign.code()]);
        let body = Bigcommerce::notice("store/order/created", number).to_string();
        let (id, now) = (unique("msg_"), unix_seconds());
        // The key is the client secret as it stands.
        let signature = clients.sign_standard(language, &STANDARD.encode(&shop.secret), &id, now, &body);
        let headers =
            [("webhook-id", id), ("webhook-timestamp", now.to_string()), ("webhook-signature", signature)];
        counted_once(&brand, &campaign, &body, |body| {
            shop.deliver_with(&campaign.shop, &headers, body.as_bytes())
        });
    }
}

// R30
#[test]
fn adobes_client_takes_the_signature_that_the_app_takes() {
    const KEY: &str = include_str!("../fixtures/adobe_commerce/public_key.pem");
    const EVENTS: &str = include_str!("../fixtures/adobe_commerce/event_order.json");
    const SIGNATURE: &str = include_str!("../fixtures/adobe_commerce/event_order.sig");
    let Some(clients) = Clients::installed() else { return };
    let takes = |body: &str| {
        let job = json!({"job": "verify adobe", "key": KEY, "signature": SIGNATURE.trim(), "body": body});
        clients.ask(Language::Node, job)
    };
    assert_eq!(takes(EVENTS), true);
    assert_eq!(takes(&EVENTS.replace("120.0000", "920.0000")), false);
}

// R68
#[test]
fn our_messages_are_verified_in_other_languages_also_once_the_secret_was_rotated() {
    let Some(clients) = Clients::installed() else { return };
    if OwnApp::is_foreign() {
        return;
    }
    let receiver = Server::start(|_| Told(204, String::new()));
    let app = OwnApp::start_with(&[&receiver.url]);
    let brand = app.app.brand();
    let wanted = json!({"url": format!("{}/in", receiver.url), "events": ["order.attributed"]});
    let endpoint = brand.post("/webhook-endpoints", wanted).expect(201).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (at, first) = (format!("/webhook-endpoints/{}", text(&endpoint["id"])), text(&endpoint["secret"]));
    let campaign = brand.run_campaign(json!({}));
    let sold = |number: u64| {
        campaign.shop.pay(number, with_code(&campaign.code()));
        eventually("the message came", || {
            brand.post("/webhook-endpoints/run", json!({})).expect(200);
            receiver.asked().into_iter().nth(usize::try_from(number).unwrap() - 1)
        })
    };
    let before = sold(1);
    let second = text(&brand.post(&format!("{at}/rotate-secret"), json!({})).expect(200).json()["secret"]);
    let after = sold(2);
    assert!(clients.take(&first, &before) && !clients.take(&second, &before));
    assert!(clients.take(&first, &after) && clients.take(&second, &after), "both sign for a while");
    let altered = Asked { body: [&after.body[..], b" "].concat(), ..after.clone() };
    assert!(!clients.take(&second, &altered));
    assert!(!clients.take("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", &after));
}
