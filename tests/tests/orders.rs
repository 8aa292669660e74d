//! The `orders` function: webhooks of a Shopify shop.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Command;
use std::thread;

use serde_json::{Value, json};
use tributary_tests::{
    App, Brand, Campaign, OwnApp, Shop, both, eventually, order, refund, unique, with_code,
};

fn brand() -> Brand {
    App::shared().brand()
}

/// The signed sample that Shopify itself sends: a test order.
const SAMPLE: &str = include_str!("../fixtures/orders_create.json");

// R30, R40
#[test]
fn a_signed_order_with_a_code_is_credited() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(820_982_911_946_154_508, with_code(&format!(" {} ", campaign.code().to_lowercase())));
    let conversion = brand.conversion(&campaign.id);
    assert_eq!(conversion["value"], json!({"amount": 10_000, "currency": "EUR"}));
    assert_eq!(conversion["commission"], json!({"amount": 1_000, "currency": "EUR"}));
    assert_eq!((&conversion["source"], &conversion["codeText"]), (&json!("code"), &json!(campaign.code())));
    let order = brand.get(&format!("/orders/{}", conversion["orderId"].as_str().unwrap())).expect(200).json();
    assert_eq!(order["externalId"], "820982911946154508", "a 64-bit id, to its last digit");
    assert_eq!(order["storeId"], campaign.shop.id);
    assert_eq!(order["net"], json!({"amount": 10_000, "currency": "EUR"}), "without tax and shipping");
    assert_eq!(order["total"], json!({"amount": 12_000, "currency": "EUR"}));
    assert_eq!(order["codes"], json!([campaign.code()]));
    assert_eq!(order["placedAt"].as_str().unwrap()[..19], *"2024-11-20T10:00:00");
}

// R30
#[test]
fn a_delivery_that_is_not_signed_by_the_shop_changes_nothing() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let shop = &campaign.shop;
    let body = order(1, with_code(&campaign.code())).to_string();
    let good = shop.sign(body.as_bytes());
    let other = Shop::new(brand.base(), &shop.id, "another secret").sign(body.as_bytes());
    let altered = body.replace("100.00", "900.00");
    let name = "x-shopify-hmac-sha256";
    let doubled = format!("{good},{good}");
    let swapped: String =
        good.chars()
            .map(|letter| {
                if letter.is_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
            })
            .collect();
    let hex = "7c211433f02071597741e6ff5a8ea34789abbf43fe4a9fb1e2ed1f3a1e1ed2d0";
    let cases: [(_, &[(_, &str)], &str); 13] = [
        ("missing", &[], &body),
        ("empty", &[(name, "")], &body),
        ("by another secret", &[(name, &other)], &body),
        ("truncated", &[(name, &good[..good.len() - 4])], &body),
        ("a byte short", &[(name, &good[1..])], &body),
        ("doubled in one header", &[(name, &doubled)], &body),
        ("two headers that differ", &[(name, &good), (name, &other)], &body),
        ("two families that differ", &[(name, &good), ("shopify-hmac-sha256", &other)], &body),
        ("in hex", &[(name, hex)], &body),
        ("no base64", &[(name, "%%%")], &body),
        ("in a wrong case", &[(name, &swapped)], &body),
        ("of another body", &[(name, &good)], &altered),
        ("of no body", &[(name, &good)], ""),
    ];
    for (what, headers, body) in cases {
        let reply = shop.deliver_raw("orders/paid", headers, body.as_bytes());
        assert_eq!(reply.status, 401, "{what}: {}", reply.text());
    }
    assert!(brand.conversions(&campaign.id).is_empty());
    let refused = eventually("the refusals are listed", || {
        let found = deliveries(&brand, &shop.id, "refused");
        (!found.is_empty()).then_some(found)
    });
    assert!(refused.iter().all(|delivery| !delivery["reason"].as_str().unwrap().contains(&shop.secret)));
}

// R30
#[test]
fn both_families_of_headers_are_read() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let body = order(1, with_code(&campaign.code())).to_string();
    let signature = campaign.shop.sign(body.as_bytes());
    let headers = [("shopify-hmac-sha256", signature.as_str())];
    campaign.shop.deliver_raw("orders/paid", &headers, body.as_bytes()).expect(200);
    brand.conversion(&campaign.id);
}

// R30
#[test]
fn two_secrets_are_taken_while_one_is_being_rotated() {
    let brand = brand();
    let shop = brand.connect_shop();
    let next = Shop::new(brand.base(), &shop.id, &unique("next-"));
    let set = |secrets: Value| {
        brand.patch(&format!("/stores/{}", shop.id), json!({"webhookSecrets": secrets})).expect(200)
    };
    shop.pay(1, json!({}));
    next.deliver("orders/paid", &order(2, json!({}))).refused(401);
    set(json!([next.secret, shop.secret]));
    eventually("the new secret is taken", || {
        (next.deliver("orders/paid", &order(2, json!({}))).status == 200).then_some(())
    });
    shop.pay(3, json!({}));
    set(json!([next.secret]));
    eventually("the old secret is refused", || {
        (shop.deliver("orders/paid", &order(4, json!({}))).status == 401).then_some(())
    });
    // Each instance of the function believes what it knows of a store for a few seconds.
    eventually("the new secret alone is taken", || {
        (next.deliver("orders/paid", &order(5, json!({}))).status == 200).then_some(())
    });
}

// R30
#[test]
fn what_is_the_shops_but_cannot_be_read_is_kept_and_listed() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let shop = &campaign.shop;
    let broken: Vec<Vec<u8>> = vec![
        b"not json".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"{}".to_vec(),
        b"{\"id\": ".to_vec(),
        vec![0xff, 0xfe, 0x00],
        order(1, json!({"id": null})).to_string().into_bytes(),
        order(1, json!({"subtotal_price": "a lot", "current_subtotal_price": null})).to_string().into_bytes(),
        order(1, json!({"currency": "EURO"})).to_string().into_bytes(),
        order(1, json!({"line_items": "none", "note_attributes": 7})).to_string().into_bytes(),
        order(1, json!({"processed_at": "yesterday", "created_at": "yesterday", "updated_at": "yesterday"}))
            .to_string()
            .into_bytes(),
    ];
    for body in &broken {
        let signature = shop.sign(body);
        let reply = shop.deliver_raw("orders/paid", &[("x-shopify-hmac-sha256", &signature)], body);
        assert_eq!(reply.status, 202, "{}: {}", String::from_utf8_lossy(body), reply.text());
    }
    let kept = deliveries(&brand, &shop.id, "unreadable");
    assert_eq!(kept.len(), broken.len());
    assert!(kept.iter().all(|delivery| delivery["topic"] == "orders/paid"));
    assert!(kept.iter().all(|delivery| delivery["reason"].as_str().is_some_and(|reason| !reason.is_empty())));
    let id = kept[0]["id"].as_str().unwrap();
    brand.post(&format!("/deliveries/{id}/retry"), json!({})).refused(422);
    assert_eq!(deliveries(&brand, &shop.id, "unreadable").len(), broken.len(), "nothing is lost by a retry");
    assert!(brand.conversions(&campaign.id).is_empty());
}

// R30
#[test]
fn an_unreadable_delivery_is_tried_again_after_a_fix() {
    let brand = brand();
    let shop = brand.connect_shop();
    // Somebody set the store up in euros, but it sells in dollars.
    let dollars = json!([{"kind": "refund", "status": "success", "amount": "10.00", "currency": "USD"}]);
    let body = json!({"id": 7, "order_id": 1, "created_at": "2024-11-20T12:00:00Z", "refund_line_items": [],
        "order_adjustments": [], "transactions": dollars});
    shop.deliver("refunds/create", &body).expect(202);
    let kept = deliveries(&brand, &shop.id, "unreadable");
    let path = format!("/deliveries/{}/retry", kept[0]["id"].as_str().unwrap());
    brand.post(&path, json!({})).refused(422);
    brand.patch(&format!("/stores/{}", shop.id), json!({"currency": "USD"})).expect(200);
    let retried = eventually("it is read", || {
        let reply = brand.post(&path, json!({}));
        (reply.status == 200).then_some(reply)
    });
    assert_eq!(retried.json()["outcome"], "done");
    assert_eq!(brand.audited("delivery.retry", kept[0]["id"].as_str().unwrap()), 1);
    assert!(deliveries(&brand, &shop.id, "unreadable").is_empty());
    brand.post(&path, json!({})).refused(409);
}

/// How many bodies of deliveries lie in the database, after all deliveries were made 31 days older where that is wanted.
fn bodies(app: &OwnApp, made_older: bool) -> usize {
    let script = "import sqlite3,sys,time\n\
        c=sqlite3.connect(sys.argv[1],timeout=30)\n\
        if sys.argv[2]=='true':\n\
        \x20c.execute(\"UPDATE deliveries SET id='dlv_00'||substr(id,7),received_at=?\",(int(time.time()*1000)-31*86400000,))\n\
        c.commit()\n\
        print(c.execute('SELECT COUNT(body) FROM deliveries').fetchone()[0])";
    let database = app.state().join("sqlite_db.db");
    let told = Command::new("python3")
        .args(["-c", script])
        .arg(&database)
        .arg(made_older.to_string())
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8(told.stdout).unwrap().trim().parse().unwrap()
}

// R30, R38
#[test]
fn the_body_of_an_unreadable_delivery_is_gone_after_thirty_days_and_its_line_stays() {
    if OwnApp::is_foreign() {
        return;
    }
    let mut app = OwnApp::start();
    let brand = app.app.brand();
    let shop = brand.connect_shop();
    shop.deliver("orders/paid", &order(1, json!({"currency": "EURO"}))).expect(202);
    assert_eq!(bodies(&app, false), 1);
    // Whatever this instance did today, the next one does it again.
    app.stop();
    assert_eq!(bodies(&app, true), 1);
    app.restart();
    let shop = Shop::new(&app.app.url, &shop.id, &shop.secret);
    shop.pay(1, json!({}));
    eventually("the next delivery that is read takes it along", || (bodies(&app, false) == 0).then_some(()));
    let brand = app.app.brand();
    let kept = deliveries(&brand, &shop.id, "unreadable");
    assert_eq!(kept.len(), 1);
    assert!(kept[0]["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
    let path = format!("/deliveries/{}/retry", kept[0]["id"].as_str().unwrap());
    brand.post(&path, json!({})).problem(409, "nothing_to_retry");
}

// R30
#[test]
fn a_delivery_that_was_read_is_listed_and_cannot_be_tried_again() {
    let brand = brand();
    let shop = brand.connect_shop();
    shop.pay(1, json!({}));
    let done = eventually("it is listed", || deliveries(&brand, &shop.id, "done").first().cloned());
    assert_eq!(done["topic"], "orders/paid");
    let path = |id: &str| format!("/deliveries/{id}/retry");
    brand.post(&path(done["id"].as_str().unwrap()), json!({})).refused(409);
    brand.post(&path("dlv_00000000000000000000000000"), json!({})).refused(404);
    brand.get("/deliveries?outcome=lost").wrong_fields(&["outcome"]);
}

/// A store's deliveries with this outcome.
fn deliveries(brand: &Brand, store: &str, outcome: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/deliveries?outcome={outcome}&limit=100{cursor}");
        let page = brand.get(&path).expect(200).json();
        let rows = page["data"].as_array().unwrap();
        found.extend(rows.iter().filter(|delivery| delivery["storeId"] == store).cloned());
        let Some(next) = page["nextCursor"].as_str() else { return found };
        cursor = format!("&cursor={next}");
    }
}

// R30
#[test]
fn more_than_four_mebibytes_are_too_large() {
    let shop = brand().connect_shop();
    let body = order(1, json!({})).to_string();
    let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len())).into_bytes();
    for (length, status) in [(4 << 20, 200), ((4 << 20) + 1, 413), (8 << 20, 413)] {
        let body = padded(length);
        let signature = shop.sign(&body);
        let reply = shop.deliver_raw("orders/paid", &[("x-shopify-hmac-sha256", &signature)], &body);
        assert_eq!(reply.status, status, "{length} bytes");
    }
}

/// Sends a POST whole before it reads anything, as simple clients do; gives the first line of the answer.
fn send_before_reading(path: &str, length: usize) -> String {
    let address = App::shared().url.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&vec![b' '; length]).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line
}

// R30
#[test]
fn who_sends_too_much_before_reading_is_told_so_too() {
    if OwnApp::is_foreign() {
        return;
    }
    let shop = brand().connect_shop();
    let webhook = format!("/webhooks/shopify/{}", shop.id);
    for (path, length) in
        [(webhook.as_str(), (4 << 20) + 1), (&webhook, 12 << 20), ("/t/conversion", 1 << 20)]
    {
        let line = send_before_reading(path, length);
        assert!(line.starts_with("HTTP/1.1 413"), "{path}, {length} bytes: {line}");
    }
}

// R30
#[test]
fn an_unknown_store_is_not_found() {
    let brand = brand();
    let shop = brand.connect_shop();
    let woocommerce = brand.connect("woocommerce", "EUR");
    let body = order(1, json!({}));
    for id in ["str_00000000000000000000000000", "str_1", "nonsense", "..", "%00", &woocommerce.id] {
        Shop::new(brand.base(), id, &shop.secret).deliver("orders/paid", &body).refused(404);
    }
}

// R30
#[test]
fn topics_that_are_not_ours_are_answered_well() {
    let shop = brand().connect_shop();
    for topic in ["products/update", "carts/create", "", "orders/unheard_of", "app/uninstalled"] {
        shop.deliver(topic, &json!({"id": 1})).expect(200);
    }
    shop.deliver("orders/edited", &json!({"order_edit": {"id": 1, "order_id": 1}})).expect(200);
}

// R31
#[test]
fn ten_equal_deliveries_at_once_are_one_order() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let body = order(1, with_code(&campaign.code()));
    at_once((0..10).map(|_| ("orders/paid", body.clone())).collect(), &campaign.shop);
    assert_one_sale(&brand, &campaign);
}

// R31
#[test]
fn five_topics_of_one_order_at_once_are_one_order() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let pending = both(with_code(&campaign.code()), json!({"financial_status": "pending"}));
    let paid = |second: u32| {
        let time = format!("2024-11-20T10:00:{second:02}Z");
        order(1, both(with_code(&campaign.code()), json!({"updated_at": time})))
    };
    let edited = json!({"order_edit": {"id": 5, "order_id": 1}});
    let deliveries = vec![
        ("orders/create", order(1, pending)),
        ("orders/paid", paid(1)),
        ("orders/updated", paid(2)),
        ("orders/edited", edited),
        ("orders/updated", paid(3)),
    ];
    at_once(deliveries.iter().chain(&deliveries).cloned().collect(), &campaign.shop);
    assert_one_sale(&brand, &campaign);
}

fn at_once(deliveries: Vec<(&'static str, Value)>, shop: &Shop) {
    let senders: Vec<_> = deliveries
        .into_iter()
        .map(|(topic, body)| {
            let shop = shop.clone();
            thread::spawn(move || shop.deliver(topic, &body).status)
        })
        .collect();
    for sender in senders {
        assert_eq!(sender.join().unwrap(), 200);
    }
}

#[track_caller]
fn assert_one_sale(brand: &Brand, campaign: &Campaign) {
    let conversion = brand.conversion(&campaign.id);
    assert_eq!(conversion["status"], "paid");
    assert_eq!(conversion["commission"]["amount"], 1_000);
    assert_eq!(brand.due(&campaign.creator), 1_000);
    let summary = brand.get(&format!("/campaigns/{}/performance", campaign.id)).expect(200).json();
    assert_eq!(summary["summary"]["orders"], 1);
    assert_eq!(summary["summary"]["sales"]["amount"], 10_000);
}

// R32
#[test]
fn deliveries_in_any_order_end_in_the_same_state() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let deliveries = |id: u64| {
        let with = |changes: Value| order(id, both(with_code(&campaign.code()), changes));
        vec![
            ("orders/create", with(json!({"financial_status": "pending"}))),
            ("orders/paid", with(json!({"updated_at": "2024-11-20T10:05:00Z"}))),
            ("refunds/create", refund(id + 5_000, id, "40.00")),
            (
                "orders/updated",
                with(json!({"updated_at": "2024-11-20T11:00:00Z", "financial_status": "partially_refunded",
                    "current_subtotal_price": "60.00", "refunds": [refund(id + 5_000, id, "40.00")]})),
            ),
        ]
    };
    let orders = permutations(4);
    for (id, permutation) in (1..).zip(&orders) {
        let deliveries = deliveries(id);
        for index in permutation {
            let (topic, body) = &deliveries[*index];
            campaign.shop.deliver(topic, body).expect(200);
        }
        // An old retry after all of it.
        let (topic, body) = &deliveries[permutation[0]];
        campaign.shop.deliver(topic, body).expect(200);
    }
    let conversions = brand.conversions(&campaign.id);
    assert_eq!(conversions.len(), orders.len());
    for conversion in &conversions {
        let number: u64 = conversion["orderNumber"].as_str().unwrap()[1..].parse().unwrap();
        let history = &orders[usize::try_from(number).unwrap() - 1];
        assert_eq!(
            (&conversion["status"], &conversion["value"]["amount"], &conversion["commission"]["amount"]),
            (&json!("partially_refunded"), &json!(6_000), &json!(600)),
            "{history:?}"
        );
    }
    assert_eq!(brand.due(&campaign.creator), 600 * 24);
}

// R32
#[test]
fn a_cancellation_ends_the_order_whenever_it_arrives() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let orders = permutations(3);
    for (id, permutation) in (1..).zip(&orders) {
        let with = |changes: Value| order(id, both(with_code(&campaign.code()), changes));
        let deliveries = [
            ("orders/create", with(json!({"financial_status": "pending"}))),
            ("orders/paid", with(json!({"updated_at": "2024-11-20T10:05:00Z"}))),
            (
                "orders/cancelled",
                with(json!({"updated_at": "2024-11-20T11:00:00Z", "cancelled_at": "2024-11-20T11:00:00Z",
                    "cancel_reason": "customer"})),
            ),
        ];
        for index in permutation {
            let (topic, body) = &deliveries[*index];
            campaign.shop.deliver(topic, body).expect(200);
        }
    }
    for conversion in brand.conversions(&campaign.id) {
        assert_eq!(conversion["status"], "canceled");
        assert_eq!(conversion["commission"]["amount"], 0);
    }
    assert_eq!(brand.due(&campaign.creator), 0);
}

/// Every order of `0..length`.
fn permutations(length: usize) -> Vec<Vec<usize>> {
    (0..length).fold(vec![Vec::new()], |shorter, next| {
        let longer = |one: &Vec<usize>| {
            (0..=one.len()).map(|at| [&one[..at], &[next], &one[at..]].concat()).collect::<Vec<_>>()
        };
        shorter.iter().flat_map(longer).collect()
    })
}

// R33
#[test]
fn an_order_has_one_of_five_statuses_and_the_value_that_is_left() {
    let brand = brand();
    let later = "2024-11-20T12:00:00Z";
    let cases = [
        ("pending", vec![("orders/create", json!({"financial_status": "pending"}))], 10_000, 0),
        ("paid", vec![("orders/paid", json!({}))], 10_000, 1_000),
        (
            "partially_refunded",
            vec![("orders/paid", json!({})), ("refunds/create", json!("40.00"))],
            6_000,
            600,
        ),
        ("refunded", vec![("orders/paid", json!({})), ("refunds/create", json!("100.00"))], 0, 0),
        (
            "refunded",
            vec![
                ("orders/paid", json!({})),
                (
                    "orders/updated",
                    json!({"financial_status": "refunded", "updated_at": later,
                    "current_subtotal_price": "0.00", "current_total_price": "0.00"}),
                ),
            ],
            0,
            0,
        ),
        (
            "canceled",
            vec![
                ("orders/paid", json!({})),
                ("orders/cancelled", json!({"cancelled_at": later, "updated_at": later})),
            ],
            0,
            0,
        ),
    ];
    for (status, deliveries, value, due) in cases {
        let campaign = brand.run_campaign(json!({}));
        for (topic, changes) in deliveries {
            let body = match changes.as_str() {
                Some(net) => refund(7, 1, net),
                None => order(1, both(with_code(&campaign.code()), changes)),
            };
            campaign.shop.deliver(topic, &body).expect(200);
        }
        let conversion = brand.conversion(&campaign.id);
        assert_eq!((&conversion["status"], &conversion["value"]["amount"]), (&json!(status), &json!(value)));
        assert_eq!(brand.due(&campaign.creator), due, "{status}");
    }
}

// R33
#[test]
fn several_refunds_of_an_order_add_up_and_each_counts_once() {
    let brand = brand();
    let campaign = brand
        .run_campaign(json!({"commission": {"type": "flat", "amount": {"amount": 500, "currency": "EUR"}}}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    for (refund_id, net, due) in [(7, "40.00", 300), (7, "40.00", 300), (8, "20.00", 200), (9, "40.00", 0)] {
        campaign.shop.deliver("refunds/create", &refund(refund_id, 1, net)).expect(200);
        assert_eq!(brand.due(&campaign.creator), due, "after refund {refund_id}");
    }
    assert_eq!(brand.conversion(&campaign.id)["status"], "refunded");
}

// R39
#[test]
fn test_orders_are_marked_and_count_nowhere() {
    let brand = brand();
    let campaign = brand.run_campaign_of(brand.connect("shopify", "USD"), json!({}));
    let mut sample: Value = serde_json::from_str(SAMPLE).unwrap();
    sample["discount_codes"] = with_code(&campaign.code())["discount_codes"].clone();
    for topic in ["orders/create", "orders/paid"] {
        campaign.shop.deliver(topic, &sample).expect(200);
    }
    let bogus =
        both(with_code(&campaign.code()), json!({"payment_gateway_names": ["bogus"], "currency": "USD"}));
    campaign.shop.deliver("orders/paid", &order(2, bogus)).expect(200);
    for id in [820_982_911_946_154_508, 2] {
        assert_eq!(brand.order_of(&campaign.shop.id, id)["test"], true);
    }
    assert!(brand.conversions(&campaign.id).iter().all(|conversion| conversion["test"] == true));
    let table = brand.get(&format!("/campaigns/{}/performance", campaign.id)).expect(200).json();
    for (figure, nothing) in [
        ("orders", json!(0)),
        ("sales", json!({"amount": 0, "currency": "USD"})),
        ("commission", json!({"amount": 0, "currency": "USD"})),
    ] {
        assert_eq!(table["summary"][figure], nothing, "{figure}");
    }
    assert_eq!(brand.due_in(&campaign.creator, "USD"), 0);
}

// R38
#[test]
fn a_buyers_email_is_kept_nowhere_and_privacy_topics_are_honoured() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let email = "jon.q.public@example.com";
    let mine = both(with_code(&campaign.code()), json!({"email": email, "contact_email": email}));
    campaign.shop.pay(1, mine);
    let order = brand.order_of(&campaign.shop.id, 1);
    assert!(!order.to_string().contains("jon"), "{order}");
    let customer = json!({"id": 7, "email": email, "phone": null});
    let asked = json!({"shop_domain": "shop.myshopify.com", "customer": customer, "orders_requested": [1],
        "data_request": {"id": 9}});
    campaign.shop.deliver("customers/data_request", &asked).expect(200);
    let held = eventually("the request is listed", || {
        deliveries(&brand, &campaign.shop.id, "done")
            .into_iter()
            .find(|each| each["topic"] == "customers/data_request")
    });
    assert!(held["reason"].as_str().unwrap().contains(order["id"].as_str().unwrap()), "{held}");
    let redact = json!({"shop_domain": "shop.myshopify.com", "customer": customer, "orders_to_redact": [1]});
    campaign.shop.deliver("customers/redact", &redact).expect(200);
    campaign
        .shop
        .deliver("shop/redact", &json!({"shop_id": 1, "shop_domain": "shop.myshopify.com"}))
        .expect(200);
    assert_eq!(brand.conversion(&campaign.id)["commission"]["amount"], 1_000, "the sale stands");
}
