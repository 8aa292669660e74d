use tributary_domain::order::{Beside, Status};
use tributary_domain::{Currency, Timestamp};

use super::*;
use crate::Delivery;
use crate::harness::mac_base64;
use crate::woocommerce::{delivery_id, topic, verify};

// R30
#[test]
fn a_sample_delivery_is_verified_and_a_topic_that_is_not_ours_ignored() {
    let headers: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(fixture!("coupon_created.headers")).unwrap();
    let signature = mac_base64(COUPON_CREATED, "secret");
    let headers = headers.iter().map(|(name, value)| {
        let value = value.as_str().unwrap();
        (name.as_str(), if name == "x-wc-webhook-signature" { signature.as_str() } else { value })
    });
    let delivery = Delivery::new(headers, COUPON_CREATED.as_bytes());
    assert_eq!(verify(&delivery, &["secret"]).unwrap().secret(), 0);
    assert_eq!(delivery_id(&delivery), Some("1e39b411c16382875440af2d87b25755"));
    assert_eq!(topic(&delivery), Topic::Other("coupon.created".to_owned()));
    assert_eq!(parse(&topic(&delivery), None, delivery.body()), Ok(Parsed::Ignored));
}

// R30, R50
#[test]
fn the_sample_order_is_read_whole() {
    let read = update(&Topic::OrderCreated, ORDER_WITH_ATTRIBUTION);
    assert_eq!(read.external_id, "727");
    assert_eq!(read.buyer_email.unwrap().expose(), "john.doe@example.com");
    let snapshot = read.facts.snapshot.as_ref().unwrap();
    assert!(snapshot.proved && !snapshot.test);
    // In UTC, whatever the shop's own zone.
    assert_eq!(snapshot.placed_at, Timestamp::parse("2017-03-22T19:28:02Z").unwrap());
    assert_eq!(snapshot.updated_at, Timestamp::parse("2017-03-22T19:28:08Z").unwrap());
    assert_eq!((snapshot.number.as_str(), snapshot.currency), ("727", Currency::parse("USD").unwrap()));
    // Lines of 4.80 and 12.00 after the coupon, without tax; shipping of 10.00 is none of it.
    assert_eq!((snapshot.net, snapshot.original_net, snapshot.total), (1_680, 1_680, 2_806));
    assert_eq!(snapshot.beside, Beside { shipping: 1_000, tax: 126, discount: 120 });
    let lines: Vec<_> = snapshot.lines.iter().map(|line| (line.quantity, line.net)).collect();
    assert_eq!(lines, [(2, 480), (1, 1_200)]);
    assert_eq!(snapshot.codes, ["ANNA10"]);
    assert_eq!((read.facts.status(), read.facts.net()), (Status::Paid, 1_680));
    assert!(read.facts.click_ids.is_empty(), "what is no click id of ours");
}

// R33
#[test]
fn an_order_stands_as_its_status_and_its_payment_say() {
    let unpaid = changed(ORDER, r#""date_paid_gmt": "2017-03-22T19:28:08""#, r#""date_paid_gmt": null"#);
    let unpaid = changed(&unpaid, r#""date_paid": "2017-03-22T16:28:08""#, r#""date_paid": null"#);
    for (status, when_paid, when_unpaid) in [
        ("pending", Status::Paid, Status::Pending),
        ("on-hold", Status::Paid, Status::Pending),
        ("checkout-draft", Status::Paid, Status::Pending),
        ("shipped-by-an-extension", Status::Paid, Status::Pending),
        ("processing", Status::Paid, Status::Paid),
        ("wc-completed", Status::Paid, Status::Paid),
        ("failed", Status::Pending, Status::Pending),
        ("cancelled", Status::Canceled, Status::Canceled),
        ("trash", Status::Canceled, Status::Canceled),
        ("refunded", Status::Refunded, Status::Refunded),
    ] {
        let named =
            |body: &str| changed(body, r#""status": "processing""#, &format!(r#""status": "{status}""#));
        assert_eq!(facts(&named(ORDER)).status(), when_paid, "{status}, paid");
        assert_eq!(facts(&named(&unpaid)).status(), when_unpaid, "{status}, not paid");
    }
}

// R32
#[test]
fn an_older_body_that_comes_later_undoes_nothing() {
    let later =
        changed(ORDER, "2017-03-22T19:28:08\",\n  \"discount", "2017-03-23T08:00:00\",\n  \"discount");
    let later = changed(&later, r#""status": "processing""#, r#""status": "cancelled""#);
    let known = facts(&later).merge(facts(ORDER));
    assert_eq!(known.status(), Status::Canceled);
    // And a canceled order can still be paid.
    let earlier = changed(ORDER, r#""status": "processing""#, r#""status": "cancelled""#);
    let later = changed(&later, r#""status": "cancelled""#, r#""status": "processing""#);
    assert_eq!(facts(&later).merge(facts(&earlier)).status(), Status::Paid);
}

// R31, R32
#[test]
fn a_deleted_order_comes_back_when_it_is_restored() {
    let read = |topic, delivery, body: &str| match parse(&topic, Some(delivery), body.as_bytes()).unwrap() {
        Parsed::Order(update) => update.facts,
        Parsed::Ignored => panic!("no order"),
    };
    let deleted = read(Topic::OrderDeleted, "a", r#"{"id": 727}"#);
    let restored = read(Topic::OrderRestored, "b", ORDER);
    let known = facts(ORDER).merge(deleted.clone()).merge(deleted.clone());
    assert_eq!((known.status(), known.net()), (Status::Canceled, 0));
    assert_eq!(known.merge(restored.clone()).status(), Status::Paid);
    assert_eq!(restored.merge(deleted).status(), Status::Paid);
}

// R39
#[test]
fn a_test_payment_of_the_shops_own_payment_service_is_marked() {
    let meta =
        |value: &str| format!(r#""meta_data": [{{"id": 1, "key": "_wcpay_mode", "value": "{value}"}},"#);
    let with = |value: &str| facts(&ORDER.replacen(r#""meta_data": ["#, &meta(value), 1));
    assert!(with("test").is_test() && !with("prod").is_test());
}

// R50
#[test]
fn amounts_are_read_in_every_shape() {
    let line = r#""total": "6.00",
      "total_tax": "0.45""#;
    for (total, net) in [("\"6.004999\"", 1_800), ("6", 1_800), ("\"\"", 1_200), ("\"-2.00\"", 1_000)] {
        let body = changed(ORDER, line, &format!(r#""total": {total}, "total_tax": "0.45""#));
        assert_eq!(facts(&body).net(), net, "{total}");
    }
    let yen = changed(ORDER, r#""currency": "USD""#, r#""currency": "JPY""#);
    assert_eq!(facts(&yen).net(), 18);
}

// R30
#[test]
fn what_cannot_be_read_is_named() {
    for (from, to, words) in [
        (r#""id": 727"#, r#""id": null"#, "id: is missing"),
        (r#""currency": "USD""#, r#""currency": "US""#, "currency: "),
        (r#""total": "29.35""#, r#""total": "a lot""#, "total: must be a decimal amount such as 12.99"),
        (r#""line_items""#, r#""lines""#, "line_items: is missing"),
        (
            r#""date_modified_gmt": "2017-03-22T19:28:08""#,
            r#""date_modified_gmt": "soon""#,
            "date_modified_gmt: ",
        ),
    ] {
        let body = ORDER.replacen(from, to, 1);
        let words_found = parse(&Topic::OrderUpdated, None, body.as_bytes()).unwrap_err().to_string();
        assert!(words_found.starts_with(words), "{words_found}");
    }
    assert!(parse(&Topic::OrderDeleted, None, b"{}").is_err());
}
