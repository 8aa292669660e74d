//! The `api` function: setting up, keys, plans, and the habits that all calls share.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;

use serde_json::{Value, json};
use tributary_tests::{App, Brand, Reply, Shopper, unique, with_code};

fn brand() -> Brand {
    App::shared().brand()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// A plan with every term.
fn whole_plan(store: &str) -> Value {
    json!({
        "name": unique("Plan "), "storeId": store, "mode": "manual",
        "discount": {"type": "percentage", "value": "12.5"},
        "codePattern": "{instagram|first_name}{discount}",
        "link": {"clickThroughUrl": "https://shop.example/collections/new", "applyCode": true,
            "utm": {"source": "tributary", "medium": "creator", "campaign": "{campaign}", "term": "t", "content": "c"},
            "fallbackUrl": "https://shop.example/over", "allowedHosts": ["shop.example", "blog.shop.example"]},
        "limits": {"usageLimit": 500, "oncePerCustomer": true, "minimumAmount": {"amount": 3_000, "currency": "EUR"},
            "minimumQuantity": null, "productIds": ["1", "2"], "categoryIds": [],
            "startsAt": "2026-01-01T00:00:00Z", "endsAt": "2027-01-01T00:00:00Z"},
        "attribution": {"rule": "link_first", "model": "first_touch", "windowDays": 14, "bindCustomerDays": 0},
        "commission": {"type": "percentage", "rate": "7.25"},
        "holdDays": 14
    })
}

// R1
#[test]
fn every_term_of_a_plan_is_kept_and_shown() {
    let brand = brand();
    let wanted = whole_plan(&brand.connect_shop().id);
    let made = brand.post("/plans", wanted.clone()).expect(201).json();
    let path = format!("/plans/{}", text(&made["id"]));
    assert_eq!(brand.get(&path).expect(200).json(), made);
    assert_eq!(made["version"], 1);
    for (term, value) in wanted.as_object().unwrap() {
        assert_eq!(made[term], *value, "{term}");
    }
    let shortest = json!({"name": unique("Plan "), "storeId": wanted["storeId"]});
    let plain = brand.post("/plans", shortest).expect(201).json();
    assert_eq!((&plain["discount"], &plain["codePattern"]), (&Value::Null, &Value::Null));
    let by_default =
        json!({"rule": "code_first", "model": "last_touch", "windowDays": 30, "bindCustomerDays": 0});
    assert_eq!(plain["attribution"], by_default);
    assert_eq!(plain["holdDays"], 0);
}

// R1
#[test]
fn each_wrong_term_of_a_plan_is_named() {
    let brand = brand();
    let shop = brand.connect_shop();
    let euros = |amount: i64| json!({"amount": amount, "currency": "EUR"});
    for (path, changes) in [
        ("name", json!({"name": " "})),
        ("name", json!({"name": "x".repeat(201)})),
        ("storeId", json!({"storeId": "str_00000000000000000000000000"})),
        ("storeId", json!({"storeId": "nonsense"})),
        ("storeId", json!({"storeId": null})),
        ("discount", json!({"discount": {"type": "half"}})),
        ("discount.value", json!({"discount": {"type": "percentage", "value": "0"}})),
        (
            "discount.amount",
            json!({"discount": {"type": "fixed", "amount": {"amount": 500, "currency": "USD"}}}),
        ),
        ("discount.amount", json!({"discount": {"type": "fixed", "amount": euros(0)}})),
        ("codePattern", json!({"codePattern": "{shoe_size}"})),
        ("codePattern", json!({"codePattern": "{first_name"})),
        ("codePattern", json!({"codePattern": ""})),
        ("limits.minimumQuantity", json!({"limits": {"minimumAmount": euros(3_000), "minimumQuantity": 2}})),
        ("limits.minimumQuantity", json!({"limits": {"minimumQuantity": 0}})),
        ("limits.usageLimit", json!({"limits": {"usageLimit": 0}})),
        (
            "limits.endsAt",
            json!({"limits": {"startsAt": "2027-01-01T00:00:00Z", "endsAt": "2026-01-01T00:00:00Z"}}),
        ),
        ("attribution.windowDays", json!({"attribution": {"windowDays": 0}})),
        ("attribution.windowDays", json!({"attribution": {"windowDays": 366}})),
        ("attribution.windowDays", json!({"attribution": {"windowDays": 1_000_000_000}})),
        ("attribution.windowDays", json!({"attribution": {"windowDays": -1}})),
        (
            "commission.amount",
            json!({"commission": {"type": "flat", "amount": {"amount": 5, "currency": "JPY"}}}),
        ),
        ("commission.amount", json!({"commission": {"type": "flat", "amount": euros(-5)}})),
        ("holdDays", json!({"holdDays": 366})),
        ("holdDays", json!({"holdDays": -1})),
        ("link.allowedHosts", json!({"link": {"allowedHosts": ["*"]}})),
        ("link.clickThroughUrl", json!({"link": {"clickThroughUrl": "javascript:alert(1)"}})),
        ("link.fallbackUrl", json!({"link": {"fallbackUrl": "ftp://shop.example/"}})),
    ] {
        let mut plan = whole_plan(&shop.id);
        plan["limits"] = json!({});
        plan["link"] = json!({});
        plan.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let problem = brand.post("/plans", plan).refused(422);
        let named: Vec<&str> =
            problem["errors"].as_array().unwrap().iter().map(|error| text(&error["path"])).collect();
        assert!(
            named.iter().all(|name| path.starts_with(name) || name.starts_with(path)) && named.len() == 1,
            "{changes}: {named:?}"
        );
    }
    let mut plan = whole_plan(&shop.id);
    plan["name"] = json!("");
    plan["holdDays"] = json!(1_000);
    plan["attribution"]["windowDays"] = json!(0);
    let problem = brand.post("/plans", plan).refused(422);
    assert_eq!(problem["errors"].as_array().unwrap().len(), 3, "all of them at once: {problem}");
}

// R1
#[test]
fn a_plans_name_is_unique_in_any_case() {
    let brand = brand();
    let shop = brand.connect_shop();
    let name = unique("Frühling ");
    brand.add_plan(&shop, json!({"name": name}));
    for again in [name.clone(), name.to_uppercase(), format!(" {name} ")] {
        let plan = json!({"name": again, "storeId": shop.id});
        brand.post("/plans", plan).refused(409);
    }
}

// R9
#[test]
fn a_plan_that_asks_for_more_than_the_store_has_is_refused_field_by_field() {
    let brand = brand();
    let euros = json!({"amount": 3_000, "currency": "EUR"});
    let asked = [
        ("discount", json!({"discount": {"type": "percentage", "value": "10"}})),
        ("limits.usageLimit", json!({"limits": {"usageLimit": 5}})),
        ("limits.oncePerCustomer", json!({"limits": {"oncePerCustomer": true}})),
        ("limits.minimumAmount", json!({"limits": {"minimumAmount": euros}})),
        ("limits.minimumQuantity", json!({"limits": {"minimumQuantity": 2, "productIds": ["1"]}})),
        ("limits.productIds", json!({"limits": {"productIds": ["1"]}})),
        ("limits.categoryIds", json!({"limits": {"categoryIds": ["1"]}})),
        ("limits.startsAt", json!({"limits": {"startsAt": "2026-01-01T00:00:00Z"}})),
        ("limits.endsAt", json!({"limits": {"endsAt": "2030-01-01T00:00:00Z"}})),
    ];
    for (platform, refused) in [
        ("shopify", vec![]),
        ("woocommerce", vec!["limits.minimumQuantity"]),
        ("bigcommerce", vec![]),
        ("adobe_commerce", vec![]),
        ("stripe", vec!["limits.oncePerCustomer", "limits.minimumQuantity", "limits.categoryIds"]),
        ("custom", vec![]),
    ] {
        let shop = brand.connect(platform, "EUR");
        for (path, terms) in &asked {
            let mut plan = json!({"name": unique("Plan "), "storeId": shop.id, "mode": "manual"});
            plan.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
            let reply = brand.post("/plans", plan);
            if refused.contains(path) {
                reply.wrong_fields(&[path]);
            } else {
                assert_eq!(reply.status, 201, "{platform} has {path}: {}", reply.text());
            }
        }
        let shown = brand.get(&format!("/stores/{}/capabilities", shop.id)).expect(200).json();
        for term in [
            "percentage",
            "fixed",
            "usageLimit",
            "oncePerCustomer",
            "minimumAmount",
            "minimumQuantity",
            "products",
            "categories",
            "startDate",
            "endDate",
            "autoApplyLink",
        ] {
            assert!(
                matches!(text(&shown[term]), "native" | "emulated" | "unsupported"),
                "{platform}: {term}"
            );
        }
    }
    let both = json!({"name": unique("Plan "), "storeId": brand.connect("stripe", "EUR").id, "mode": "manual",
        "limits": {"minimumQuantity": 2, "oncePerCustomer": true}});
    brand.post("/plans", both).wrong_fields(&["limits.oncePerCustomer", "limits.minimumQuantity"]);
}

// R12
#[test]
fn editing_a_plan_makes_a_version_and_loses_none() {
    let brand = brand();
    let shop = brand.connect_shop();
    let first = whole_plan(&shop.id);
    let plan = brand.post("/plans", first.clone()).expect(201).json();
    let path = format!("/plans/{}", text(&plan["id"]));
    let mut second = first.clone();
    second["commission"]["rate"] = json!("20");
    assert_eq!(brand.put(&path, second).expect(200).json()["version"], 2);
    let versions = brand.get(&format!("{path}/versions")).expect(200).json();
    let rates: Vec<_> = versions["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| {
            (version["version"].as_u64().unwrap(), text(&version["commission"]["rate"]).to_owned())
        })
        .collect();
    assert_eq!(rates, [(2, "20".to_owned()), (1, "7.25".to_owned())], "newest first");
    let mut elsewhere = first;
    elsewhere["storeId"] = json!(brand.connect_shop().id);
    brand.put(&path, elsewhere).wrong_fields(&["storeId"]);
    assert_eq!(
        brand.post(&format!("{path}/deactivate"), json!({})).expect(200).json()["status"],
        "deactivated"
    );
    brand.get(&path).expect(200);
    brand.delete(&path).refused(405);
}

// R65
#[test]
fn a_stale_version_is_refused() {
    let brand = brand();
    let terms = whole_plan(&brand.connect_shop().id);
    let id = text(&brand.post("/plans", terms.clone()).expect(201).json()["id"]).to_owned();
    let path = format!("/plans/{id}");
    let tag = brand.get(&path).expect(200).header("etag").unwrap().to_owned();
    let put = |tag: &str| brand.send("PUT", &path, &[("if-match", tag)], terms.to_string().as_bytes());
    put(&tag).expect(200);
    put(&tag).refused(412);
    put("\"nonsense\"").refused(412);
    assert_eq!(brand.get(&path).expect(200).json()["version"], 2);
    let puts: Vec<_> = (0..6)
        .map(|_| {
            let (brand, path, body) = (brand.clone(), path.clone(), terms.to_string());
            thread::spawn(move || brand.send("PUT", &path, &[("if-match", "\"2\"")], body.as_bytes()).status)
        })
        .collect();
    let won = puts
        .into_iter()
        .filter(|_| true)
        .map(|put| put.join().unwrap())
        .filter(|status| *status == 200)
        .count();
    assert_eq!(won, 1, "of six at once, one makes version 3");
}

// R30, R73
#[test]
fn a_stores_secrets_are_never_given_back() {
    let brand = brand();
    let (secret, token) = (unique("hush-"), unique("shpat-"));
    let store = json!({"name": "Shop", "platform": "shopify", "url": "https://shop.example", "currency": "EUR",
        "webhookSecrets": [secret], "credentials": {"accessToken": token}});
    let made = brand.post("/stores", store).expect(201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(made.json()["hasCredentials"], true);
    let path = format!("/stores/{id}");
    let replies = [
        made,
        brand.get(&path).expect(200),
        brand.get("/stores?limit=100").expect(200),
        brand.patch(&path, json!({"name": "Renamed"})).expect(200),
        brand.get("/audit?limit=100").expect(200),
    ];
    for reply in replies {
        assert!(!reply.text().contains(&secret) && !reply.text().contains(&token));
    }
    let cleared = brand.patch(&path, json!({"credentials": null})).expect(200).json();
    assert_eq!((&cleared["hasCredentials"], &cleared["name"]), (&json!(false), &json!("Renamed")));
    let store = |changes: Value| {
        let mut store =
            json!({"name": "Shop", "platform": "shopify", "url": "https://shop.example", "currency": "EUR"});
        store.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        brand.post("/stores", store)
    };
    store(json!({"credentials": {"password": "x"}})).wrong_fields(&["credentials", "credentials.password"]);
    store(json!({"platform": "ebay"})).wrong_fields(&["platform"]);
    store(json!({"currency": "EURO"})).wrong_fields(&["currency"]);
    store(json!({"currency": "XXX"})).wrong_fields(&["currency"]);
    brand.patch(&path, json!({"currency": "XAU"})).wrong_fields(&["currency"]);
    store(json!({"url": "javascript:alert(1)"})).wrong_fields(&["url"]);
    store(json!({"webhookSecrets": [""]})).wrong_fields(&["webhookSecrets[0]"]);
    store(json!({"colour": "red"})).wrong_fields(&["colour"]);
}

// R65
#[test]
fn creators_are_made_found_changed_and_hidden() {
    let brand = brand();
    let email = format!("{}@example.com", unique("anna").to_lowercase());
    let external_id = unique("ext-");
    let wanted = json!({"firstName": "Zoë", "lastName": "田中", "email": email, "externalId": external_id,
        "handles": {"instagram": "@zoe.runs", "tiktok": "zoe"}, "tags": ["sport", "vip"]});
    let made = brand.post("/creators", wanted.clone()).expect(201).json();
    let path = format!("/creators/{}", text(&made["id"]));
    assert!(text(&made["id"]).starts_with("crt_"));
    for name in ["firstName", "lastName", "email", "externalId", "tags"] {
        assert_eq!(made[name], wanted[name], "{name}");
    }
    assert_eq!(brand.get(&path).expect(200).json(), made);
    let changed = brand.patch(&path, json!({"lastName": "Tanaka"})).expect(200).json();
    assert_eq!((&changed["lastName"], &changed["firstName"]), (&json!("Tanaka"), &json!("Zoë")));
    let again = json!({"firstName": "Other", "externalId": external_id});
    brand.post("/creators", again).refused(409);
    brand.post("/creators", json!({"firstName": "x".repeat(1_000)})).wrong_fields(&["firstName"]);
    brand.post("/creators", json!({"firstName": "Anna", "email": "no address"})).wrong_fields(&["email"]);
    let gone = brand.delete(&path);
    assert!(matches!(gone.status, 200 | 204), "{}", gone.text());
    let listed = brand.get("/creators?limit=100").expect(200).text();
    assert!(!listed.contains(text(&made["id"])), "hidden from the list");
}

// R65
#[test]
fn lists_are_read_page_by_page_newest_first() {
    let brand = brand();
    let made: Vec<String> = (0..7).map(|_| brand.add_creator("Anna", "Berg")).collect();
    let mut found = Vec::new();
    let mut cursor = String::new();
    while found.iter().filter(|id| made.contains(id)).count() < made.len() {
        let page = brand.get(&format!("/creators?limit=3{cursor}")).expect(200).json();
        let ids: Vec<String> =
            page["data"].as_array().unwrap().iter().map(|row| text(&row["id"]).to_owned()).collect();
        assert!(ids.len() <= 3);
        found.extend(ids);
        cursor = format!("&cursor={}", text(&page["nextCursor"]));
    }
    let unique: std::collections::BTreeSet<&String> = found.iter().collect();
    assert_eq!(unique.len(), found.len(), "no row twice");
    assert!(found.is_sorted_by(|one, next| one > next), "newest first");
    for query in ["limit=0", "limit=101", "limit=-1", "limit=many"] {
        brand.get(&format!("/creators?{query}")).wrong_fields(&["limit"]);
    }
    for cursor in ["%25%25", "no-cursor!"] {
        brand.get(&format!("/creators?cursor={cursor}")).wrong_fields(&["cursor"]);
    }
    let campaign = brand.run_campaign(json!({}));
    let people = format!("/campaigns/{}/enrollments", campaign.id);
    let page = brand.get("/creators?limit=1").expect(200).json();
    let of_creators = text(&page["nextCursor"]);
    brand.get(&format!("/creators?cursor={of_creators}")).expect(200);
    for list in [
        "/plans",
        "/campaigns",
        "/links",
        "/codes",
        "/keys",
        "/stores",
        "/payouts",
        "/deliveries",
        "/webhook-endpoints",
        &people,
    ] {
        for cursor in ["AAAA", of_creators] {
            brand.get(&format!("{list}?cursor={cursor}")).wrong_fields(&["cursor"]);
        }
    }
}

// R65
#[test]
fn the_same_idempotency_key_and_body_give_the_same_answer_again() {
    let brand = brand();
    let key = unique("key-");
    let send = |path: &str, body: &Value| {
        brand.send("POST", path, &[("idempotency-key", &key)], body.to_string().as_bytes())
    };
    let body = json!({"firstName": "Anna", "lastName": "Berg"});
    let first = send("/creators", &body).expect(201);
    let again = send("/creators", &body).expect(201);
    assert_eq!(first.header("idempotency-replayed"), None);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(first.json(), again.json());
    send("/creators", &json!({"firstName": "Bela"})).refused(422);
    send("/keys", &body).refused(422);
    let failed = unique("key-");
    let wrong = |body: &Value| {
        brand.send("POST", "/creators", &[("idempotency-key", &failed)], body.to_string().as_bytes())
    };
    wrong(&json!({"firstName": 5})).refused(422);
    wrong(&json!({"firstName": "Anna"})).expect(201);
    brand.send("POST", "/creators", &[("idempotency-key", &"x".repeat(256))], b"{}").refused(400);
}

// R65
#[test]
fn the_same_idempotency_key_at_once_makes_one() {
    let brand = brand();
    let (key, last_name) = (unique("key-"), unique("Berg"));
    let body = json!({"firstName": "Anna", "lastName": last_name}).to_string();
    let senders: Vec<_> = (0..8)
        .map(|_| {
            let (brand, key, body) = (brand.clone(), key.clone(), body.clone());
            thread::spawn(move || {
                brand.send("POST", "/creators", &[("idempotency-key", &key)], body.as_bytes())
            })
        })
        .collect();
    let replies: Vec<Reply> = senders.into_iter().map(|sender| sender.join().unwrap()).collect();
    let mut ids: Vec<String> = replies
        .iter()
        .filter(|reply| reply.status == 201)
        .map(|reply| text(&reply.json()["id"]).to_owned())
        .collect();
    assert!(
        !ids.is_empty() && replies.iter().all(|reply| matches!(reply.status, 201 | 409 | 503)),
        "{replies:?}"
    );
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let listed = brand.get("/creators?limit=100").expect(200).text();
    assert_eq!(listed.matches(&last_name).count(), 1);
}

// R43, R65
#[test]
fn a_dry_run_and_its_booking_cannot_share_a_key() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let key = unique("key-");
    let replay = |apply: bool| {
        let body = json!({"planId": campaign.plan, "apply": apply,
            "proposed": {"commission": {"type": "percentage", "rate": "20"}}});
        brand.send("POST", "/replays", &[("idempotency-key", &key)], body.to_string().as_bytes())
    };
    let dry = replay(false).expect(200);
    assert_eq!(replay(false).expect(200).json(), dry.json());
    replay(true).problem(422, "idempotency_key_reused");
    assert_eq!(brand.due(&campaign.creator), 1_000, "nothing was booked");
}

// R65
#[test]
fn a_key_opens_what_its_scopes_say() {
    let brand = brand();
    let new = |scopes: Value| brand.post("/keys", json!({"name": unique("Key "), "scopes": scopes}));
    let key = |scope: &str| {
        let made = new(json!([scope])).expect(201).json();
        (brand.with_key(text(&made["key"])), text(&made["id"]).to_owned())
    };
    let ((reader, reader_id), (writer, _), (admin, _)) = (key("read"), key("write"), key("admin"));
    let creator = || json!({"firstName": "Anna"});
    let store =
        || json!({"name": "Shop", "platform": "custom", "url": "https://shop.example", "currency": "EUR"});
    reader.get("/creators").expect(200);
    reader.post("/creators", creator()).refused(403);
    reader.post("/stores", store()).refused(403);
    reader.get("/keys").refused(403);
    writer.get("/creators").expect(200);
    writer.post("/creators", creator()).expect(201);
    writer.post("/stores", store()).refused(403);
    writer.post("/keys", json!({"name": "Mine", "scopes": ["admin"]})).refused(403);
    admin.post("/stores", store()).expect(201);
    new(json!([])).wrong_fields(&["scopes"]);
    new(json!(["god"])).wrong_fields(&["scopes"]);
    let listed = brand.get("/keys?limit=100").expect(200).text();
    assert!(listed.contains(&reader_id) && !listed.contains("trb_"), "a key's text is shown once");
    brand.delete(&format!("/keys/{reader_id}")).expect(204);
    reader.get("/creators").refused(401);
    brand.delete(&format!("/keys/{reader_id}")).refused(404);
}

// R65
#[test]
fn without_a_key_that_is_known_nothing_is_told() {
    let brand = brand();
    let visitor = Shopper::at(brand.base(), "198.51.100.80");
    for (name, value) in [
        ("x-nothing", ""),
        ("authorization", ""),
        ("authorization", "Bearer"),
        ("authorization", "Bearer "),
        ("authorization", "Bearer wrong"),
        ("authorization", "Basic cm9vdDpyb290"),
        ("authorization", "Bearer ' OR '1'='1"),
    ] {
        let visitor = visitor.clone().with(name, value);
        for (method, path) in [
            ("GET", "/api/v1/stores"),
            ("POST", "/api/v1/keys"),
            ("GET", "/api/v1/deliveries"),
            ("GET", "/api/v1/codes"),
            ("POST", "/api/v1/codes/run"),
            ("GET", "/api/v1/exports/conversions.csv"),
        ] {
            let reply = visitor.send(method, path, &[]);
            assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "{method} {path} {value:?}");
            reply.problem(401, "unauthorized");
        }
    }
}

// R65
#[test]
fn an_error_is_a_problem_with_a_code_and_a_request_id() {
    let brand = brand();
    for (reply, status) in [
        (brand.get("/nothing"), 404),
        (brand.get("/creators/crt_00000000000000000000000000"), 404),
        (brand.get("/creators/nonsense"), 404),
        (brand.send("DELETE", "/settings", &[], &[]), 405),
        (brand.send("POST", "/creators", &[], b"{"), 400),
        (brand.post("/creators", json!({"firstName": 5})), 422),
    ] {
        let request_id = reply.header("x-request-id").map(str::to_owned);
        let problem = reply.refused(status);
        assert_eq!((&problem["status"], &problem["type"]), (&json!(status), &json!("about:blank")));
        assert_eq!(problem["requestId"].as_str(), request_id.as_deref());
        assert!(!text(&problem["title"]).is_empty() && !text(&problem["detail"]).is_empty());
    }
}

// R65
#[test]
fn an_address_says_which_methods_it_takes() {
    let refused = brand().send("DELETE", "/settings", &[], &[]).expect(405);
    assert_eq!(refused.header("allow"), Some("GET, PUT"));
    refused.problem(405, "method_not_allowed");
}

// R65
#[test]
fn the_document_of_the_api_describes_the_real_routes() {
    let brand = brand();
    let visitor = Shopper::at(brand.base(), "198.51.100.81");
    let document = visitor.open("/api/v1/openapi.json").expect(200).json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    for path in [
        "/health",
        "/settings",
        "/keys",
        "/keys/{id}",
        "/stores",
        "/stores/{id}",
        "/stores/{id}/capabilities",
        "/creators",
        "/creators/{id}",
        "/plans",
        "/plans/{id}",
        "/plans/{id}/versions",
        "/plans/{id}/deactivate",
        "/campaigns",
        "/campaigns/{id}",
        "/campaigns/{id}/enrollments",
        "/campaigns/{id}/enrollments/{enrollmentId}",
        "/codes/preview",
        "/codes",
        "/codes/retry",
        "/codes/run",
        "/enrollments/{id}/code",
        "/links",
        "/links/{id}",
        "/links/{id}/qr.svg",
        "/orders",
        "/orders/{id}",
        "/orders/{id}/attribution",
        "/conversions",
        "/conversions/{id}/reject",
        "/conversions/{id}/undo",
        "/conversions/{id}/approve",
        "/campaigns/{id}/performance",
        "/summary",
        "/exports/conversions.csv",
        "/exports/conversions.ndjson",
        "/creators/{id}/balance",
        "/ledger",
        "/ledger/verify",
        "/imports/clicks",
        "/audit",
        "/deliveries",
        "/deliveries/{id}/retry",
    ] {
        assert!(paths.contains_key(path), "{path} is not in the document");
    }
    for (path, item) in paths.iter().filter(|(_, item)| item.get("servers").is_none()) {
        let filled = path.replace("{id}", "nonsense").replace("{enrollmentId}", "nonsense");
        for (method, operation) in item.as_object().unwrap() {
            assert!(
                operation["operationId"].is_string() && operation["summary"].is_string(),
                "{method} {path}"
            );
            let open = operation["security"] == json!([]);
            let reply = visitor.send(&method.to_uppercase(), &format!("/api/v1{filled}"), &[]);
            assert_eq!(reply.status == 401, !open, "{method} {path}: {}", reply.status);
            assert_ne!(reply.status, 405, "{method} {path}");
            if method == "get" {
                let reply = brand.get(&filled);
                let expected = if path.contains('{') { 404 } else { 200 };
                assert_eq!(reply.status, expected, "{path}: {}", reply.text());
            }
        }
    }
}

// R65
#[test]
fn the_reference_is_a_page_of_our_own() {
    let visitor = Shopper::at(brand().base(), "198.51.100.84");
    let page = visitor.open("/api/v1/reference").expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(
        page.header("content-security-policy").unwrap().starts_with("default-src 'none'; style-src 'self'")
    );
    let page = page.text();
    assert!(page.contains("name=\"viewport\"") && page.contains("id=\"post_creators\""));
    assert!(!page.contains("<script") && !page.contains("style=\""), "nothing inline");
    for (_, rest) in page.match_indices("href=\"").map(|(at, _)| page[at + 6..].split_at(0)) {
        assert!(rest.starts_with(['/', '#']), "elsewhere: {}", &rest[..40]);
    }
    let style = page.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    visitor.open(style).expect(200);
}

// R65
#[test]
fn settings_are_kept_and_checked() {
    let brand = brand();
    let settings = brand.get("/settings").expect(200).json();
    assert_eq!(brand.put("/settings", settings.clone()).expect(200).json(), settings);
    for (field, value) in [
        ("defaultCurrency", json!("EURO")),
        ("defaultCurrency", json!("XXX")),
        ("timeZone", json!("Mars/Olympus")),
        ("clickRetentionDays", json!(0)),
        ("clickRetentionDays", json!(-1)),
    ] {
        let mut wrong = settings.clone();
        wrong[field] = value;
        brand.put("/settings", wrong).wrong_fields(&[field]);
    }
    assert_eq!(brand.get("/settings").expect(200).json(), settings);
}

// R10, R15
#[test]
fn a_link_is_made_changed_and_drawn() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let slug = unique("anna-").to_lowercase();
    let body = json!({"enrollmentId": campaign.enrollment_id(), "kind": "affiliate", "slug": slug, "to": "/products/x"});
    let link = brand.post("/links", body).expect(201).json();
    assert_eq!((text(&link["slug"]), text(&link["kind"])), (slug.as_str(), "affiliate"));
    assert!(text(&link["url"]).ends_with(&format!("/{slug}")));
    let path = format!("/links/{}", text(&link["id"]));
    let drawn = brand.get(&format!("{path}/qr.svg")).expect(200);
    assert_eq!(drawn.header("content-type"), Some("image/svg+xml"));
    assert!(drawn.text().contains("<svg"));
    for to in ["javascript:alert(1)", "//evil.example", "/\\evil.example", "nonsense"] {
        brand.patch(&path, json!({"to": to})).wrong_fields(&["to"]);
    }
    let changed = brand.patch(&path, json!({"to": "https://shop.example/sale"})).expect(200).json();
    assert_eq!(changed["to"], "https://shop.example/sale");
    let listed = brand.get(&format!("/links?enrollmentId={}", campaign.enrollment_id())).expect(200).json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
}

// R7
#[test]
fn a_links_old_slug_still_credits_its_creator() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let slug = unique("new-").to_lowercase();
    brand.patch(&format!("/links/{}", campaign.link()), json!({"slug": slug})).expect(200);
    let visitor = Shopper::at(brand.base(), "198.51.100.82");
    tributary_tests::eventually("the new slug works", || {
        let target = visitor.click(&slug);
        target.query_pairs().any(|(name, _)| name == "trb").then_some(())
    });
    let click = visitor.click_id(&campaign.slug());
    campaign.shop.pay(1, tributary_tests::with_click(&click));
    brand.conversion(&campaign.id);
    let other =
        json!({"enrollmentId": campaign.enrollment_id(), "kind": "affiliate", "slug": campaign.slug()});
    brand.post("/links", other).refused(409);
    brand.patch(&format!("/links/{}", campaign.link()), json!({"slug": campaign.slug()})).expect(200);
    visitor.click_id(&slug);
}

// R70, R72, R74
#[test]
fn its_health_is_told_without_a_key() {
    let reply = Shopper::at(brand().base(), "198.51.100.83").open("/api/v1/health").expect(200);
    let health = reply.json();
    assert_eq!(health["status"], "ok");
    assert!(!text(&health["version"]).is_empty());
    assert!(health["schemaVersion"].as_u64().is_some_and(|version| version >= 1));
    assert_eq!(health.as_object().unwrap().len(), 3, "and nothing else: {health}");
}

/// What an answer's first piece has of its body, and how long that is in all.
fn first_piece(stream: &mut TcpStream, host: &str) -> (usize, usize) {
    let request = format!("GET /api/v1/health HTTP/1.1\r\nhost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut piece = vec![0; 1 << 16];
    let read = stream.read(&mut piece).unwrap();
    let text = String::from_utf8(piece[..read].to_vec()).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let length = length.parse().unwrap();
    stream.read_exact(&mut piece[..length - body.len()]).unwrap();
    (body.len(), length)
}

// R70
#[test]
fn a_body_comes_with_its_head_and_waits_for_no_acknowledgement() {
    let host = App::shared().url.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&host).unwrap();
    let whole = (0..40).filter(|_| matches!(first_piece(&mut stream, &host), (got, length) if got == length));
    // Two threads of the host share the work, so now and then one is overtaken by the other.
    assert!(whole.count() >= 30, "bodies come after their heads");
}
