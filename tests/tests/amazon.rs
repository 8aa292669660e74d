//! Amazon: tags on links, and figures beside orders.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tributary_tests::marketer::rows;
use tributary_tests::{App, Asked, Brand, Marketer, OwnApp, Server, Shopper, Told, eventually, unique};
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
    assert_eq!(brand.audited("aggregates.upload", &store), 3);
    brand.send("POST", &path, &[("content-type", "text/csv")], b"date\nyesterday\n").wrong_fields(&["body"]);
    brand.post(&path, json!({"reports": 7})).wrong_fields(&["body"]);
    let shop = brand.connect_shop();
    brand.get(&format!("/stores/{}/aggregates", shop.id)).problem(409, "no_aggregates");
}

/// An app with a server that plays Amazon.
fn with_amazon(answer: impl Fn(&Asked) -> Told + Send + Sync + 'static) -> (OwnApp, Server) {
    let server = Server::start(move |asked| match asked.path() {
        "/auth/o2/token" if String::from_utf8_lossy(&asked.body).contains("refresh_token=Atzr") => {
            Told(200, json!({"access_token": "Atza", "expires_in": 3600}).to_string())
        }
        _ if asked.header("authorization") != Some("Bearer Atza") => Told(401, "{}".to_owned()),
        _ => answer(asked),
    });
    let app = OwnApp::start_with(&[&server.url]);
    (app, server)
}

fn credentials(server: &Server, token: &str) -> Value {
    json!({"clientId": "amzn1", "clientSecret": "hush", "refreshToken": token, "profileId": "77", "region": "eu",
        "apiUrl": server.url})
}

/// Fetches a report to its end, and gives how many pages it had.
fn fetch_all(brand: &Brand, store: &str) -> usize {
    let path = format!("/stores/{store}/aggregates/fetch");
    let mut wanted = json!({"from": "2026-11-01", "to": "2026-11-20"});
    for pages in 1..10 {
        let told = brand.post(&path, wanted).expect(200).json();
        if told["nextCursor"].is_null() {
            return pages;
        }
        wanted = json!({"cursor": told["nextCursor"]});
    }
    panic!("the report has no end");
}

// R37
#[test]
fn the_report_is_fetched_page_by_page_by_link_and_by_creator() {
    if OwnApp::is_foreign() {
        return;
    }
    let (app, server) = with_amazon(|asked| {
        let wanted: Value = serde_json::from_slice(&asked.body).unwrap();
        let by_link = wanted["groupBy"] == "CREATIVE";
        let asks_for_bonus = wanted["metrics"].as_str().unwrap().contains("brb_bonus_amount");
        let line = |more: Value| {
            let mut line = json!({"date": wanted["endDate"], "campaignId": "Spring", "adGroupId": "Anna",
                "publisher": "Instagram", "Click-throughs": "10", "totalAttributedSales14d": "5.00"});
            line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            line
        };
        let (line, next) = match (by_link, wanted["cursorId"].as_str()) {
            // As Amazon does: the bonus is not told by link.
            (true, _) if asks_for_bonus => return Told(400, "{}".to_owned()),
            (true, None) => (line(json!({"creativeId": "anna-1"})), json!("two.2")),
            (true, Some("two.2")) => (line(json!({"creativeId": "anna-2"})), Value::Null),
            // More than its links tell: the others are masked.
            (false, None) => (line(json!({"Click-throughs": "27", "brb_bonus_amount": "0.42"})), Value::Null),
            _ => return Told(400, "{}".to_owned()),
        };
        Told(200, json!({"reports": [line], "size": 1, "cursorId": next}).to_string())
    });
    let brand = app.app.brand();
    let store = connect(&brand, credentials(&server, "Atzr"));
    assert_eq!(fetch_all(&brand, &store), 3);
    assert_eq!(fetch_all(&brand, &store), 3);
    assert_eq!(brand.audited("aggregates.fetch", &store), 6);
    let listed = lines(&brand, &store);
    assert_eq!(listed["data"].as_array().unwrap().len(), 3, "restated, not added");
    let totals = &listed["totals"][0];
    assert_eq!(
        (&totals["clicks"], &totals["sales"]["amount"], &totals["bonus"]["amount"]),
        (&json!(27), &json!(500), &json!(42))
    );
    assert_eq!(server.asked()[1].header("amazon-advertising-api-scope"), Some("77"));
    let path = |store: &str| format!("/stores/{store}/aggregates/fetch");
    let wrong = connect(&brand, credentials(&server, "wrong"));
    brand.post(&path(&wrong), json!({})).problem(409, "store_not_readable");
    let bare = connect(&brand, Value::Null);
    brand.post(&path(&bare), json!({})).problem(409, "store_not_readable");
    brand.post(&path(&store), json!({"from": "2026-11-20", "to": "2026-11-01"})).wrong_fields(&["to"]);
    brand.post(&path(&store), json!({"cursor": "two"})).wrong_fields(&["cursor"]);
}

// R37
#[test]
fn what_amazon_no_longer_tells_is_gone_after_a_whole_fetch() {
    if OwnApp::is_foreign() {
        return;
    }
    let is_told = Arc::new(AtomicBool::new(true));
    let told = Arc::clone(&is_told);
    let (app, server) = with_amazon(move |asked| {
        let wanted: Value = serde_json::from_slice(&asked.body).unwrap();
        let line = json!({"date": "20261119", "campaignId": "Spring", "adGroupId": "Anna", "publisher": "Instagram",
            "creativeId": "anna-1", "totalAttributedSales14d": "5.00"});
        let lines =
            if told.load(Ordering::Relaxed) && wanted["groupBy"] == "CREATIVE" { vec![line] } else { vec![] };
        Told(200, json!({"reports": lines, "cursorId": null}).to_string())
    });
    let brand = app.app.brand();
    let store = connect(&brand, credentials(&server, "Atzr"));
    let older = json!([{"date": "2026-10-31", "adGroupId": "Anna", "creativeId": "anna-1", "sales": "1.00"}]);
    brand.post(&format!("/stores/{store}/aggregates"), older).expect(200);
    fetch_all(&brand, &store);
    assert_eq!(lines(&brand, &store)["totals"][0]["sales"]["amount"], 500);
    is_told.store(false, Ordering::Relaxed);
    let begun = brand
        .post(&format!("/stores/{store}/aggregates/fetch"), json!({"from": "2026-11-01"}))
        .expect(200)
        .json();
    assert_eq!(
        lines(&brand, &store)["totals"][0]["sales"]["amount"],
        500,
        "Amazon may tell it on a later page"
    );
    brand
        .post(&format!("/stores/{store}/aggregates/fetch"), json!({"cursor": begun["nextCursor"]}))
        .expect(200);
    assert_eq!(lines(&brand, &store)["data"], json!([]));
    let all =
        brand.get(&format!("/stores/{store}/aggregates?from=2026-10-01&to=2026-11-30")).expect(200).json();
    assert_eq!(all["totals"][0]["sales"]["amount"], 100, "another time was not asked for");
}

// R37
#[test]
fn figures_of_a_campaign_and_of_a_creator_stand_beside_orders() {
    let brand = App::shared().brand();
    let store = connect(&brand, Value::Null);
    let plan = json!({"name": unique("Plan "), "storeId": store, "mode": "manual", "discount": null,
        "commission": {"type": "percentage", "rate": "10"}});
    let plan = brand.post("/plans", plan).expect(201).json()["id"].as_str().unwrap().to_owned();
    let enrolled = |campaign: &str, creator: &str| {
        brand.enroll(campaign, creator)["links"][0]["slug"].as_str().unwrap().to_owned()
    };
    let (spring, summer) = (brand.add_campaign(&plan), brand.add_campaign(&plan));
    let (anna, bela) = (brand.add_creator("Anna", "Berg"), brand.add_creator("Bela", "Cole"));
    let slugs = [enrolled(&spring, &anna), enrolled(&spring, &bela), enrolled(&summer, &anna)];
    let line = |group: &str, creative: &str, clicks: i64, sales: &str, bonus: &str| {
        json!({"date": "2026-11-18", "campaignId": "C", "adGroupId": group, "creativeId": creative,
            "clicks": clicks, "sales": sales, "bonus": bonus})
    };
    // Each ad group is one enrollment's, but for the last, which two campaigns share.
    let told = json!([
        line("Anna", &slugs[0], 12, "10.00", "0"),
        line("Anna", "", 15, "12.00", "1.20"),
        line("Bela", &slugs[1], 3, "4.00", "0"),
        line("both", &slugs[0], 5, "1.00", "0"),
        line("both", &slugs[2], 6, "2.00", "0"),
        line("both", "", 20, "9.00", "0.90"),
        line("foreign", "", 1, "7.00", "0")
    ]);
    brand.post(&format!("/stores/{store}/aggregates"), told).expect(200);
    let figures = |campaign: &str| {
        let path = format!("/campaigns/{campaign}/performance?from=2026-11-01&to=2026-11-30");
        let table = brand.get(&path).expect(200).json();
        assert_eq!((&table["summary"]["orders"], &table["data"]), (&json!(0), &json!([])));
        let found = &table["aggregates"][0];
        ["clicks", "sales", "bonus"]
            .map(|name| found[name]["amount"].as_i64().or(found[name].as_i64()).unwrap())
    };
    assert_eq!(figures(&spring), [15 + 3 + 5, 1_200 + 400 + 100, 120]);
    assert_eq!(figures(&summer), [6, 200, 0]);
    let account = brand.get("/summary?from=2026-11-18&to=2026-11-18").expect(200).json();
    assert!(account["aggregates"][0]["sales"]["amount"].as_i64().unwrap() >= 1_200 + 400 + 900 + 700);
    let page = Marketer::sign_in(App::shared(), &App::shared().admin_token);
    let range = "from=2026-11-01&to=2026-11-30";
    let beside = |path: String| rows(&page.read(&path), "On Amazon")[0].clone();
    assert_eq!(
        beside(format!("/dashboard/creators/{anna}?{range}"))[4],
        "21.00\u{a0}EUR",
        "both ad groups are hers alone"
    );
    assert_eq!(beside(format!("/dashboard/creators/{bela}?{range}"))[1], "3");
    assert_eq!(beside(format!("/dashboard/campaigns/{spring}?{range}"))[5], "1.20\u{a0}EUR");
    assert!(page.read(&format!("/dashboard?{range}")).contains("On Amazon"));
}

// R37
#[test]
fn the_tag_that_amazon_gives_out_is_put_on_every_link_and_until_then_is_said_to_be_missing() {
    if OwnApp::is_foreign() {
        return;
    }
    let (app, server) = with_amazon(|asked| match asked.path() {
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
    let brand = app.app.brand();
    let store = connect(&brand, credentials(&server, "Atzr"));
    let missing = || {
        let told = brand.get(&format!("/stores/{store}/self-test")).expect(200).json();
        let steps = told["steps"].as_array().unwrap().clone();
        let missing = steps.into_iter().filter(|step| step["status"] == "missing");
        missing.map(|step| step["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(missing(), ["attributionTag", "figures"]);
    let plan = json!({"name": "Plan", "storeId": store, "mode": "manual", "discount": null,
        "commission": {"type": "percentage", "rate": "10"}});
    let plan = brand.post("/plans", plan).expect(201).json()["id"].as_str().unwrap().to_owned();
    let campaign = brand.add_campaign(&plan);
    let enrollment = brand.enroll(&campaign, &brand.add_creator("Anna", "Berg"));
    let slug = enrollment["links"][0]["slug"].as_str().unwrap();
    let shopper = Shopper::at(brand.base(), "192.0.2.38");
    let maas = || {
        let target = shopper.click(slug);
        target.query_pairs().find(|(name, _)| name == "maas").map(|(_, value)| value.into_owned())
    };
    assert_eq!(maas().as_deref(), Some("maas"));
    let page = Marketer::sign_in(&app.app, &app.app.admin_token);
    let people = || page.read(&format!("/dashboard/campaigns/{campaign}/people"));
    assert!(people().contains("Amazon measures none of these links"));
    let path = format!("/stores/{store}/aggregates/tags");
    let told = brand.post(&path, json!({"publisher": "instagram"})).expect(200).json();
    assert_eq!(
        (&told["publisher"], &told["attributionTag"]),
        (&json!("Instagram"), &json!("maas_adg_api_1_static_9_99"))
    );
    assert_eq!(told["tags"], json!([{"advertiserId": "5678", "maas": "maas_adg_api_1_static_9_99"}]));
    assert_eq!(brand.audited("aggregates.tags", &store), 1);
    eventually("the link carries it", || (maas()? == "maas_adg_api_1_static_9_99").then_some(()));
    assert_eq!(missing(), ["figures"]);
    assert!(!people().contains("Amazon measures none"));
    brand.post(&path, json!({"publisher": "Instagram", "advertiserId": "1"})).wrong_fields(&["advertiserId"]);
    for other in ["Google Ads", "Nobody"] {
        let wrong = brand.post(&path, json!({"publisher": other})).expect(422).json();
        assert_eq!(wrong["errors"][0]["path"], "publisher");
        assert!(wrong["errors"][0]["detail"].as_str().unwrap().contains("Instagram"));
    }
    let bare = connect(&brand, Value::Null);
    let path = format!("/stores/{bare}/aggregates/tags");
    brand.post(&path, json!({"publisher": "Instagram"})).problem(409, "store_not_readable");
    let store = format!("/dashboard/stores/{store}");
    assert!(page.read(&store).contains("maas_adg_api_1_static_9_99"));
    let act = format!("{}/aggregates/tags", store.replace("/dashboard/", "/dashboard/act/"));
    let said = page.follow(&page.press(&store, &act, &[("publisher", "Instagram")]));
    assert!(said.contains("The links carry: maas_adg_api_1_static_9_99"), "{said}");
}
