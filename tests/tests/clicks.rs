//! The `clicks` function: the script, the beacon, and what any other shop reports by pixel or postback.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use base64::Engine;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tributary_tests::{App, Brand, Campaign, Marketer, Reply, Shopper, euros, unique, with_click};

fn brand() -> Brand {
    App::shared().brand()
}

fn shopper() -> Shopper {
    Shopper::at(&App::shared().url, "198.51.100.50")
}

/// A campaign in a shop of no known platform.
fn custom(changes: Value) -> Campaign {
    let brand = brand();
    brand.run_campaign_of(brand.connect("custom", "EUR"), changes)
}

fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn postback(pairs: &[(&str, &str)]) -> Reply {
    shopper().open(&format!("/t/conversion?{}", query(pairs)))
}

#[track_caller]
fn done(reply: &Reply) {
    assert!((200..300).contains(&reply.status), "{}: {}", reply.status, reply.text());
}

#[track_caller]
fn clearly_refused(reply: &Reply, what: &str) {
    assert!((400..500).contains(&reply.status), "{what}: {} {}", reply.status, reply.text());
    assert!(
        reply.json()["detail"].as_str().is_some_and(|detail| !detail.is_empty()),
        "{what}: {}",
        reply.text()
    );
}

// R24
#[test]
fn the_script_is_small_and_served_to_any_page() {
    let reply = shopper().open("/t/tributary.js").expect(200);
    assert!(reply.body.len() < 3_072, "{} bytes", reply.body.len());
    assert!(reply.header("content-type").unwrap().contains("javascript"));
    assert!(reply.header("cache-control").is_some_and(|value| value.contains("max-age")));
    let script = reply.text();
    assert!(
        script.contains("trb") && script.contains("cart/update"),
        "it keeps the id where the order carries it"
    );
    for foreign in ["http://", "import(", "document.write", "eval("] {
        assert!(!script.contains(foreign), "{foreign}");
    }
}

// R20, R21
#[test]
fn a_link_that_goes_straight_to_the_shop_gets_its_click_id_from_the_beacon() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    for (order, who) in (1..).zip([json!({"slug": campaign.slug()}), json!({"linkId": campaign.link()})]) {
        let mut body = who;
        body["url"] = json!("https://shop.example/products/x");
        body["referrer"] = json!("https://social.example/");
        let reply = shopper().with("content-type", "application/json").send(
            "POST",
            "/t/click",
            body.to_string().as_bytes(),
        );
        done(&reply);
        campaign.shop.pay(order, with_click(reply.json()["clickId"].as_str().unwrap()));
    }
    assert_eq!(brand.conversions(&campaign.id).len(), 2);
    assert_eq!(brand.await_clicks(&campaign.id, 2), 1, "one visitor");
    let unknown =
        json!({"slug": unique("nobody-").to_lowercase(), "url": "https://shop.example/"}).to_string();
    let reply =
        shopper().with("content-type", "application/json").send("POST", "/t/click", unknown.as_bytes());
    assert!(reply.status < 500 && reply.json()["clickId"].is_null(), "{}", reply.text());
}

// R35
#[test]
fn any_shop_reports_a_sale_by_its_servers_postback() {
    let brand = brand();
    let campaign = custom(json!({}));
    let click = shopper().click_id(&campaign.slug());
    let pairs = [("clickId", click.as_str()), ("orderId", "A-1"), ("amount", "99.90"), ("currency", "EUR")];
    for _ in 0..3 {
        done(&postback(&pairs));
    }
    let conversion = brand.conversion(&campaign.id);
    assert_eq!((&conversion["source"], &conversion["status"]), (&json!("link"), &json!("paid")));
    assert_eq!(conversion["value"], json!({"amount": 9_990, "currency": "EUR"}));
    assert_eq!(brand.due(&campaign.creator), 999);
}

// R35
#[test]
fn a_field_may_have_any_of_its_usual_names() {
    let brand = brand();
    let campaign = custom(json!({}));
    let names = [
        ["clickId", "orderId", "amount"],
        ["click_id", "order_id", "sale_amount"],
        ["transaction_id", "txn_id", "revenue"],
        ["cid", "invoiceId", "amount"],
        ["subid", "orderId", "amount"],
        ["trb", "orderId", "amount"],
    ];
    for (index, [click_name, order_name, amount_name]) in names.into_iter().enumerate() {
        let (click, order) = (shopper().click_id(&campaign.slug()), format!("N-{index}"));
        let pairs = [(click_name, click.as_str()), (order_name, &order), (amount_name, "10.00")];
        let body = match index % 3 {
            0 => {
                done(&postback(&pairs));
                continue;
            }
            1 => ("application/x-www-form-urlencoded", query(&pairs)),
            _ => {
                let members: serde_json::Map<String, Value> =
                    pairs.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
                ("application/json", Value::Object(members).to_string())
            }
        };
        let reply = shopper().with("content-type", body.0).send("POST", "/t/conversion", body.1.as_bytes());
        done(&reply);
    }
    for name in ["code", "coupon", "promo_code"] {
        let (code, order) = (campaign.code(), format!("C-{name}"));
        let pairs =
            [(name, code.as_str()), ("orderId", &order), ("amount", "10.00"), ("storeId", &campaign.shop.id)];
        done(&postback(&pairs));
    }
    let conversions = brand.conversions(&campaign.id);
    assert_eq!(conversions.len(), names.len() + 3);
    assert_eq!(conversions.iter().filter(|each| each["source"] == "code").count(), 3);
}

// R35
#[test]
fn a_refund_needs_the_shops_token_or_signature() {
    let brand = brand();
    let campaign = custom(json!({}));
    let click = shopper().click_id(&campaign.slug());
    let store = campaign.shop.id.as_str();
    let sale = |order: &str| {
        done(&postback(&[("clickId", &click), ("orderId", order), ("amount", "100.00"), ("storeId", store)]));
    };
    sale("A-1");
    let refund = [("orderId", "A-1"), ("status", "refunded"), ("storeId", store), ("clickId", &click)];
    clearly_refused(&postback(&refund), "no token");
    clearly_refused(&postback(&[&refund[..], &[("token", "guessed")]].concat()), "a wrong token");
    assert_eq!(brand.due(&campaign.creator), 1_000);
    done(&postback(&[&refund[..], &[("token", &campaign.shop.secret), ("amount", "40.00")]].concat()));
    let conversion = brand.conversion(&campaign.id);
    assert_eq!((&conversion["status"], brand.due(&campaign.creator)), (&json!("partially_refunded"), 600));
    done(&postback(&[&refund[..], &[("token", &campaign.shop.secret)]].concat()));
    let conversion = brand.conversion(&campaign.id);
    assert_eq!((&conversion["status"], &conversion["value"]["amount"]), (&json!("refunded"), &json!(0)));
    assert_eq!(brand.due(&campaign.creator), 0);
    sale("A-1");
    assert_eq!(brand.due(&campaign.creator), 0, "an old report of the sale does not bring it back");
    sale("A-2");
    let body = json!({"orderId": "A-2", "status": "canceled", "storeId": store}).to_string();
    let signed = |signature: &str| {
        shopper().with("content-type", "application/json").with("x-tributary-signature", signature).send(
            "POST",
            "/t/conversion",
            body.as_bytes(),
        )
    };
    clearly_refused(&signed("AAAA"), "a wrong signature");
    assert_eq!(brand.due(&campaign.creator), 1_000);
    let mac = Hmac::<Sha256>::new_from_slice(campaign.shop.secret.as_bytes()).unwrap().chain_update(&body);
    done(&signed(&base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())));
    assert_eq!(brand.due(&campaign.creator), 0);
    let statuses: Vec<Value> =
        brand.conversions(&campaign.id).iter().map(|each| each["status"].clone()).collect();
    assert!(statuses.contains(&json!("canceled")), "{statuses:?}");
}

// R35
#[test]
fn the_pixel_is_an_image_and_can_report_a_sale_but_no_refund() {
    let brand = brand();
    let campaign = custom(json!({}));
    let click = shopper().click_id(&campaign.slug());
    let pixel = |more: &[(&str, &str)]| {
        let pairs =
            [&[("clickId", click.as_str()), ("orderId", "P-1"), ("amount", "50.00")][..], more].concat();
        shopper().open(&format!("/t/pixel.gif?{}", query(&pairs)))
    };
    let reply = pixel(&[]).expect(200);
    assert_eq!(reply.header("content-type"), Some("image/gif"));
    assert!(reply.header("cache-control").unwrap().contains("no-store"));
    assert!(reply.body.starts_with(b"GIF89a"));
    assert_eq!(brand.due(&campaign.creator), 500);
    for more in [
        vec![("status", "refunded")],
        vec![("status", "canceled"), ("storeId", &campaign.shop.id)],
        vec![("status", "refunded"), ("token", &campaign.shop.secret), ("storeId", &campaign.shop.id)],
    ] {
        pixel(&more);
        assert_eq!(brand.conversion(&campaign.id)["status"], "paid", "{more:?}");
        assert_eq!(brand.due(&campaign.creator), 500, "{more:?}");
    }
    let broken = shopper().open("/t/pixel.gif");
    assert_eq!(broken.header("content-type"), Some("image/gif"), "a page never shows a broken image");
}

// R30, R35
#[test]
fn a_wrong_postback_gets_a_clear_answer_and_changes_nothing() {
    let brand = brand();
    let campaign = custom(json!({}));
    let click = shopper().click_id(&campaign.slug());
    let with = |pairs: &[(&'static str, &str)]| -> Vec<(String, String)> {
        let usual =
            [("clickId", click.as_str()), ("orderId", "W-1"), ("amount", "10.00"), ("currency", "EUR")];
        let kept = usual.iter().filter(|(name, _)| pairs.iter().all(|(other, _)| name != other));
        kept.chain(pairs.iter()).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    for pairs in [
        vec![("orderId", "")],
        vec![("amount", "")],
        vec![("amount", "a lot")],
        vec![("amount", "-10.00")],
        vec![("amount", "1e9")],
        vec![("amount", "NaN")],
        vec![("amount", "99999999999999999999999")],
        vec![("currency", "EURO")],
        vec![("currency", "XXQ")],
        vec![("clickId", "")],
        vec![("status", "stolen")],
        vec![("storeId", "str_1")],
        vec![("clickId", ""), ("code", "NOBODY"), ("storeId", "str_00000000000000000000000000")],
    ] {
        let all = with(&pairs);
        let all: Vec<(&str, &str)> =
            all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        clearly_refused(&postback(&all), &format!("{pairs:?}"));
    }
    let send = |kind: &str, body: &str| {
        shopper().with("content-type", kind).send("POST", "/t/conversion", body.as_bytes())
    };
    for body in ["{", "[]", "null", "{\"clickId\": {\"a\": 1}}"] {
        clearly_refused(&send("application/json", body), body);
    }
    assert!(brand.conversions(&campaign.id).is_empty());
}

// R21, R35
#[test]
fn a_forged_click_id_credits_nobody() {
    let brand = brand();
    let campaign = custom(json!({}));
    let click = shopper().click_id(&campaign.slug());
    let altered = format!("{}{}", &click[..43], if click.ends_with('A') { "B" } else { "A" });
    for id in [altered.as_str(), "AQMAAAAAAAcAAQBpIEAAAQIDBAUGAAECAwQFBgcICQoL", "x", "' OR 1=1 --"] {
        let reply = postback(&[
            ("clickId", id),
            ("orderId", "F-1"),
            ("amount", "10.00"),
            ("storeId", &campaign.shop.id),
        ]);
        assert!(reply.status < 500, "{id}: {}", reply.status);
        if reply.status >= 400 {
            clearly_refused(&reply, id);
        }
    }
    assert!(brand.conversions(&campaign.id).is_empty());
}

// R36
#[test]
fn a_lead_earns_its_flat_commission_once() {
    let brand = brand();
    let campaign =
        custom(json!({"commission": {"type": "flat", "amount": {"amount": 150, "currency": "EUR"}}}));
    let click = shopper().click_id(&campaign.slug());
    let lead = |event: &str, id: &str| lead(&click, event, id);
    for _ in 0..3 {
        done(&lead("sign-up", "user-1"));
    }
    let conversion = brand.conversion(&campaign.id);
    assert_eq!((&conversion["source"], &conversion["event"]), (&json!("lead"), &json!("sign-up")));
    assert_eq!(conversion["commission"], json!({"amount": 150, "currency": "EUR"}));
    assert_eq!(brand.due(&campaign.creator), 150);
    done(&lead("sign-up", "user-2"));
    done(&lead("download", "user-1"));
    assert_eq!(brand.due(&campaign.creator), 450, "another person, another event");
    clearly_refused(&lead("", "user-3"), "no event");
    clearly_refused(&lead("sign-up", ""), "no id");
    assert_eq!(brand.conversions(&campaign.id).len(), 3);
}

/// Reports a lead.
fn lead(click: &str, event: &str, id: &str) -> Reply {
    let body = json!({"clickId": click, "event": event, "externalId": id}).to_string();
    shopper().with("content-type", "application/json").send("POST", "/t/lead", body.as_bytes())
}

// R36
#[test]
fn each_event_of_a_lead_earns_its_own_amount_once() {
    let brand = brand();
    let commission = |sign_up: i64| {
        json!({"type": "percentage", "rate": "10", "leads": [
            {"event": "sign-up", "amount": euros(sign_up)}, {"event": "download", "amount": euros(50)}]})
    };
    let campaign = custom(json!({"commission": commission(150)}));
    let click = shopper().click_id(&campaign.slug());
    for (event, id) in
        [("sign-up", "1"), ("sign-up", "1"), ("download", "1"), ("visit", "1"), ("Sign-Up", "2")]
    {
        done(&lead(&click, event, id));
    }
    assert_eq!(brand.conversions(&campaign.id).len(), 4, "the second report of a lead is the same lead");
    assert_eq!(brand.due(&campaign.creator), 150 + 50 + 150, "nothing was promised for a visit");
    let what_if = json!({"from": "2000-01-01", "to": "2100-01-01", "planId": campaign.plan,
        "proposed": {"commission": commission(200)}});
    let told = brand.post("/replays", what_if.clone()).expect(200).json();
    let moved = told["moved"].as_array().unwrap();
    assert_eq!(moved.len(), 2, "{told}");
    assert!(moved.iter().all(|lead| lead["commissionAfter"] == euros(200)), "{told}");
    assert_eq!(brand.due(&campaign.creator), 350, "a dry run");
    let mut plan = brand.get(&format!("/plans/{}", campaign.plan)).expect(200).json();
    plan["commission"] = commission(900);
    brand.put(&format!("/plans/{}", campaign.plan), plan).expect(200);
    done(&lead(&click, "sign-up", "3"));
    assert_eq!(brand.due(&campaign.creator), 350 + 150, "the click is from before the new terms");
    let mut applied = what_if;
    applied["apply"] = json!(true);
    brand.post("/replays", applied).expect(200);
    assert_eq!(brand.due(&campaign.creator), 3 * 200 + 50);
}

// R36
#[test]
fn amounts_for_leads_that_cannot_be_are_refused_by_their_path_and_good_ones_are_told_in_words() {
    let campaign = custom(json!({}));
    let brand = brand();
    let path = format!("/plans/{}", campaign.plan);
    let plan = brand.get(&path).expect(200).json();
    let put = |leads: Value| {
        let mut plan = plan.clone();
        plan["commission"]["leads"] = leads;
        brand.put(&path, plan)
    };
    let twice = json!([{"event": "form", "amount": euros(5)}, {"event": "FORM", "amount": euros(-1)}]);
    put(twice).wrong_fields(&["commission.leads[1].amount", "commission.leads[1].event"]);
    put(json!([{"event": "sign up", "amount": euros(5)}])).wrong_fields(&["commission.leads[0].event"]);
    let dollars = json!([{"event": "form", "amount": {"amount": 5, "currency": "USD"}}]);
    put(dollars).wrong_fields(&["commission.leads[0].amount"]);
    put(json!([{"event": "sign-up", "amount": euros(150)}, {"event": "form", "amount": euros(50)}]))
        .expect(200);
    let page =
        Marketer::sign_in(App::shared(), &App::shared().admin_token).read(&format!("/dashboard{path}"));
    assert!(page.contains("1.50\u{a0}EUR a sign-up, 0.50\u{a0}EUR a form"), "{page}");
}

// R30
#[test]
fn a_report_is_limited_in_size() {
    let body = format!("{{\"clickId\": \"{}\"}}", "x".repeat(5 << 20));
    let reply =
        shopper().with("content-type", "application/json").send("POST", "/t/conversion", body.as_bytes());
    assert!(matches!(reply.status, 400..=499), "{}", reply.status);
}
