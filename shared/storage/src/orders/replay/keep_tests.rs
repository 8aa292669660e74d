use std::cell::Cell;

use futures::executor::block_on;
use proptest::prelude::*;
use serde_json::{Value, json};
use tributary_domain::Timestamp;
use tributary_domain::click_id::Verifier;
use tributary_domain::commission::CommissionTerms;
use tributary_domain::ids::{EnrollmentId, PlanId};
use tributary_domain::order::{OrderFacts, Snapshot};

use super::tests::{all, in_range, what_if};
use super::{Booking, Proposal, Replay};
use crate::enrollments::{self, Commission, Enrollment};
use crate::native::NativeSql;
use crate::orders::book::{Desk, book_all};
use crate::orders::tests::{
    ENROLLMENT_ANNA, PLAN, book_with, booking, bought_by, buyer_key, click, deliver, furnished, keys, now,
    number, order, refund, settled, snapshot,
};
use crate::orders::{OrderRow, Owners};
use crate::sql::{Row, Sql, SqlError, Statement};

const APPLY: Booking<'_> = Booking::Apply { actor: "root", reason: "new rules", most: 100 };

fn day(day: i64) -> Timestamp {
    Timestamp::parse("2026-01-01T12:00:00Z").unwrap().plus_days(day)
}

/// An order of `net` that was placed on that day after the first of January, by the buyer of that name.
fn sold(on: i64, net: i64, buyer: &str, codes: &[&str], links: &[u64]) -> OrderFacts {
    let facts = bought_by(buyer, Snapshot { placed_at: day(on), ..snapshot(1, net, codes) });
    let at = (day(on).as_millis() - Timestamp::from_seconds(1_760_000_000).as_millis()) / 1_000;
    OrderFacts { click_ids: links.iter().map(|link| click(*link, at - 60)).collect(), ..facts }
}

fn proposed(terms: &Value) -> Proposal {
    Proposal {
        plan: PlanId::parse(PLAN).unwrap(),
        attribution: serde_json::from_value(terms["attribution"].clone()).unwrap(),
        commission: serde_json::from_value(terms["commission"].clone()).unwrap(),
    }
}

/// Applies terms to the orders of these days, and gives how many move.
fn apply(sql: &NativeSql, from: i64, before: i64, terms: &Value) -> u64 {
    let proposal = Some(proposed(terms));
    let what = Replay { from: day(from), before: day(before), proposal, ..all() };
    in_range(sql, &what, &APPLY).moved_in_all
}

fn rate(rate: &str) -> Value {
    json!({"commission": {"type": "percentage", "rate": rate}})
}

fn owed<const COUNT: usize>(sql: &NativeSql, orders: [&str; COUNT]) -> [i64; COUNT] {
    settled(sql);
    orders.map(|external_id| order(sql, external_id).owed)
}

/// Nothing moves under the rules that hold.
#[track_caller]
fn nothing_moves(sql: &NativeSql) {
    settled(sql);
    assert_eq!(what_if(sql, None, false).moved, []);
}

// R43, R53
#[test]
fn what_was_applied_holds_whatever_comes_of_its_orders_later() {
    let sql = furnished("{}");
    deliver(&sql, "1", sold(1, 10_000, "eve", &["ANNA10"], &[2]));
    deliver(&sql, "2", sold(5, 10_000, "kim", &["ANNA10"], &[2]));
    let terms =
        json!({"attribution": {"rule": "link_first"}, "commission": {"type": "percentage", "rate": "15"}});
    assert_eq!(apply(&sql, 0, 3, &terms), 1);
    nothing_moves(&sql);
    deliver(&sql, "1", refund("r", 2_000));
    deliver(&sql, "2", refund("r", 2_000));
    deliver(&sql, "late", sold(2, 10_000, "lee", &["ANNA10"], &[2]));
    deliver(&sql, "after", sold(3, 10_000, "lee", &["ANNA10"], &[2]));
    assert_eq!(owed(&sql, ["1", "2", "late", "after"]), [1_200, 800, 1_500, 1_000]);
    let credited = |id: &str| order(&sql, id).creator.unwrap().as_str().chars().last().unwrap();
    assert_eq!(["1", "2", "late", "after"].map(credited), ['B', 'A', 'B', 'A']);
    nothing_moves(&sql);
}

// R43, R51
#[test]
fn a_cap_over_a_month_follows_the_applied_terms_and_goes_on_after_their_range() {
    let cap = |rate: &str| {
        json!({"commission": {"type": "percentage", "rate": rate,
            "caps": {"perPeriod": {"amount": {"amount": 3_000, "currency": "EUR"}, "period": "month"}}}})
    };
    let sql = furnished(&cap("10").to_string());
    for (id, on) in [("1", 1), ("2", 2), ("3", 3)] {
        deliver(&sql, id, sold(on, 10_000, id, &["ANNA10"], &[]));
    }
    assert_eq!(owed(&sql, ["1", "2", "3"]), [1_000, 1_000, 1_000]);
    assert_eq!(apply(&sql, 0, 3, &cap("12")), 2);
    assert_eq!(owed(&sql, ["1", "2", "3"]), [1_200, 1_200, 600], "the third has what is left");
    nothing_moves(&sql);
    deliver(&sql, "1", refund("r", 5_000));
    assert_eq!(owed(&sql, ["1", "2", "3"]), [600, 1_200, 1_000]);
    nothing_moves(&sql);
}

// R43
#[test]
fn the_latest_replay_holds_and_proposing_nothing_leads_back_to_the_plan() {
    let sql = furnished("{}");
    for (id, on) in [("1", 1), ("2", 5)] {
        deliver(&sql, id, sold(on, 10_000, id, &["ANNA10"], &[]));
    }
    apply(&sql, 0, 9, &rate("15"));
    apply(&sql, 4, 9, &rate("20"));
    assert_eq!(owed(&sql, ["1", "2"]), [1_500, 2_000]);
    apply(&sql, 0, 9, &json!({"attribution": {"rule": "link_first"}}));
    assert_eq!(owed(&sql, ["1", "2"]), [1_000, 1_000], "what a replay does not name is the plan's");
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM replayed_terms"), 1, "what is covered never holds again");
    apply(&sql, 0, 9, &rate("15"));
    assert_eq!(apply(&sql, 0, 2, &json!({})), 1);
    assert_eq!(owed(&sql, ["1", "2"]), [1_000, 1_500]);
    nothing_moves(&sql);
}

// R43, R51
#[test]
fn a_creators_own_terms_stand_above_an_applied_replay_and_it_is_told_whose_hold() {
    let sql = furnished("{}");
    let id = EnrollmentId::parse(ENROLLMENT_ANNA).unwrap();
    let own: CommissionTerms = serde_json::from_value(json!({"type": "percentage", "rate": "25"})).unwrap();
    let known = block_on(enrollments::by_id(&sql, &id)).unwrap().unwrap();
    let agreed = Enrollment { commission: Some(own.clone()), ..known };
    block_on(sql.execute(enrollments::agree(&agreed, day(3)).unwrap())).unwrap();
    let held = |row: OrderRow| {
        let plan = (row.plan.as_ref().unwrap(), row.plan_version.unwrap());
        block_on(enrollments::commission_at(&sql, row.enrollment.as_ref().unwrap(), plan, row.placed_at))
            .unwrap()
            .unwrap()
    };
    let sell = |id: &str, on| deliver(&sql, id, sold(on, 10_000, id, &["ANNA10"], &[]));
    sell("1", 1);
    sell("2", 3);
    assert_eq!(apply(&sql, 0, 9, &rate("15")), 1);
    assert_eq!(owed(&sql, ["1", "2"]), [1_500, 2_500]);
    let replayed = proposed(&rate("15")).commission.unwrap();
    assert_eq!(held(order(&sql, "1")), Commission::Replayed(replayed));
    assert_eq!(held(order(&sql, "2")), Commission::Own(own));
    assert!(matches!(held(sell("0", -1)), Commission::OfPlan(_)));
    nothing_moves(&sql);
}

// R43
#[test]
fn who_remembers_codes_and_links_looks_again_after_a_replay_was_applied() {
    let sql = furnished("{}");
    let (verifier, owners) = (Verifier::new(&keys()), Owners::default());
    let book = |id: &str| {
        let desk =
            Desk { sql: &sql, verifier: &verifier, owners: &owners, buyer_key: &buyer_key(), now: now() };
        let facts = sold(1, 10_000, id, &["ANNA10"], &[]);
        block_on(book_all(&desk, &[booking(id, facts)])).remove(0).unwrap().row.commission
    };
    assert_eq!(book("1"), 1_000);
    apply(&sql, 0, 9, &rate("15"));
    assert_eq!(book("2"), 1_500);
    apply(&sql, 0, 9, &rate("20"));
    assert_eq!(book("3"), 2_000);
}

/// Somebody applies a replay just before the first order is written.
struct Overtaken<'a> {
    inner: &'a NativeSql,
    replay: Cell<Vec<Statement>>,
}

impl Sql for Overtaken<'_> {
    async fn execute(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        if statement.sql.starts_with("INSERT INTO orders") {
            self.inner.transaction(self.replay.take()).await?;
        }
        self.inner.execute(statement).await
    }

    async fn transaction(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError> {
        self.inner.transaction(statements).await
    }
}

/// The statements of a replay of everything, which are still to be run.
fn begun(sql: &NativeSql, terms: Option<&Value>) -> Vec<Statement> {
    let (verifier, owners) = (Verifier::new(&keys()), Owners::default());
    let desk = Desk { sql, verifier: &verifier, owners: &owners, buyer_key: &buyer_key(), now: now() };
    let what = Replay { proposal: terms.map(proposed), ..all() };
    block_on(super::replay(&desk, &what, &APPLY)).unwrap().1
}

// R31, R43
#[test]
fn a_booking_and_a_replay_at_the_same_moment_end_as_if_one_came_after_the_other() {
    let inner = furnished("{}");
    let sql = Overtaken { inner: &inner, replay: Cell::new(begun(&inner, Some(&rate("15")))) };
    let booked = book_with(&sql, "1", sold(1, 10_000, "eve", &["ANNA10"], &[]));
    assert_eq!((booked.commission, number(&inner, "SELECT COUNT(*) FROM replayed_terms")), (1_000, 1));
    assert_eq!(owed(&inner, ["1"]), [1_500], "it was decided before, and is decided anew");

    let replay = begun(&inner, Some(&rate("20")));
    deliver(&inner, "2", sold(2, 10_000, "kim", &["ANNA10"], &[]));
    block_on(inner.transaction(replay)).unwrap();
    assert_eq!(owed(&inner, ["1", "2"]), [2_000, 2_000], "the second came while the replay went on");

    let replay = begun(&inner, None);
    apply(&inner, 0, 9, &rate("30"));
    assert_eq!(block_on(inner.transaction(replay)), Err(SqlError::Stale), "other rules hold by now");
    nothing_moves(&inner);
}

/// What happens in a generated history.
#[derive(Debug, Clone)]
enum Event {
    Sold { order: usize },
    Refunded { order: usize, net: i64 },
    Applied { from: i64, days: i64, terms: usize },
    Settled,
}

type Sale = (i64, i64, usize, usize, usize);

const TERMS: [&str; 6] = [
    "{}",
    r#"{"attribution": {"rule": "link_first"}}"#,
    r#"{"attribution": {"bindCustomerDays": 20}, "commission": {"type": "percentage", "rate": "12.5"}}"#,
    r#"{"commission": {"type": "percentage", "rate": "33.3"}}"#,
    r#"{"commission": {"type": "percentage", "rate": "15",
        "caps": {"perPeriod": {"amount": {"amount": 1500, "currency": "EUR"}, "period": "month"}}}}"#,
    r#"{"commission": {"type": "percentage", "rate": "10",
        "tiers": [{"from": {"amount": 9000, "currency": "EUR"}, "type": "percentage", "rate": "20"}],
        "caps": {"perBuyer": {"amount": 2000, "currency": "EUR"}}}}"#,
];

fn happen(sql: &NativeSql, sales: &[Sale], event: &Event) {
    match event {
        Event::Sold { order } => {
            let (on, net, buyer, code, link) = sales[*order];
            let codes = [&[][..], &["ANNA10"], &["BOB10"]][code];
            let links = [&[][..], &[1], &[2]][link];
            deliver(sql, &order.to_string(), sold(on, net * 2_345, ["eve", "kim"][buyer], codes, links));
        }
        Event::Refunded { order, net } => drop(deliver(sql, &order.to_string(), refund("r", *net))),
        Event::Applied { from, days, terms } => {
            settled(sql);
            apply(sql, *from, from + days, &serde_json::from_str(TERMS[*terms]).unwrap());
        }
        Event::Settled => settled(sql),
    }
}

fn history() -> impl Strategy<Value = (Vec<Sale>, Vec<Event>)> {
    let sale = (0..40_i64, 0..5_i64, 0..2_usize, 0..3_usize, 0..3_usize);
    proptest::collection::vec(sale, 1..7).prop_flat_map(|sales| {
        let orders = sales.len();
        let event = prop_oneof![
            3 => (0..orders).prop_map(|order| Event::Sold { order }),
            1 => (0..orders, 1..4_000_i64).prop_map(|(order, net)| Event::Refunded { order, net }),
            1 => Just(Event::Settled),
            2 => (0..30_i64, 1..40_i64, 0..TERMS.len())
                .prop_map(|(from, days, terms)| Event::Applied { from, days, terms }),
        ];
        (Just(sales), proptest::collection::vec(event, 1..16))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    // R32, R43, R53
    #[test]
    fn whatever_comes_before_and_after_a_replay_ends_in_the_books_of_its_rules(
        (sales, events) in history(), plan in 0..TERMS.len()
    ) {
        let sql = furnished(TERMS[plan]);
        for event in &events {
            happen(&sql, &sales, event);
        }
        nothing_moves(&sql);
        // The same replays, then the same webhooks.
        let plain = furnished(TERMS[plan]);
        let is_replay = |event: &&Event| matches!(event, Event::Applied { .. });
        let webhooks = events.iter().filter(|event| !is_replay(event));
        for event in events.iter().filter(is_replay).chain(webhooks) {
            happen(&plain, &sales, event);
        }
        nothing_moves(&plain);
        for number in 0..sales.len() {
            let found = [&sql, &plain].map(|sql| of(sql, &number.to_string()));
            prop_assert_eq!(&found[0], &found[1]);
        }
    }
}

/// What is decided of an order, if it came.
fn of(sql: &NativeSql, external_id: &str) -> Option<(Option<EnrollmentId>, i64, i64, Vec<String>)> {
    let came = format!("SELECT COUNT(*) FROM orders WHERE external_id = '{external_id}'");
    (number(sql, &came) > 0).then(|| {
        let row = order(sql, external_id);
        (row.enrollment, row.commission, row.owed, row.doubts)
    })
}
