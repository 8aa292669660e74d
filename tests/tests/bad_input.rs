//! Bad input, as strangers, broken shops and hurried developers send it: no answer of ours is ever a crash, and
//! nothing wrong is ever booked.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use serde_json::{Value, json};
use tributary_tests::{
    App, Brand, Campaign, Reply, Shopper, both, order, refund, unique, with_click, with_code,
};

fn brand() -> Brand {
    App::shared().brand()
}

fn shopper() -> Shopper {
    Shopper::at(&App::shared().url, "198.51.100.90")
}

/// Sends a body that is truly the shop's.
fn deliver(campaign: &Campaign, topic: &str, body: &[u8]) -> Reply {
    let signature = campaign.shop.sign(body);
    campaign.shop.deliver_raw(topic, &[("x-shopify-hmac-sha256", &signature)], body)
}

const TOPICS: [&str; 5] =
    ["orders/create", "orders/paid", "orders/updated", "orders/cancelled", "refunds/create"];

// R30
#[test]
fn a_body_that_is_no_order_is_kept_whatever_its_topic() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_object = format!("{}1{}", "{\"a\":".repeat(50_000), "}".repeat(50_000));
    let nested = order(1, json!({})).to_string().replacen(
        '{',
        &format!("{{\"x\": {},", "[".repeat(5_000) + &"]".repeat(5_000)),
        1,
    );
    let bodies: Vec<Vec<u8>> = vec![
        b"not json".to_vec(),
        b"{".to_vec(),
        b"{}garbage".to_vec(),
        b"null".to_vec(),
        b"true".to_vec(),
        b"0".to_vec(),
        b"\"order\"".to_vec(),
        b"[{\"id\": 1}]".to_vec(),
        b"{\"id\": {}}".to_vec(),
        b"{\"id\": 1e400}".to_vec(),
        b"{\"id\": -1}".to_vec(),
        vec![0; 1_000],
        vec![0xff; 1_000],
        b"\xef\xbb\xbf".to_vec(),
        deep.into_bytes(),
        deep_object.into_bytes(),
    ];
    for body in &bodies {
        for topic in TOPICS {
            let reply = deliver(&campaign, topic, body);
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            assert_eq!(reply.status, 202, "{topic} {shown}: {}", reply.text());
        }
    }
    // Depth in a member that we do not read is no reason to lose a sale, nor is it one to crash.
    let reply = deliver(&campaign, "orders/paid", nested.as_bytes());
    assert!(matches!(reply.status, 200 | 202), "{}", reply.text());
    assert!(brand.conversions(&campaign.id).is_empty());
    deliver(&campaign, "orders/paid", b"").expect(401);
}

// R30, R50
#[test]
fn an_amount_that_cannot_be_is_kept_and_never_booked() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    for amount in [
        json!("-100.00"),
        json!("NaN"),
        json!("Infinity"),
        json!("100,00"),
        json!("0x64"),
        json!("99999999999999999999999999"),
        json!("9223372036854775807"),
        json!(""),
        json!(" "),
        json!({"amount": "100.00"}),
        json!(["100.00"]),
        json!(true),
    ] {
        let money = json!({"subtotal_price": amount, "current_subtotal_price": amount});
        let body = order(1, both(with_code(&campaign.code()), money)).to_string();
        let reply = deliver(&campaign, "orders/paid", body.as_bytes());
        assert_eq!(reply.status, 202, "{amount}: {}", reply.text());
    }
    for currency in [json!("EURO"), json!("XXQ"), json!(""), json!(null), json!(978), json!("€")] {
        let body = order(1, both(with_code(&campaign.code()), json!({"currency": currency}))).to_string();
        let reply = deliver(&campaign, "orders/paid", body.as_bytes());
        assert_eq!(reply.status, 202, "{currency}: {}", reply.text());
    }
    assert!(brand.conversions(&campaign.id).is_empty());
    assert_eq!(brand.due(&campaign.creator), 0);
}

// R50
#[test]
fn a_fraction_of_a_cent_is_rounded_by_the_one_rule() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    // BigCommerce sends four decimals, and a JSON number may be written with an exponent.
    for (order, (amount, value)) in (1..).zip([
        (json!("100.004"), 10_000),
        (json!("100.005"), 10_001),
        (json!("100.0000"), 10_000),
        (json!(1e2), 10_000),
    ]) {
        let money = json!({"subtotal_price": amount, "current_subtotal_price": amount});
        campaign.shop.pay(order, both(with_code(&campaign.code()), money));
        let conversions = brand.conversions(&campaign.id);
        let number = format!("#{order}");
        let conversion = conversions.iter().find(|each| each["orderNumber"] == number).unwrap();
        assert_eq!(conversion["value"]["amount"], value, "{amount}");
    }
}

// R60
#[test]
fn an_order_of_the_future_was_placed_when_it_came() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let date = json!({"processed_at": "9999-12-31T23:59:59Z", "created_at": "9999-12-31T23:59:59Z"});
    campaign.shop.pay(1, both(with_code(&campaign.code()), date));
    let order = brand.order_of(&campaign.shop.id, 1);
    assert!(order["placedAt"].as_str() <= order["receivedAt"].as_str(), "{order}");
}

// R33, R50
#[test]
fn a_refund_that_cannot_be_takes_no_more_than_there_is() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    for net in ["-50.00", "1e99", "half"] {
        let mut body = refund(7, 1, "1.00");
        body["refund_line_items"][0]["subtotal"] = json!(net);
        body["refund_line_items"][0]["subtotal_set"]["shop_money"]["amount"] = json!(net);
        let reply = deliver(&campaign, "refunds/create", body.to_string().as_bytes());
        assert_eq!(reply.status, 202, "{net}: {}", reply.text());
        assert_eq!(brand.due(&campaign.creator), 1_000, "{net}");
    }
    campaign.shop.deliver("refunds/create", &refund(8, 1, "900.00")).expect(200);
    let conversion = brand.conversion(&campaign.id);
    assert_eq!((&conversion["status"], &conversion["value"]["amount"]), (&json!("refunded"), &json!(0)));
    assert_eq!(brand.due(&campaign.creator), 0, "never below zero by a shop's mistake");
    campaign.shop.deliver("refunds/create", &refund(9, 999, "10.00")).expect(200);
    assert_eq!(
        brand.conversions(&campaign.id).len(),
        1,
        "a refund of an order that nobody has seen credits nobody"
    );
}

// R30
#[test]
fn a_key_that_comes_twice_is_not_read_in_two_ways() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let body = order(1, with_code(&campaign.code())).to_string();
    let doubled =
        body.replacen('{', "{\"subtotal_price\": \"9000.00\", \"current_subtotal_price\": \"9000.00\",", 1);
    let reply = deliver(&campaign, "orders/paid", doubled.as_bytes());
    assert_eq!(reply.status, 202, "{}", reply.text());
    assert!(brand.conversions(&campaign.id).is_empty());
}

// R21
#[test]
fn junk_where_a_click_id_may_stand_costs_no_sale() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let junk = [
        "",
        "x",
        "=",
        "%00",
        "\u{0}",
        "☃",
        "' OR 1=1 --",
        &"A".repeat(44),
        &"A".repeat(10_000),
        "../../etc/passwd",
    ];
    for (id, text) in (1..).zip(junk) {
        campaign.shop.pay(id, both(with_code(&campaign.code()), with_click(text)));
        let landing =
            json!({"landing_site": format!("/?trb={text}&redirect=%2525{text}"), "landing_site_ref": text});
        campaign.shop.pay(1_000 + id, both(with_code(&campaign.code()), landing));
    }
    let many: Vec<Value> =
        (0..5_000).map(|index| json!({"name": "trb", "value": format!("{index:044}")})).collect();
    campaign.shop.pay(2_000, both(with_code(&campaign.code()), json!({"note_attributes": many})));
    assert_eq!(brand.due(&campaign.creator), 1_000 * (2 * i64::try_from(junk.len()).unwrap() + 1));
}

// R20
#[test]
fn no_path_that_a_stranger_asks_for_is_an_error_of_ours() {
    let ten_kilobytes = "a".repeat(10_240);
    App::shared().brand().connect_shop();
    for path in [
        "/..",
        "/../../etc/passwd",
        "/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/%00",
        "/anna%00",
        "/%ff%fe",
        "/%E7%94%B0%E4%B8%AD",
        "/anna%20b",
        "/anna%0d%0aX-Evil:%201",
        "/favicon.ico",
        "/robots.txt",
        "/.env",
        "/.well-known/security.txt",
        "/wp-login.php",
        "/anna'--",
        "/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/?to=/x",
        "/a/b/c",
        "/a?to=",
        "/anna?to=%",
        "/anna?%%%=&&&===",
        "/t/",
        "/t/nothing",
        "/t/click",
        "/t/conversion?%00=%00",
        "/t/pixel.gif?amount=%ff",
        "/webhooks",
        "/webhooks/shopify",
        "/webhooks/shopify/%00/x",
        "/api",
        "/api/v1",
        "/api/v1/",
        "/api/v2/health",
        "/api/v1/creators/%00",
        "/api/v1/creators/..%2fstores",
        "/dashboard/../api/v1/keys",
        "/dashboard/campaigns/%00",
        "/creator/",
        &format!("/{ten_kilobytes}"),
        &format!("/anna?to=/{ten_kilobytes}"),
        &format!("/t/conversion?clickId={ten_kilobytes}"),
    ] {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PURGE"] {
            let reply = shopper().send(method, path, &[]);
            let shown = &path[..path.len().min(60)];
            assert!(reply.status < 500, "{method} {shown}: {} {}", reply.status, reply.text());
            assert!(reply.header("x-evil").is_none(), "{shown}");
            if let Some(target) = reply.header("location") {
                assert!(!target.contains("evil.example") && !target.contains(['\r', '\n']), "{target}");
            }
            let text = reply.text();
            assert!(!text.contains("<script>alert") && !text.contains("root:"), "{method} {shown}");
        }
    }
}

/// Every text that anybody may write into any field.
const NASTY: [&str; 12] = [
    "'; DROP TABLE orders; --",
    "\" OR \"\"=\"",
    "$1 ?1 :name @p",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{7*7}} ${7*7} #{7*7}",
    "=cmd|' /C calc'!A0",
    "田中 🦀 ñ é \u{202e}txt",
    "line\nbreak\ttab\r.",
    "null",
    "\\u0000\\",
    "a%00b%0d%0a",
];

// R65, R73
#[test]
fn sql_and_html_in_every_text_field_is_kept_as_text() {
    let brand = brand();
    let shop = brand.connect_shop();
    for text in NASTY {
        let named = format!("{text} {}", unique(""));
        let store =
            json!({"name": named, "platform": "custom", "url": "https://shop.example", "currency": "EUR"});
        assert_eq!(brand.post("/stores", store).expect(201).json()["name"], named);
        let creator = json!({"firstName": named, "lastName": text, "externalId": named, "handles": {"instagram": text},
            "tags": [text]});
        let made = brand.post("/creators", creator.clone()).expect(201).json();
        for field in ["firstName", "lastName", "externalId", "tags"] {
            assert_eq!(made[field], creator[field], "{field}");
        }
        let path = format!("/creators/{}", made["id"].as_str().unwrap());
        assert_eq!(brand.get(&path).expect(200).json(), made);
        let plan = json!({"name": named, "storeId": shop.id, "mode": "manual", "discount": {"type": "percentage", "value": "10"},
            "link": {"applyCode": false, "utm": {"source": text, "campaign": "{campaign}"}},
            "commission": {"type": "percentage", "rate": "10"}, "codePattern": "{random:8}"});
        let plan = brand.post("/plans", plan).expect(201).json();
        assert_eq!((&plan["name"], &plan["link"]["utm"]["source"]), (&json!(named), &json!(text)));
        let campaign = json!({"name": named, "planId": plan["id"], "status": "live"});
        let campaign = brand.post("/campaigns", campaign).expect(201).json();
        assert_eq!(campaign["name"], named);
        let campaign = campaign["id"].as_str().unwrap();
        let enrollment = brand.enroll(campaign, made["id"].as_str().unwrap());
        let target = shopper().click(enrollment["links"][0]["slug"].as_str().unwrap());
        let utm = |name: &str| {
            target.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
        };
        assert_eq!(
            (target.host_str(), utm("utm_source").as_deref(), utm("utm_campaign")),
            (Some("shop.example"), Some(text), Some(named.clone()))
        );
        let id = u64::from_str_radix(&unique(""), 16).unwrap() >> 8;
        let code = enrollment["code"]["text"].as_str().unwrap();
        shop.pay(id, both(with_code(code), json!({"name": text, "note": text})));
        let conversion = brand.conversion(campaign);
        let shown: String = conversion["orderNumber"].as_str().unwrap().split_whitespace().collect();
        let sent: String = text.split_whitespace().collect();
        assert!(sent.starts_with(&shown), "{shown} of {sent}");
        let conversion = conversion["id"].as_str().unwrap();
        let reject =
            brand.post(&format!("/conversions/{conversion}/reject"), json!({"reason": text})).expect(200);
        assert_eq!(reject.json()["approval"], "rejected");
        shop.pay(id + 1, with_code(text));
        let key = brand.post("/keys", json!({"name": named, "scopes": ["read"]})).expect(201).json();
        brand.delete(&format!("/keys/{}", key["id"].as_str().unwrap())).expect(204);
        for query in ["q", "tag", "status", "campaignId", "storeId", "from", "cursor", "actor", "outcome"] {
            let pair = url::form_urlencoded::Serializer::new(String::new()).append_pair(query, text).finish();
            for list in [
                "creators",
                "plans",
                "campaigns",
                "codes",
                "links",
                "conversions",
                "deliveries",
                "audit",
                "summary",
            ] {
                let reply = brand.get(&format!("/{list}?{pair}"));
                assert!(
                    matches!(reply.status, 200 | 422),
                    "{list} {pair}: {} {}",
                    reply.status,
                    reply.text()
                );
            }
        }
    }
    brand.get("/health").expect(200);
}

// R65
#[test]
fn what_the_api_cannot_read_is_a_400_and_what_cannot_be_a_422() {
    let brand = brand();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for path in [
        "/stores",
        "/creators",
        "/plans",
        "/campaigns",
        "/keys",
        "/links",
        "/codes/preview",
        "/codes/retry",
        "/imports/clicks",
    ] {
        for (body, status) in [
            ("", 400),
            ("{", 400),
            ("not json", 400),
            ("{\"a\": 1,}", 400),
            (deep.as_str(), 400),
            ("\u{0}", 400),
            ("[]", 422),
            ("null", 422),
            ("7", 422),
            ("\"text\"", 422),
            ("{\"unheard_of\": 1}", 422),
        ] {
            let reply = brand.send("POST", path, &[], body.as_bytes());
            let shown = &body[..body.len().min(20)];
            assert_eq!(reply.status, status, "{path} {shown}: {}", reply.text());
            reply.refused(status);
        }
        let reply = brand.send("POST", path, &[], &[0xff, 0xfe]);
        reply.refused(400);
    }
    let huge = format!("{{\"firstName\": \"{}\"}}", "x".repeat(5 << 20));
    brand.send("POST", "/creators", &[], huge.as_bytes()).refused(413);
}

// R61, R64, R65
#[test]
fn a_filter_that_a_list_does_not_have_is_refused_and_not_passed_over() {
    let brand = brand();
    for (path, name) in [
        ("/orders?stauts=paid", "stauts"),
        ("/conversions?campaignId=&campaign_id=cmp_x", "campaign_id"),
        ("/exports/conversions.csv?creatorid=zz", "creatorid"),
        ("/exports/conversions.ndjson?limit=5", "limit"),
        ("/summary?since=2026-01-01", "since"),
        ("/codes?status=active&store=x", "store"),
        ("/creators?cursor=&name=Anna", "name"),
    ] {
        let refused = brand.get(path).refused(422);
        assert_eq!(
            (&refused["errors"][0]["path"], &refused["errors"][0]["code"]),
            (&json!(name), &json!("unknown"))
        );
    }
    let watched = shopper().send("GET", "/api/v1/health?monitor=7", b"");
    assert_eq!(watched.status, 200, "a monitor may say who it is");
}

// R1, R11
#[test]
fn an_expired_plan_two_plans_of_one_name_and_a_second_creator_with_the_same_code() {
    let brand = brand();
    let expired = brand.run_campaign(json!({"limits": {"endsAt": "2020-01-01T00:00:00Z"}}));
    assert_eq!(shopper().click(&expired.slug()).as_str(), "https://shop.example/");
    let name = brand.get(&format!("/plans/{}", expired.plan)).expect(200).json()["name"].clone();
    brand.post("/plans", json!({"name": name, "storeId": expired.shop.id})).refused(409);
    let second = brand.enroll(&expired.id, &brand.add_creator("Anna", "Berg"));
    let path = format!("/enrollments/{}/code", second["id"].as_str().unwrap());
    let problem = brand.put(&path, json!({"text": expired.code()})).refused(409);
    assert!(problem["detail"].as_str().unwrap().contains("Anna Berg"), "{problem}");
}

// R52
#[test]
fn a_reason_that_is_too_long_or_of_another_kind_is_refused() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let path = format!("/conversions/{}/reject", brand.conversion(&campaign.id)["id"].as_str().unwrap());
    for reason in [json!("x".repeat(10_000)), json!(7), json!(["a"]), json!(null)] {
        brand.post(&path, json!({"reason": reason})).wrong_fields(&["reason"]);
    }
    assert_eq!(brand.due(&campaign.creator), 1_000);
    for id in ["cnv_00000000000000000000000000", "nonsense", "%00"] {
        brand.post(&format!("/conversions/{id}/reject"), json!({"reason": "no"})).refused(404);
    }
}

// R61
#[test]
fn imported_clicks_that_cannot_be_are_refused_day_by_day() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    for (field, day) in [
        ("days[0].date", json!({"date": "2999-01-01", "clicks": 1, "uniqueClicks": 1})),
        ("days[0].clicks", json!({"date": "2020-01-01", "clicks": -1, "uniqueClicks": 0})),
        ("days[0].uniqueClicks", json!({"date": "2020-01-01", "clicks": 1, "uniqueClicks": 2})),
    ] {
        brand
            .post("/imports/clicks", json!({"linkId": campaign.link(), "days": [day]}))
            .wrong_fields(&[field]);
    }
    let unknown = json!({"linkId": "lnk_00000000000000000000000000", "days": []});
    brand.post("/imports/clicks", unknown).wrong_fields(&["linkId"]);
    assert_eq!(brand.clicks(&campaign.id), (0, 0));
}
