use std::collections::BTreeSet;

use proptest::prelude::*;
use tributary_domain::Timestamp;
use tributary_domain::conversion::Verdict;
use tributary_domain::ids::PlanId;
use tributary_domain::order::{OrderFacts, Snapshot};

use super::replay::tests::what_if;
use super::replay::{Proposal, Replayed};
use super::tests::{
    PLAN, bought_by, deliver, furnish, furnished, judge, number, order, refund, settled, snapshot,
};
use crate::native::NativeSql;

/// Ten percent, at most 25.00 in a month.
const MONTHLY: &str = r#"{"commission": {"type": "percentage", "rate": "10",
    "caps": {"perPeriod": {"amount": {"amount": 2500, "currency": "EUR"}, "period": "month"}}}}"#;
/// Ten percent, at most 15.00 of one buyer.
const PER_BUYER: &str = r#"{"commission": {"type": "percentage", "rate": "10",
    "caps": {"perBuyer": {"amount": 1500, "currency": "EUR"}}}}"#;
/// Ten percent, twenty once the month has sold for 150.00, thirty from 300.00 on.
const TIERED: &str = r#"{"commission": {"type": "percentage", "rate": "10", "tiers": [
    {"from": {"amount": 15000, "currency": "EUR"}, "type": "percentage", "rate": "20"},
    {"from": {"amount": 30000, "currency": "EUR"}, "type": "percentage", "rate": "30"}]}}"#;

/// An order of 100.00 by Anna's code, placed on that day after the first of January, by the buyer of that name.
fn bought(day: i64, buyer: &str) -> OrderFacts {
    sold(day, 10_000, buyer, "ANNA10")
}

fn sold(day: i64, net: i64, buyer: &str, code: &str) -> OrderFacts {
    let placed_at = Timestamp::parse("2026-01-01T12:00:00Z").unwrap().plus_days(day);
    bought_by(buyer, Snapshot { placed_at, ..snapshot(1, net, &[code]) })
}

/// What each of these orders earns, once everything is settled.
fn earned<const COUNT: usize>(sql: &NativeSql, orders: [&str; COUNT]) -> [i64; COUNT] {
    settled(sql);
    orders.map(|external_id| order(sql, external_id).owed)
}

fn replayed(sql: &NativeSql, commission: Option<&str>, apply: bool) -> Replayed {
    let proposal = commission.map(|plan| {
        let plan: serde_json::Value = serde_json::from_str(plan).unwrap();
        let commission = serde_json::from_value(plan["commission"].clone()).unwrap();
        Proposal { plan: PlanId::parse(PLAN).unwrap(), attribution: None, commission: Some(commission) }
    });
    what_if(sql, proposal, apply)
}

// R51
#[test]
fn a_month_earns_no_more_than_its_cap_and_the_next_begins_anew() {
    let sql = furnished(MONTHLY);
    for (id, day) in [("1", 0), ("2", 10), ("3", 20), ("4", 25), ("5", 31)] {
        deliver(&sql, id, bought(day, "eve"));
    }
    deliver(&sql, "6", sold(21, 10_000, "eve", "BOB10"));
    assert_eq!(earned(&sql, ["1", "2", "3", "4", "5", "6"]), [1_000, 1_000, 500, 0, 1_000, 1_000]);
    assert_eq!(number(&sql, "SELECT due FROM balances WHERE creator_id LIKE '%A'"), 3_500);
    let told = order(&sql, "3").earlier.unwrap();
    assert_eq!((told.month_sales, told.month_commission), (20_000, 2_000));
}

// R32, R33, R51
#[test]
fn what_a_late_order_takes_and_a_refund_frees_goes_to_the_later_ones() {
    let sql = furnished(MONTHLY);
    for (id, day) in [("1", 5), ("2", 10), ("3", 20)] {
        deliver(&sql, id, bought(day, "eve"));
    }
    deliver(&sql, "0", bought(1, "eve"));
    assert_eq!(earned(&sql, ["0", "1", "2", "3"]), [1_000, 1_000, 500, 0]);
    deliver(&sql, "1", refund("r", 7_000));
    assert_eq!(earned(&sql, ["0", "1", "2", "3"]), [1_000, 300, 1_000, 200]);
    assert_eq!(replayed(&sql, None, false).moved_in_all, 0);
}

// R51, R52
#[test]
fn a_rejected_order_leaves_its_room_to_the_later_ones_and_undo_is_the_identity() {
    let sql = furnished(MONTHLY);
    for (id, day) in [("1", 5), ("2", 10), ("3", 20), ("4", 21)] {
        deliver(&sql, id, bought(day, "eve"));
    }
    let before = earned(&sql, ["1", "2", "3", "4"]);
    assert_eq!(before, [1_000, 1_000, 500, 0]);
    judge(&sql, "1", Some(Verdict::Rejected));
    assert_eq!(earned(&sql, ["1", "2", "3", "4"]), [0, 1_000, 1_000, 500]);
    judge(&sql, "1", None);
    assert_eq!(earned(&sql, ["1", "2", "3", "4"]), before);
}

// R38, R51
#[test]
fn a_buyer_earns_a_creator_no_more_than_the_cap_and_that_stays_when_the_buyer_is_forgotten() {
    let sql = furnished(PER_BUYER);
    for (id, day, buyer) in [("1", 0, "eve"), ("2", 40, "eve"), ("3", 80, "eve"), ("4", 80, "kim")] {
        deliver(&sql, id, bought(day, buyer));
    }
    assert_eq!(earned(&sql, ["1", "2", "3", "4"]), [1_000, 500, 0, 1_000]);
    for id in ["1", "2", "3"] {
        deliver(&sql, id, OrderFacts { redacted: true, ..OrderFacts::default() });
    }
    assert_eq!(earned(&sql, ["1", "2", "3", "4"]), [1_000, 500, 0, 1_000]);
    assert_eq!(replayed(&sql, None, false).moved_in_all, 0);
    deliver(&sql, "3", refund("r", 1_000));
    assert_eq!(earned(&sql, ["1", "2", "3", "4"]), [1_000, 500, 0, 1_000]);
}

// R51
#[test]
fn an_order_is_paid_at_the_tier_that_the_months_sales_had_reached_before_it() {
    let sql = furnished(TIERED);
    for (id, day) in [("1", 0), ("2", 5), ("3", 10), ("4", 15), ("5", 31)] {
        deliver(&sql, id, bought(day, "eve"));
    }
    assert_eq!(earned(&sql, ["1", "2", "3", "4", "5"]), [1_000, 1_000, 2_000, 3_000, 1_000]);
    deliver(&sql, "1", refund("r", 10_000));
    assert_eq!(earned(&sql, ["1", "2", "3", "4", "5"]), [0, 1_000, 1_000, 2_000, 1_000]);
    assert_eq!(replayed(&sql, None, false).moved_in_all, 0);
}

// R43, R51
#[test]
fn a_cap_is_tried_on_history_and_applied() {
    let sql = furnished("{}");
    for (id, day) in [("1", 0), ("2", 10), ("3", 20), ("4", 25), ("5", 31)] {
        deliver(&sql, id, bought(day, "eve"));
    }
    let dry = replayed(&sql, Some(MONTHLY), false);
    let after: Vec<i64> = dry.moved.iter().map(|moved| moved.to.commission).collect();
    assert_eq!((dry.moved_in_all, after), (2, vec![500, 0]));
    assert_eq!(earned(&sql, ["3", "4"]), [1_000, 1_000], "a dry run writes nothing");
    assert_eq!(replayed(&sql, Some(MONTHLY), true).moved, dry.moved);
    assert_eq!(earned(&sql, ["1", "2", "3", "4", "5"]), [1_000, 1_000, 500, 0, 1_000]);
    let tiers = replayed(&sql, Some(TIERED), false);
    let after: Vec<i64> = tiers.moved.iter().map(|moved| moved.to.commission).collect();
    assert_eq!(after, [2_000, 3_000]);
}

// R31, R51
#[test]
fn writers_at_once_never_earn_more_than_the_cap() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    furnish(&NativeSql::open(&path), MONTHLY);
    std::thread::scope(|scope| {
        for writer in 0..8_i64 {
            let path = &path;
            scope.spawn(move || {
                let sql = NativeSql::open(path);
                for day in 0..6 {
                    deliver(&sql, &format!("{writer}-{day}"), bought(writer + day, "eve"));
                }
            });
        }
    });
    let sql = NativeSql::open(&path);
    settled(&sql);
    assert_eq!(number(&sql, "SELECT due FROM balances"), 2_500);
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM orders WHERE owed > 0"), 3);
}

/// What can happen to an order: it is bought, refunded in part, rejected.
#[derive(Debug, Clone, Copy)]
struct Sale {
    day: i64,
    net: i64,
    buyer: usize,
    back: i64,
    rejected: bool,
}

fn sale() -> impl Strategy<Value = Sale> {
    (0..45_i64, 0..5_i64, 0..2_usize, 0..3_i64, proptest::bool::weighted(0.2)).prop_map(
        |(day, net, buyer, back, rejected)| Sale {
            day,
            net: net * 4_321,
            buyer,
            back: back * 1_000,
            rejected,
        },
    )
}

/// What the rules say each earns, told in other words than the program's: rate by the month's sales so far, at most
/// what the caps have left.
fn by_the_rules(sales: &[Sale], per_month: i64, per_buyer: i64) -> Vec<i64> {
    let mut order: Vec<usize> = (0..sales.len()).collect();
    order.sort_by_key(|index| (sales[*index].day, *index));
    let mut earned = vec![0; sales.len()];
    for (position, index) in order.iter().enumerate() {
        let (sale, month) = (sales[*index], sales[*index].day / 31);
        let before = order[..position].iter().filter(|other| !sales[**other].rejected);
        let (mut sold, mut of_month, mut of_buyer) = (0, 0, 0);
        for other in before {
            if sales[*other].day / 31 == month {
                sold += (sales[*other].net - sales[*other].back).max(0);
                of_month += earned[*other];
            }
            if sales[*other].buyer == sale.buyer {
                of_buyer += earned[*other];
            }
        }
        let rate = if sold >= 10_000 { 20 } else { 10 };
        let net = (sale.net - sale.back).max(0);
        let owed = ((net * rate * 2 + 100) / 200).min(per_month - of_month).min(per_buyer - of_buyer);
        earned[*index] = if sale.rejected { 0 } else { owed.max(0) };
    }
    earned
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    // R32, R51, R52, R53
    #[test]
    fn whatever_the_order_of_arrival_caps_and_tiers_come_out_as_the_rules_say(
        (sales, arrivals) in proptest::collection::vec(sale(), 1..8).prop_flat_map(|sales| {
            let twice: Vec<usize> = (0..sales.len()).chain(0..sales.len()).collect();
            (Just(sales), Just(twice).prop_shuffle())
        })
    ) {
        let sql = furnished(r#"{"commission": {"type": "percentage", "rate": "10",
            "tiers": [{"from": {"amount": 10000, "currency": "EUR"}, "type": "percentage", "rate": "20"}],
            "caps": {"perBuyer": {"amount": 2500, "currency": "EUR"},
                "perPeriod": {"amount": {"amount": 3000, "currency": "EUR"}, "period": "month"}}}}"#);
        let mut seen = BTreeSet::new();
        for (time, arrival) in arrivals.iter().enumerate() {
            let sale = sales[*arrival];
            let id = arrival.to_string();
            if seen.insert(arrival) {
                deliver(&sql, &id, sold(sale.day, sale.net, ["eve", "kim"][sale.buyer], "ANNA10"));
            } else if sale.rejected {
                judge(&sql, &id, Some(Verdict::Rejected));
                judge(&sql, &id, None);
                judge(&sql, &id, Some(Verdict::Rejected));
            } else if sale.back > 0 {
                deliver(&sql, &id, refund("r", sale.back));
            }
            if time % 3 == 0 {
                settled(&sql);
            }
        }
        settled(&sql);
        let sales: Vec<Sale> = sales
            .into_iter()
            .map(|sale| Sale { back: if sale.rejected { 0 } else { sale.back }, ..sale })
            .collect();
        let found: Vec<i64> = (0..sales.len()).map(|index| order(&sql, &index.to_string()).owed).collect();
        prop_assert_eq!(&found, &by_the_rules(&sales, 3_000, 2_500));
        prop_assert_eq!(number(&sql, "SELECT COALESCE(SUM(due), 0) FROM balances"), found.iter().sum::<i64>());
        prop_assert_eq!(replayed(&sql, None, false).moved_in_all, 0);
    }
}
