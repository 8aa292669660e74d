use futures::executor::block_on;
use tributary_domain::ids::{CreatorId, PayoutId};
use tributary_domain::payout::{Status, is_paid};
use tributary_domain::{Currency, Money};

use super::{Marking, Payout, by_id, due, list, make, mark};
use crate::conversions::Sort;
use crate::ledger::{balances, prove};
use crate::native::NativeSql;
use crate::orders::tests::{deliver, furnished, now, number, paid, placed, refund};
use crate::sql::{Sql, SqlError};

const ANNA: &str = "crt_0000000000000000000000000A";
const BOB: &str = "crt_0000000000000000000000000B";

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

/// Anna is due 10.00, Bob 2.00.
fn earned() -> NativeSql {
    let sql = furnished("{}");
    deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    deliver(&sql, "2", placed(2_000, &["BOB10"]).merge(paid()));
    sql
}

/// A batch of everybody who is due so much.
fn read_batch(sql: &NativeSql, number: u8, minimum: i64) -> Payout {
    let due = block_on(due(sql, euro(), None, now())).unwrap();
    Payout {
        id: PayoutId::new(now(), [number; 10]),
        minimum: Money::new(minimum, euro()),
        version: 1,
        created_at: now(),
        lines: due.into_iter().filter(|line| is_paid(line.amount.amount, minimum)).collect(),
    }
}

fn write(sql: &NativeSql, payout: &Payout) -> Result<(), SqlError> {
    block_on(sql.transaction(make(payout, "root"))).map(|_| ())
}

/// What somebody is due and was paid.
fn balance(sql: &NativeSql, creator: &str) -> (i64, i64) {
    let balances = block_on(balances(sql, &CreatorId::parse(creator).unwrap())).unwrap().unwrap();
    (balances[0].due.amount, balances[0].paid.amount)
}

fn marking(status: Status) -> Marking<'static> {
    Marking { status, words: "bounced", actor: "root", at: now() }
}

fn sums_agree(sql: &NativeSql) {
    let sums = "SELECT COUNT(*) FROM balances b WHERE b.due <> (SELECT SUM(l.amount) FROM ledger l
        WHERE l.creator_id = b.creator_id AND l.currency = b.currency)";
    assert_eq!(number(sql, sums), 0);
    assert_eq!(block_on(prove(sql)).unwrap().first_broken, None);
}

// R53, R54
#[test]
fn what_is_in_a_batch_is_a_ledger_line_and_due_no_more() {
    let sql = earned();
    let payout = read_batch(&sql, 1, 500);
    write(&sql, &payout).unwrap();
    assert_eq!((balance(&sql, ANNA), balance(&sql, BOB)), ((0, 1_000), (200, 0)));
    let kept = block_on(by_id(&sql, &payout.id)).unwrap().unwrap();
    assert_eq!(
        (kept.lines.len(), kept.lines[0].amount.amount, kept.lines[0].status),
        (1, 1_000, Status::Pending)
    );
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM ledger WHERE kind = 'payout' AND amount = -1000"), 1);
    sums_agree(&sql);
}

// R54
#[test]
fn of_two_batches_made_at_once_one_is_made() {
    let sql = earned();
    let (first, second) = (read_batch(&sql, 1, 0), read_batch(&sql, 2, 0));
    write(&sql, &first).unwrap();
    assert_eq!(write(&sql, &second), Err(SqlError::Stale));
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM payouts"), 1);
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM payout_lines"), 2);
    assert!(read_batch(&sql, 3, 0).lines.is_empty(), "nobody is due anything any more");
    sums_agree(&sql);
}

// R54
#[test]
fn a_payment_that_failed_is_due_again_and_only_once() {
    let sql = earned();
    write(&sql, &read_batch(&sql, 1, 0)).unwrap();
    let payout = block_on(list(&sql, Sort::Newest, None, 5)).unwrap().pop().unwrap();
    let anna = [CreatorId::parse(ANNA).unwrap()];
    block_on(sql.transaction(mark(&payout, &anna, marking(Status::Failed)))).unwrap();
    assert_eq!((balance(&sql, ANNA), balance(&sql, BOB)), ((1_000, 0), (0, 200)));
    let again = block_on(sql.transaction(mark(&payout, &anna, marking(Status::Failed))));
    assert_eq!(again, Err(SqlError::Stale), "somebody else wrote the batch meanwhile");
    let payout = block_on(by_id(&sql, &payout.id)).unwrap().unwrap();
    block_on(sql.transaction(mark(&payout, &anna, marking(Status::Failed)))).unwrap();
    assert_eq!(balance(&sql, ANNA), (1_000, 0));
    sums_agree(&sql);
}

// R54
#[test]
fn a_payment_that_failed_after_it_was_paid_keeps_the_banks_reference() {
    let sql = earned();
    write(&sql, &read_batch(&sql, 1, 0)).unwrap();
    let anna = [CreatorId::parse(ANNA).unwrap()];
    for (status, words) in [(Status::Paid, "batch 7"), (Status::Failed, "account closed")] {
        let payout = block_on(list(&sql, Sort::Newest, None, 5)).unwrap().pop().unwrap();
        let marking = Marking { words, ..marking(status) };
        block_on(sql.transaction(mark(&payout, &anna, marking))).unwrap();
    }
    let payout = block_on(list(&sql, Sort::Newest, None, 5)).unwrap().pop().unwrap();
    let line = payout.lines.iter().find(|line| line.creator == anna[0]).unwrap();
    assert_eq!(
        (line.reference.as_deref(), line.reason.as_deref()),
        (Some("batch 7"), Some("account closed"))
    );
    let booked = "SELECT COUNT(*) FROM ledger WHERE reason LIKE '% failed: account closed'";
    assert_eq!(number(&sql, booked), 1);
    sums_agree(&sql);
}

// R53, R54
#[test]
fn a_refund_after_a_payout_is_netted_from_the_next_one() {
    let sql = earned();
    write(&sql, &read_batch(&sql, 1, 0)).unwrap();
    deliver(&sql, "1", refund("r1", 4_000));
    assert_eq!(balance(&sql, ANNA), (-400, 1_000));
    assert!(read_batch(&sql, 2, 0).lines.is_empty());
    deliver(&sql, "3", placed(10_000, &["ANNA10"]).merge(paid()));
    let next = read_batch(&sql, 2, 0);
    assert_eq!(next.lines.iter().map(|line| line.amount.amount).collect::<Vec<_>>(), [600]);
    write(&sql, &next).unwrap();
    assert_eq!(balance(&sql, ANNA), (0, 1_600));
    sums_agree(&sql);
}

// R52, R54
#[test]
fn what_is_held_is_in_no_payout() {
    let sql = furnished(r#"{"holdDays": 14}"#);
    let mut facts = placed(10_000, &["ANNA10"]).merge(paid());
    facts.snapshot.as_mut().unwrap().placed_at = now();
    deliver(&sql, "1", facts);
    assert!(read_batch(&sql, 1, 0).lines.is_empty());
    block_on(crate::orders::release_held(&sql, now().plus_days(15))).unwrap();
    assert_eq!(read_batch(&sql, 1, 0).lines.len(), 1);
}
