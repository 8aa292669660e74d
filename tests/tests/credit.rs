//! Which creator an order is credited to, and why: the click ids and codes of an order against the plan's rule.

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
use tributary_tests::{App, Brand, Campaign, Shopper, both, eventually, with_click, with_code};

fn brand() -> Brand {
    App::shared().brand()
}

fn click_id(slug: &str) -> String {
    Shopper::at(&App::shared().url, "198.51.100.20").click_id(slug)
}

/// A campaign with two creators: the second one's enrollment is beside.
fn two_creators(brand: &Brand, attribution: Value) -> (Campaign, Campaign) {
    let anna = brand.run_campaign(json!({"attribution": attribution}));
    let creator = brand.add_creator("Bela", "Kun");
    let enrollment = brand.enroll(&anna.id, &creator);
    let bela = Campaign { creator, enrollment, ..anna.clone() };
    (anna, bela)
}

// R21
#[test]
fn a_click_id_credits_wherever_the_order_carries_it() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let carriers: [fn(&str) -> Value; 8] = [
        |id| json!({"landing_site": format!("/?trb={id}")}),
        |id| json!({"landing_site": format!("https://shop.example/a?x=1&trb={id}#top")}),
        |id| json!({"landing_site": format!("/discount/ANNA10?redirect=%2Fproducts%2Fx%3Ftrb%3D{id}")}),
        |id| json!({"landing_site": format!("/discount/ANNA10?redirect=%2Fproducts%2Fx&trb={id}")}),
        |id| json!({"note_attributes": [{"name": "gift", "value": null}, {"name": "trb", "value": id}]}),
        |id| json!({"note_attributes": [{"name": "_trb", "value": id}]}),
        |id| json!({"line_items": [{"id": 1, "properties": [{"name": "_trb", "value": id}]}]}),
        |id| json!({"referring_site": format!("https://shop.example/?trb={id}")}),
    ];
    for (order, carrier) in (1..).zip(carriers) {
        campaign.shop.pay(order, carrier(&click_id(&campaign.slug())));
    }
    let conversions = brand.conversions(&campaign.id);
    assert_eq!(conversions.len(), carriers.len());
    assert!(conversions.iter().all(|conversion| conversion["source"] == "link"));
}

// R21, R42
#[test]
fn a_click_id_that_is_not_ours_is_ignored_and_said_so() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let genuine = click_id(&campaign.slug());
    let altered = (0..genuine.len()).map(|at| {
        let letter = if genuine.as_bytes()[at] == b'A' { "B" } else { "A" };
        [&genuine[..at], letter, &genuine[at + 1..]].concat()
    });
    let foreign = "AQMAAAAAAAcAAQBpIEAAAQIDBAUGAAECAwQFBgcICQoL".to_owned();
    let forged: Vec<String> = altered.step_by(5).chain([foreign]).collect();
    for (order, id) in (1..).zip(&forged) {
        campaign.shop.pay(order, with_click(id));
        let order = brand.order_of(&campaign.shop.id, order);
        let why = brand.attribution(order["id"].as_str().unwrap());
        assert_eq!(why["winner"], Value::Null, "{id}");
        let touch = &why["touches"][0];
        assert_eq!((&touch["kind"], &touch["outcome"]), (&json!("click"), &json!("rejected")), "{id}");
        assert_eq!(touch["reason"], "not_genuine", "{id}");
    }
    assert!(brand.conversions(&campaign.id).is_empty());
    campaign.shop.pay(1_000, both(with_click(&forged[0]), with_code(&campaign.code())));
    assert_eq!(brand.conversion(&campaign.id)["source"], "code", "the code beside it still earns");
}

// R21
#[test]
fn a_click_that_led_to_another_shop_earns_nothing() {
    let brand = brand();
    let (here, elsewhere) = (brand.run_campaign(json!({})), brand.run_campaign(json!({})));
    here.shop.pay(1, with_click(&click_id(&elsewhere.slug())));
    here.shop.pay(2, with_code("NOBODYS-CODE"));
    assert!(brand.conversions(&here.id).is_empty() && brand.conversions(&elsewhere.id).is_empty());
}

/// What an order carries, and who earns it under each rule, by what: code first, link first, code if clicked,
/// link only.
type Row = (&'static str, [&'static str; 4]);

const RULES: [&str; 4] = ["code_first", "link_first", "code_if_clicked", "link_only"];

// R40, R41
#[test]
fn each_of_the_four_rules_decides_between_codes_and_links() {
    let table: [Row; 7] = [
        ("code of anna", ["anna code", "anna code", "nobody", "nobody"]),
        ("click of anna", ["anna link", "anna link", "anna link", "anna link"]),
        ("code of anna, click of anna", ["anna code_and_link"; 4]),
        ("code of anna, click of bela", ["anna code", "bela link", "bela link", "bela link"]),
        ("code of bela, click of anna", ["bela code", "anna link", "anna link", "anna link"]),
        ("code of nobody, click of anna", ["anna link", "anna link", "anna link", "anna link"]),
        ("code of nobody", ["nobody", "nobody", "nobody", "nobody"]),
    ];
    let brand = brand();
    for (column, rule) in RULES.into_iter().enumerate() {
        let (anna, bela) = two_creators(&brand, json!({"rule": rule}));
        for (order, (carries, expected)) in (1..).zip(table) {
            let changes = carries.split(", ").map(|touch| match touch {
                "code of anna" => with_code(&anna.code()),
                "code of bela" => with_code(&bela.code()),
                "code of nobody" => with_code("NOBODY-10"),
                "click of anna" => with_click(&click_id(&anna.slug())),
                "click of bela" => with_click(&click_id(&bela.slug())),
                _ => unreachable!("{touch}"),
            });
            anna.shop.pay(order, changes.fold(json!({}), both));
            let found = credited(&brand, &anna, &bela, order);
            // Under link_only a code beside the click is not a part of what earned.
            let expected = match (rule, expected[column]) {
                ("link_only", "anna code_and_link") => "anna link",
                (_, expected) => expected,
            };
            assert_eq!(found, expected, "{carries} under {rule}");
        }
    }
}

/// Who is credited with an order and by what, in two words.
fn credited(brand: &Brand, anna: &Campaign, bela: &Campaign, order: u64) -> String {
    let number = format!("#{order}");
    let conversions = brand.conversions(&anna.id);
    let mine: Vec<&Value> = conversions.iter().filter(|each| each["orderNumber"] == number).collect();
    assert!(mine.len() <= 1, "one order, one credit");
    let Some(conversion) = mine.first() else { return "nobody".to_owned() };
    let who = if conversion["creatorId"] == anna.creator {
        "anna"
    } else {
        assert_eq!(conversion["creatorId"], bela.creator);
        "bela"
    };
    format!("{who} {}", conversion["source"].as_str().unwrap())
}

// R41
#[test]
fn the_first_or_the_last_of_several_clicks_wins_by_the_plans_model() {
    let brand = brand();
    for (model, winner) in [("last_touch", "bela link"), ("first_touch", "anna link")] {
        let (anna, bela) = two_creators(&brand, json!({"model": model}));
        let early = click_id(&anna.slug());
        // Click ids have whole seconds: click until the second one is later.
        let mut order = 0;
        let why = eventually("the second click is later than the first", || {
            order += 1;
            let clicks = json!({"note_attributes": [{"name": "trb", "value": click_id(&bela.slug())},
                {"name": "_trb", "value": early}]});
            anna.shop.pay(order, clicks);
            let order = brand.order_of(&anna.shop.id, order);
            let why = brand.attribution(order["id"].as_str().unwrap());
            (why["touches"][0]["at"] != why["touches"][1]["at"]).then_some(why)
        });
        assert_eq!(credited(&brand, &anna, &bela, order), winner, "{model}");
        let outcomes: Vec<&Value> =
            why["touches"].as_array().unwrap().iter().map(|touch| &touch["outcome"]).collect();
        assert!(outcomes.contains(&&json!("won")) && outcomes.contains(&&json!("assist")), "{outcomes:?}");
    }
}

// R42
#[test]
fn every_order_explains_its_credit_touch_by_touch() {
    let brand = brand();
    let (anna, bela) = two_creators(&brand, json!({"rule": "code_first"}));
    let click = click_id(&bela.slug());
    anna.shop.pay(1, both(with_code(&anna.code()), with_click(&click)));
    let order = brand.order_of(&anna.shop.id, 1);
    let why = brand.attribution(order["id"].as_str().unwrap());
    assert_eq!(why["rule"], "code_first");
    assert_eq!(why["planVersion"], 1);
    assert_eq!(why["winner"]["enrollmentId"], anna.enrollment["id"]);
    let touches = why["touches"].as_array().unwrap();
    let told: Vec<_> = touches
        .iter()
        .map(|touch| {
            (
                touch["kind"].as_str().unwrap(),
                touch["outcome"].as_str().unwrap(),
                touch["enrollmentId"].clone(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("code", "won", anna.enrollment["id"].clone()), ("click", "assist", bela.enrollment["id"].clone())]
    );
    for touch in touches {
        assert!(touch["at"].is_string() && !touch["reason"].as_str().unwrap().is_empty());
        for check in touch["checks"].as_array().unwrap() {
            assert!(check["passed"].is_boolean() && !check["name"].as_str().unwrap().is_empty());
            assert!(!check["detail"].as_str().unwrap().is_empty());
        }
    }
    anna.shop.pay(2, json!({}));
    let order = brand.order_of(&anna.shop.id, 2);
    let why = brand.attribution(order["id"].as_str().unwrap());
    assert_eq!((&why["winner"], &why["touches"]), (&Value::Null, &json!([])), "nobody brought it");
}

// R13, R40
#[test]
fn a_creator_in_two_campaigns_never_makes_one_order_count_twice() {
    let brand = brand();
    let first = brand.run_campaign(json!({}));
    let second = brand.add_campaign(&first.plan);
    let enrollment = brand.enroll(&second, &first.creator);
    let again = Campaign { id: second.clone(), enrollment, ..first.clone() };
    assert_ne!(first.code(), again.code());
    let codes = json!({"discount_codes": [{"code": first.code(), "amount": "5"}, {"code": again.code(), "amount": "5"}]});
    first.shop.pay(1, both(codes, with_click(&click_id(&again.slug()))));
    assert_eq!(brand.conversions(&first.id).len() + brand.conversions(&second).len(), 1);
    assert_eq!(brand.due(&first.creator), 1_000);
}

// R12
#[test]
fn what_was_clicked_or_coded_before_a_new_version_keeps_its_terms() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let click = click_id(&campaign.slug());
    let path = format!("/plans/{}", campaign.plan);
    let plan = brand.get(&path).expect(200).json();
    let next = json!({"name": plan["name"], "storeId": campaign.shop.id, "mode": "manual",
        "discount": {"type": "percentage", "value": "10"}, "codePattern": "{first_name}{discount}",
        "commission": {"type": "percentage", "rate": "20"}});
    assert_eq!(brand.put(&path, next).expect(200).json()["version"], 2);
    campaign.shop.pay(1, with_code(&campaign.code()));
    campaign.shop.pay(2, with_click(&click));
    let creator = brand.add_creator("Cora", "Diaz");
    let newer = Campaign { enrollment: brand.enroll(&campaign.id, &creator), creator, ..campaign.clone() };
    assert_eq!(newer.enrollment["planVersion"], 2);
    campaign.shop.pay(3, with_code(&newer.code()));
    let conversions = brand.conversions(&campaign.id);
    for (number, commission) in [("#1", 1_000), ("#2", 1_000), ("#3", 2_000)] {
        let conversion = conversions.iter().find(|each| each["orderNumber"] == number).unwrap();
        assert_eq!(conversion["commission"]["amount"], commission, "{number}");
    }
    eventually("a new click takes the new terms", || {
        let brought = brand.conversions(&campaign.id).len();
        campaign.shop.pay(100 + u64::try_from(brought).unwrap(), with_click(&click_id(&campaign.slug())));
        brand
            .conversions(&campaign.id)
            .iter()
            .any(|each| {
                each["orderNumber"].as_str().unwrap().len() == 4 && each["commission"]["amount"] == 2_000
            })
            .then_some(())
    });
    let versions = brand.get(&format!("{path}/versions")).expect(200).json();
    assert_eq!(versions["data"].as_array().unwrap().len(), 2);
}
