use futures::executor::block_on;
use proptest::prelude::*;
use tributary_domain::Timestamp;
use tributary_domain::attribution::{Outcome, TouchKind};
use tributary_domain::conversion::{Approval, Verdict};
use tributary_domain::ids::PlanId;
use tributary_domain::order::{OrderFacts, Snapshot};

use super::OrderRow;
use super::replay::tests::what_if;
use super::replay::{Proposal, Replayed};
use super::tests::{
    CAMPAIGN, ENROLLMENT_ANNA, PLAN, STORE, bought_by, deliver, furnished, judge, now, number, order, refund,
    run, settled, snapshot,
};
use crate::native::NativeSql;

const BINDING: &str = r#"{"attribution": {"bindCustomerDays": 30}}"#;

/// An order of 100.00 that was placed so many days after the first, by the buyer of that name.
fn bought(day: i64, buyer: &str, codes: &[&str]) -> OrderFacts {
    let placed_at = Timestamp::from_seconds(1_760_000_000).plus_days(day);
    bought_by(buyer, Snapshot { placed_at, ..snapshot(1, 10_000, codes) })
}

/// The letter of the creator who is credited, and what for.
fn credited(row: &OrderRow) -> Option<(char, &str)> {
    Some((row.creator.as_ref()?.as_str().chars().last()?, row.source.as_deref()?))
}

fn replayed(sql: &NativeSql, days: u16, apply: bool) -> Replayed {
    let attribution = serde_json::from_value(serde_json::json!({"bindCustomerDays": days})).unwrap();
    let plan = PlanId::parse(PLAN).unwrap();
    let proposal = Proposal { plan, attribution: Some(attribution), commission: None };
    what_if(sql, (days > 0).then_some(proposal), apply)
}

// R41
#[test]
fn a_buyer_who_comes_back_is_credited_to_who_brought_them_for_the_plans_days() {
    let sql = furnished(BINDING);
    deliver(&sql, "1", bought(0, "eve", &["ANNA10"]));
    assert_eq!(credited(&deliver(&sql, "2", bought(30, "eve", &[]))), Some(('A', "customer")));
    assert_eq!(credited(&deliver(&sql, "3", bought(31, "eve", &[]))), None, "too late");
    assert_eq!(credited(&deliver(&sql, "4", bought(5, "kim", &[]))), None, "another buyer");
    let own = deliver(&sql, "5", bought(9, "eve", &["BOB10"]));
    assert_eq!(credited(&own), Some(('B', "code")), "it has a touch of its own");
    let touches = own.decision.unwrap().touches;
    let told: Vec<_> = touches.iter().map(|touch| (touch.kind, touch.outcome)).collect();
    assert_eq!(told, [(TouchKind::Code, Outcome::Won), (TouchKind::Customer, Outcome::Assist)]);
    let after_bob = deliver(&sql, "6", bought(10, "eve", &[]));
    assert_eq!(credited(&after_bob), Some(('A', "customer")), "the first one counts, not the last");
    settled(&sql);
    assert_eq!(number(&sql, "SELECT due FROM balances WHERE creator_id LIKE '%A'"), 3_000);
    let plain = furnished("{}");
    deliver(&plain, "1", bought(0, "eve", &["ANNA10"]));
    assert_eq!(credited(&deliver(&plain, "2", bought(1, "eve", &[]))), None, "a plan's choice");
}

// R32, R41
#[test]
fn a_first_order_that_comes_late_still_brings_the_later_ones() {
    let sql = furnished(BINDING);
    assert_eq!(credited(&deliver(&sql, "2", bought(7, "eve", &[]))), None);
    deliver(&sql, "1", bought(3, "eve", &["BOB10"]));
    settled(&sql);
    assert_eq!(credited(&order(&sql, "2")), Some(('B', "customer")));
    deliver(&sql, "0", bought(1, "eve", &["ANNA10"]));
    settled(&sql);
    assert_eq!(credited(&order(&sql, "2")), Some(('A', "customer")), "an earlier one came even later");
    assert_eq!(credited(&order(&sql, "1")), Some(('B', "code")));
    assert_eq!(replayed(&sql, 0, false).moved_in_all, 0);
}

// R33, R38, R41
#[test]
fn refund_rejection_and_erasure_of_the_first_order_leave_the_later_ones_as_they_are() {
    let sql = furnished(BINDING);
    deliver(&sql, "1", bought(0, "eve", &["ANNA10"]));
    deliver(&sql, "2", bought(1, "eve", &[]));
    deliver(&sql, "3", bought(2, "eve", &[]));
    deliver(&sql, "1", refund("r", 10_000));
    judge(&sql, "1", Some(Verdict::Rejected));
    settled(&sql);
    let due = || number(&sql, "SELECT due FROM balances WHERE creator_id LIKE '%A'");
    assert_eq!(due(), 2_000);
    let forgotten = || OrderFacts { redacted: true, ..OrderFacts::default() };
    for external_id in ["1", "2"] {
        deliver(&sql, external_id, forgotten());
        settled(&sql);
        assert_eq!(due(), 2_000);
    }
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM orders WHERE buyer IS NOT NULL"), 1);
    deliver(&sql, "3", forgotten());
    settled(&sql);
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM orders WHERE buyer IS NOT NULL"), 0);
    assert_eq!((due(), credited(&order(&sql, "3"))), (2_000, Some(('A', "customer"))));
    assert_eq!(replayed(&sql, 0, false).moved_in_all, 0);
    let row = deliver(&sql, "2", refund("r", 5_000));
    assert_eq!((row.owed, credited(&row)), (500, Some(('A', "customer"))), "a refund after that");
    settled(&sql);
}

// R39, R45
#[test]
fn a_test_brings_nobody_and_a_creators_own_later_purchase_is_doubted() {
    let sql = furnished(BINDING);
    let mut test = bought(0, "eve", &["ANNA10"]);
    test.snapshot.as_mut().unwrap().test = true;
    deliver(&sql, "1", test);
    assert_eq!(credited(&deliver(&sql, "2", bought(1, "eve", &[]))), None);
    run(&sql, "UPDATE creators SET email = 'anna@example.com' WHERE first_name = 'A'");
    deliver(&sql, "3", bought(0, "anna@example.com", &["ANNA10"]));
    let later = deliver(&sql, "4", bought(1, "anna@example.com", &[]));
    assert_eq!(
        (later.approval, later.doubts.as_slice()),
        (Some(Approval::Review), &["self_referral".to_owned()][..])
    );
    settled(&sql);
}

// R41, R43
#[test]
fn binding_can_be_tried_on_history_and_applied() {
    let sql = furnished("{}");
    for (external_id, day, codes) in
        [("1", 0, &["ANNA10"][..]), ("2", 5, &[]), ("3", 20, &[]), ("4", 6, &["BOB10"])]
    {
        deliver(&sql, external_id, bought(day, "eve", codes));
    }
    let dry = replayed(&sql, 10, false);
    assert_eq!((dry.considered, dry.moved_in_all, dry.moved[0].to.commission), (4, 1, 1_000));
    assert_eq!(credited(&order(&sql, "2")), None);
    assert_eq!(replayed(&sql, 10, true).moved, dry.moved);
    settled(&sql);
    assert_eq!(credited(&order(&sql, "2")), Some(('A', "customer")));
    assert_eq!(credited(&order(&sql, "3")), None);
    assert_eq!(replayed(&sql, 10, false).moved_in_all, 0);
    assert_eq!(number(&sql, "SELECT due FROM balances WHERE creator_id LIKE '%A'"), 2_000);
}

// R31, R41
#[test]
fn two_orders_of_one_buyer_at_once_end_as_if_one_came_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    super::tests::furnish(&NativeSql::open(&path), BINDING);
    std::thread::scope(|scope| {
        for writer in 0..8_i64 {
            let path = &path;
            scope.spawn(move || {
                let sql = NativeSql::open(path);
                for buyer in 0..6 {
                    let codes: &[&str] = if writer == 0 { &["ANNA10"] } else { &[] };
                    let id = format!("{buyer}-{writer}");
                    deliver(&sql, &id, bought(writer, &format!("b{buyer}"), codes));
                }
            });
        }
    });
    let sql = NativeSql::open(&path);
    settled(&sql);
    assert_eq!(
        number(&sql, "SELECT COUNT(*) FROM orders WHERE source = 'customer' AND creator_id LIKE '%A'"),
        42
    );
}

/// What a plan that binds its customers says, told in other words than the program's: who is credited with each
/// of these orders of `(number, day, buyer, code)`.
fn by_the_rules(orders: &[(usize, i64, usize, usize)]) -> Vec<Option<(char, &'static str)>> {
    let credit = |(number, day, buyer, code): &(usize, i64, usize, usize)| {
        let first = orders
            .iter()
            .filter(|other| other.2 == *buyer && other.3 > 0 && (other.1, other.0) < (*day, *number))
            .min_by_key(|other| (other.1, other.0));
        match (*code, first) {
            (0, Some(first)) if day - first.1 <= 30 => Some((['A', 'B'][first.3 - 1], "customer")),
            (0, _) => None,
            (code, _) => Some((['A', 'B'][code - 1], "code")),
        }
    };
    orders.iter().map(credit).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    // R32, R41, R43, R53
    #[test]
    fn whatever_the_order_of_arrival_buyers_are_bound_as_the_rules_say(
        (orders, arrivals) in proptest::collection::vec((0..50_i64, 0..2_usize, 0..3_usize), 1..8)
            .prop_flat_map(|orders| {
                let orders: Vec<_> = orders
                    .into_iter()
                    .enumerate()
                    .map(|(number, (day, buyer, code))| (number, day, buyer, code))
                    .collect();
                let twice: Vec<usize> = (0..orders.len()).chain(0..orders.len()).collect();
                (Just(orders), Just(twice).prop_shuffle())
            })
    ) {
        let sql = furnished(BINDING);
        for (time, arrival) in arrivals.iter().enumerate() {
            let (number, day, buyer, code) = orders[*arrival];
            let facts = bought(day, ["eve", "kim"][buyer], [&[][..], &["ANNA10"], &["BOB10"]][code]);
            deliver(&sql, &number.to_string(), facts);
            if time % 3 == 0 {
                settled(&sql);
            }
        }
        settled(&sql);
        let found: Vec<OrderRow> = orders.iter().map(|(number, ..)| order(&sql, &number.to_string())).collect();
        prop_assert_eq!(found.iter().map(credited).collect::<Vec<_>>(), by_the_rules(&orders));
        prop_assert_eq!(replayed(&sql, 0, false).moved_in_all, 0);
    }
}

// R72
#[test]
fn orders_of_an_older_program_know_their_buyers_after_the_migration() {
    let sql = NativeSql::in_memory();
    block_on(crate::migrations::run_up_to(&sql, 12, now())).unwrap();
    run(
        &sql,
        &format!(
            "INSERT INTO stores (id, name, platform, url, currency, status, version, created_at, updated_at) VALUES ('{STORE}', 'Shop', 'shopify', 'https://shop.example/', 'EUR', 'connected', 1, 0, 0)"
        ),
    );
    let facts = serde_json::to_string(&bought(0, "eve", &["ANNA10"])).unwrap();
    for (id, kind, facts) in
        [("1", "order", facts.as_str()), ("2", "order", r#"{"buyers":[]}"#), ("3", "lead", &facts)]
    {
        run(&sql, &format!("INSERT INTO orders (id, store_id, external_id, kind, version, facts, number, status, currency, net, total, codes, test, placed_at, received_at, updated_at, enrollment_id, creator_id, campaign_id, commission, doubts, counted_orders, counted_value, counted_commission, owed, day, actor, reason)
            VALUES ('{id}', '{STORE}', '{id}', '{kind}', 1, '{facts}', '{id}', 'paid', 'EUR', 10000, 10000, '[]', 0, 0, 0, 0, '{ENROLLMENT_ANNA}', 'crt_0000000000000000000000000A', '{CAMPAIGN}', 1000, '[]', 1, 10000, 1000, 1000, 0, 'shopify', 'r')"));
    }
    block_on(crate::migrations::run(&sql, now())).unwrap();
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM orders WHERE buyer IS NOT NULL"), 1);
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM orders WHERE id = '1' AND length(buyer) = 64"), 1);
    assert_eq!(number(&sql, "SELECT SUM(due) FROM balances"), 3_000, "what is owed stays");
}
