use futures::executor::block_on;
use proptest::prelude::*;
use tributary_domain::Timestamp;
use tributary_domain::click_id::Verifier;
use tributary_domain::ids::PlanId;

use super::{Booking, Difference, Proposal, Replay, Replayed, replay};
use crate::ledger::prove;
use crate::native::NativeSql;
use crate::orders::Owners;
use crate::orders::book::Desk;
use crate::orders::tests::{
    PLAN, buyer_key, click, deliver, furnished, judge, keys, now, number, paid, placed, refund, run, webhook,
};
use crate::sql::{Sql, SqlError, Statement};

pub(super) fn all() -> Replay {
    Replay {
        from: Timestamp::from_millis(0),
        before: Timestamp::from_millis(i64::MAX),
        store: None,
        proposal: None,
        most_told: 100,
    }
}

fn proposing(attribution: &str, commission: &str) -> Replay {
    let proposal = Proposal {
        plan: PlanId::parse(PLAN).unwrap(),
        attribution: serde_json::from_str(attribution).unwrap(),
        commission: serde_json::from_str(commission).unwrap(),
    };
    Replay { proposal: Some(proposal), ..all() }
}

fn run_replay(sql: &NativeSql, what: &Replay, booking: &Booking<'_>) -> (Replayed, Vec<Statement>) {
    let (verifier, owners) = (Verifier::new(&keys()), Owners::default());
    let desk = Desk { sql, verifier: &verifier, owners: &owners, buyer_key: &buyer_key(), now: now() };
    block_on(replay(&desk, what, booking)).unwrap()
}

fn dry(sql: &NativeSql, what: &Replay) -> Replayed {
    let (replayed, statements) = run_replay(sql, what, &Booking::DryRun);
    assert!(statements.is_empty());
    replayed
}

fn apply(sql: &NativeSql, what: &Replay) -> Replayed {
    let booking = Booking::Apply { actor: "key_1", reason: "new rules", most: 1_000 };
    let (replayed, statements) = run_replay(sql, what, &booking);
    let orders = statements.iter().filter(|statement| statement.sql.contains("INSERT INTO orders")).count();
    assert_eq!(u64::try_from(orders).unwrap(), replayed.moved_in_all);
    block_on(sql.transaction(statements)).unwrap();
    sums_agree(sql);
    replayed
}

/// Lines sum up to what orders owe and to what is due.
#[track_caller]
fn sums_agree(sql: &NativeSql) {
    let orders = "SELECT COUNT(*) FROM orders o
        WHERE o.owed <> COALESCE((SELECT SUM(l.amount) FROM ledger l WHERE l.order_id = o.id), 0)";
    let balances = "SELECT COUNT(*) FROM balances b
        WHERE b.due <> COALESCE((SELECT SUM(l.amount) FROM ledger l WHERE l.creator_id = b.creator_id), 0)";
    assert_eq!((number(sql, orders), number(sql, balances)), (0, 0));
}

fn differences(replayed: &Replayed) -> Vec<(String, Difference)> {
    let short = |creator: &str| creator.chars().last().unwrap().to_string();
    replayed
        .by_creator
        .iter()
        .map(|((creator, _), difference)| (short(creator.as_str()), *difference))
        .collect()
}

fn difference(orders: u64, before: i64, after: i64) -> Difference {
    Difference { orders, before, after }
}

/// Anna's code and Bob's click on one order of 100.00, and one of Bob's code alone.
fn contested() -> NativeSql {
    let sql = furnished("{}");
    let mut facts = placed(10_000, &["ANNA10"]).merge(paid());
    facts.click_ids.insert(click(2, -60));
    deliver(&sql, "1", facts);
    deliver(&sql, "2", placed(5_000, &["BOB10"]).merge(paid()));
    sql
}

// R43
#[test]
fn proposed_rules_are_tried_without_a_trace_and_told_by_order_and_creator() {
    let sql = contested();
    let before = number(&sql, "SELECT COUNT(*) FROM ledger");
    let replayed = dry(&sql, &proposing(r#"{"rule": "link_first"}"#, "null"));
    assert_eq!((replayed.considered, replayed.moved_in_all), (2, 1));
    let moved = &replayed.moved[0];
    assert_eq!((moved.from.commission, moved.to.commission), (1_000, 1_000));
    assert!(moved.from.creator.as_ref().unwrap().as_str().ends_with('A'));
    assert!(moved.to.creator.as_ref().unwrap().as_str().ends_with('B'));
    assert_eq!(
        differences(&replayed),
        [("A".to_owned(), difference(1, 1_000, 0)), ("B".to_owned(), difference(1, 0, 1_000))]
    );
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM ledger"), before);
}

// R43, R53
#[test]
fn what_is_applied_is_booked_as_new_lines_and_moves_nothing_a_second_time() {
    let sql = contested();
    let rules = proposing(r#"{"rule": "link_first"}"#, r#"{"type": "percentage", "rate": "20"}"#);
    let replayed = apply(&sql, &rules);
    assert_eq!(
        differences(&replayed),
        [("A".to_owned(), difference(1, 1_000, 0)), ("B".to_owned(), difference(2, 500, 3_000))]
    );
    assert_eq!(number(&sql, "SELECT due FROM balances WHERE creator_id LIKE '%A'"), 0);
    assert_eq!(number(&sql, "SELECT due FROM balances WHERE creator_id LIKE '%B'"), 3_000);
    let lines = "SELECT COUNT(*) FROM ledger WHERE actor = 'key_1' AND reason = 'new rules'";
    assert_eq!(number(&sql, lines), 3, "a reversal, an accrual and an adjustment");
    assert_eq!(apply(&sql, &rules).moved_in_all, 0);
    assert_eq!(block_on(prove(&sql)).unwrap().first_broken, None);
}

// R44
#[test]
fn a_code_that_became_known_after_its_order_is_credited() {
    let sql = furnished("{}");
    deliver(&sql, "1", placed(10_000, &["LATE10"]).merge(paid()));
    assert_eq!(dry(&sql, &all()).moved_in_all, 0);
    run(&sql, "UPDATE codes SET text = 'LATE10' WHERE text = 'ANNA10'");
    let replayed = apply(&sql, &all());
    assert_eq!((replayed.moved[0].from.creator.as_ref(), replayed.moved[0].to.commission), (None, 1_000));
    assert_eq!(number(&sql, "SELECT due FROM balances WHERE creator_id LIKE '%A'"), 1_000);
}

// R43, R52
#[test]
fn what_a_person_decided_stays() {
    let sql = contested();
    judge(&sql, "2", Some(tributary_domain::conversion::Verdict::Rejected));
    let replayed = apply(&sql, &proposing("null", r#"{"type": "percentage", "rate": "20"}"#));
    assert_eq!(differences(&replayed)[0], ("A".to_owned(), difference(1, 1_000, 2_000)));
    assert_eq!(number(&sql, "SELECT COALESCE(SUM(due), 0) FROM balances WHERE creator_id LIKE '%B'"), 0);
}

// R43
#[test]
fn only_the_orders_of_the_range_are_considered() {
    let sql = contested();
    let placed_at = Timestamp::from_seconds(1_760_000_000);
    let after = |millis: i64| Timestamp::from_millis(placed_at.as_millis() + millis);
    for (from, before, considered) in
        [(after(0), after(1), 2), (after(1), after(9), 0), (after(-9), after(0), 0), (after(-9), after(9), 2)]
    {
        assert_eq!(dry(&sql, &Replay { from, before, ..all() }).considered, considered);
    }
}

// R43
#[test]
fn many_pages_of_orders_are_considered_once_each_and_too_many_are_not_written() {
    let sql = furnished("{}");
    for order in 0..1_203 {
        deliver(&sql, &order.to_string(), placed(100, &["ANNA10"]).merge(paid()));
    }
    let rules = Replay { most_told: 5, ..proposing("null", r#"{"type": "percentage", "rate": "20"}"#) };
    let booking = Booking::Apply { actor: "root", reason: "more", most: 1_000 };
    let (replayed, statements) = run_replay(&sql, &rules, &booking);
    assert_eq!((replayed.considered, replayed.moved_in_all, replayed.moved.len()), (1_203, 1_203, 5));
    let orders = statements.iter().filter(|statement| statement.sql.contains("INSERT INTO orders")).count();
    assert_eq!(orders, 1_000, "the caller sees that these are not all");
}

// R31, R43
#[test]
fn an_order_that_changed_meanwhile_takes_the_whole_replay_back() {
    let sql = contested();
    let booking = Booking::Apply { actor: "root", reason: "more", most: 1_000 };
    let rules = proposing("null", r#"{"type": "percentage", "rate": "20"}"#);
    let (_, statements) = run_replay(&sql, &rules, &booking);
    deliver(&sql, "2", refund("r1", 1_000));
    assert_eq!(block_on(sql.transaction(statements)), Err(SqlError::Stale));
    assert_eq!(number(&sql, "SELECT SUM(due) FROM balances"), 1_000 + 400);
    assert_eq!(apply(&sql, &rules).moved_in_all, 2);
    assert_eq!(number(&sql, "SELECT SUM(due) FROM balances"), 2_000 + 800);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    // R43
    #[test]
    fn a_replay_under_unchanged_rules_moves_nothing(
        events in proptest::collection::vec((0..3_u8, webhook()), 1..14),
        terms in proptest::sample::select(vec!["{}", r#"{"attribution": {"rule": "link_first"}}"#, r#"{"holdDays": 9}"#]),
    ) {
        let sql = furnished(terms);
        for (order, facts) in events {
            deliver(&sql, &order.to_string(), facts);
        }
        prop_assert_eq!(dry(&sql, &all()).moved_in_all, 0);
    }

    // R43, R53
    #[test]
    fn proposed_rules_and_back_again_end_in_the_same_balances(
        events in proptest::collection::vec((0..3_u8, webhook()), 1..10)
    ) {
        let sql = furnished("{}");
        for (order, facts) in events {
            deliver(&sql, &order.to_string(), facts);
        }
        let balances = |sql: &NativeSql| ["A", "B"].map(|creator| {
            number(sql, &format!("SELECT due FROM balances WHERE creator_id LIKE '%{creator}'"))
        });
        let before = balances(&sql);
        apply(&sql, &proposing(r#"{"rule": "link_first"}"#, r#"{"type": "percentage", "rate": "33.3"}"#));
        apply(&sql, &proposing("null", "null"));
        prop_assert_eq!(balances(&sql), before);
    }
}

/// Decides all of history anew under a proposal, and books it where `apply` says so.
pub(in crate::orders) fn what_if(sql: &NativeSql, proposal: Option<Proposal>, apply: bool) -> Replayed {
    let booking = Booking::Apply { actor: "root", reason: "what if", most: 100 };
    let booking = if apply { &booking } else { &Booking::DryRun };
    in_range(sql, &Replay { proposal, ..all() }, booking)
}

/// Decides a range anew, and books it where that is asked for.
pub(super) fn in_range(sql: &NativeSql, what: &Replay, booking: &Booking<'_>) -> Replayed {
    let (replayed, statements) = run_replay(sql, what, booking);
    block_on(sql.transaction(statements)).unwrap();
    replayed
}
