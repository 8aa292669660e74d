//! Paying creators: batches, files, what was paid and what came back; and the rates that totals are shown at.

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
use tributary_tests::{App, Brand, Campaign, both, euros, refund, with_code};

fn brand() -> Brand {
    App::shared().brand()
}

/// A campaign whose creator is due 10.00.
fn earned(brand: &Brand) -> Campaign {
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    campaign
}

fn pay(brand: &Brand, creators: &[&str]) -> Value {
    let reply = brand.post("/payouts", json!({"creatorIds": creators, "currency": "EUR"}));
    assert!(matches!(reply.status, 200 | 201), "{}", reply.text());
    reply.json()
}

fn balance(brand: &Brand, creator: &str) -> (i64, i64) {
    let balance =
        brand.get(&format!("/creators/{creator}/balance")).expect(200).json()["balances"][0].clone();
    (balance["due"]["amount"].as_i64().unwrap(), balance["paid"]["amount"].as_i64().unwrap())
}

// R54
#[test]
fn a_payout_takes_what_is_due_above_the_minimum_and_is_marked_paid_with_a_reference() {
    let brand = brand();
    let campaign = earned(&brand);
    let of = |minimum: i64| json!({"creatorIds": [campaign.creator], "currency": "EUR", "minimum": euros(minimum)});
    let nothing = brand.post("/payouts", of(1_001)).expect(200).json();
    assert_eq!((&nothing["lines"], &nothing["total"]), (&json!([]), &euros(0)));
    assert_eq!(nothing["id"], Value::Null, "no batch is made of nothing");
    let payout = brand.post("/payouts", of(1_000)).expect(201).json();
    assert_eq!(payout["total"], euros(1_000));
    let line = &payout["lines"][0];
    assert_eq!((&line["creatorId"], &line["amount"]), (&json!(campaign.creator), &euros(1_000)));
    assert_eq!(line["status"], "pending");
    assert_eq!(balance(&brand, &campaign.creator), (0, 1_000));
    let id = payout["id"].as_str().unwrap();
    let paid = brand.post(&format!("/payouts/{id}/paid"), json!({"reference": "batch 7"})).expect(200).json();
    assert_eq!((&paid["status"], &paid["lines"][0]["reference"]), (&json!("paid"), &json!("batch 7")));
    assert_eq!(brand.get(&format!("/payouts/{id}")).expect(200).json(), paid);
    let again = brand.post(&format!("/payouts/{id}/paid"), json!({"reference": "other"})).expect(200).json();
    assert_eq!(again, paid, "what is paid stays paid as it was");
    let csv = brand.get(&format!("/payouts/{id}.csv")).expect(200).text();
    assert!(csv.lines().nth(1).unwrap().contains(",10.00,EUR,paid,batch 7,"), "{csv}");
    let ledger = brand.get(&format!("/ledger?creatorId={}", campaign.creator)).expect(200).json();
    assert_eq!(
        (&ledger["data"][0]["kind"], &ledger["data"][0]["amount"]),
        (&json!("payout"), &euros(-1_000))
    );
}

// R54
#[test]
fn payouts_made_at_once_never_pay_anybody_twice() {
    let brand = brand();
    let campaign = earned(&brand);
    let paid: i64 = std::thread::scope(|scope| {
        let makers: Vec<_> = (0..6).map(|_| scope.spawn(|| pay(&brand, &[&campaign.creator]))).collect();
        makers.into_iter().map(|maker| maker.join().unwrap()["total"]["amount"].as_i64().unwrap()).sum()
    });
    assert_eq!(paid, 1_000);
    let listed = brand.get("/payouts?limit=100").expect(200).json();
    let is_empty = |payout: &Value| payout["lines"].as_array().unwrap().is_empty();
    assert!(!listed["data"].as_array().unwrap().iter().any(is_empty), "{listed}");
    assert_eq!(balance(&brand, &campaign.creator), (0, 1_000));
    assert_eq!(brand.get("/ledger/verify").expect(200).json()["valid"], true);
}

// R54
#[test]
fn a_payment_that_did_not_arrive_is_due_again() {
    let brand = brand();
    let (anna, bela) = (earned(&brand), earned(&brand));
    let payout = pay(&brand, &[&anna.creator, &bela.creator]);
    let path = |act: &str| format!("/payouts/{}/{act}", payout["id"].as_str().unwrap());
    let failure = json!({"reason": "account closed", "creatorIds": [anna.creator]});
    for _ in 0..2 {
        let failed = brand.post(&path("failed"), failure.clone()).expect(200).json();
        assert_eq!(failed["status"], "pending", "the other one is on its way");
    }
    assert_eq!((balance(&brand, &anna.creator), balance(&brand, &bela.creator)), ((1_000, 0), (0, 1_000)));
    let refused = json!({"reference": "x", "creatorIds": [anna.creator]});
    brand.post(&path("paid"), refused).wrong_fields(&["creatorIds[0]"]);
    brand.post(&path("paid"), json!({"reference": "batch 7"})).expect(200);
    brand
        .post(&path("failed"), json!({"reason": "bounced", "creatorIds": null}))
        .wrong_fields(&["creatorIds"]);
    let returned = json!({"reason": "bounced", "creatorIds": [bela.creator]});
    let lines = brand.post(&path("failed"), returned).expect(200).json()["lines"].clone();
    let line = lines.as_array().unwrap().iter().find(|line| line["creatorId"] == bela.creator).unwrap();
    assert_eq!((&line["reference"], &line["reason"]), (&json!("batch 7"), &json!("bounced")));
    let file = brand.get(&format!("/payouts/{}.csv", payout["id"].as_str().unwrap())).expect(200).text();
    assert!(file.contains(",failed,batch 7,") && file.contains(",bounced"), "{file}");
    assert_eq!(pay(&brand, &[&anna.creator, &bela.creator])["total"], euros(2_000));
}

// R53, R54
#[test]
fn a_refund_after_a_payout_is_netted_from_the_next_one() {
    let brand = brand();
    let campaign = earned(&brand);
    pay(&brand, &[&campaign.creator]);
    campaign.shop.deliver("refunds/create", &refund(2, 1, "40.00")).expect(200);
    assert_eq!(balance(&brand, &campaign.creator), (-400, 1_000));
    assert_eq!(pay(&brand, &[&campaign.creator])["lines"], json!([]));
    campaign.shop.pay(3, with_code(&campaign.code()));
    assert_eq!(pay(&brand, &[&campaign.creator])["total"], euros(600));
}

// R54
#[test]
fn a_payout_is_a_file_for_paypal_wise_and_a_bank() {
    let brand = brand();
    let campaign = earned(&brand);
    let payout = pay(&brand, &[&campaign.creator]);
    let file =
        |format: &str| brand.get(&format!("/payouts/{}.csv?format={format}", payout["id"].as_str().unwrap()));
    assert!(file("paypal").expect(200).text().contains(",10.00,EUR,"));
    assert!(file("wise").expect(200).text().contains(",target,10.00,EUR,EUR,"));
    let payer = json!({"holder": "Brand GmbH", "iban": "DE89 3704 0044 0532 0130 00"});
    brand.put("/payouts/payer", payer).expect(200);
    file("sepa").wrong_fields(&[&campaign.creator]);
    let account = format!("/creators/{}/payout-account", campaign.creator);
    brand.put(&account, json!({"iban": "GB82 WEST 1234 5698 7654 33"})).wrong_fields(&["iban"]);
    let kept = brand.put(&account, json!({"iban": "GB82 WEST 1234 5698 7654 32"})).expect(200).json();
    assert_eq!(kept["iban"], "GB****************5432", "an account's number is never given back");
    assert_eq!(brand.get(&account).expect(200).json(), kept);
    let xml = file("sepa").expect(200).text();
    assert!(xml.contains("<IBAN>GB82WEST12345698765432</IBAN>") && xml.contains("pain.001.001.09"), "{xml}");
    let id = payout["id"].as_str().unwrap().replace('_', "-");
    assert!(xml.contains(&format!("<MsgId>{id}</MsgId>")), "the scheme has no underscore: {xml}");
    file("sepa&on=2100-01-04").expect(200);
    file("sepa&on=2020-01-01").wrong_fields(&["on"]);
    file("pdf").wrong_fields(&["format"]);
}

// R54
#[test]
fn a_creators_month_leads_from_what_was_due_to_what_is_due() {
    let brand = brand();
    let campaign = earned(&brand);
    let statement = |query: &str| brand.get(&format!("/creators/{}/statement{query}", campaign.creator));
    let of = |query: &str| {
        let one = statement(query).expect(200).json()["statements"][0].clone();
        ["opening", "earned", "paid", "closing"].map(|figure| one[figure]["amount"].clone())
    };
    assert_eq!(of(""), [0, 1_000, 0, 1_000]);
    pay(&brand, &[&campaign.creator]);
    assert_eq!(of(""), [0, 1_000, 1_000, 0]);
    assert_eq!(statement("?month=1999-12").expect(200).json()["statements"], json!([]));
    statement("?month=december").wrong_fields(&["month"]);
}

// R54
#[test]
fn what_is_no_payout_is_refused_and_nothing_is_made() {
    let brand = brand();
    let campaign = earned(&brand);
    brand.post("/payouts", json!({"creatorIds": [campaign.creator]})).wrong_fields(&["currency"]);
    let nobody = json!({"creatorIds": null, "currency": "EUR"});
    let refused = brand.post("/payouts", nobody).wrong_fields(&["creatorIds"]);
    assert_eq!(refused["errors"][0]["detail"], "must be a list", "null must not stand for everybody");
    let five = brand.post("/payouts", json!({"currency": "EUR", "minimum": "5"})).wrong_fields(&["minimum"]);
    assert!(five["errors"][0]["detail"].as_str().unwrap().starts_with("must be money such as "), "{five}");
    let stranger = "crt_00000000000000000000000000";
    brand
        .post("/payouts", json!({"creatorIds": [stranger], "currency": "EUR"}))
        .wrong_fields(&["creatorIds[0]"]);
    let other = json!({"creatorIds": [campaign.creator], "currency": "EUR", "minimum": {"amount": 1, "currency": "USD"}});
    brand.post("/payouts", other).wrong_fields(&["minimum.currency"]);
    brand.get("/payouts/pay_00000000000000000000000000").problem(404, "not_found");
    assert_eq!(balance(&brand, &campaign.creator), (1_000, 0));
}

/// A campaign in a shop that sells in another currency than the account's, with an order of 100.00 on that day.
fn sold_abroad(brand: &Brand, currency: &str, day: &str) -> Campaign {
    let campaign = brand.run_campaign_of(brand.connect("shopify", currency), json!({}));
    let changes = json!({"currency": currency, "presentment_currency": currency,
        "processed_at": format!("{day}T10:00:00Z"), "created_at": format!("{day}T10:00:00Z")});
    campaign.shop.pay(1, both(with_code(&campaign.code()), changes));
    campaign
}

fn summary(brand: &Brand, day: &str) -> Value {
    brand.get(&format!("/summary?from={day}&to={day}")).expect(200).json()
}

// R55
#[test]
fn totals_are_shown_in_the_default_currency_at_the_order_dates_rate() {
    let brand = brand();
    // A Sunday, on which no bank publishes a rate.
    sold_abroad(&brand, "NOK", "2013-06-09");
    let missing = summary(&brand, "2013-06-09");
    assert_eq!(missing["sales"], euros(0));
    assert_eq!(missing["missingRates"][0]["currency"], "NOK");
    for (date, rate) in [("2013-06-10", "99"), ("2013-06-07", "8.0000"), ("2013-06-06", "98")] {
        brand.put("/rates", json!({"date": date, "base": "EUR", "rates": {"NOK": rate}})).expect(200);
    }
    let shown = summary(&brand, "2013-06-09");
    assert_eq!((&shown["sales"], &shown["commission"]), (&euros(1_250), &euros(125)));
    assert_eq!((&shown["orders"], &shown["missingRates"]), (&json!(1), &json!([])));
}

// R55
#[test]
fn the_european_central_banks_files_are_taken_as_they_are() {
    let brand = brand();
    sold_abroad(&brand, "SEK", "2012-03-02");
    let file = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gesmes:Envelope \
        xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\">\
        <gesmes:subject>Reference rates</gesmes:subject><Cube><Cube time='2012-03-02'><Cube currency='SEK' rate='10.0'/>\
        <Cube currency='USD' rate='1.0837'/></Cube><Cube time='2012-03-01'><Cube currency='SEK' rate='5'/></Cube></Cube>\
        </gesmes:Envelope>";
    let xml = [("content-type", "application/xml")];
    let taken = brand.send("POST", "/rates/ecb", &xml, file.as_bytes()).expect(200).json();
    assert_eq!((&taken["days"], &taken["rates"], &taken["base"]), (&json!(2), &json!(3), &json!("EUR")));
    assert_eq!(summary(&brand, "2012-03-02")["sales"], euros(1_000));
    brand.send("POST", "/rates/ecb", &xml, b"<a><b></a>").problem(400, "invalid_xml");
    brand.send("POST", "/rates/ecb", &xml, b"<a/>").wrong_fields(&["body"]);
}

// R55
#[test]
fn rates_come_by_csv_too_and_a_wrong_one_is_named() {
    let brand = brand();
    sold_abroad(&brand, "DKK", "2012-05-04");
    let csv = [("content-type", "text/csv")];
    brand.send("POST", "/rates/csv?base=EUR", &csv, b"Date,DKK\n2012-05-04,4\n").expect(200);
    assert_eq!(summary(&brand, "2012-05-04")["sales"], euros(2_500));
    brand.send("POST", "/rates/csv", &csv, b"Date,DKK\n2012-05-04,four\n").wrong_fields(&["body"]);
    let wrong = json!({"date": "2012-05-04", "base": "EUR", "rates": {"EUR": "1", "XYZ": "2", "USD": "-1"}});
    brand.put("/rates", wrong).wrong_fields(&["rates.EUR", "rates.USD", "rates.XYZ"]);
    let listed = brand.get("/rates?limit=100").expect(200).json();
    let is_it = |line: &&Value| line["date"] == "2012-05-04" && line["rates"]["DKK"] == "4";
    assert!(listed["data"].as_array().unwrap().iter().any(|line| is_it(&line)), "{listed}");
}
