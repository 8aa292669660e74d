use proptest::prelude::*;
use tributary_domain::Timestamp;
use tributary_domain::order::{Customer, OrderFacts, Snapshot};

use super::OrderRow;
use super::book::Booking;
use super::replay::tests::what_if;
use super::tests::{
    book_together, booking, bought_by, deliver, furnish, furnished, number, order, paid, refund, settled,
    snapshot,
};
use crate::native::NativeSql;

/// Ten percent, twenty of new buyers; whose buyer has ordered twice before is doubted.
const TERMS: &str = r#"{"commission": {"type": "percentage", "rate": "10",
    "rules": [{"when": {"customer": "new"}, "type": "percentage", "rate": "20"}]}, "review": {"ordersPerBuyer": 2}}"#;

/// An order of 100.00 that nobody has paid for, placed so many days after the first, by the buyer of that name.
fn placed(day: i64, buyer: &str, codes: &[&str]) -> OrderFacts {
    let placed_at = Timestamp::from_seconds(1_760_000_000).plus_days(day);
    let facts = bought_by(buyer, Snapshot { placed_at, ..snapshot(1, 10_000, codes) });
    OrderFacts { paid: false, ..facts }
}

fn bought(day: i64, buyer: &str) -> OrderFacts {
    placed(day, buyer, &["ANNA10"]).merge(paid())
}

fn canceled() -> OrderFacts {
    OrderFacts { canceled: true, ..OrderFacts::default() }
}

/// What the buyer was, how many reasons there are to doubt it, and what is owed.
fn told(row: &OrderRow) -> (Option<Customer>, usize, i64) {
    (row.facts.customer, row.doubts.len(), row.owed)
}

const NEW: Option<Customer> = Some(Customer::New);
const RETURNING: Option<Customer> = Some(Customer::Returning);

// R31, R45, R51
#[test]
fn orders_of_one_buyer_in_one_batch_count_among_each_other() {
    let sql = furnished(TERMS);
    let batch: Vec<Booking> =
        [("c", 3), ("a", 1), ("b", 2)].map(|(id, day)| booking(id, bought(day, "eve"))).into();
    assert!(book_together(&sql, &batch).into_iter().all(|booked| booked.is_ok()));
    settled(&sql);
    let found = ["a", "b", "c"].map(|id| told(&order(&sql, id)));
    assert_eq!(found, [(NEW, 0, 2_000), (RETURNING, 0, 1_000), (RETURNING, 1, 0)]);
    assert_eq!(order(&sql, "c").doubts, ["repeated_buyer: 2 other orders in 30 days, of 2"]);
}

// R32, R51, R53
#[test]
fn an_order_that_comes_late_or_is_paid_late_makes_the_buyers_later_ones_returning() {
    let sql = furnished(TERMS);
    deliver(&sql, "2", bought(5, "eve"));
    deliver(&sql, "1", placed(1, "eve", &["ANNA10"]));
    settled(&sql);
    assert_eq!(told(&order(&sql, "2")), (NEW, 0, 2_000), "the first one is not paid for");
    deliver(&sql, "1", paid());
    settled(&sql);
    assert_eq!([told(&order(&sql, "1")), told(&order(&sql, "2"))], [(NEW, 0, 2_000), (RETURNING, 0, 1_000)]);
    let reason = "SELECT COUNT(*) FROM ledger WHERE reason = 'an earlier order changed' AND amount = -1000";
    assert_eq!(number(&sql, reason), 1);
    deliver(&sql, "1", refund("r", 10_000));
    deliver(&sql, "1", canceled());
    settled(&sql);
    assert_eq!(told(&order(&sql, "2")), (RETURNING, 0, 1_000), "it was paid for, whatever became of it");
}

// R38, R51
#[test]
fn that_a_buyer_is_forgotten_changes_nothing() {
    let sql = furnished(TERMS);
    for (id, day) in [("1", 0), ("2", 1), ("3", 2)] {
        deliver(&sql, id, bought(day, "eve"));
    }
    let all = || ["1", "2", "3"].map(|id| told(&order(&sql, id)));
    settled(&sql);
    let before = all();
    for id in ["1", "3", "2"] {
        deliver(&sql, id, OrderFacts { redacted: true, ..OrderFacts::default() });
        settled(&sql);
        assert_eq!(all(), before, "{id}");
    }
}

// R31, R45, R51
#[test]
fn writers_at_once_end_as_if_one_came_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    furnish(&NativeSql::open(&path), TERMS);
    std::thread::scope(|scope| {
        for writer in 0..6_i64 {
            let path = &path;
            scope.spawn(move || {
                let sql = NativeSql::open(path);
                for buyer in 0..6 {
                    deliver(&sql, &format!("{buyer}-{writer}"), bought(writer, &format!("b{buyer}")));
                }
            });
        }
    });
    let sql = NativeSql::open(&path);
    settled(&sql);
    for buyer in 0..6 {
        let found: Vec<_> = (0..6).map(|writer| told(&order(&sql, &format!("{buyer}-{writer}")))).collect();
        let doubted = (RETURNING, 1, 0);
        let expected = [(NEW, 0, 2_000), (RETURNING, 0, 1_000), doubted, doubted, doubted, doubted];
        assert_eq!(found, expected);
    }
}

/// An order: its day, its buyer, its code (0 for none), whether it is paid for, and whether it is called off.
type Sale = (i64, usize, usize, bool, bool);

const CODES: [&[&str]; 3] = [&[], &["ANNA10"], &["BOB10"]];

/// What the rules say of each, told in other words than the program's.
fn by_the_rules(sales: &[Sale]) -> Vec<(Option<Customer>, usize, i64)> {
    let of = |(index, (day, buyer, code, paid, canceled)): (usize, &Sale)| {
        let others = || sales.iter().enumerate().filter(|(other, sale)| *other != index && sale.1 == *buyer);
        let bought_before = others().any(|(other, sale)| sale.3 && (sale.0, other) < (*day, index));
        let by_code = others()
            .filter(|(other, sale)| sale.2 == *code && (sale.0, *other) < (*day, index) && sale.0 >= day - 30)
            .count();
        let is_doubted = *code > 0 && by_code >= 2;
        let earns = *code > 0 && *paid && !canceled && !is_doubted;
        let amount = if bought_before { 1_000 } else { 2_000 };
        (if bought_before { RETURNING } else { NEW }, usize::from(is_doubted), if earns { amount } else { 0 })
    };
    sales.iter().enumerate().map(of).collect()
}

/// What is said of an order, and when it is asked about meanwhile.
#[derive(Debug, Clone, Copy)]
enum Event {
    Placed(usize),
    Paid(usize),
    Canceled(usize),
    Read,
}

fn events(sales: &[Sale]) -> Vec<Event> {
    let of = |(index, sale): (usize, &Sale)| {
        let placed = [Event::Placed(index), Event::Placed(index)].into_iter();
        placed.chain(sale.3.then_some(Event::Paid(index))).chain(sale.4.then_some(Event::Canceled(index)))
    };
    sales.iter().enumerate().flat_map(of).chain([Event::Read, Event::Read]).collect()
}

fn told_of(event: Event, sales: &[Sale]) -> Option<Booking> {
    let (index, facts) = match event {
        Event::Placed(index) => {
            let (day, buyer, code, ..) = sales[index];
            (index, placed(day, ["eve", "kim"][buyer], CODES[code]))
        }
        Event::Paid(index) => (index, paid()),
        Event::Canceled(index) => (index, canceled()),
        Event::Read => return None,
    };
    Some(booking(&index.to_string(), facts))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    // R31, R32, R45, R51, R53
    #[test]
    fn whatever_the_order_of_arrival_and_the_batches_buyers_are_known_as_the_rules_say(
        (sales, arrivals, batch) in proptest::collection::vec(
            (0..50_i64, 0..2_usize, 0..3_usize, proptest::bool::weighted(0.8), proptest::bool::weighted(0.1)), 1..8,
        ).prop_flat_map(|sales| {
            let events = events(&sales);
            (Just(sales), Just(events).prop_shuffle(), 1..8_usize)
        })
    ) {
        let sql = furnished(TERMS);
        for events in arrivals.chunks(batch) {
            let bookings: Vec<Booking> = events.iter().filter_map(|event| told_of(*event, &sales)).collect();
            prop_assert!(book_together(&sql, &bookings).into_iter().all(|booked| booked.is_ok()));
            if bookings.len() < events.len() {
                settled(&sql);
            }
        }
        settled(&sql);
        let found: Vec<_> = (0..sales.len()).map(|index| told(&order(&sql, &index.to_string()))).collect();
        prop_assert_eq!(&found, &by_the_rules(&sales));
        prop_assert_eq!(
            number(&sql, "SELECT COALESCE(SUM(due), 0) FROM balances"),
            found.iter().map(|(_, _, owed)| owed).sum::<i64>()
        );
        prop_assert_eq!(what_if(&sql, None, false).moved_in_all, 0);
    }
}
