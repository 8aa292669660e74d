use futures::executor::block_on;
use tributary_domain::Timestamp;
use tributary_domain::ids::CreatorId;

use super::{Proof, balances, list, prove, statements};
use crate::native::NativeSql;
use crate::orders::tests::{deliver, furnished, now, number, paid, placed, refund, run};

/// A ledger with as many lines as there are orders.
fn booked(orders: u32) -> NativeSql {
    let sql = furnished("{}");
    for order in 0..orders {
        deliver(&sql, &order.to_string(), placed(10_000, &["ANNA10"]).merge(paid()));
    }
    sql
}

fn proof(sql: &NativeSql) -> Proof {
    block_on(prove(sql)).unwrap()
}

fn open(sql: &NativeSql) {
    run(sql, "DROP TRIGGER ledger_no_update");
    run(sql, "DROP TRIGGER ledger_no_delete");
}

// R53
#[test]
fn new_lines_are_sealed_and_old_ones_held_to_their_seals() {
    let sql = booked(3);
    assert_eq!(proof(&sql), Proof { lines: 3, first_broken: None });
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM ledger_seals"), 3);
    deliver(&sql, "1", refund("r1", 10_000));
    assert_eq!(proof(&sql), Proof { lines: 4, first_broken: None });
    assert_eq!(proof(&sql), Proof { lines: 4, first_broken: None });
}

// R53
#[test]
fn a_ledger_of_many_pages_is_proved_to_its_end() {
    let sql = booked(2);
    run(
        &sql,
        "INSERT INTO ledger (creator_id, order_id, kind, amount, currency, at, reason, actor)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
         SELECT 'crt_0000000000000000000000000A', NULL, 'payout', -1, 'EUR', i, 'r', 'root' FROM n",
    );
    assert_eq!(proof(&sql), Proof { lines: 1_202, first_broken: None });
    open(&sql);
    run(&sql, "UPDATE ledger SET reason = 'q' WHERE number = 1100");
    assert_eq!(proof(&sql), Proof { lines: 1_202, first_broken: Some(1_100) });
}

// R53
#[test]
fn whatever_is_done_to_a_sealed_line_is_named() {
    for (tampering, broken) in [
        ("UPDATE ledger SET amount = amount + 1 WHERE number = 2", 2),
        ("UPDATE ledger SET currency = 'no currency' WHERE number = 2", 2),
        ("UPDATE ledger SET amount = 'text' WHERE number = 2", 2),
        ("UPDATE ledger SET creator_id = 'crt_0000000000000000000000000B' WHERE number = 3", 3),
        ("DELETE FROM ledger WHERE number = 2", 2),
        ("DELETE FROM ledger WHERE number = 4", 4),
        ("UPDATE ledger_seals SET hash = 'x' WHERE number = 1", 1),
        ("DELETE FROM ledger_seals WHERE number = 3", 3),
    ] {
        let sql = booked(4);
        proof(&sql);
        open(&sql);
        run(&sql, tampering);
        assert_eq!(proof(&sql).first_broken, Some(broken), "{tampering}");
        assert_eq!(proof(&sql).first_broken, Some(broken), "again: {tampering}");
    }
}

// R53
#[test]
fn balances_and_lines_tell_the_same_sum() {
    let sql = booked(2);
    deliver(&sql, "1", refund("r1", 5_000));
    let anna = CreatorId::parse("crt_0000000000000000000000000A").unwrap();
    let lines = block_on(list(&sql, Some(&anna), None, 100)).unwrap();
    assert!(lines.is_sorted_by(|a, b| a.number > b.number));
    let sum: i64 = lines.iter().map(|line| line.amount.amount).sum();
    let balances = block_on(balances(&sql, &anna)).unwrap().unwrap();
    assert_eq!((balances.len(), balances[0].due.amount, sum), (1, 1_500, 1_500));
    assert_eq!(block_on(list(&sql, None, lines.first().map(|line| line.number), 100)).unwrap().len(), 2);
}

// R53
#[test]
fn a_creator_without_sales_has_no_balance_and_an_unknown_one_is_none() {
    let sql = booked(1);
    let of = |id| block_on(balances(&sql, &CreatorId::parse(id).unwrap())).unwrap();
    assert_eq!(of("crt_0000000000000000000000000B"), Some(vec![]));
    assert_eq!(of("crt_0000000000000000000000000C"), None);
}

// R54
#[test]
fn a_statement_leads_from_what_was_due_to_what_is_due() {
    let sql = booked(3);
    deliver(&sql, "1", refund("r1", 4_000));
    let (creator, day) = (CreatorId::parse("crt_0000000000000000000000000A").unwrap(), now().day().start());
    let of = |from: Timestamp, before: Timestamp| {
        let found = block_on(statements(&sql, &creator, from, before)).unwrap();
        let statement = found.into_values().next().unwrap();
        (statement.opening, statement.earned, statement.paid, statement.closing(), statement.lines.len())
    };
    assert_eq!(of(day, day.plus_days(1)), (0, 2_600, 0, 2_600, 4));
    assert_eq!(of(day.plus_days(1), day.plus_days(31)), (2_600, 0, 0, 2_600, 0));
    run(
        &sql,
        &format!(
            "INSERT INTO ledger (creator_id, kind, amount, currency, at, reason, actor)
             VALUES ('{creator}', 'payout', -2000, 'EUR', {}, 'pay_1', 'root')",
            day.plus_days(2).as_millis()
        ),
    );
    assert_eq!(of(day.plus_days(1), day.plus_days(31)), (2_600, 0, 2_000, 600, 1));
}
