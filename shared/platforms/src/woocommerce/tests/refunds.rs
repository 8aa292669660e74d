use std::collections::BTreeMap;

use tributary_domain::order::{Refund, Returned, Status};
use tributary_domain::{Currency, Timestamp};

use super::*;
use crate::woocommerce::refund_details;

fn dollars() -> Currency {
    Currency::parse("USD").unwrap()
}

/// The sample order with these refunds.
fn with_refunds(refunds: &str) -> String {
    changed(ORDER, r#""refunds": []"#, &format!(r#""refunds": [{refunds}]"#))
}

// R33
#[test]
fn a_refund_in_an_orders_body_takes_its_share_of_the_total() {
    // Half of 29.35 is half of the goods.
    let known = facts(&with_refunds(r#"{"id": 1, "reason": "", "total": "-14.675"}"#));
    assert_eq!((known.status(), known.net()), (Status::PartiallyRefunded, 900));
    let known = facts(&with_refunds(r#"{"id": 1, "total": "-20"}, {"id": 2, "total": "-20"}"#));
    assert_eq!((known.status(), known.net()), (Status::Refunded, 0));
}

// R33
#[test]
fn a_refund_that_was_deleted_in_the_shop_counts_no_more() {
    let with = facts(&with_refunds(r#"{"id": 1, "total": "-14.675"}"#));
    let later = changed(
        ORDER,
        r#""date_modified_gmt": "2017-03-22T19:28:08""#,
        r#""date_modified_gmt": "2017-03-22T20:00:00""#,
    );
    let without = facts(&later);
    assert_eq!(without.merge(with).net(), 1_800);
}

// R33
#[test]
fn the_sample_details_name_lines_or_none() {
    let found = refund_details(REFUNDS.as_bytes(), dollars()).unwrap();
    let at = |text| Timestamp::parse(text).unwrap();
    assert_eq!(
        found["724"],
        Refund {
            at: at("2017-03-21T19:55:37Z"),
            lines_net: Some(900),
            amount: 0,
            lines: BTreeMap::from([("311".to_owned(), Returned::Net(900))])
        }
    );
    assert_eq!(
        found["726"],
        Refund { at: at("2017-03-21T20:07:11Z"), lines_net: None, amount: 1_000, lines: BTreeMap::new() }
    );
    for wrong in ["{}", "", "[{}]", "[7]", "[{\"id\": 1, \"amount\": \"1\"}]"] {
        assert!(refund_details(wrong.as_bytes(), dollars()).is_err(), "{wrong}");
    }
    assert!(refund_details(b"[]", dollars()).unwrap().is_empty());
}

// R32, R33
#[test]
fn details_replace_the_sum_whichever_comes_first() {
    let order = facts(&with_refunds(r#"{"id": 1, "total": "-14.675"}"#));
    let details = |lines: &str| {
        let body = format!(
            r#"[{{"id": 1, "amount": "14.68", "date_created_gmt": "2017-04-01T00:00:00", {lines} "meta_data": []}}]"#
        );
        OrderFacts { refunds: refund_details(body.as_bytes(), dollars()).unwrap(), ..OrderFacts::default() }
    };
    let shipping = r#""line_items": [], "shipping_lines": [{"total": "-10.00", "total_tax": "-0.50"}],"#;
    let all_shipping = r#""line_items": [], "shipping_lines": [{"total": "-14.00", "total_tax": "-0.68"}],"#;
    let restocked = r#""line_items": [{"quantity": -1, "total": "0.00"}],"#;
    for (lines, net) in [
        (r#""line_items": [{"quantity": -1, "total": "-12.00"}],"#, 600),
        // 4.18 of 29.35 in all.
        (shipping, 1_544),
        (all_shipping, 1_800),
        (restocked, 900),
    ] {
        assert_eq!(order.clone().merge(details(lines)).net(), net, "{lines}");
        assert_eq!(details(lines).merge(order.clone()).net(), net, "{lines}");
    }
}
