//! The small print of the HTTP contract: versions, errors, and what may be written in more than one way.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use serde_json::{Value, json};
use tributary_tests::{
    App, Brand, Custom, OwnApp, Reply, Shopper, both, unique, unix_seconds, with_click, with_code,
};

fn brand() -> Brand {
    App::shared().brand()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn paths(problem: &Value) -> Vec<&str> {
    let mut paths: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|error| text(&error["path"])).collect();
    paths.sort_unstable();
    paths
}

// R65
#[test]
fn whatever_can_be_changed_has_a_version_and_a_stale_one_is_refused() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let link = text(&campaign.enrollment["links"][0]["id"]).to_owned();
    for (path, one, other) in [
        (format!("/stores/{}", campaign.shop.id), json!({"name": "One"}), json!({"name": "Other"})),
        (format!("/creators/{}", campaign.creator), json!({"lastName": "One"}), json!({"lastName": "Other"})),
        (format!("/campaigns/{}", campaign.id), json!({"name": "One"}), json!({"name": "Other"})),
        (format!("/links/{link}"), json!({"to": "/one"}), json!({"to": "/other"})),
        (
            format!("/enrollments/{}", campaign.enrollment_id()),
            json!({"commission": {"type": "percentage", "rate": "1"}}),
            json!({"commission": null}),
        ),
    ] {
        let patch = |tag: &str, body: &Value| {
            brand.send("PATCH", &path, &[("if-match", tag)], body.to_string().as_bytes())
        };
        let tag = brand.get(&path).expect(200).header("etag").unwrap().to_owned();
        let next = patch(&tag, &one).expect(200).header("etag").unwrap().to_owned();
        let shown = brand.get(&path).expect(200);
        assert_eq!(shown.header("etag"), Some(next.as_str()), "{path}");
        patch(&tag, &other).problem(412, "stale_version");
        assert_eq!(brand.get(&path).json(), shown.json(), "{path}");
        patch(&next, &other).expect(200);
        patch("*", &one).expect(200);
        brand.patch(&path, other).expect(200);
    }
}

// R65
#[test]
fn settings_that_somebody_else_changed_meanwhile_are_not_overwritten() {
    let app = OwnApp::start();
    let brand = app.app.brand();
    let settings = brand.get("/settings").expect(200);
    let tag = settings.header("etag").unwrap().to_owned();
    let mut other = settings.json();
    other["clickRetentionDays"] = json!(17);
    let put = |tag: &str, body: &Value| {
        brand.send("PUT", "/settings", &[("if-match", tag)], body.to_string().as_bytes())
    };
    put(&tag, &other).expect(200);
    put(&tag, &settings.json()).problem(412, "stale_version");
    assert_eq!(brand.get("/settings").json(), other);
    brand.put("/settings", settings.json()).expect(200);
}

// R65
#[test]
fn every_wrong_field_of_a_plan_is_named_at_once_by_its_own_path() {
    let brand = brand();
    let shop = brand.connect_shop();
    let plan = |changes: Value| {
        both(json!({"name": unique("Plan "), "storeId": shop.id, "codePattern": "{first_name}"}), changes)
    };
    let wrong =
        plan(json!({"discount": {"type": "percentage", "value": "101"}, "codePattern": "{shoe_size}",
        "commission": {"type": "percentage", "rate": "-1"}, "holdDays": -1, "mode": "magic",
        "limits": {"usageLimit": 1.5, "startsAt": "tomorrow"}}));
    assert_eq!(
        paths(&brand.post("/plans", wrong).problem(422, "invalid_fields")),
        [
            "codePattern",
            "commission.rate",
            "discount.value",
            "holdDays",
            "limits.startsAt",
            "limits.usageLimit",
            "mode"
        ]
    );
    for (discount, path) in [
        (json!({"type": "percentage", "value": "ten"}), "discount.value"),
        (json!({"type": "percentage"}), "discount.value"),
        (json!({"type": "fixed"}), "discount.amount"),
        (json!({"type": "fixed", "amount": {"amount": 1.5, "currency": "EUR"}}), "discount.amount.amount"),
        (json!({"type": "fixed", "amount": {"amount": 5, "currency": "EUX"}}), "discount.amount.currency"),
        (
            json!({"type": "fixed", "value": "10", "amount": {"amount": 5, "currency": "EUR"}}),
            "discount.value",
        ),
        (json!({"type": "half", "value": "10"}), "discount.type"),
    ] {
        brand.post("/plans", plan(json!({"discount": discount}))).wrong_fields(&[path]);
    }
    for discount in [
        json!({"type": "percentage", "value": "12.5"}),
        json!({"type": "fixed", "amount": {"amount": 500, "currency": "EUR"}}),
    ] {
        let made = brand.post("/plans", plan(json!({"discount": discount}))).expect(201).json();
        assert_eq!(made["discount"], discount);
    }
}

// R6
#[test]
fn creators_that_nobody_knows_are_all_named_and_nobody_is_enrolled() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let known = brand.add_creator("Bea", "Long");
    let path = format!("/campaigns/{}/enrollments", campaign.id);
    let strangers = ["crt_00000000000000000000000000", "crt_nobody"];
    let refused = brand.post(&path, json!({"creatorIds": [known, strangers[0], strangers[1]]}));
    let refused = refused.wrong_fields(&["creatorIds[1]", "creatorIds[2]"]);
    for (error, stranger) in refused["errors"].as_array().unwrap().iter().zip(strangers) {
        assert!(text(&error["detail"]).contains(stranger), "{error}");
    }
    assert_eq!(brand.get(&path).json()["data"].as_array().unwrap().len(), 1);
}

// R1, R3
#[test]
fn a_store_is_shown_as_it_was_given_and_its_apis_address_may_stand_beside_its_credentials() {
    let brand = brand();
    let store = |url: &str| {
        json!({"name": unique("Shop "), "platform": "woocommerce", "url": url, "currency": "EUR",
            "credentials": {"consumerKey": "ck_1", "consumerSecret": "cs_1"}})
    };
    for url in ["https://shop.example", "https://shop.example/en", "https://shop.example:8443"] {
        let made = brand.post("/stores", store(url)).expect(201).json();
        assert_eq!(made["url"], url);
        let path = format!("/stores/{}", text(&made["id"]));
        assert_eq!(brand.get(&path).json()["url"], url);
    }
    let beside = both(store("https://shop.example"), json!({"apiUrl": "http://proxy.example:8080"}));
    let made = brand.post("/stores", beside).expect(201).json();
    let path = format!("/stores/{}", text(&made["id"]));
    let check = brand.post(&format!("{path}/check"), json!({})).expect(200).text();
    assert!(check.contains("http://proxy.example:8080"), "{check}");
    brand.patch(&path, json!({"apiUrl": "http://other.example"})).wrong_fields(&["apiUrl"]);
}

// R41, R42
#[test]
fn a_click_earns_up_to_the_last_second_of_its_window_by_the_shops_own_time() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({"attribution": {"windowDays": 7}}));
    let click = Shopper::at(brand.base(), "198.51.100.77").click_id(&campaign.slug());
    let date = |days: i64, seconds: i64| {
        let at = chrono::DateTime::from_timestamp(unix_seconds() + days * 86_400 + seconds, 0).unwrap();
        json!({"created_at": at, "processed_at": at, "updated_at": at})
    };
    campaign.shop.pay(1, both(with_click(&click), date(7, -60)));
    campaign.shop.pay(2, both(with_click(&click), date(7, 60)));
    let inside = brand.attribution(text(&brand.order_of(&campaign.shop.id, 1)["id"]));
    assert_eq!(inside["winner"]["enrollmentId"], campaign.enrollment["id"], "{inside}");
    let outside = brand.attribution(text(&brand.order_of(&campaign.shop.id, 2)["id"]));
    assert_eq!(outside["winner"], Value::Null, "{outside}");
    let touch = &outside["touches"][0];
    assert_eq!((&touch["outcome"], &touch["reason"]), (&json!("rejected"), &json!("not_inside_window")));
    assert_eq!(brand.due(&campaign.creator), 1_000);
}

// R45
#[test]
fn a_creator_who_buys_under_another_spelling_of_their_address_waits_for_a_person() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let name = unique("anna").to_lowercase();
    let own = json!({"email": format!("{name}.berg+creator@gmail.com")});
    brand.patch(&format!("/creators/{}", campaign.creator), own).expect(200);
    let buyer =
        |email: String| both(with_code(&campaign.code()), json!({"email": email, "contact_email": email}));
    campaign.shop.pay(1, buyer(format!("{}BERG@GoogleMail.com", name.to_uppercase())));
    campaign.shop.pay(2, buyer(format!("{name}.berg@another.example")));
    let of = |number: &str| {
        let rows = brand.conversions(&campaign.id);
        rows.into_iter().find(|row| row["orderNumber"] == number).unwrap()
    };
    assert_eq!((&of("#1")["approval"], &of("#1")["reasons"]), (&json!("review"), &json!(["self_referral"])));
    assert_eq!((&of("#2")["approval"], &of("#2")["reasons"]), (&json!("approved"), &json!([])));
}

// R65
#[test]
fn what_is_made_one_after_the_other_is_listed_newest_first_also_within_a_millisecond() {
    let app = OwnApp::start();
    let brand = app.app.brand();
    let mut made: Vec<String> = (0..60).map(|_| brand.add_creator("Anna", "Berg")).collect();
    made.reverse();
    let listed = brand.get("/creators?limit=100").expect(200).json();
    let listed: Vec<&str> = listed["data"].as_array().unwrap().iter().map(|row| text(&row["id"])).collect();
    assert_eq!(listed, made);
}

// R35
#[test]
fn a_postback_may_be_signed_as_the_generic_webhook_is() {
    let brand = brand();
    let campaign = brand.run_campaign_of(brand.connect("custom", "EUR"), json!({}));
    let shopper = Shopper::at(brand.base(), "198.51.100.78");
    let sale = json!({"clickId": shopper.click_id(&campaign.slug()), "orderId": "S-1", "amount": "100.00"});
    let post = |body: &Value, headers: &[(&str, &str)]| -> Reply {
        let shopper = headers
            .iter()
            .fold(shopper.clone().with("content-type", "application/json"), |shopper, (name, value)| {
                shopper.with(name, value)
            });
        shopper.send("POST", "/t/conversion", body.to_string().as_bytes())
    };
    post(&sale, &[]).expect(200);
    let cancel = json!({"storeId": campaign.shop.id, "orderId": "S-1", "status": "canceled"});
    let signer = Custom(campaign.shop.clone());
    let now = unix_seconds();
    let send = |second: i64, signature: &str| {
        let second = second.to_string();
        post(
            &cancel,
            &[("webhook-id", "msg_1"), ("webhook-timestamp", &second), ("webhook-signature", signature)],
        )
    };
    let sign = |second: i64| signer.sign("msg_1", second, cancel.to_string().as_bytes());
    send(now, "v1,AAAA").refused(401);
    send(now - 3_600, &sign(now - 3_600)).refused(401);
    assert_eq!(brand.due(&campaign.creator), 1_000);
    send(now, &sign(now)).expect(200);
    assert_eq!(brand.due(&campaign.creator), 0);
}
