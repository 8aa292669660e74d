//! What the app writes to its log: enough for an operator, and nothing secret or personal, whatever goes wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Value, json};
use tributary_tests::marketer::value_of;
use tributary_tests::{
    Answer, Brand, Marketer, OwnApp, Server, Shop, Shopper, Told, Woocommerce, eventually, order, unique,
    with_click,
};

/// What must not be in the log, by what it is.
#[derive(Default)]
struct Hidden(Vec<(&'static str, String)>);

impl Hidden {
    fn keep(&mut self, what: &'static str, text: &str) -> String {
        assert!(text.len() >= 8, "{what} is too short to be told from chance");
        self.0.push((what, text.to_owned()));
        text.to_owned()
    }

    /// What of it stands in a text, in whatever form.
    fn found_in(&self, log: &str) -> Vec<String> {
        let lower = log.to_lowercase();
        let is_in = |form: &String| log.contains(form.as_str()) || lower.contains(&form.to_lowercase());
        let all =
            self.0.iter().flat_map(|(what, text)| forms(text).into_iter().map(move |form| (what, form)));
        all.filter(|(_, form)| is_in(form)).map(|(what, form)| format!("{what} as {form}")).collect()
    }
}

/// A text as it may be written: plain, in JSON, in an address, in a form, in hexadecimal digits, and in Base64 of
/// either alphabet, wherever in the encoded text it begins.
fn forms(text: &str) -> Vec<String> {
    let json = json!(text).to_string();
    let form: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let hex: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        text.to_owned(),
        json[1..json.len() - 1].to_owned(),
        form.replace('+', "%20"),
        form,
        hex.concat(),
    ];
    for (before, first) in [(0, 0), (1, 2), (2, 3)] {
        let bytes = [vec![0; before], text.as_bytes().to_vec()].concat();
        let encoded = STANDARD_NO_PAD.encode(&bytes);
        let own = &encoded[first..bytes.len() * 8 / 6];
        forms.extend([own.to_owned(), own.replace('+', "-").replace('/', "_")]);
    }
    forms
}

// R73
#[test]
fn a_secret_is_found_in_whatever_form_it_is_written() {
    let mut hidden = Hidden::default();
    let secret = hidden.keep("a secret", "hush+hush/ünd \"more\"");
    let encoded = |text: String| base64::engine::general_purpose::STANDARD.encode(text);
    for log in [
        secret.clone(),
        json!({ "error": secret }).to_string(),
        url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &secret).finish(),
        encoded(secret.clone()),
        encoded(format!("u:{secret}")),
        encoded(format!("user:{secret}:more")),
        encoded(format!("abc{secret}")),
    ] {
        assert!(!hidden.found_in(&log).is_empty(), "{log}");
    }
    assert_eq!(hidden.found_in("{\"level\":\"error\",\"event\":\"request_failed\"}"), [""; 0]);
}

/// Somebody who buys, and all that shops tell of them.
fn buyer(hidden: &mut Hidden) -> Value {
    let email = hidden.keep("a buyer's address", "zoraida.quetzal@buyers.example");
    let name = hidden.keep("a buyer's name", "Quetzalcoatl-Iturbide");
    let street = hidden.keep("a buyer's street", "Kirschblütenallee 1793");
    let phone = hidden.keep("a buyer's telephone", "+49 1579 9998877");
    let address = json!({"first_name": "Zoraida", "last_name": name, "address1": street, "address_1": street,
        "phone": phone, "email": email});
    json!({"email": email, "contact_email": email, "phone": phone, "billing_address": address,
        "shipping_address": address, "billing": address, "customer": {"email": email, "last_name": name}})
}

fn with(order: Value, buyer: &Value) -> Value {
    let mut order = order;
    order.as_object_mut().unwrap().extend(buyer.as_object().unwrap().clone());
    order
}

/// Deliveries of which every part that can be wrong says something personal.
fn shop_sends(shop: &Shop, hidden: &mut Hidden, click: &str) {
    let buyer = buyer(hidden);
    let texts: Vec<String> =
        ["email", "phone"].iter().map(|name| buyer[name].as_str().unwrap().to_owned()).collect();
    let send =
        |body: &[u8]| shop.deliver_raw("orders/paid", &[("x-shopify-hmac-sha256", &shop.sign(body))], body);
    let good = with(order(1, with_click(click)), &buyer).to_string();
    send(good.as_bytes()).expect(200);
    for text in &texts {
        for name in [
            "id",
            "currency",
            "subtotal_price",
            "current_subtotal_price",
            "processed_at",
            "line_items",
            "refunds",
            "discount_codes",
            "note_attributes",
            "cancelled_at",
            "financial_status",
        ] {
            let mut wrong = with(order(2, json!({})), &buyer);
            for value in [json!(text), json!([text]), json!([{"amount": text, "id": text, "price": text}])] {
                wrong[name] = value;
                let reply = send(wrong.to_string().as_bytes());
                assert!(reply.status < 400, "{name}: {}", reply.text());
            }
        }
    }
    send(&good.as_bytes()[..good.len() - 9]).expect(202);
    shop.deliver_raw("orders/paid", &[("x-shopify-hmac-sha256", &shop.secret)], good.as_bytes()).expect(401);
    shop.deliver_raw(&texts[0], &[("x-shopify-hmac-sha256", "")], good.as_bytes()).expect(401);
}

/// What pages and servers of shops report, right and wrong.
fn reports_come(shopper: &Shopper, shop: &Shop, hidden: &mut Hidden, click: &str) {
    let email = hidden.keep("a reported address", "postback.person@buyers.example");
    let token = hidden.keep("a wrong token", "token-that-nobody-gave");
    let query = |amount: &str, currency: &str, order: &str| {
        let pairs = [
            ("clickId", click),
            ("orderId", order),
            ("amount", amount),
            ("currency", currency),
            ("email", email.as_str()),
            ("token", token.as_str()),
            ("storeId", shop.id.as_str()),
            ("status", "refunded"),
        ];
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    };
    for (amount, currency, order) in
        [("10.00", "EUR", "P-1"), (&*email, "EUR", "P-2"), ("1", &*email, "P-3"), ("1", "EUR", &*email)]
    {
        shopper.open(&format!("/t/conversion?{}", query(amount, currency, order)));
        shopper.open(&format!("/t/pixel.gif?{}", query(amount, currency, order)));
    }
    for event in ["sign-up", &email] {
        let body = json!({"clickId": click, "event": event, "externalId": "1", "email": email}).to_string();
        shopper.clone().with("content-type", "application/json").send("POST", "/t/lead", body.as_bytes());
    }
}

/// Shops that refuse everything, and say to us what we said to them.
fn shops_refuse(brand: &Brand, mirror: &Server, hidden: &mut Hidden) {
    let mut secret = |name: &'static str| hidden.keep(name, &unique(&format!("{name}-")));
    let credentials = [
        ("shopify", json!({"accessToken": secret("shopify")})),
        ("woocommerce", json!({"consumerKey": secret("woo-key"), "consumerSecret": secret("woo-secret")})),
        ("bigcommerce", json!({"storeHash": "abc", "accessToken": secret("bigcommerce")})),
        ("stripe", json!({"secretKey": secret("stripe")})),
        (
            "adobe_commerce",
            json!({"consumerKey": secret("adobe-a"), "consumerSecret": secret("adobe-b"),
            "accessToken": secret("adobe-c"), "accessTokenSecret": secret("adobe-d")}),
        ),
        (
            "amazon",
            json!({"clientId": "amzn1", "clientSecret": secret("amazon-a"), "refreshToken": secret("amazon-b"),
            "profileId": "77", "region": "eu"}),
        ),
    ];
    for (platform, mut credentials) in credentials {
        credentials["apiUrl"] = json!(mirror.url);
        let body = json!({"name": unique("Store "), "platform": platform, "url": "https://shop.example", "currency": "EUR",
            "webhookSecrets": [secret("webhook-secret")], "credentials": credentials});
        let id = brand.post("/stores", body).expect(201).json()["id"].as_str().unwrap().to_owned();
        let days = json!({"from": "2026-11-01", "to": "2026-11-02"});
        brand.post(&format!("/stores/{id}/check"), json!({}));
        brand.post(&format!("/stores/{id}/reconcile"), days.clone());
        brand.post(&format!("/stores/{id}/aggregates/fetch"), days);
        brand.post(&format!("/stores/{id}/aggregates/tags"), json!({"publisher": "Instagram"}));
        let plan = json!({"name": unique("Plan "), "storeId": id, "discount": {"type": "percentage", "value": "10"},
            "commission": {"type": "percentage", "rate": "10"}});
        let plan = brand.post("/plans", plan);
        if plan.status == 201 {
            let campaign = brand.add_campaign(plan.json()["id"].as_str().unwrap());
            brand.enroll(&campaign, &brand.add_creator("Anna", "Berg"));
        }
    }
    brand.post("/codes/run", json!({}));
    brand.post("/reconcile/run", json!({}));
}

/// A webhook endpoint whose receiver wants nothing, and says so with what it got.
fn messages_go_out(brand: &Brand, mirror: &Server, hidden: &mut Hidden) {
    let body = json!({"url": format!("{}/gone", mirror.url), "events": ["payout.paid"]});
    let made = brand.post("/webhook-endpoints", body).expect(201).json();
    hidden.keep("an endpoint's secret", made["secret"].as_str().unwrap());
    brand.post(&format!("/webhook-endpoints/{}/test", made["id"].as_str().unwrap()), json!({}));
    brand.post("/webhook-endpoints/run", json!({}));
}

/// A creator, whose page and account are private.
fn creator(brand: &Brand, hidden: &mut Hidden) -> String {
    let email = hidden.keep("a creator's address", "xochitl.creator@creators.example");
    let name = hidden.keep("a creator's name", "Xochitl-Montezuma");
    let made = brand
        .post("/creators", json!({"firstName": "Xochitl", "lastName": name, "email": email}))
        .expect(201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let iban = hidden.keep("an account", "DE89370400440532013000");
    brand.put(&format!("/creators/{id}/payout-account"), json!({"iban": iban, "holder": name}));
    brand.put(&format!("/creators/{id}/payout-account"), json!({"iban": format!("{iban}0"), "holder": name}));
    let query: String = url::form_urlencoded::byte_serialize(email.as_bytes()).collect();
    brand.get(&format!("/creators?q={query}"));
    brand.get(&format!("/creators?cursor={query}"));
    let page = brand.post(&format!("/creators/{id}/page"), json!({})).expect(201).json();
    let link = page["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    hidden.keep("a private link", &link)
}

/// What is asked while the database answers, and again when it is gone.
fn everybody_asks(app: &OwnApp, cookie: &str, link: &str, shop: &Shop, hidden: &mut Hidden) {
    let brand = app.app.brand();
    let key = hidden.keep("a key that nobody has", "tk_nobodys-key-of-the-log");
    let email = hidden.keep("an address in a request", "somebody.asked@buyers.example");
    let shopper = Shopper::at(&app.app.url, "192.0.2.73");
    brand.with_key(&key).get("/orders");
    brand.get(&format!("/orders?access_token={key}"));
    brand.post("/privacy/export", json!({"email": email}));
    brand.post("/privacy/erase", json!({"email": email}));
    brand.post("/creators", json!({"firstName": email, "email": email, "handles": email}));
    brand.send(
        "POST",
        "/creators",
        &[("idempotency-key", &email)],
        format!("{{\"email\": \"{email}").as_bytes(),
    );
    let signed_in = Marketer::with_cookie(&app.app, cookie);
    for page in ["", "/creators", "/stores", "/settings", "/orders/ord_x"] {
        signed_in.open(&format!("/dashboard{page}?q={email}"));
    }
    Shopper::at(&app.app.url, "192.0.2.74").with("content-type", "application/x-www-form-urlencoded").send(
        "POST",
        "/dashboard/sign-in",
        format!("key={key}").as_bytes(),
    );
    for below in ["", "/links", "/statement?month=x"] {
        shopper.open(&format!("/creator/{link}{below}"));
    }
    let body = with(order(9, json!({})), &buyer(hidden)).to_string();
    shop.deliver_raw(
        "orders/paid",
        &[("x-shopify-hmac-sha256", &shop.sign(body.as_bytes()))],
        body.as_bytes(),
    );
    let woo = Woocommerce(shop.clone());
    woo.deliver("order.updated", &Woocommerce::order(1, json!({})));
    shopper.open(&format!("/t/conversion?orderId=1&amount=1&email={email}&token={key}&storeId={}", shop.id));
}

// R38, R73, R74
#[test]
fn no_secret_and_nobodys_data_is_in_the_log() {
    if OwnApp::is_foreign() {
        return;
    }
    let mirror = Server::start_with(|asked| {
        let heard = format!("{} {:?} {}", asked.target, asked.headers, String::from_utf8_lossy(&asked.body));
        let status = match asked.target.as_str() {
            "/gone" => 410,
            _ if asked.body.len() % 2 == 0 => 400,
            _ => 401,
        };
        Some(Answer::from(Told(
            status,
            json!({"errors": heard, "message": heard, "title": heard}).to_string(),
        )))
    });
    let mut app = OwnApp::start_with(&[&mirror.url]);
    let mut hidden = Hidden::default();
    hidden.keep("the root key", &app.app.admin_token);
    hidden.keep("the key of keys", "the first secret of the black-box tests");
    let root = app.app.brand();
    let made = root
        .post("/keys", json!({"name": "the log's", "scopes": ["read", "write", "admin"]}))
        .expect(201)
        .json();
    let brand = root.with_key(&hidden.keep("a key", made["key"].as_str().unwrap()));
    let campaign = brand.run_campaign(json!({}));
    hidden.keep("a webhook secret", &campaign.shop.secret);
    let click = Shopper::at(&app.app.url, "192.0.2.72").click_id(&campaign.slug());
    let marketer = Marketer::sign_in(&app.app, &app.app.admin_token);
    let cookie = marketer.cookie().to_owned();
    hidden.keep("a session", cookie.split_once('=').unwrap().1);
    hidden.keep("a form's token", &value_of(&marketer.read("/dashboard/creators/new"), "_csrf").unwrap());
    let link = creator(&brand, &mut hidden);
    shop_sends(&campaign.shop, &mut hidden, &click);
    reports_come(&Shopper::at(&app.app.url, "192.0.2.71"), &campaign.shop, &mut hidden, &click);
    shops_refuse(&brand, &mirror, &mut hidden);
    messages_go_out(&brand, &mirror, &mut hidden);
    everybody_asks(&app, &cookie, &link, &campaign.shop, &mut hidden);
    app.take_database_away();
    everybody_asks(&app, &cookie, &link, &campaign.shop, &mut hidden);
    for event in
        ["webhook_unreadable", "webhook_endpoint_disabled", "request_failed", "page_failed", "webhook_failed"]
    {
        eventually(&format!("the log tells of {event}"), || app.log().contains(event).then_some(()));
    }
    app.stop();
    let log = app.log();
    let asked = mirror.asked().into_iter();
    let heard: Vec<String> =
        asked.map(|asked| format!("{:?}{}", asked.headers, String::from_utf8_lossy(&asked.body))).collect();
    let told = hidden.found_in(&heard.concat());
    for secret in
        ["shopify", "woo-key", "woo-secret", "bigcommerce", "stripe", "adobe-a", "amazon-a", "amazon-b"]
    {
        assert!(
            told.iter().any(|told| told.starts_with(secret)),
            "the shop heard {secret}, and said it to us: {told:?}"
        );
    }
    assert_eq!(hidden.found_in(&log), [""; 0], "{log}");
    for line in log.lines().filter(|line| line.starts_with('{')) {
        serde_json::from_str::<Value>(line)
            .unwrap_or_else(|_| panic!("a line of the log is one object: {line}"));
    }
}
