use tributary_domain::Currency;
use tributary_domain::order::{Beside, Status};

use super::*;

// R30, R50
#[test]
fn an_order_is_read_from_the_four_answers() {
    let coupons = json!([{"id": 1, "order_id": 250, "code": " Anna10 ", "type": 1, "discount": "12.0000"},
        {"id": 2, "order_id": 250, "code": null, "type": 5, "discount": 0}]);
    let read = read(&answers(&order(), &coupons, &json!([])), later()).unwrap();
    assert_eq!(read.external_id, "250");
    let references: Vec<&str> = read.references.iter().map(crate::Reference::as_str).collect();
    assert_eq!(references, ["cart:09346904-4175-44fd-be53-f7e598531b6c"]);
    assert_eq!(read.buyer_email.unwrap().expose(), "Jane@Example.com");
    let snapshot = read.facts.snapshot.as_ref().unwrap();
    assert_eq!((snapshot.net, snapshot.original_net, snapshot.total), (10_000, 10_000, 12_990));
    assert_eq!(snapshot.beside, Beside { shipping: 495, tax: 2_495, discount: 2_000 });
    // Their share of the discount of the whole order taken off.
    let lines: Vec<_> =
        snapshot.lines.iter().map(|line| (line.id.as_str(), line.quantity, line.net)).collect();
    assert_eq!(lines, [("10", 3, 7_500), ("11", 1, 2_500)]);
    assert_eq!(snapshot.lines[0].names, ["86", "SLL-1"]);
    assert_eq!(snapshot.currency, Currency::parse("EUR").unwrap());
    assert_eq!(snapshot.codes, ["ANNA10"], "once, though the lines name it too");
    assert_eq!(snapshot.number, "250");
    assert_eq!(snapshot.placed_at.to_string(), "2012-11-20T00:00:00Z");
    assert_eq!(read.facts.status(), Status::Paid);
    assert!(!read.facts.is_test());
}

// R34
#[test]
fn an_order_without_coupons_is_answered_without_a_body() {
    let mut answers = answers(&order(), &json!([]), &json!([]));
    for empty in ["", " \n"] {
        answers.coupons = vec![empty.as_bytes().to_vec()];
        let read = read(&answers, later()).unwrap();
        assert_eq!(read.facts.snapshot.unwrap().codes, ["ANNA10"], "from the lines");
    }
}

// R34
#[test]
fn a_code_on_the_second_page_is_found() {
    let mut answers = answers(&order(), &json!([]), &json!([]));
    let page = |codes: std::ops::Range<u32>| {
        codes.map(|code| json!({"code": format!("CODE-{code}")})).collect::<Value>().to_string().into_bytes()
    };
    answers.coupons = vec![page(0..50), page(50..51)];
    assert!(super::super::is_full_page(&answers.coupons[0]).unwrap());
    assert!(!super::super::is_full_page(&answers.coupons[1]).unwrap());
    assert!(!super::super::is_full_page(b"").unwrap());
    let codes = read(&answers, later()).unwrap().facts.snapshot.unwrap().codes;
    assert_eq!((codes.len(), codes[50].as_str()), (52, "CODE-50"));
}

// R33
#[test]
fn the_status_is_the_shops_own() {
    for (status_id, status) in [
        (0, Status::Pending),
        (7, Status::Pending),
        (2, Status::Paid),
        (10, Status::Paid),
        (13, Status::Pending),
    ] {
        assert_eq!(read_with(&with("status_id", json!(status_id)), &json!([])).facts.status(), status);
    }
    for (status_id, status) in [(4, Status::Refunded), (5, Status::Canceled), (6, Status::Canceled)] {
        let facts = read_with(&with("status_id", json!(status_id)), &json!([])).facts;
        assert_eq!((facts.status(), facts.net()), (status, 0));
    }
    assert_eq!(read_with(&with("is_deleted", json!(true)), &json!([])).facts.status(), Status::Canceled);
}

// R39
#[test]
fn an_order_by_the_test_gateway_is_a_test() {
    assert!(read_with(&with("payment_method", json!("Test Payment Gateway")), &json!([])).facts.is_test());
}

// R50
#[test]
fn four_decimals_are_rounded_to_the_currencys_own() {
    let mut yen = order();
    for (name, amount) in
        [("subtotal_ex_tax", "1200.0000"), ("discount_amount", "0.5000"), ("total_inc_tax", "1320.0000")]
    {
        yen[name] = json!(amount);
    }
    yen["currency_code"] = json!("JPY");
    yen["coupon_discount"] = json!("120.0000");
    let mut answers = answers(&yen, &json!([]), &json!([]));
    answers.products = vec![b"[]".to_vec()];
    let snapshot = read(&answers, later()).unwrap().facts.snapshot.unwrap();
    assert_eq!((snapshot.net, snapshot.total), (1_079, 1_320));
}

// R31
#[test]
fn two_reads_of_an_order_that_did_not_change_are_equal() {
    let read_at = |millis| {
        let modified = Timestamp::parse("2012-11-20T00:00:09Z").unwrap().as_millis();
        read(&answers(&order(), &json!([]), &json!([])), Timestamp::from_millis(modified + millis))
            .unwrap()
            .facts
    };
    assert_eq!(read_at(1_000), read_at(86_400_000));
    // Within the second of the change there may be another one.
    assert!(read_at(200).snapshot < read_at(300).snapshot);
    assert!(read_at(999).snapshot < read_at(1_001).snapshot);
}

// R30
#[test]
fn what_cannot_be_read_is_named() {
    for (name, value, words) in [
        ("id", json!(null), "id: is missing"),
        ("status_id", json!(99), "status_id: is a status that we do not know"),
        ("subtotal_ex_tax", json!("a lot"), "subtotal_ex_tax: must be a decimal amount such as 12.99"),
        ("total_inc_tax", json!(null), "total_inc_tax: is missing"),
        ("currency_code", json!("EURO"), "currency_code: must be an ISO 4217 code such as EUR"),
        (
            "date_created",
            json!("yesterday"),
            "date_created: must be an RFC 2822 time such as Tue, 20 Nov 2012 00:00:00 +0000",
        ),
    ] {
        let refusal = read(&answers(&with(name, value), &json!([]), &json!([])), later()).unwrap_err();
        assert_eq!(refusal.to_string(), words);
    }
}
