//! Amazon: tags on links, and figures beside orders.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use serde_json::{Value, json};
use tributary_tests::{App, Brand, OwnApp, Server, Shopper, Told, unique};
use url::Url;

fn connect(brand: &Brand, credentials: Value) -> String {
    let mut store = json!({"name": unique("Amazon "), "platform": "amazon", "url": "https://www.amazon.de",
        "currency": "EUR"});
    if !credentials.is_null() {
        store["credentials"] = credentials;
    }
    brand.post("/stores", store).expect(201).json()["id"].as_str().unwrap().to_owned()
}

fn lines(brand: &Brand, store: &str) -> Value {
    brand.get(&format!("/stores/{store}/aggregates?from=2026-11-01&to=2026-11-30")).expect(200).json()
}

// R37
#[test]
fn a_link_tells_amazon_its_campaign_its_creator_and_itself() {
    let brand = App::shared().brand();
    let store = connect(&brand, Value::Null);
    let plan = json!({"name": unique("Plan "), "storeId": store, "mode": "manual", "discount": null,
        "link": {"clickThroughUrl": "https://www.amazon.de/dp/B0?tag=old-21&maas=maas_adg_7", "applyCode": false},
        "commission": {"type": "percentage", "rate": "10"}});
    let plan = brand.post("/plans", plan).expect(201).json()["id"].as_str().unwrap().to_owned();
    let campaign = brand.add_campaign(&plan);
    let enrollment = brand.enroll(&campaign, &brand.add_creator("Anna", "Berg"));
    let slug = enrollment["links"][0]["slug"].as_str().unwrap();
    let shopper = Shopper::at(brand.base(), "192.0.2.37");
    for page in [slug.to_owned(), format!("{slug}?to=/dp/B1%3Fref_%3Dx%26tag%3Dold-21")] {
        check_tags(&shopper.click(&page), slug);
    }
    // What Amazon then tells of the link stands beside the campaign's orders, and is none of them.
    let line = json!([{"date": "2026-11-21", "creativeId": slug, "Click-throughs": "7", "attributedSales14d": "9.99"}]);
    brand.post(&format!("/stores/{store}/aggregates"), line).expect(200);
    let table = brand
        .get(&format!("/campaigns/{campaign}/performance?from=2026-11-01&to=2026-11-30"))
        .expect(200)
        .json();
    assert_eq!(table["aggregates"][0]["sales"], json!({"amount": 999, "currency": "EUR"}));
    assert_eq!((&table["aggregates"][0]["clicks"], &table["summary"]["orders"]), (&json!(7), &json!(0)));
}

fn check_tags(target: &Url, slug: &str) {
    let pairs: Vec<(String, String)> = target.query_pairs().into_owned().collect();
    let value = |name: &str| {
        let found: Vec<&str> =
            pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect();
        assert_eq!(found.len(), 1, "{name} once in {target}");
        found[0].to_owned()
    };
    assert_eq!(
        (value("maas"), value("ref_"), value("tag"), value("aa_creativeid")),
        ("maas_adg_7".into(), "aa_maas".into(), "maas".into(), slug.into())
    );
    assert!(value("aa_campaignid").starts_with("Campaign") && !value("aa_adgroupid").is_empty());
}

// R37
#[test]
fn a_file_is_taken_in_and_a_day_that_is_told_again_is_restated() {
    let brand = App::shared().brand();
    let store = connect(&brand, Value::Null);
    let path = format!("/stores/{store}/aggregates");
    let csv = |sales: &str| {
        let file = format!(
            "date,aa_campaignid,aa_adgroupid,aa_creativeid,publisher,Click-throughs,attributedTotalPurchases14d,totalAttributedSales14d\n\
             20261120,Spring,Anna,anna-1,Instagram,120,4,{sales}\n2026-11-21,Spring,Anna,anna-1,Instagram,80,1,19.99\n"
        );
        brand.send("POST", &path, &[("content-type", "text/csv")], file.as_bytes()).expect(200).json()
    };
    assert_eq!(csv("99.95")["lines"], 2);
    assert_eq!(csv("79.96")["lines"], 2);
    let listed = lines(&brand, &store);
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    assert_eq!(
        listed["data"][1]["sales"],
        json!({"amount": 7_996, "currency": "EUR"}),
        "restated, not added"
    );
    assert_eq!(listed["totals"][0]["sales"], json!({"amount": 9_995, "currency": "EUR"}));
    assert_eq!(listed["totals"][0]["purchases"], 5);
    let json = json!([{"date": "2026-11-21", "campaignId": "Spring", "adGroupId": "Anna", "creativeId": "anna-1",
        "publisher": "Instagram", "attributedSales14d": "9.99"}]);
    brand.post(&path, json).expect(200);
    assert_eq!(lines(&brand, &store)["totals"][0]["sales"]["amount"], 7_996 + 999);
    assert!(
        brand.get("/orders?limit=100").expect(200).json()["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|order| order["storeId"] != store)
    );
    brand.send("POST", &path, &[("content-type", "text/csv")], b"date\nyesterday\n").wrong_fields(&["body"]);
    brand.post(&path, json!({"reports": 7})).wrong_fields(&["body"]);
    let shop = brand.connect_shop();
    brand.get(&format!("/stores/{}/aggregates", shop.id)).problem(409, "no_aggregates");
}

// R37
#[test]
fn the_report_is_fetched_page_by_page() {
    if OwnApp::is_foreign() {
        return;
    }
    let server = Server::start(|asked| match asked.path() {
        "/auth/o2/token" if String::from_utf8_lossy(&asked.body).contains("refresh_token=Atzr") => {
            Told(200, json!({"access_token": "Atza", "expires_in": 3600}).to_string())
        }
        "/attribution/report" if asked.header("authorization") == Some("Bearer Atza") => {
            let wanted: Value = serde_json::from_slice(&asked.body).unwrap();
            let (creative, next) = match wanted["cursorId"].as_str() {
                None => ("anna-1", json!("two")),
                Some("two") => ("anna-2", Value::Null),
                Some(_) => return Told(400, "{}".to_owned()),
            };
            let line = json!({"date": wanted["endDate"], "campaignId": "Spring", "adGroupId": "Anna",
                "creativeId": creative, "publisher": "Instagram", "Click-throughs": "10", "totalAttributedSales14d": "5.00"});
            Told(200, json!({"reports": [line], "size": 1, "cursorId": next}).to_string())
        }
        _ => Told(401, "{}".to_owned()),
    });
    let app = OwnApp::start_with(&[&server.url]);
    let brand = app.app.brand();
    let credentials = |token: &str| {
        json!({"clientId": "amzn1", "clientSecret": "hush", "refreshToken": token, "profileId": "77", "region": "eu",
            "apiUrl": server.url})
    };
    let store = connect(&brand, credentials("Atzr"));
    let path = format!("/stores/{store}/aggregates/fetch");
    let wanted = json!({"from": "2026-11-01", "to": "2026-11-20"});
    let first = brand.post(&path, wanted.clone()).expect(200).json();
    assert_eq!((&first["lines"], &first["nextCursor"]), (&json!(1), &json!("two")));
    let second = brand
        .post(&path, json!({"from": "2026-11-01", "to": "2026-11-20", "cursor": "two"}))
        .expect(200)
        .json();
    assert_eq!(second["nextCursor"], Value::Null);
    let listed = lines(&brand, &store);
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    assert_eq!(listed["totals"][0]["clicks"], 20);
    assert_eq!(server.asked()[1].header("amazon-advertising-api-scope"), Some("77"));
    let wrong = connect(&brand, credentials("wrong"));
    brand
        .post(&format!("/stores/{wrong}/aggregates/fetch"), wanted.clone())
        .problem(409, "store_not_readable");
    let bare = connect(&brand, Value::Null);
    brand.post(&format!("/stores/{bare}/aggregates/fetch"), wanted).problem(409, "store_not_readable");
    brand.post(&path, json!({"from": "2026-11-20", "to": "2026-11-01"})).wrong_fields(&["to"]);
}

// R37
#[test]
fn amazon_is_asked_for_the_tags_of_a_publisher() {
    if OwnApp::is_foreign() {
        return;
    }
    let server = Server::start(|asked| match asked.path() {
        "/auth/o2/token" => Told(200, json!({"access_token": "Atza", "expires_in": 3600}).to_string()),
        _ if asked.header("authorization") != Some("Bearer Atza") => Told(401, "{}".to_owned()),
        "/attribution/publishers" => {
            let publishers = json!([{"id": "9", "name": "Instagram", "macroEnabled": false},
                {"id": "1", "name": "Google Ads", "macroEnabled": true}]);
            Told(200, json!({"publishers": publishers}).to_string())
        }
        "/attribution/tags/nonMacroTemplateTag" if asked.query("publisherIds").unwrap() == "9" => {
            let tag =
                "?maas=maas_adg_api_1_static_9_99&ref_=aa_maas&tag=maas&aa_campaignid={insertCampaignId}";
            Told(200, json!({"5678": {"9": tag}}).to_string())
        }
        _ => Told(404, "{}".to_owned()),
    });
    let app = OwnApp::start_with(&[&server.url]);
    let brand = app.app.brand();
    let credentials = json!({"clientId": "amzn1", "clientSecret": "hush", "refreshToken": "Atzr", "profileId": "77",
        "region": "eu", "apiUrl": server.url});
    let path = format!("/stores/{}/aggregates/tags", connect(&brand, credentials));
    let told = brand.post(&path, json!({"publisher": "instagram"})).expect(200).json();
    assert_eq!(told["publisher"], "Instagram");
    assert_eq!(told["tags"], json!([{"advertiserId": "5678", "maas": "maas_adg_api_1_static_9_99"}]));
    for other in ["Google Ads", "Nobody"] {
        let wrong = brand.post(&path, json!({"publisher": other})).expect(422).json();
        assert_eq!(wrong["errors"][0]["path"], "publisher");
        assert!(wrong["errors"][0]["detail"].as_str().unwrap().contains("Instagram"));
    }
    let bare = connect(&brand, Value::Null);
    let path = format!("/stores/{bare}/aggregates/tags");
    brand.post(&path, json!({"publisher": "Instagram"})).problem(409, "store_not_readable");
}
