//! The `orders` function: a store's orders held against ours, and what was lost on the way taken in.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use tributary_tests::{
    Asked, Bigcommerce, Brand, OwnApp, Server, Shop, Stripe, Told, Woocommerce, order, unique,
};

fn reconcile(brand: &Brand, store: &Shop, cursor: Option<&str>) -> Value {
    let mut wanted = json!({"from": "2024-11-01", "to": "2024-11-30"});
    if let Some(cursor) = cursor {
        wanted["cursor"] = json!(cursor);
    }
    brand.post(&format!("/stores/{}/reconcile", store.id), wanted).expect(200).json()
}

fn ids(list: &Value) -> Vec<&str> {
    let mut ids: Vec<&str> =
        list.as_array().unwrap().iter().map(|order| order["externalId"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

/// An app and a shop that it may call, connected, with orders of these numbers that nobody told it of.
struct Apart {
    shop: Bigcommerce,
    store: Shop,
    brand: Brand,
    _app: OwnApp,
}

fn apart(orders: std::ops::RangeInclusive<u64>) -> Apart {
    let shop = Bigcommerce::open();
    let app = OwnApp::start_with(&[&shop.server.url]);
    let brand = app.app.brand();
    let store = shop.connect(&brand);
    for id in orders {
        shop.sell(id, &[]);
    }
    Apart { shop, store, brand, _app: app }
}

// R34
#[test]
fn orders_are_equal_missing_or_different_and_what_is_missing_is_taken_in() {
    if OwnApp::is_foreign() {
        return;
    }
    let shop = Bigcommerce::open();
    let app = OwnApp::start_with(&[&shop.server.url]);
    let brand = app.app.brand();
    let campaign = brand.run_campaign_of(shop.connect(&brand), json!({}));
    let store = &campaign.shop;
    for id in [1, 2, 3] {
        shop.sell(id, &[&campaign.code()]);
    }
    shop.tell(store, 1).expect(200);
    shop.tell(store, 2).expect(200);
    shop.refund(2, 1);
    let report = reconcile(&brand, store, None);
    assert_eq!((&report["equal"], &report["nextCursor"]), (&json!(1), &Value::Null), "{report}");
    assert_eq!((ids(&report["missing"]), ids(&report["different"])), (vec!["3"], vec!["2"]));
    let different = &report["different"][0];
    assert_eq!(different["ours"]["value"], json!({"amount": 10_000, "currency": "EUR"}));
    assert_eq!(different["theirs"]["value"], json!({"amount": 7_500, "currency": "EUR"}));
    assert_eq!(report["values"]["missing"], json!([{"amount": 10_000, "currency": "EUR"}]));
    assert_eq!(brand.due(&campaign.creator), 1_000 + 750 + 1_000, "taken in as by webhook");
    let again = reconcile(&brand, store, None);
    assert_eq!(
        (&again["equal"], &again["missing"], &again["different"]),
        (&json!(3), &json!([]), &json!([]))
    );
    assert_eq!(brand.due(&campaign.creator), 2_750);
    assert_eq!(brand.audited("store.reconcile", &store.id), 2);
    let listed: Vec<Asked> =
        shop.server.asked().into_iter().filter(|asked| asked.path().ends_with("/v2/orders")).collect();
    assert_eq!(listed[0].query("min_date_modified").unwrap(), "1730419200");
    assert_eq!(listed[0].query("max_date_modified").unwrap(), "1733011200", "the last day is inside");
}

// R34
#[test]
fn a_long_list_is_read_a_page_a_call() {
    if OwnApp::is_foreign() {
        return;
    }
    let Apart { store, brand, .. } = &apart(1..=25);
    let (mut cursor, mut missing, mut calls) = (None::<String>, 0, 0);
    loop {
        let report = reconcile(brand, store, cursor.as_deref());
        missing += report["missing"].as_array().unwrap().len();
        calls += 1;
        match report["nextCursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(missing, 25);
    assert!(calls > 1);
}

// R34
#[test]
fn woocommerce_is_asked_for_its_orders_and_for_the_lines_of_their_refunds() {
    if OwnApp::is_foreign() {
        return;
    }
    let paid = Woocommerce::order(7, json!({}));
    let refunded = Woocommerce::order(8, json!({"refunds": [{"id": 80, "reason": "", "total": "-37.50"}]}));
    let orders = json!([paid, refunded]).to_string();
    let refunds =
        json!([{"id": 80, "date_created_gmt": "2024-11-21T10:00:00", "amount": "37.50", "reason": "",
        "line_items": [{"id": 81, "quantity": -1, "total": "-50.00", "total_tax": "0.00"}]}])
        .to_string();
    let server = Server::start(move |asked| match asked.path() {
        "/wp-json/wc/v3/orders" => Told(200, orders.clone()),
        "/wp-json/wc/v3/orders/8/refunds" => Told(200, refunds.clone()),
        _ => Told(404, "{}".to_owned()),
    });
    let app = OwnApp::start_with(&[&server.url]);
    let brand = app.app.brand();
    let secret = unique("hush-");
    let store = json!({"name": unique("Woo "), "platform": "woocommerce", "url": "https://woo.example", "currency": "EUR",
        "webhookSecrets": [secret],
        "credentials": {"consumerKey": "ck_1", "consumerSecret": "cs_1", "apiUrl": server.url}});
    let store = brand.post("/stores", store).expect(201).json();
    let store = Shop::new(brand.base(), store["id"].as_str().unwrap(), &secret);
    let report = reconcile(&brand, &store, None);
    assert_eq!(ids(&report["missing"]), ["7", "8"], "{report}");
    let order = brand.order_of(&store.id, 8);
    assert_eq!(order["net"], json!({"amount": 5_000, "currency": "EUR"}), "by its lines, not by its share");
    let asked = &server.asked()[0];
    let after = asked.query("modified_after").unwrap();
    assert_eq!(after, "2024-10-31T23:59:59", "the shop leaves this moment out");
    assert!(asked.header("authorization").is_some_and(|value| value.starts_with("Basic ")));
    // A webhook's body sums refunds up too, and the shop is asked for their lines.
    let later = Woocommerce::order(
        8,
        json!({"date_modified_gmt": "2024-11-22T10:00:00",
        "refunds": [{"id": 80, "reason": "", "total": "-37.50"}]}),
    );
    Woocommerce(store.clone()).deliver("order.updated", &later).expect(200);
    assert_eq!(brand.order_of(&store.id, 8)["net"], json!({"amount": 5_000, "currency": "EUR"}));
}

// R34
#[test]
fn woocommerces_orders_are_all_read_while_they_change() {
    if OwnApp::is_foreign() {
        return;
    }
    let written = |seconds: u64| format!("2024-11-20T10:{:02}:{:02}", seconds / 60, seconds % 60);
    let orders = (0..120_u64).map(|id| (id, written(id / 3))).collect::<Vec<_>>();
    let orders = Mutex::new(orders);
    let server = Server::start(move |asked| {
        let mut orders = orders.lock().unwrap();
        orders.sort_by(|one, other| one.1.cmp(&other.1));
        let of = |name: &str| asked.query(name).unwrap();
        let (after, before) = (of("modified_after"), of("modified_before"));
        let (page, limit): (usize, usize) = (of("page").parse().unwrap(), of("per_page").parse().unwrap());
        let inside = orders.iter().filter(|(_, at)| *at > after && *at < before);
        let listed: Vec<(u64, String)> = inside.skip((page - 1) * limit).take(limit).cloned().collect();
        // The first one of the page changes once more, after the time that is read.
        if let Some(changed) =
            listed.first().and_then(|first| orders.iter_mut().find(|order| order.0 == first.0))
        {
            changed.1 = "2024-12-24T00:00:00".to_owned();
        }
        let body =
            |(id, at): &(u64, String)| Woocommerce::order(1_000 + id, json!({"date_modified_gmt": at}));
        Told(200, Value::from(listed.iter().map(body).collect::<Vec<_>>()).to_string())
    });
    let app = OwnApp::start_with(&[&server.url]);
    let brand = app.app.brand();
    let keys = json!({"consumerKey": "ck_1", "consumerSecret": "cs_1", "apiUrl": server.url});
    let store = connect(&brand, "woocommerce", keys);
    let (mut cursor, mut missing, mut equal) = (None::<String>, 0, 0);
    loop {
        let report = reconcile(&brand, &store, cursor.as_deref());
        missing += report["missing"].as_array().unwrap().len();
        equal += report["equal"].as_u64().unwrap();
        match report["nextCursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!((missing, equal), (120, 0), "each is read, and once");
}

/// A store of a platform whose API is this server.
fn connect(brand: &Brand, platform: &str, credentials: Value) -> Shop {
    let store = json!({"name": unique("Store "), "platform": platform, "url": "https://store.example", "currency": "EUR",
        "credentials": credentials});
    let store = brand.post("/stores", store).expect(201).json();
    Shop::new(brand.base(), store["id"].as_str().unwrap(), "")
}

// R34
#[test]
fn shopify_lists_orders_in_the_shape_of_its_webhooks() {
    if OwnApp::is_foreign() {
        return;
    }
    let orders = json!({"orders": [order(7, json!({})), order(8, json!({"currency": "EURO"}))]}).to_string();
    let server = Server::start(move |asked| match (asked.path(), asked.header("x-shopify-access-token")) {
        ("/admin/api/2026-07/orders.json", Some("shpat_1")) => Told(200, orders.clone()),
        _ => Told(401, "{}".to_owned()),
    });
    let app = OwnApp::start_with(&[&server.url]);
    let brand = app.app.brand();
    let store = connect(&brand, "shopify", json!({"accessToken": "shpat_1", "apiUrl": server.url}));
    let report = reconcile(&brand, &store, None);
    assert_eq!(ids(&report["missing"]), ["7"], "{report}");
    assert_eq!(report["unreadable"].as_array().unwrap().len(), 1, "one bad order does not spoil the others");
    assert_eq!(brand.order_of(&store.id, 7)["status"], "paid");
    let asked = &server.asked()[0];
    assert_eq!(
        (asked.query("status").unwrap(), asked.query("updated_at_min").unwrap()),
        ("any".into(), "2024-11-01T00:00:00Z".into())
    );
}

// R34
#[test]
fn a_token_that_shopify_ended_before_its_time_is_renewed_once() {
    if OwnApp::is_foreign() {
        return;
    }
    let orders = json!({"orders": [order(7, json!({}))]}).to_string();
    let (made, ended) = (AtomicU32::new(0), Mutex::new(None::<String>));
    // Each token ends as soon as it is used, but for the one after the first.
    let server = Server::start(move |asked| {
        if asked.path() == "/admin/oauth/access_token" {
            let token = format!("token {}", made.fetch_add(1, Ordering::SeqCst) + 1);
            return Told(200, json!({"access_token": token, "expires_in": 86_399}).to_string());
        }
        let given = asked.header("x-shopify-access-token").unwrap().to_owned();
        let first = ended.lock().unwrap().get_or_insert_with(|| given.clone()).clone();
        let is_taken = given != first && asked.query("updated_at_min").unwrap().starts_with("2024-11");
        if is_taken { Told(200, orders.clone()) } else { Told(401, json!({"errors": "Invalid"}).to_string()) }
    });
    let app = OwnApp::start_with(&[&server.url]);
    let brand = app.app.brand();
    let keys = json!({"clientId": "id", "clientSecret": "secret", "apiUrl": server.url});
    let store = connect(&brand, "shopify", keys);
    let lists = || server.asked().iter().filter(|asked| asked.path().ends_with("/orders.json")).count();
    assert_eq!(ids(&reconcile(&brand, &store, None)["missing"]), ["7"]);
    assert_eq!(lists(), 2);
    let wanted = json!({"from": "2025-01-01", "to": "2025-01-31"});
    brand.post(&format!("/stores/{}/reconcile", store.id), wanted).problem(409, "store_not_readable");
    assert_eq!(lists(), 4, "a shop that refuses every token is not asked for ever");
}

// R34
#[test]
fn magento_lists_orders_and_then_credit_memos() {
    if OwnApp::is_foreign() {
        return;
    }
    let order = json!({"entity_id": 17, "increment_id": "000000017", "state": "processing", "store_id": 1,
        "created_at": "2024-11-20 10:00:00", "updated_at": "2024-11-20 10:00:09", "base_currency_code": "EUR",
        "base_subtotal": 120, "base_discount_amount": -20, "base_grand_total": 129.9, "base_total_paid": 129.9});
    let memo = json!({"entity_id": 1, "order_id": 17, "state": 2, "created_at": "2024-11-21 10:00:00",
        "base_currency_code": "EUR", "base_subtotal": 30, "base_discount_amount": -5, "base_grand_total": 30});
    let page = |item: Value| json!({"items": [item], "search_criteria": {}, "total_count": 1}).to_string();
    let (orders, memos) = (page(order), page(memo));
    let server = Server::start(move |asked| match asked.path() {
        _ if !asked.header("authorization").is_some_and(|value| value.starts_with("OAuth ")) => {
            Told(401, "{}".to_owned())
        }
        "/rest/V1/orders" => Told(200, orders.clone()),
        "/rest/V1/creditmemos" => Told(200, memos.clone()),
        _ => Told(404, "{}".to_owned()),
    });
    let app = OwnApp::start_with(&[&server.url]);
    let brand = app.app.brand();
    let credentials = json!({"consumerKey": "ck", "consumerSecret": "cs", "accessToken": "at", "accessTokenSecret": "as",
        "apiUrl": server.url});
    let store = connect(&brand, "adobe_commerce", credentials);
    let report = reconcile(&brand, &store, None);
    assert_eq!(ids(&report["missing"]), ["17"], "{report}");
    let report = reconcile(&brand, &store, report["nextCursor"].as_str());
    assert_eq!((ids(&report["different"]), &report["nextCursor"]), (vec!["17"], &Value::Null), "{report}");
    let order = brand.order_of(&store.id, 17);
    assert_eq!((&order["status"], &order["net"]["amount"]), (&json!("partially_refunded"), &json!(7_500)));
}

// R34
#[test]
fn stripe_lists_the_events_that_its_webhooks_carry() {
    if OwnApp::is_foreign() {
        return;
    }
    let event = |id: &str, name: &str, object: Value| json!({"id": id, "object": "event", "created": 1_732_100_000, "livemode": true, "type": name, "data": {"object": object}});
    let session = Stripe::session("cs_7", json!({}));
    let events = json!({"object": "list", "has_more": false, "data": [
        event("evt_2", "checkout.session.completed", session.clone()),
        event("evt_1", "customer.created", json!({"id": "cus_1"}))]})
    .to_string();
    let server = Server::start(move |asked| match (asked.path(), asked.header("authorization")) {
        ("/v1/events", Some("Bearer sk_1")) => Told(200, events.clone()),
        _ => Told(401, "{}".to_owned()),
    });
    let app = OwnApp::start_with(&[&server.url]);
    let brand = app.app.brand();
    let store = connect(&brand, "stripe", json!({"secretKey": "sk_1", "apiUrl": server.url}));
    let report = reconcile(&brand, &store, None);
    assert_eq!(ids(&report["missing"]), ["cs_7"], "{report}");
    assert_eq!(report["missing"][0]["value"], json!({"amount": 10_000, "currency": "EUR"}));
    let again = reconcile(&brand, &store, None);
    assert_eq!((&again["equal"], &again["missing"]), (&json!(1), &json!([])));
    assert!(server.asked()[0].target.contains("created%5Bgte%5D=1730419200"));
}

// R34
#[test]
fn a_scheduler_has_every_store_reconciled_since_its_last_time() {
    if OwnApp::is_foreign() {
        return;
    }
    let Apart { store, brand, .. } = &apart(1..=12);
    brand.connect_shop();
    let (mut missing, mut rounds) = (0, 0);
    loop {
        let round = brand.post("/reconcile/run", json!({})).expect(200).json();
        let stores = round["stores"].as_array().unwrap();
        if stores.is_empty() {
            assert_eq!(round["retryAfterSeconds"], Value::Null);
            break;
        }
        assert_eq!((stores.len(), &stores[0]["storeId"]), (1, &json!(store.id)), "only what has an API");
        missing += stores[0]["missing"].as_u64().unwrap();
        rounds += 1;
        assert!(rounds < 10, "it never ends: {round}");
    }
    assert_eq!((missing, rounds), (12, 2));
    assert_eq!(brand.order_of(&store.id, 12)["status"], "paid");
}

// R34
#[test]
fn what_cannot_be_reconciled_is_said_and_changes_nothing() {
    if OwnApp::is_foreign() {
        return;
    }
    let Apart { shop, store, brand, .. } = &apart(1..=1);
    let path = format!("/stores/{}/reconcile", store.id);
    let ask = |wanted: Value| brand.post(&path, wanted);
    ask(json!({"from": "yesterday", "to": "2024-11-30"})).wrong_fields(&["from"]);
    ask(json!({"from": "2024-11-30T00:00:00Z", "to": "2024-11-01T00:00:00Z"})).wrong_fields(&["to"]);
    ask(json!({"from": "2024-11-01"})).wrong_fields(&["to"]);
    ask(json!({"from": "2024-11-01", "to": "2024-11-30", "cursor": "../x"})).wrong_fields(&["cursor"]);
    shop.fail(Some(500));
    ask(json!({"from": "2024-11-01", "to": "2024-11-30"})).problem(503, "store_unavailable");
    shop.fail(Some(403));
    ask(json!({"from": "2024-11-01", "to": "2024-11-30"})).problem(409, "store_not_readable");
    let bare = shop.connect_with(brand, Value::Null);
    let wanted = json!({"from": "2024-11-01", "to": "2024-11-30"});
    brand.post(&format!("/stores/{}/reconcile", bare.id), wanted.clone()).problem(409, "store_not_readable");
    let nowhere = "/stores/str_00000000000000000000000000/reconcile";
    brand.post(nowhere, wanted).problem(404, "not_found");
    assert!(brand.get("/orders").expect(200).json()["data"].as_array().unwrap().is_empty());
}
