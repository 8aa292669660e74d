//! What a brand sees: the performance table, the summary, exports.

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
    App, Brand, Campaign, Reply, Shopper, both, eventually, refund, unique, with_click, with_code,
};

fn brand() -> Brand {
    App::shared().brand()
}

fn performance(brand: &Brand, campaign: &str, query: &str) -> Value {
    brand.get(&format!("/campaigns/{campaign}/performance?{query}")).expect(200).json()
}

/// A second creator in a campaign.
fn join(brand: &Brand, campaign: &Campaign, first_name: &str) -> Campaign {
    let creator = brand.add_creator(first_name, "Kun");
    Campaign { enrollment: brand.enroll(&campaign.id, &creator), creator, ..campaign.clone() }
}

/// A day on which no other test and no earlier run has sold anything, or hardly ever.
fn day_of_its_own() -> String {
    let number = u64::from_str_radix(&unique(""), 16).unwrap() / 16;
    format!("{}-{:02}-{:02}", 1971 + number % 40, 1 + number / 40 % 12, 1 + number / 480 % 28)
}

// R60
#[test]
fn the_performance_table_shows_each_sale_and_sums_them_up() {
    let brand = brand();
    let anna = brand.run_campaign(json!({}));
    let bela = join(&brand, &anna, "Bela");
    anna.shop.pay(1, with_code(&anna.code()));
    let click = Shopper::at(brand.base(), "198.51.100.30").click_id(&bela.slug());
    anna.shop.pay(2, both(with_click(&click), json!({"processed_at": "2024-11-20T11:00:00Z"})));
    anna.shop.deliver("refunds/create", &refund(9, 2, "50.00")).expect(200);
    brand.await_clicks(&anna.id, 1);
    let table = performance(&brand, &anna.id, "");
    let euros = |amount: i64| json!({"amount": amount, "currency": "EUR"});
    let summary = &table["summary"];
    for (figure, value) in [
        ("sales", euros(15_000)),
        ("orders", json!(2)),
        ("commission", euros(1_500)),
        ("clicks", json!(1)),
        ("uniqueClicks", json!(1)),
        ("averageOrder", euros(7_500)),
    ] {
        assert_eq!(summary[figure], value, "{figure}");
    }
    for figure in ["conversionRate", "earningsPerClick", "byDay", "removedCreators", "missingRates"] {
        assert!(!summary[figure].is_null(), "{figure}");
    }
    let rows = table["data"].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| &row["orderNumber"]).collect::<Vec<_>>(), ["#2", "#1"], "newest first");
    let expected = [
        ("creatorId", json!(bela.creator)),
        ("campaignId", json!(bela.id)),
        ("source", json!("link")),
        ("codeText", Value::Null),
        ("status", json!("partially_refunded")),
        ("value", euros(5_000)),
        ("commission", euros(500)),
        ("approval", json!("approved")),
        ("placedAt", json!("2024-11-20T11:00:00Z")),
    ];
    for (name, value) in expected {
        assert_eq!(rows[0][name], value, "{name}");
    }
    assert_eq!((&rows[1]["source"], &rows[1]["codeText"]), (&json!("code"), &json!(anna.code())));
    let by_creator = table["byCreator"].as_array().unwrap();
    let sales: i64 = by_creator.iter().map(|row| row["sales"]["amount"].as_i64().unwrap()).sum();
    assert_eq!((by_creator.len(), sales), (2, 15_000));
}

// R60
#[test]
fn the_table_is_filtered() {
    let brand = brand();
    let anna = brand.run_campaign(json!({}));
    let bela = join(&brand, &anna, "Bela");
    for (id, by) in [(1, &anna), (2, &bela), (3, &anna)] {
        let day = json!({"processed_at": format!("2024-11-1{id}T10:00:00Z")});
        anna.shop.pay(id, both(with_code(&by.code()), day));
    }
    anna.shop.deliver("refunds/create", &refund(9, 2, "100.00")).expect(200);
    let third = brand.conversions(&anna.id)[0]["id"].as_str().unwrap().to_owned();
    brand.post(&format!("/conversions/{third}/reject"), json!({"reason": "no"})).expect(200);
    for (query, numbers) in [
        (String::new(), vec!["#3", "#2", "#1"]),
        (format!("creatorId={}", anna.creator), vec!["#3", "#1"]),
        (format!("planId={}", anna.plan), vec!["#3", "#2", "#1"]),
        ("status=refunded".to_owned(), vec!["#2"]),
        ("status=paid&approval=approved".to_owned(), vec!["#1"]),
        ("approval=rejected".to_owned(), vec!["#3"]),
        ("from=2024-11-12&to=2024-11-12".to_owned(), vec!["#2"]),
        ("from=2024-11-12".to_owned(), vec!["#3", "#2"]),
        ("to=2024-11-11".to_owned(), vec!["#1"]),
        ("from=2024-11-11T09:00:00Z&to=2024-11-12T10:00:00Z".to_owned(), vec!["#1"]),
        ("from=2020-01-01&to=2020-01-02".to_owned(), vec![]),
    ] {
        for path in ["/conversions?campaignId=", "/campaigns/"] {
            let path = if path == "/campaigns/" {
                format!("/campaigns/{}/performance?{query}", anna.id)
            } else {
                format!("{path}{}&{query}", anna.id)
            };
            let rows = brand.get(&path).expect(200).json()["data"].as_array().unwrap().clone();
            let found: Vec<&str> = rows.iter().map(|row| row["orderNumber"].as_str().unwrap()).collect();
            assert_eq!(found, numbers, "{path}");
        }
    }
    for (query, field) in [
        ("status=lost", "status"),
        ("approval=maybe", "approval"),
        ("from=yesterday", "from"),
        ("to=2026-13-01", "to"),
        ("creatorId=nobody", "creatorId"),
    ] {
        brand.get(&format!("/conversions?{query}")).wrong_fields(&[field]);
    }
}

// R60, R65
#[test]
fn the_table_is_read_page_by_page() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    for id in 1..=7 {
        campaign.shop.pay(id, with_code(&campaign.code()));
    }
    let mut numbers = Vec::new();
    let mut query = "limit=3".to_owned();
    let mut pages = 0;
    loop {
        let page = performance(&brand, &campaign.id, &query);
        pages += 1;
        assert_eq!(page["summary"]["orders"], 7, "on every page");
        numbers.extend(page["data"].as_array().unwrap().iter().map(|row| row["orderNumber"].to_string()));
        let Some(next) = page["nextCursor"].as_str() else { break };
        query = format!("limit=3&cursor={next}");
    }
    numbers.sort();
    numbers.dedup();
    assert_eq!((pages, numbers.len()), (3, 7), "every row once");
}

// R61
#[test]
fn the_summary_adds_up_a_time_range_by_day() {
    let brand = brand();
    let settings = brand.get("/settings").expect(200).json();
    let currency = settings["defaultCurrency"].as_str().unwrap();
    let campaign = brand.run_campaign_of(brand.connect("shopify", currency), json!({}));
    let day = day_of_its_own();
    let summary = || brand.get(&format!("/summary?from={day}&to={day}")).expect(200).json();
    let before = summary();
    let placed = json!({"currency": currency, "presentment_currency": currency,
        "created_at": format!("{day}T12:00:00Z"), "processed_at": format!("{day}T12:00:00Z")});
    for id in 1..=2 {
        campaign.shop.pay(id, both(with_code(&campaign.code()), placed.clone()));
    }
    // Nobody's order is no sale of a creator.
    campaign.shop.pay(3, placed);
    let after = summary();
    let number = |summary: &Value, figure: &str| {
        let figure = &summary[figure];
        figure.as_i64().or_else(|| figure["amount"].as_i64()).unwrap()
    };
    for (figure, more) in [("orders", 2), ("sales", 20_000), ("commission", 2_000), ("clicks", 0)] {
        assert_eq!(number(&after, figure) - number(&before, figure), more, "{figure}");
    }
    assert_eq!(after["sales"]["currency"], currency);
    let days = after["byDay"].as_array().unwrap();
    assert!(
        days.iter().any(|row| row["date"] == day && number(row, "sales") == number(&after, "sales")),
        "{days:?}"
    );
    assert_eq!(number(&after, "averageOrder"), number(&after, "sales") / number(&after, "orders"));
    for figure in ["conversionRate", "earningsPerClick", "removedCreators", "missingRates", "uniqueClicks"] {
        assert!(after.get(figure).is_some(), "{figure}");
    }
    brand.get("/summary?from=2024-11-02&to=2024-11-01").wrong_fields(&["from"]);
    brand.get("/summary").expect(200);
}

// R61, R50
#[test]
fn an_amount_without_a_rate_is_shown_as_missing_and_never_guessed() {
    let brand = brand();
    let campaign = brand.run_campaign_of(brand.connect("shopify", "KWD"), json!({}));
    let day = day_of_its_own();
    let at = format!("{day}T12:00:00Z");
    let summary = || brand.get(&format!("/summary?from={day}&to={day}")).expect(200).json();
    let before = summary();
    let money = json!({"currency": "KWD", "presentment_currency": "KWD", "created_at": at, "processed_at": at,
        "subtotal_price": "10.005", "current_subtotal_price": "10.005"});
    campaign.shop.pay(1, both(with_code(&campaign.code()), money));
    let after = summary();
    assert_eq!(after["sales"], before["sales"]);
    let missing = after["missingRates"].as_array().unwrap();
    assert!(missing.iter().any(|rate| rate["currency"] == "KWD"), "{missing:?}");
    let table = performance(&brand, &campaign.id, "");
    assert_eq!(
        table["summary"]["sales"],
        json!({"amount": 10_005, "currency": "KWD"}),
        "in the store's currency"
    );
}

// R61
#[test]
fn clicks_of_a_link_and_rates_are_counted() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let day = "2019-05-04";
    let days = json!([{"date": day, "clicks": 40, "uniqueClicks": 20}, {"date": "2019-05-05", "clicks": 3, "uniqueClicks": 2}]);
    let body = json!({"linkId": campaign.link(), "days": days});
    for _ in 0..2 {
        brand.post("/imports/clicks", body.clone());
    }
    let placed = json!({"created_at": "2019-05-04T12:00:00Z", "processed_at": "2019-05-04T12:00:00Z"});
    campaign.shop.pay(1, both(with_code(&campaign.code()), placed));
    let summary = performance(&brand, &campaign.id, &format!("from={day}&to={day}"))["summary"].clone();
    assert_eq!(
        (&summary["clicks"], &summary["uniqueClicks"]),
        (&json!(40), &json!(20)),
        "sent twice, stated once"
    );
    assert_eq!(summary["orders"], 1);
    let rate =
        summary["conversionRate"].as_f64().or_else(|| summary["conversionRate"].as_str()?.parse().ok());
    assert_eq!(rate.map(|rate| (rate * 1_000.0).round()), Some(25.0), "1 order of 40 clicks: {summary}");
    assert_eq!(performance(&brand, &campaign.id, "from=2019-05-01&to=2019-05-31")["summary"]["clicks"], 43);
}

// R62
#[test]
fn a_removed_creators_sales_stay_in_every_total() {
    let brand = brand();
    let anna = brand.run_campaign(json!({}));
    let bela = join(&brand, &anna, "Bela");
    anna.shop.pay(1, with_code(&anna.code()));
    anna.shop.pay(2, with_code(&bela.code()));
    let before = performance(&brand, &anna.id, "")["summary"].clone();
    brand.delete(&format!("/creators/{}", bela.creator));
    let people = brand.get(&format!("/campaigns/{}/enrollments", anna.id)).expect(200).json();
    let members: Vec<&Value> =
        people["data"].as_array().unwrap().iter().map(|each| &each["creatorId"]).collect();
    assert_eq!(members, [&json!(anna.creator)], "hidden from the campaign's people");
    let after = performance(&brand, &anna.id, "");
    for figure in ["sales", "orders", "commission"] {
        assert_eq!(after["summary"][figure], before[figure], "{figure}");
    }
    assert_eq!(after["summary"]["removedCreators"]["sales"], json!({"amount": 10_000, "currency": "EUR"}));
    let by_creator = after["byCreator"].as_array().unwrap();
    let sum: i64 = by_creator.iter().map(|row| row["sales"]["amount"].as_i64().unwrap()).sum();
    assert_eq!(sum, 20_000, "the parts add up to the whole");
    assert_eq!(brand.conversions(&anna.id).len(), 2);
    assert_eq!(brand.due(&bela.creator), 1_000, "what was earned is owed");
    anna.shop.pay(3, with_code(&bela.code()));
    assert_eq!(performance(&brand, &anna.id, "")["summary"]["orders"], 3);
}

const CSV: &str = "/exports/conversions.csv";

fn records(reply: &Reply) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(reply.body.as_slice());
    let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    (names, rows)
}

// R64
#[test]
fn an_export_has_the_rows_of_the_table() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    for id in 1..=3 {
        campaign.shop.pay(id, with_code(&campaign.code()));
    }
    let conversions = brand.conversions(&campaign.id);
    let query = format!("campaignId={}", campaign.id);
    let file = brand.get(&format!("{CSV}?{query}")).expect(200);
    assert!(file.header("content-type").unwrap().starts_with("text/csv"));
    let (names, rows) = records(&file);
    for name in
        ["campaign_name", "order_number", "code", "status", "approval", "value", "commission", "currency"]
    {
        assert!(names.iter().any(|known| known == name), "{name} is not in {names:?}");
    }
    let column = |name: &str| names.iter().position(|known| known == name).unwrap();
    assert_eq!(rows.len(), 3);
    for (row, conversion) in rows.iter().zip(&conversions) {
        assert_eq!(row[column("order_number")], conversion["orderNumber"].as_str().unwrap());
        assert_eq!((row[column("value")].as_str(), row[column("commission")].as_str()), ("100.00", "10.00"));
        assert!(row[column("campaign_name")].starts_with("Campaign "));
    }
    let lines = brand.get(&format!("/exports/conversions.ndjson?{query}")).expect(200);
    assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
    let values: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(values, conversions);
    let ids = [0, 2].map(|index| conversions[index]["id"].as_str().unwrap()).join(",");
    let (_, chosen) = records(&brand.get(&format!("{CSV}?{query}&ids={ids}")).expect(200));
    assert_eq!(chosen, [rows[0].clone(), rows[2].clone()]);
    let (_, none) = records(&brand.get(&format!("{CSV}?{query}&approval=rejected")).expect(200));
    assert!(none.is_empty(), "the head alone");
}

// R64
#[test]
fn a_spreadsheet_reads_accents_and_long_order_numbers_right() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    brand.patch(&format!("/creators/{}", campaign.creator), json!({"firstName": "Zoë 美咲"})).expect(200);
    let long = both(with_code(&campaign.code()), json!({"name": "12345678901234567890"}));
    campaign.shop.pay(1, long);
    let query = format!("campaignId={}", campaign.id);
    let file = brand.get(&format!("{CSV}?{query}&for=spreadsheet")).expect(200).text();
    assert!(file.starts_with('\u{feff}'), "the mark of UTF-8");
    assert!(file.contains("Zoë 美咲") && file.contains(",'12345678901234567890,"), "{file}");
    let file = brand.get(&format!("{CSV}?{query}")).expect(200).text();
    assert!(file.starts_with("conversion_id,") && file.contains(",12345678901234567890,"), "{file}");
    brand.get(&format!("{CSV}?{query}&for=people")).wrong_fields(&["for"]);
}

// R64
#[test]
fn an_export_runs_no_formula() {
    let brand = brand();
    let shop = brand.connect_shop();
    let plan = brand.add_plan(&shop, json!({}));
    let name = unique("=HYPERLINK(\"https://evil.example\";\"x\")");
    let campaign =
        brand.post("/campaigns", json!({"name": name, "planId": plan, "status": "live"})).expect(201).json();
    let campaign = campaign["id"].as_str().unwrap();
    let people = [
        ("=cmd|' /C calc'!A0", "Berg"),
        ("+49", "Kun"),
        ("-2+3", "Diaz"),
        ("@SUM(A1)", "Eck"),
        ("\t=1", "Falk"),
        ("Ada, \"quoted\"\nline", "Gill"),
    ];
    for (id, (first, last)) in (1..).zip(people) {
        let enrollment = brand.enroll(campaign, &brand.add_creator(first, last));
        let text = unique("C").chars().rev().take(12).collect::<String>();
        let path = format!("/enrollments/{}/code", enrollment["id"].as_str().unwrap());
        brand.put(&path, json!({"text": text})).expect(200);
        shop.pay(id, both(with_code(&text), json!({"name": format!("={id}+1")})));
    }
    let file = brand.get(&format!("{CSV}?campaignId={campaign}")).expect(200);
    let (names, rows) = records(&file);
    assert_eq!(rows.len(), people.len());
    for cell in names.iter().chain(rows.iter().flatten()) {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?}");
    }
    assert!(file.text().contains("HYPERLINK"), "the text is kept, but not as a formula");
}

// R64
#[test]
fn a_long_export_has_every_row_once() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    let code = campaign.code();
    std::thread::scope(|scope| {
        for sender in 0..8_u64 {
            let (shop, code) = (&campaign.shop, &code);
            scope.spawn(move || (0..80).for_each(|id| shop.pay(1 + sender * 80 + id, with_code(code))));
        }
    });
    let (_, rows) = records(&brand.get(&format!("{CSV}?campaignId={}", campaign.id)).expect(200));
    let ids: std::collections::BTreeSet<&String> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!((rows.len(), ids.len()), (640, 640));
    let summary = eventually("all of them are counted", || {
        let summary = performance(&brand, &campaign.id, "limit=1")["summary"].clone();
        (summary["orders"] == 640).then_some(summary)
    });
    assert_eq!(summary["sales"]["amount"], 6_400_000);
}

// R61
#[test]
fn figures_of_a_part_of_a_day_are_of_the_whole_day_and_say_so() {
    let brand = brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    for (query, days, listed) in [
        ("from=2024-11-20T23:59:00Z&to=2024-11-20T23:59:30Z", ["2024-11-20", "2024-11-20"], 0),
        ("from=2024-11-20T10:00:00Z&to=2024-11-21T00:00:00Z", ["2024-11-20", "2024-11-20"], 1),
        ("from=2024-11-19&to=2024-11-20T00:30:00Z", ["2024-11-19", "2024-11-20"], 0),
    ] {
        let table = performance(&brand, &campaign.id, query);
        let days = json!({"from": days[0], "to": days[1]});
        assert_eq!((&table["summary"]["orders"], &table["summary"]["days"]), (&json!(1), &days), "{query}");
        assert_eq!(table["data"].as_array().unwrap().len(), listed, "{query}");
        let account = brand.get(&format!("/summary?{query}")).expect(200).json();
        assert_eq!(account["days"], days, "{query}");
    }
}
