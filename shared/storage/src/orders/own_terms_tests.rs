use futures::executor::block_on;
use tributary_domain::Timestamp;
use tributary_domain::click_id::Verifier;
use tributary_domain::ids::EnrollmentId;
use tributary_domain::order::{OrderFacts, Snapshot};

use super::book::{Desk, book_all};
use super::tests::{
    ENROLLMENT_ANNA, booking, buyer_key, check_ledger, click, deliver, furnished, keys, now, number, paid,
    refund, snapshot,
};
use super::{OrderRow, Owners};
use crate::enrollments::{self, Commission, Enrollment};
use crate::native::NativeSql;
use crate::sql::Sql;

/// An order of 100.00 that was placed so many seconds after the first.
fn placed(second: i64, codes: &[&str]) -> OrderFacts {
    let placed_at = Timestamp::from_seconds(1_760_000_000 + second);
    OrderFacts { snapshot: Some(Snapshot { placed_at, ..snapshot(second, 10_000, codes) }), ..paid() }
}

/// Agrees with Anna on a percentage, or on the plan's again, so many seconds after the first order.
fn agree(sql: &NativeSql, second: i64, rate: Option<&str>) {
    let terms = rate
        .map(|rate| serde_json::from_value(serde_json::json!({"type": "percentage", "rate": rate})).unwrap());
    let since = Timestamp::from_seconds(1_760_000_000 + second);
    let id = EnrollmentId::parse(ENROLLMENT_ANNA).unwrap();
    let known = block_on(enrollments::by_id(sql, &id)).unwrap().unwrap();
    let agreed = Enrollment { commission: terms, ..known };
    assert_eq!(block_on(sql.execute(enrollments::agree(&agreed, since).unwrap())).unwrap().len(), 1);
    assert!(
        block_on(sql.execute(enrollments::agree(&agreed, since).unwrap())).unwrap().is_empty(),
        "it is stale"
    );
}

// R51
#[test]
fn own_terms_pay_what_is_placed_from_then_on_and_move_nothing_before() {
    let sql = furnished("{}");
    deliver(&sql, "1", placed(0, &["ANNA10"]));
    agree(&sql, 10, Some("25"));
    let mut by_click = placed(11, &[]);
    by_click.click_ids.insert(click(1, -60));
    assert_eq!(deliver(&sql, "2", by_click).commission, 2_500);
    assert_eq!(deliver(&sql, "3", placed(11, &["BOB10"])).commission, 1_000, "Bob has none");
    assert_eq!(
        deliver(&sql, "4", placed(9, &["ANNA10"])).commission,
        1_000,
        "it came late, and was placed before"
    );
    agree(&sql, 20, None);
    assert_eq!(deliver(&sql, "5", placed(20, &["ANNA10"])).commission, 1_000);
    assert_eq!(
        deliver(&sql, "2", refund("r", 4_000)).commission,
        1_500,
        "its own terms, whatever holds today"
    );
    assert_eq!(deliver(&sql, "1", refund("r", 4_000)).commission, 600);
    assert_eq!(
        number(&sql, "SELECT due FROM balances WHERE creator_id LIKE '%A'"),
        600 + 1_500 + 1_000 + 1_000
    );
    check_ledger(&sql);
}

// R42, R51
#[test]
fn the_terms_of_an_order_and_whose_they_are_can_be_told() {
    let sql = furnished("{}");
    agree(&sql, 10, Some("25"));
    let held = |row: OrderRow| {
        let plan = (row.plan.as_ref().unwrap(), row.plan_version.unwrap());
        block_on(enrollments::commission_at(&sql, row.enrollment.as_ref().unwrap(), plan, row.placed_at))
            .unwrap()
    };
    let terms =
        |rate: &str| serde_json::from_value(serde_json::json!({"type": "percentage", "rate": rate})).unwrap();
    assert_eq!(held(deliver(&sql, "1", placed(9, &["ANNA10"]))), Some(Commission::OfPlan(terms("10"))));
    assert_eq!(held(deliver(&sql, "2", placed(10, &["ANNA10"]))), Some(Commission::Own(terms("25"))));
    let id = EnrollmentId::parse(ENROLLMENT_ANNA).unwrap();
    let enrollment = block_on(enrollments::by_id(&sql, &id)).unwrap().unwrap();
    assert_eq!(enrollment.commission, Some(terms("25")));
}

// R51
#[test]
fn who_remembers_codes_and_links_looks_again_after_own_terms_were_agreed() {
    let sql = furnished("{}");
    let (verifier, owners) = (Verifier::new(&keys()), Owners::default());
    let book = |external_id: &str, facts| {
        let desk =
            Desk { sql: &sql, verifier: &verifier, owners: &owners, buyer_key: &buyer_key(), now: now() };
        block_on(book_all(&desk, &[booking(external_id, facts)])).remove(0).unwrap().row.commission
    };
    let mut by_click = placed(20, &[]);
    by_click.click_ids.insert(click(1, -60));
    assert_eq!((book("1", placed(20, &["ANNA10"])), book("2", by_click.clone())), (1_000, 1_000));
    agree(&sql, 10, Some("25"));
    assert_eq!((book("3", placed(20, &["ANNA10"])), book("4", by_click)), (2_500, 2_500));
}
