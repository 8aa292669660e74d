//! The pages on which a marketer connects stores, asks what if, keeps rates and accounts, and looks after codes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use serde_json::{Value, json};
use tributary_tests::local_shop::ShopifyShop;
use tributary_tests::marketer::{number, rows, tile, value_of};
use tributary_tests::pages::own_page;
use tributary_tests::{
    App, Bigcommerce, Brand, Campaign, Marketer, OwnApp, Shop, Shopper, both, eventually, unique, with_code,
};

fn marketer() -> Marketer {
    Marketer::sign_in(App::shared(), &App::shared().admin_token)
}

// R34, R66
#[test]
fn a_stores_page_says_which_step_is_missing_and_takes_in_what_was_lost() {
    if OwnApp::is_foreign() {
        return;
    }
    let shop = Bigcommerce::open();
    let own = OwnApp::start_with(&[&shop.server.url]);
    let brand = own.app.brand();
    let campaign = brand.run_campaign_of(shop.connect(&brand), json!({}));
    let marketer = Marketer::sign_in(&own.app, &own.app.admin_token);
    let page = format!("/dashboard/stores/{}", campaign.shop.id);
    let state = |page: &str, step: &str| {
        rows(page, "Connection").into_iter().find(|row| row[0] == step).unwrap()[1].clone()
    };
    let before = marketer.read(&page);
    assert!(before.contains("Not yet: a step below is missing"), "{before}");
    assert_eq!([state(&before, "Webhook secret"), state(&before, "An order is known")], ["done", "missing"]);
    for order in 1..=2 {
        shop.sell(order, &[&campaign.code()]);
    }
    let act = format!("/dashboard/act/stores/{}/reconcile", campaign.shop.id);
    let read = marketer.press(&page, &act, &[("from", "2024-11-01"), ("to", "2024-11-30")]);
    let after = marketer.follow(&read);
    assert!(
        after.contains("0 orders were equal, 2 were missing and are taken in, 0 were different"),
        "{after}"
    );
    assert_eq!(state(&after, "An order is credited"), "done");
    assert_eq!(brand.due(&campaign.creator), 2_000);
    let backwards = marketer.press(&page, &act, &[("from", "2024-11-30"), ("to", "2024-11-01")]);
    assert!(marketer.follow(&backwards).contains("must be after from"));
    assert!(before.contains("/webhooks/bigcommerce/") && before.contains("t/tributary.js"), "{before}");
}

// R34, R66
#[test]
fn a_long_reconciliation_is_read_on_page_by_page() {
    if OwnApp::is_foreign() {
        return;
    }
    let shop = Bigcommerce::open();
    let own = OwnApp::start_with(&[&shop.server.url]);
    let store = shop.connect(&own.app.brand());
    for order in 1..=25 {
        shop.sell(order, &[]);
    }
    let marketer = Marketer::sign_in(&own.app, &own.app.admin_token);
    let page = format!("/dashboard/stores/{}", store.id);
    let act = format!("/dashboard/act/stores/{}/reconcile", store.id);
    let mut read = marketer.press(&page, &act, &[("from", "2024-11-01"), ("to", "2024-11-30")]);
    let mut calls = 1;
    while marketer.follow(&read).contains("There is more: read on") {
        let next = read.header("location").unwrap().replace("#orders", "");
        read = marketer.press(&next, &act, &[]);
        calls += 1;
    }
    assert!(calls > 1);
    assert_eq!(
        own.app.brand().get("/orders?limit=100").expect(200).json()["data"].as_array().unwrap().len(),
        25
    );
}

// R73, R66
#[test]
fn a_stores_credentials_are_tried_by_a_button() {
    if OwnApp::is_foreign() {
        return;
    }
    let own = OwnApp::start_with(&["http://127.0.0.1:*"]);
    let shopify = ShopifyShop::start(None);
    let body = json!({"name": unique("Shop "), "platform": "shopify", "url": "https://shop.example", "currency": "EUR",
        "credentials": shopify.credentials()});
    let store = own.app.brand().post("/stores", body).expect(201).json()["id"].as_str().unwrap().to_owned();
    let marketer = Marketer::sign_in(&own.app, &own.app.admin_token);
    let page = format!("/dashboard/stores/{store}");
    let check =
        || marketer.follow(&marketer.press(&page, &format!("/dashboard/act/stores/{store}/check"), &[]));
    assert!(check().contains("The shop lets us in."));
    shopify.grant(&["read_orders"]);
    let lacking = check();
    assert!(lacking.contains("role=\"alert\"") && lacking.contains("lack write_discounts"), "{lacking}");
}

// R43, R66
#[test]
fn what_other_terms_would_have_paid_is_seen_first_and_booked_then() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let marketer = marketer();
    let page = format!("/dashboard/what-if?planId={}", campaign.plan);
    let form = marketer.read(&page);
    assert_eq!(
        value_of(&form, "commission.value").as_deref(),
        Some("10"),
        "it begins with the plan's own terms"
    );
    let fields = [
        ("from", "2024-01-01"),
        ("to", "2024-12-31"),
        ("under", "proposed"),
        ("commission.kind", "percentage"),
        ("commission.value", "25"),
        ("attribution.rule", "code_first"),
        ("attribution.model", "last_touch"),
        ("attribution.windowDays#", "30"),
    ];
    let seen = marketer.press(&page, "/dashboard/what-if", &fields).expect(200).text();
    let creators = rows(&seen, "Difference by creator");
    assert_eq!(creators[0][0], "Anna Berg");
    assert_eq!([2, 3, 4].map(|column| number(&creators[0][column])), [1_000, 2_500, 1_500]);
    assert_eq!(rows(&seen, "Orders that would move").len(), 1);
    assert_eq!(brand.due(&campaign.creator), 1_000, "a look books nothing");
    let mut confirmed: Vec<(String, String)> = confirmation(&seen);
    confirmed.push(("reason".to_owned(), "agreed by mail".to_owned()));
    let confirmed: Vec<(&str, &str)> =
        confirmed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let booked = marketer.send("/dashboard/what-if", &confirmed).expect(200).text();
    assert!(booked.contains("1 of 1 orders moved"), "{booked}");
    assert_eq!(brand.due(&campaign.creator), 2_500);
    let again = marketer.press(&page, "/dashboard/what-if", &fields).expect(200).text();
    assert!(again.contains("Nothing would move."), "{again}");
    campaign.shop.pay(2, with_code(&campaign.code()));
    assert_eq!(brand.due(&campaign.creator), 5_000, "what was booked holds for what comes late");
    let mut back = fields;
    back[2].1 = "versions";
    let back = marketer.press(&page, "/dashboard/what-if", &back).expect(200).text();
    assert!(back.contains("2 of 2 orders would move"), "{back}");
    let mut wrong = fields;
    (wrong[0].1, wrong[1].1) = ("2024-12-31", "2024-01-01");
    let wrong = marketer.press(&page, "/dashboard/what-if", &wrong).expect(422).text();
    assert!(wrong.contains("Nothing was changed"), "{wrong}");
}

/// The fields of the form that books what was seen, with its button.
fn confirmation(page: &str) -> Vec<(String, String)> {
    let (_, form) = page.split_once("Book the difference").expect("a form to book it");
    let form = format!("<form action=\"/dashboard/what-if\" {form}");
    let mut fields = tributary_tests::marketer::fields_of(&form, "/dashboard/what-if");
    fields.push(("_apply".to_owned(), "1".to_owned()));
    fields
}

// R55, R66
#[test]
fn a_missing_rate_is_seen_and_typed_or_taken_from_the_banks_file() {
    if OwnApp::is_foreign() {
        return;
    }
    let own = OwnApp::start();
    let brand = own.app.brand();
    let campaign = brand.run_campaign_of(brand.connect("shopify", "USD"), json!({}));
    campaign
        .shop
        .pay(1, both(with_code(&campaign.code()), json!({"currency": "USD", "presentment_currency": "USD"})));
    let marketer = Marketer::sign_in(&own.app, &own.app.admin_token);
    let page = "/dashboard/rates";
    let missing = rows(&marketer.read(page), "Missing rates");
    assert_eq!((missing[0][0].as_str(), missing[0][1].as_str()), ("USD", "1"));
    let wrong = [("date", "2024-11-20"), ("base", "EUR"), ("currency", "USD"), ("rate", "cheap")];
    let again = marketer.press(page, page, &wrong).expect(422).text();
    assert!(again.contains("id=\"field-rate-wrong\"") && again.contains("cheap"), "{again}");
    let typed = [("date", "2024-11-20"), ("base", "EUR"), ("currency", "USD"), ("rate", "1.25")];
    let kept = marketer.follow(&marketer.press(page, page, &typed));
    assert!(rows(&kept, "Missing rates").is_empty() && kept.contains("1.25"), "{kept}");
    let home = marketer.read("/dashboard?from=2024-01-01");
    assert_eq!(number(&tile(&home, "Sales").unwrap()), 8_000);
    let bank = r#"<?xml version="1.0" encoding="UTF-8"?>
        <gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
        <Cube><Cube time="2024-11-20"><Cube currency="USD" rate="1.0000"/><Cube currency="JPY" rate="163.45"/></Cube></Cube></gesmes:Envelope>"#;
    let taken = marketer.follow(&marketer.upload(page, "/dashboard/act/rates/ecb", bank));
    assert!(taken.contains("1 days with 2 rates are kept") && taken.contains("163.45"), "{taken}");
    let refused = marketer.follow(&marketer.upload(page, "/dashboard/act/rates/ecb", "not XML"));
    assert!(refused.contains("role=\"alert\""), "{refused}");
}

// R54, R66
#[test]
fn where_payments_go_is_typed_once_and_what_a_file_lacks_is_said() {
    let app = App::shared();
    let brand = app.brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let payout = brand
        .post("/payouts", json!({"currency": "EUR", "creatorIds": [campaign.creator]}))
        .expect(201)
        .json();
    let payout = format!("/dashboard/payouts/{}", payout["id"].as_str().unwrap());
    let marketer = marketer();
    let lacking = marketer.read(&payout);
    let account = format!("/dashboard/creators/{}/account", campaign.creator);
    assert!(lacking.contains("No file for SEPA transfer yet"), "{lacking}");
    let wrong = marketer.submit(&account, &account, &[("iban?", "DE00")]).expect(422).text();
    assert!(wrong.contains("id=\"field-iban-wrong\""), "{wrong}");
    let iban = "DE89370400440532013000";
    marketer.submit(&account, &account, &[("holder?", "Anna Berg"), ("iban?", iban)]).expect(303);
    let shown = marketer.read(&account);
    assert!(!shown.contains(iban), "{shown}");
    let masked = value_of(&shown, "iban?").unwrap();
    assert!(masked.ends_with("3000") && masked.contains('*'), "{masked}");
    let address = "anna@pay.example";
    let fields = [("holder?", "Anna Berg"), ("iban?", masked.as_str()), ("paypal?", address)];
    marketer.submit(&account, &account, &fields).expect(303);
    let payer = "/dashboard/payouts/payer";
    marketer
        .submit(payer, payer, &[("holder?", "The Brand"), ("iban?", "FR1420041010050500013M02606")])
        .expect(303);
    assert!(!marketer.read(&payout).contains("No file for"));
    let file = marketer.read(&format!("{payout}/file?format=sepa"));
    assert!(file.contains(iban), "the number that was masked is still the whole one: {file}");
    assert!(marketer.read(&format!("{payout}/file?format=paypal")).contains(address));
    let failed = [("_act", "failed"), ("words", "account closed"), ("creatorIds", campaign.creator.as_str())];
    let failed = marketer.follow(&marketer.press(&payout, &format!("{payout}/mark"), &failed));
    assert_eq!(rows(&failed, "Payments")[0][2], "failed");
    assert_eq!(brand.due(&campaign.creator), 1_000, "the money is due again");
}

/// A campaign whose codes are kept in a shop, in an app that may call it; `None` where the app is somebody else's.
fn in_a_shop() -> Option<(OwnApp, ShopifyShop, Campaign)> {
    if OwnApp::is_foreign() {
        return None;
    }
    let (own, shopify) = (OwnApp::start_with(&["http://127.0.0.1:*"]), ShopifyShop::start(None));
    let brand = own.app.brand();
    let body = json!({"name": unique("Shop "), "platform": "shopify", "url": "https://shop.example", "currency": "EUR",
        "credentials": shopify.credentials()});
    let store = brand.post("/stores", body).expect(201).json()["id"].as_str().unwrap().to_owned();
    let shop = Shop::new(brand.base(), &store, "unused");
    let campaign = brand.run_campaign_of(shop, json!({"mode": "managed"}));
    settle(&brand);
    Some((own, shopify, campaign))
}

/// Waits until the shop was asked for everything.
fn settle(brand: &Brand) {
    eventually("every code is settled", || {
        brand.post("/codes/run", json!({})).expect(200);
        let codes = brand.get("/codes?replaced=true").expect(200).json();
        codes["data"].as_array().unwrap().iter().all(|code| code["dueAt"].is_null()).then_some(())
    });
}

// R5, R66
#[test]
fn what_was_changed_in_a_shop_is_seen_on_a_page_and_put_right_there() {
    let Some((own, shopify, campaign)) = in_a_shop() else { return };
    let brand = own.app.brand();
    let bela = brand.add_creator("Bela", "Kun");
    brand.enroll(&campaign.id, &bela);
    settle(&brand);
    let marketer = Marketer::sign_in(&own.app, &own.app.admin_token);
    let store = format!("/dashboard/stores/{}", campaign.shop.id);
    let page = format!("{store}/codes");
    assert!(marketer.read(&store).contains(&page));
    assert!(marketer.read(&page).contains("The shop was not looked at yet."));
    let act = format!("/dashboard/act/stores/{}/drift", campaign.shop.id);
    let compare = || marketer.follow(&marketer.press(&page, &act, &[]));
    let clean = compare();
    assert!(
        clean.contains("2 codes of ours were looked at, 2 are in the shop, and 0 rows differ."),
        "{clean}"
    );
    assert!(clean.contains("as it should be"), "{clean}");
    shopify.rename("ANNA10", "ANNA-GONE");
    shopify.delete("BELA10");
    shopify.has_already("SPRING", "0.2");
    let seen = compare();
    let differences = rows(&seen, "Differences");
    let told: Vec<[&str; 4]> =
        differences.iter().map(|row| [1, 2, 3, 4].map(|column| row[column].as_str())).collect();
    assert!(told.contains(&["ANNA10", "has another text", "ANNA10", "ANNA-GONE"]), "{told:?}");
    assert!(told.contains(&["BELA10", "gone from the shop", "BELA10", "–"]), "{told:?}");
    assert_eq!(told.len(), 2);
    assert_eq!(shopify.texts(), ["ANNA-GONE", "SPRING"], "looking changed nothing");
    assert_eq!(brand.audited("store.compare", &campaign.shop.id), 2, "the log says who looked");
    // Only the chosen one is put right.
    let repair = "/dashboard/act/codes/repair";
    let anna = campaign.enrollment["code"]["id"].as_str().unwrap();
    let repaired = marketer.follow(&marketer.press(&page, repair, &[("codeIds[]", anna)]));
    assert!(repaired.contains("1 codes are being put right."), "{repaired}");
    settle(&brand);
    assert_eq!(shopify.texts(), ["ANNA10", "SPRING"]);
    assert!(marketer.read(&page).contains("changed since: compare again"));
    assert_eq!(rows(&compare(), "Differences").len(), 1);
    let nobody = marketer.follow(&marketer.press(&page, repair, &[]));
    assert!(nobody.contains("role=\"alert\"") && nobody.contains("codeIds"), "{nobody}");
    shopify.take_only("another token");
    let refused = compare();
    assert!(refused.contains("role=\"alert\"") && refused.contains("the shop did not answer"), "{refused}");
    assert_eq!(rows(&refused, "Differences").len(), 1, "what was seen before is still shown");
}

// R7, R66
#[test]
fn codes_that_are_nobodys_are_taken_up_from_the_page_that_found_them() {
    let Some((own, shopify, campaign)) = in_a_shop() else { return };
    let marketer = Marketer::sign_in(&own.app, &own.app.admin_token);
    shopify.has_already("SPRING", "0.2");
    let page = format!("/dashboard/stores/{}/codes", campaign.shop.id);
    let file = format!("/dashboard/stores/{}/foreign.csv", campaign.shop.id);
    marketer.open(&file).expect(404);
    let act = format!("/dashboard/act/stores/{}/drift", campaign.shop.id);
    let seen = marketer.follow(&marketer.press(&page, &act, &[]));
    let import = format!("/dashboard/campaigns/{}/import", campaign.id);
    assert!(seen.contains("<code>SPRING</code>") && seen.contains(&import) && seen.contains(&file), "{seen}");
    let file = marketer.read(&file);
    assert_eq!(file, "creatorId,code\n,SPRING\n");
    let brand = own.app.brand();
    let bela = brand.add_creator("Bela", "Kun");
    let act = format!("/dashboard/act/codes/import?campaignId={}", campaign.id);
    let filled = file.replace(",SPRING", &format!("{bela},SPRING"));
    assert!(marketer.follow(&marketer.upload(&import, &act, &filled)).contains("1 codes are taken up."));
    settle(&brand);
    let codes = brand.get("/codes?status=active").expect(200).json();
    assert!(codes["data"].as_array().unwrap().iter().any(|code| code["text"] == "SPRING"), "{codes}");
}

// R12, R66
#[test]
fn older_codes_take_a_plans_newest_terms_by_a_button_and_each_says_what_came_of_it() {
    let Some((own, shopify, campaign)) = in_a_shop() else { return };
    let brand = own.app.brand();
    let marketer = Marketer::sign_in(&own.app, &own.app.admin_token);
    let plan = format!("/plans/{}", campaign.plan);
    let page = format!("/dashboard{plan}/codes");
    assert!(marketer.read(&format!("/dashboard{plan}")).contains(&page));
    assert!(marketer.read(&page).contains("No code waits for version 1."));
    let line = || rows(&marketer.read(&page), "Codes")[0].clone();
    assert_eq!(line()[2..], ["active", "1", "1", "the shop has these terms"]);
    let mut next = brand.get(&plan).expect(200).json();
    next["limits"] = json!({"usageLimit": 7});
    for member in ["id", "version", "status", "createdAt", "updatedAt"] {
        next.as_object_mut().unwrap().remove(member);
    }
    brand.put(&plan, next).expect(200);
    assert!(marketer.read(&page).contains("1 have the terms of an older version."));
    let rolled = marketer.follow(&marketer.press(&page, "/dashboard/act/codes/rollout", &[]));
    assert!(rolled.contains("1 codes take the newest terms."), "{rolled}");
    settle(&brand);
    assert_eq!(line()[2..], ["active", "2", "2", "the shop has these terms"]);
    assert_eq!(shopify.code("ANNA10").unwrap()["usageLimit"], 7);
}

// R46, R66
#[test]
fn a_leaked_code_is_marked_on_its_page_and_replaced() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let marketer = marketer();
    let id = campaign.enrollment["code"]["id"].as_str().unwrap();
    let people = marketer.read(&format!("/dashboard/campaigns/{}/people", campaign.id));
    let page = format!("/dashboard/codes/{id}");
    assert!(people.contains(&page), "{people}");
    let shown = marketer.read(&page);
    assert!(shown.contains("Leak score") && rows(&shown, "Leak score").len() == 3, "{shown}");
    let act = format!("/dashboard/act/codes/{id}/compromise");
    let marked = marketer.follow(&marketer.press(&page, &act, &[("since", "2024-11-01")]));
    assert!(marked.contains("Marked as leaked: 1 sales are rejected"), "{marked}");
    assert_eq!(brand.due(&campaign.creator), 0);
    let now = brand.get(&format!("/enrollments/{}", campaign.enrollment_id())).expect(200).json();
    assert_ne!(now["code"]["text"], json!(campaign.code()));
    marketer.open("/dashboard/codes/cod_00000000000000000000000000").expect(404);
}

// R7, R66
#[test]
fn a_code_is_switched_off_and_on_and_renamed_on_its_page() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    let marketer = marketer();
    let code = |name: &str| {
        let now = brand.get(&format!("/enrollments/{}", campaign.enrollment_id())).expect(200).json();
        now["code"][name].as_str().unwrap().to_owned()
    };
    let page = format!("/dashboard/codes/{}", code("id"));
    marketer.follow(&marketer.press(&page, "/dashboard/act/codes/disable", &[]));
    assert_eq!(code("status"), "disabled");
    marketer.follow(&marketer.press(&page, "/dashboard/act/codes/enable", &[]));
    assert_eq!(code("status"), "active");
    let text = unique("R").chars().rev().take(9).collect::<String>();
    let act = format!("/dashboard/act/codes/{}/rename", code("id"));
    let renamed = marketer.follow(&marketer.press(&page, &act, &[("text", &text)]));
    assert!(renamed.contains("Renamed") && renamed.contains(&text), "{renamed}");
    assert_eq!(code("text"), text);
}

// R7, R66
#[test]
fn codes_come_from_a_file_of_the_campaigns_people() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    let marketer = marketer();
    let page = format!("/dashboard/campaigns/{}/import", campaign.id);
    let file = marketer.read(&format!("/dashboard/campaigns/{}/codes.csv", campaign.id));
    assert!(file.starts_with("creatorId,name,code\n") && file.contains("Anna Berg"), "{file}");
    let text = unique("F").chars().rev().take(9).collect::<String>();
    let filled = file.replace(&campaign.code(), &text);
    let act = format!("/dashboard/act/codes/import?campaignId={}", campaign.id);
    let taken = marketer.follow(&marketer.upload(&page, &act, &filled));
    assert!(taken.contains("1 codes are taken up.") && taken.contains(&text), "{taken}");
    let wrong = marketer.follow(&marketer.upload(&page, &act, "creatorId,code\ncrt_1,!\n"));
    assert!(wrong.contains("role=\"alert\"") && wrong.contains("rows[0]"), "{wrong}");
}

// R63, R66
#[test]
fn creators_are_listed_with_their_codes_and_what_they_brought_and_found_by_both() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let failing = brand
        .post("/creators", json!({"handles": {"instagram": unique("Nobody").to_lowercase()}}))
        .expect(201)
        .json();
    let failing = failing["id"].as_str().unwrap();
    brand.enroll(&campaign.id, failing);
    let marketer = marketer();
    let of_plan = format!("/dashboard/creators?planId={}&from=2024-01-01", campaign.plan);
    let page = marketer.read(&of_plan);
    let listed = rows(&page, "Creators");
    assert_eq!(listed.len(), 2, "{listed:?}");
    let anna = listed.iter().find(|row| row[0] == "Anna Berg").unwrap();
    assert!(anna[1].contains(&campaign.code()) && anna[1].contains("active"), "{anna:?}");
    assert_eq!([3, 4, 5].map(|column| number(&anna[column])), [1, 10_000, 1_000]);
    let link = format!("/dashboard/sales?creatorId={}&amp;from=2024-01-01", campaign.creator);
    assert!(page.contains(&link), "its figures lead to their rows: {page}");
    let failed = rows(&marketer.read(&format!("{of_plan}&codeStatus=failed")), "Creators");
    assert_eq!(failed.len(), 1, "{failed:?}");
    let people = format!("/dashboard/campaigns/{}/people", campaign.id);
    for (query, many) in
        [("", 2), ("?codeStatus=active", 1), ("?codeStatus=failed", 1), ("?codeStatus=tbd", 0)]
    {
        assert_eq!(rows(&marketer.read(&format!("{people}{query}")), "People").len(), many, "{query}");
    }
    assert_eq!(rows(&marketer.read(&format!("{people}?planId={}", campaign.plan)), "People").len(), 2);
    let api = brand.get(&format!("/creators?planId={}&codeStatus=failed", campaign.plan)).expect(200).json();
    assert_eq!(api["data"][0]["id"], json!(failing));
}

// R25, R61, R66
#[test]
fn every_count_of_clicks_leads_to_the_days_and_links_that_it_sums() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    let day = |date: &str, clicks: u32, unique: u32| json!({"date": date, "clicks": clicks, "uniqueClicks": unique});
    let days = [day("2024-11-10", 7, 5), day("2024-11-12", 4, 4)];
    brand.post("/imports/clicks", json!({"linkId": campaign.link(), "days": days})).expect(200);
    Shopper::at(&App::shared().url, "198.51.100.62").click(&campaign.slug());
    let marketer = marketer();
    let own = format!("/dashboard/campaigns/{}?from=2024-11-01", campaign.id);
    let figure = |page: &str, label: &str| {
        let (_, after) = page.split_once(&format!("<dt>{label}</dt><dd><a href=\"")).unwrap();
        let (address, after) = after.split_once("\">").unwrap();
        (address.replace("&amp;", "&"), after.split('<').next().unwrap().to_owned())
    };
    brand.await_clicks(&campaign.id, 12);
    let shown = marketer.read(&own);
    let (address, clicks) = figure(&shown, "Clicks");
    assert_eq!(clicks, "12 (10 unique)");
    let page = marketer.read(&address);
    assert_eq!(tile(&page, "Clicks").as_deref(), Some("12 (10 unique)"));
    let by_day = rows(&page, "By day");
    let sum =
        |table: &[Vec<String>], column: usize| table.iter().map(|row| number(&row[column])).sum::<i64>();
    assert_eq!((by_day.len(), sum(&by_day, 1), sum(&by_day, 2)), (3, 12, 10));
    assert_eq!(by_day[2][..2], ["2024-11-10", "7"]);
    let by_link = rows(&page, "By link");
    assert_eq!((by_link.len(), sum(&by_link, 2), sum(&by_link, 3)), (1, 12, 10));
    // The same number stands at the creator, in the campaign's table, and on the creator's own page of the brand.
    let of_member = rows(&shown, "By creator");
    assert_eq!(of_member[0][1], "12");
    let creator = marketer.read(&format!("/dashboard/creators/{}?from=2024-11-01", campaign.creator));
    let (address, clicks) = figure(&creator, "Clicks");
    assert_eq!(clicks, "12 (10 unique)");
    let of_creator = marketer.read(&address);
    assert_eq!(tile(&of_creator, "Clicks").as_deref(), Some("12 (10 unique)"));
    assert!(of_creator.contains("Of the creator <strong>"), "{of_creator}");
    // The account's page adds up too, whatever other tests click meanwhile.
    let home = marketer.read("/dashboard?from=2024-11-10&to=2024-11-12");
    let (address, clicks) = figure(&home, "Clicks");
    let all = marketer.read(&address);
    assert_eq!(tile(&all, "Clicks").as_deref(), Some(clicks.as_str()));
    assert_eq!(
        format!("{} ({} unique)", sum(&rows(&all, "By day"), 1), sum(&rows(&all, "By day"), 2)),
        clicks
    );
    let link = format!("/clicks?linkId={}&from=2024-11-11&to=2024-11-30", campaign.link());
    assert_eq!(brand.get(&link).expect(200).json()["clicks"], 4);
    brand.get("/clicks?linkId=x&from=2024-11-02&to=2024-11-01").expect(422);
}

// R60, R61, R66
#[test]
fn a_page_shows_what_it_was_asked() {
    let app = App::shared();
    let brand = app.brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let marketer = marketer();
    let field = |page: &str, name: &str| value_of(page, name).unwrap_or_default();
    for page in ["/dashboard", "/dashboard/campaigns", "/dashboard/creators", "/dashboard/clicks"] {
        let shown = marketer.read(page);
        let (from, to) = (field(&shown, "from"), field(&shown, "to"));
        assert!(from < to && from.len() == 10, "{page} shows thirty days, from {from} to {to}");
        let shown = marketer.read(&format!("{page}?from=2024-11-01&to=2024-11-05"));
        assert_eq!([field(&shown, "from"), field(&shown, "to")], ["2024-11-01", "2024-11-05"], "{page}");
        // A moment as the end is the first one outside.
        let shown = marketer.read(&format!("{page}?from=2024-11-01&to=2024-11-05T00:00:00Z"));
        assert_eq!(field(&shown, "to"), "2024-11-04", "{page}");
    }
    assert!(marketer.read("/dashboard/sales").contains("All time is shown"));
    let sales = marketer.read(&format!(
        "/dashboard/sales?creatorId={}&campaignId={}&planId={}",
        campaign.creator, campaign.id, campaign.plan
    ));
    assert!(sales.contains("Of the creator <strong><bdi>Anna Berg</bdi></strong>"), "{sales}");
    assert!(sales.contains("Of the campaign <strong>") && sales.contains("Of the plan <strong>"), "{sales}");
    let nobody = marketer.read("/dashboard/sales?creatorId=crt_00000000000000000000000000");
    assert!(nobody.contains("which is not there"), "{nobody}");
    let did = marketer.read("/dashboard/audit?actor=nobody");
    assert!(did.contains("What <strong><bdi>nobody</bdi></strong> did."), "{did}");
    let plan = "pln_00000000000000000000000000";
    let people = marketer.read(&format!("/dashboard/creators?planId={plan}"));
    assert!(people.contains(&format!("<option value=\"{plan}\" selected>")), "{people}");
    // What is exported beside a table is what the table shows.
    let own = marketer.read(&format!("/dashboard/campaigns/{}", campaign.id));
    let file = format!("/dashboard/sales/export.csv?campaignId={}", campaign.id);
    assert!(own.contains(&file), "{own}");
    assert_eq!(marketer.read(&file).lines().count(), 2);
}

// R54, R60, R66
#[test]
fn orders_and_payouts_begin_with_the_newest_or_the_oldest() {
    if OwnApp::is_foreign() {
        return;
    }
    let own = OwnApp::start();
    let brand = own.app.brand();
    let campaign = brand.run_campaign(json!({}));
    for order in 1..=3 {
        let at = format!("2024-11-{:02}T10:00:00Z", 10 + order);
        let facts = json!({"processed_at": at, "created_at": at});
        campaign.shop.pay(order, both(with_code(&campaign.code()), facts));
        brand.post("/payouts", json!({"currency": "EUR"})).expect(201);
    }
    let marketer = Marketer::sign_in(&own.app, &own.app.admin_token);
    let orders = |query: &str| -> Vec<String> {
        let page = marketer.read(&format!("/dashboard/orders{query}"));
        rows(&page, "Orders").iter().map(|row| row[0].clone()).collect()
    };
    assert_eq!(
        (orders(""), orders("?sort=oldest")),
        (texts(&["#3", "#2", "#1"]), texts(&["#1", "#2", "#3"]))
    );
    assert!(marketer.read("/dashboard/orders").contains("?sort=oldest"));
    marketer.open("/dashboard/orders?sort=value").expect(422);
    for list in ["/orders", "/payouts"] {
        let (mut cursor, mut ids) = (String::new(), Vec::new());
        loop {
            let page = brand.get(&format!("{list}?sort=oldest&limit=1{cursor}")).expect(200).json();
            ids.push(page["data"][0]["id"].clone());
            let Some(next) = page["nextCursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let newest = brand.get(list).expect(200).json();
        let mut newest: Vec<Value> =
            newest["data"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
        newest.reverse();
        assert_eq!((ids.len(), &ids), (3, &newest), "{list}");
    }
    let page = marketer.read("/dashboard/payouts?sort=oldest");
    assert!(page.contains("aria-sort=\"ascending\"") && rows(&page, "Payouts").len() == 3, "{page}");
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

// R60, R66
#[test]
fn sales_are_sorted_by_time_and_a_campaigns_creators_by_any_column() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    let bela = brand.add_creator("Bela", "Kun");
    let second = brand.enroll(&campaign.id, &bela);
    let second = second["code"]["text"].as_str().unwrap();
    for (order, code, net) in
        [(1, campaign.code().as_str(), "100.00"), (2, second, "30.00"), (3, second, "30.00")]
    {
        let at = format!("2024-11-{:02}T10:00:00Z", 10 + order);
        let facts = json!({"processed_at": at, "created_at": at, "subtotal_price": net, "current_subtotal_price": net});
        campaign.shop.pay(order, both(with_code(code), facts));
    }
    let marketer = marketer();
    let page = format!("/dashboard/campaigns/{}", campaign.id);
    let first = |query: &str, table: &str, column: usize| {
        let shown = marketer.read(&format!("{page}{query}"));
        rows(&shown, table)[0][column].clone()
    };
    assert_eq!([first("", "Sales", 1), first("?sort=oldest", "Sales", 1)], ["#3", "#1"]);
    assert_eq!(first("?by=sales", "By creator", 0), "Anna Berg");
    assert_eq!(first("?by=orders", "By creator", 0), "Bela Kun");
    assert_eq!(first("?by=name", "By creator", 0), "Anna Berg");
    let shown = marketer.read(&format!("{page}?by=orders"));
    assert_eq!(
        shown.matches("aria-sort=\"descending\"").count(),
        2,
        "the two tables say how they are sorted"
    );
    // Page by page, the oldest first: every sale once.
    let mut cursor = String::new();
    let mut seen = Vec::new();
    loop {
        let list = brand
            .get(&format!("/conversions?campaignId={}&sort=oldest&limit=1{cursor}", campaign.id))
            .expect(200)
            .json();
        seen.extend(
            list["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|sale| sale["orderNumber"].as_str().unwrap().to_owned()),
        );
        let Some(next) = list["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, ["#1", "#2", "#3"]);
    let from = brand
        .get(&format!("/conversions?campaignId={}&sort=oldest&from=2024-11-12&to=2024-11-12", campaign.id))
        .expect(200)
        .json();
    assert_eq!(from["data"].as_array().unwrap().len(), 1);
}

// R55, R61
#[test]
fn the_best_creators_are_those_who_sold_most_after_conversion() {
    if OwnApp::is_foreign() {
        return;
    }
    let own = OwnApp::start();
    let brand = own.app.brand();
    brand.put("/rates", json!({"date": "2024-11-20", "base": "EUR", "rates": {"JPY": "100"}})).expect(200);
    let euros = brand.run_campaign(json!({}));
    euros.shop.pay(1, with_code(&euros.code()));
    let yen = brand.run_campaign_of(brand.connect("shopify", "JPY"), json!({}));
    let price = json!({"currency": "JPY", "presentment_currency": "JPY", "subtotal_price": "5000",
        "current_subtotal_price": "5000", "total_price": "5000", "current_total_price": "5000"});
    for order in 1..=3 {
        yen.shop.pay(order, both(with_code(&yen.code()), price.clone()));
    }
    let marketer = Marketer::sign_in(&own.app, &own.app.admin_token);
    let home = marketer.read("/dashboard?from=2024-01-01");
    let best = rows(&home, "Top creators");
    let sales: Vec<i64> = best.iter().map(|row| number(&row[2])).collect();
    assert_eq!(sales, [15_000, 10_000], "15,000 yen are 150 euros: {best:?}");
    assert_eq!(sales.iter().sum::<i64>(), number(&tile(&home, "Sales").unwrap()));
}

// R54, R67
#[test]
fn a_month_is_put_on_paper_for_the_brand_and_for_the_creator() {
    let app = App::shared();
    let brand = app.brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let told = brand.get(&format!("/creators/{}/statement", campaign.creator)).expect(200).json();
    let earned = told["statements"][0]["earned"]["amount"].as_i64().unwrap();
    assert_eq!(earned, 1_000);
    let marketer = marketer();
    let own = own_page(app, &campaign.creator);
    for page in [format!("/dashboard/creators/{}/statement", campaign.creator), format!("{own}/statement")] {
        let sheet = marketer.read(&page);
        for (figure, amount) in [("Earned", 1_000), ("Paid", 0), ("Due at the end", 1_000)] {
            assert_eq!(number(&tile(&sheet, figure).unwrap()), amount, "{page} {figure}");
        }
        assert_eq!(rows(&sheet, "Statement").len(), 1);
    }
    assert!(!marketer.read(&format!("{own}/statement")).contains("/dashboard/orders"));
    let before = marketer.read(&format!("/dashboard/creators/{}/statement?month=2024-01", campaign.creator));
    assert!(before.contains("Nothing was earned or paid"), "{before}");
    marketer.open(&format!("/dashboard/creators/{}/statement?month=2024-13", campaign.creator)).expect(422);
}

// R66
#[test]
fn pages_show_times_in_the_accounts_time_zone_and_say_which_it_is() {
    if OwnApp::is_foreign() {
        return;
    }
    let own = OwnApp::start();
    let brand = own.app.brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let marketer = Marketer::sign_in(&own.app, &own.app.admin_token);
    let order = format!("/dashboard/orders/{}", brand.order_of(&campaign.shop.id, 1)["id"].as_str().unwrap());
    let read = marketer.read(&order);
    assert!(read.contains(">2024-11-20 10:00<") && read.contains("Times are those of UTC"), "{read}");
    let mut settings = brand.get("/settings").expect(200).json();
    settings["timeZone"] = json!("Asia/Kolkata");
    brand.put("/settings", settings).expect(200);
    let theirs = own_page(&own.app, &campaign.creator);
    let theirs = format!("{theirs}?from=2024-11-01&to=2024-11-30");
    for page in ["/dashboard/orders", "/dashboard/sales?from=2024-11-01&to=2024-11-30", &order, &theirs] {
        let read = marketer.read(page);
        assert!(read.contains(r#"<time datetime="2024-11-20T10:00:00Z" title="2024-11-20T15:30:00+05:30">2024-11-20 15:30</time>"#), "{page}: {read}");
        assert!(read.contains("Times are those of Asia/Kolkata"), "{page}");
    }
}
