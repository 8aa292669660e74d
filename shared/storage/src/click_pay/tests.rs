use futures::executor::block_on;
use proptest::prelude::*;
use tributary_domain::ids::EnrollmentId;
use tributary_domain::{Day, Timestamp};

use super::settle;
use crate::enrollments::{self, Enrollment};
use crate::native::{Explaining, NativeSql};
use crate::orders::tests::{ENROLLMENT_ANNA, deliver, furnished, number, paid, placed, run};
use crate::sql::Sql;

/// Five cents a click, at most 4.00 in a month.
const PER_CLICK: &str = r#"{"commission": {"type": "per_click", "amount": {"amount": 5, "currency": "EUR"},
    "caps": {"perPeriod": {"amount": {"amount": 400, "currency": "EUR"}, "period": "month"}}}}"#;

fn noon(date: &str) -> Timestamp {
    Timestamp::parse(&format!("{date}T12:00:00Z")).unwrap()
}

/// Raises the count of a link's day.
fn clicked(sql: &NativeSql, link: u8, date: &str, unique: i64) {
    let day = Day::parse(date).unwrap().number();
    run(
        sql,
        &format!(
            "INSERT INTO click_days (link_number, day, outcome, clicks, unique_clicks)
        VALUES ({link}, {day}, 0, {}, {unique}) ON CONFLICT DO UPDATE
        SET clicks = clicks + excluded.clicks, unique_clicks = unique_clicks + excluded.unique_clicks",
            unique + 1
        ),
    );
}

/// Settles at noon of that day, and gives what is due to Anna and what waits.
#[track_caller]
fn settled(sql: &NativeSql, date: &str) -> (i64, i64) {
    block_on(settle(sql, noon(date))).unwrap();
    let lines = number(sql, "SELECT COUNT(*) FROM ledger");
    block_on(settle(sql, noon(date))).unwrap();
    assert_eq!(number(sql, "SELECT COUNT(*) FROM ledger"), lines, "what is booked is not booked again");
    for wrong in [
        "SELECT (SELECT COALESCE(SUM(amount), 0) FROM ledger WHERE kind = 'clicks')
            - (SELECT COALESCE(SUM(owed), 0) FROM click_earnings)",
        "SELECT (SELECT COALESCE(SUM(due), 0) FROM balances) - (SELECT COALESCE(SUM(amount), 0) FROM ledger)",
        "SELECT (SELECT COALESCE(SUM(commission), 0) FROM click_earnings)
            - (SELECT COALESCE(SUM(due + pending), 0) FROM balances)",
        "SELECT (SELECT COALESCE(SUM(commission), 0) FROM click_earnings)
            - (SELECT COALESCE(SUM(commission), 0) FROM sales_days WHERE campaign_id = '')",
        "SELECT (SELECT COALESCE(SUM(commission), 0) FROM click_earnings)
            - (SELECT COALESCE(SUM(commission), 0) FROM sales_days WHERE creator_id <> '')",
    ] {
        assert_eq!(number(sql, wrong), 0, "{wrong}");
    }
    let of = |column| number(sql, &format!("SELECT {column} FROM balances WHERE creator_id LIKE '%A'"));
    (of("due"), of("pending"))
}

// R51, R53
#[test]
fn a_days_unique_clicks_wait_until_it_is_over_and_late_ones_are_booked_then() {
    let sql = furnished(PER_CLICK);
    assert_eq!(settled(&sql, "2026-11-20"), (0, 0));
    clicked(&sql, 1, "2026-11-20", 10);
    clicked(&sql, 2, "2026-11-20", 3);
    assert_eq!(settled(&sql, "2026-11-20"), (0, 50));
    clicked(&sql, 1, "2026-11-20", 2);
    assert_eq!(settled(&sql, "2026-11-20"), (0, 60));
    assert_eq!(settled(&sql, "2026-11-21"), (60, 0));
    clicked(&sql, 1, "2026-11-20", 1);
    clicked(&sql, 1, "2026-11-21", 4);
    assert_eq!(settled(&sql, "2026-11-21"), (65, 20));
    assert_eq!(settled(&sql, "2026-11-30"), (85, 0), "nobody looked for days");
    assert_eq!(number(&sql, "SELECT due FROM balances WHERE creator_id LIKE '%B'"), 15);
    assert_eq!(
        number(
            &sql,
            "SELECT COUNT(*) FROM ledger WHERE reason = '13 clicks of 2026-11-20, enr_0000000000000000000000000A' AND amount = 5"
        ),
        1
    );
}

// R51, R52
#[test]
fn a_days_clicks_wait_for_the_end_of_the_hold_period_as_orders_do() {
    let mut terms: serde_json::Value = serde_json::from_str(PER_CLICK).unwrap();
    terms["holdDays"] = 7.into();
    let sql = furnished(&terms.to_string());
    clicked(&sql, 1, "2026-11-10", 10);
    assert_eq!(settled(&sql, "2026-11-10"), (0, 50));
    assert_eq!(settled(&sql, "2026-11-11"), (0, 50));
    clicked(&sql, 1, "2026-11-11", 4);
    assert_eq!(settled(&sql, "2026-11-17"), (0, 70));
    assert_eq!(settled(&sql, "2026-11-18"), (50, 20), "the tenth is over for seven days");
    clicked(&sql, 1, "2026-11-18", 1);
    assert_eq!(settled(&sql, "2026-11-19"), (70, 5));
    assert_eq!(settled(&sql, "2026-12-31"), (75, 0), "nobody looked for weeks");
}

// R51, R72
#[test]
fn days_that_an_older_program_booked_stay_as_they_are() {
    let sql = NativeSql::in_memory();
    block_on(crate::migrations::run_up_to(&sql, 23, noon("2026-11-20"))).unwrap();
    // Of the enrollment nothing is asked.
    run(&sql, "PRAGMA foreign_keys = OFF");
    let today = Day::parse("2026-11-20").unwrap().number();
    for (day, owed) in [(today - 1, 50), (today, 0)] {
        run(
            &sql,
            &format!(
                "INSERT INTO click_earnings VALUES ('{ENROLLMENT_ANNA}', {day}, 'crt_0000000000000000000000000A', 'cmp', 'EUR', 10, 50, {owed}, 0)"
            ),
        );
    }
    block_on(crate::migrations::run(&sql, noon("2026-11-20"))).unwrap();
    let due = || number(&sql, "SELECT due FROM balances");
    assert_eq!(due(), 50);
    block_on(super::release_held(&sql, noon("2026-11-20"))).unwrap();
    assert_eq!(due(), 50, "today is not over");
    block_on(super::release_held(&sql, noon("2026-11-21"))).unwrap();
    assert_eq!(due(), 100);
}

// R51
#[test]
fn a_months_cap_holds_for_clicks_and_the_next_month_begins_anew() {
    let sql = furnished(PER_CLICK);
    for (date, unique) in [("2026-10-30", 70), ("2026-10-31", 30), ("2026-11-01", 6)] {
        clicked(&sql, 1, date, unique);
        settled(&sql, date);
    }
    assert_eq!(settled(&sql, "2026-11-02"), (350 + 50 + 30, 0));
}

// R22, R51
#[test]
fn visits_that_do_not_count_imported_ones_tracking_links_and_orders_earn_nothing() {
    let sql = furnished(PER_CLICK);
    let day = Day::parse("2026-11-20").unwrap().number();
    run(
        &sql,
        &format!(
            "INSERT INTO click_days (link_number, day, outcome, clicks, unique_clicks) VALUES (1, {day}, 3, 9, 9), (1, {day}, 100, 9, 9), (0, {day}, 0, 9, 9)"
        ),
    );
    run(&sql, "UPDATE links SET kind = 'tracking' WHERE number = 2");
    clicked(&sql, 2, "2026-11-20", 9);
    let order = deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    assert_eq!((order.owed, order.counted_value), (0, 10_000));
    assert_eq!(settled(&sql, "2026-11-21"), (0, 0));
}

// R12, R51
#[test]
fn a_day_is_paid_by_the_terms_that_held_when_it_began() {
    let sql = furnished("{}");
    let id = EnrollmentId::parse(ENROLLMENT_ANNA).unwrap();
    let agree = |terms: Option<&str>, date: &str| {
        let terms = terms.map(|terms| serde_json::from_str(terms).unwrap());
        let known = block_on(enrollments::by_id(&sql, &id)).unwrap().unwrap();
        let agreed = enrollments::agree(&Enrollment { commission: terms, ..known }, noon(date)).unwrap();
        block_on(sql.execute(agreed)).unwrap();
    };
    let cents = |amount: i64| {
        format!(r#"{{"type": "per_click", "amount": {{"amount": {amount}, "currency": "EUR"}}}}"#)
    };
    for date in ["2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13", "2026-11-14"] {
        clicked(&sql, 1, date, 1);
        clicked(&sql, 2, date, 1);
    }
    agree(Some(&cents(7)), "2026-11-10");
    agree(Some(&cents(9)), "2026-11-12");
    agree(None, "2026-11-13");
    assert_eq!(
        settled(&sql, "2026-11-20"),
        (7 + 7 + 9, 0),
        "from the eleventh on, and not on the fourteenth"
    );
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM click_earnings"), 3);
}

// R61
#[test]
fn where_nobody_is_paid_by_the_click_settling_is_one_look() {
    let sql = furnished("{}");
    let sql = Explaining::new(&sql);
    block_on(settle(&sql, noon("2026-11-20"))).unwrap();
    let steps = sql.take_steps();
    let indexes = ["plan_versions_per_click", "enrollment_terms_per_click", "click_earnings_day"];
    assert!(indexes.iter().all(|index| steps.iter().any(|step| step.contains(index))), "{steps:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    // R51, R53
    #[test]
    fn however_clicks_come_in_they_are_owed_once_and_never_above_the_cap(
        events in proptest::collection::vec((1..28_u8, 0..40_i64, any::<bool>()), 1..20)
    ) {
        let sql = furnished(PER_CLICK);
        let mut today = 1;
        for (day, unique, look) in &events {
            today = today.max(*day);
            // A batch is late by a day at most.
            let day = (*day).max(today - 1);
            clicked(&sql, 1, &format!("2026-11-{day:02}"), *unique);
            if *look {
                settled(&sql, &format!("2026-11-{today:02}"));
            }
        }
        let clicks: i64 = events.iter().map(|(_, unique, _)| unique).sum();
        prop_assert_eq!(settled(&sql, "2026-11-30"), ((5 * clicks).min(400), 0));
    }
}
