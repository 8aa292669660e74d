use std::cell::{Cell, RefCell};

use futures::executor::block_on;
use proptest::prelude::*;
use tributary_domain::click_id::Verifier;

use super::{Booked, Booking, Desk, Take, book_all};
use crate::native::NativeSql;
use crate::orders::Owners;
use crate::orders::tests::{
    booking, buyer_key, check_books, furnished, keys, now, number, paid, placed, refund, run, webhook,
};
use crate::sql::{Row, Sql, SqlError, Statement};

/// Counts what reaches the database.
struct Counted<'a> {
    inner: &'a NativeSql,
    reads: Cell<u32>,
    writes: Cell<u32>,
}

impl<'a> Counted<'a> {
    fn new(inner: &'a NativeSql) -> Self {
        Self { inner, reads: Cell::new(0), writes: Cell::new(0) }
    }

    /// The statements since this was asked last: those that read, those that write.
    fn take(&self) -> (u32, u32) {
        (self.reads.take(), self.writes.take())
    }
}

impl Sql for Counted<'_> {
    async fn execute(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        let counter = if is_write(&statement) { &self.writes } else { &self.reads };
        counter.set(counter.get() + 1);
        self.inner.execute(statement).await
    }

    async fn transaction(&self, _: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError> {
        Err(SqlError::Other("a unit of work is one statement".to_owned()))
    }
}

fn is_write(statement: &Statement) -> bool {
    statement.sql.starts_with("INSERT")
}

fn book(sql: &impl Sql, owners: &Owners, bookings: &[Booking]) -> Vec<Result<Booked, SqlError>> {
    block_on(book_all(
        &Desk { sql, verifier: &Verifier::new(&keys()), owners, buyer_key: &buyer_key(), now: now() },
        bookings,
    ))
}

fn book_anew(sql: &impl Sql, bookings: &[Booking]) -> Vec<Result<Booked, SqlError>> {
    book(sql, &Owners::default(), bookings)
}

fn sales(ids: std::ops::Range<u32>) -> Vec<Booking> {
    ids.map(|id| booking(&id.to_string(), placed(10_000, &["ANNA10"]).merge(paid()))).collect()
}

// R31
#[test]
fn orders_that_come_at_once_are_written_by_one_statement() {
    let inner = furnished("{}");
    let (sql, owners) = (Counted::new(&inner), Owners::default());
    let booked = book(&sql, &owners, &sales(0..16));
    assert_eq!(sql.take(), (2, 1), "the orders and the code are read, the orders are written");
    for (id, booked) in booked.into_iter().enumerate() {
        let booked = booked.unwrap();
        assert_eq!((booked.row.external_id.as_str(), booked.row.owed), (id.to_string().as_str(), 1_000));
        assert!(booked.changed);
    }
    book(&sql, &owners, &sales(16..32));
    assert_eq!(sql.take(), (1, 1), "whose the code is is known by now");
    assert_eq!(number(&inner, "SELECT due FROM balances"), 32 * 1_000);
    check_books(&inner);
}

// R31
#[test]
fn a_hundred_equal_deliveries_at_once_cost_one_write() {
    let inner = furnished("{}");
    let sql = Counted::new(&inner);
    let equal = vec![booking("1", placed(10_000, &["ANNA10"]).merge(paid())); 100];
    let booked = book_anew(&sql, &equal);
    assert_eq!(sql.take().1, 1);
    let changed = booked.iter().filter(|booked| booked.as_ref().unwrap().changed).count();
    assert_eq!((booked.len(), changed), (100, 1));
    book_anew(&sql, &equal);
    assert_eq!(sql.take(), (1, 0), "what is known already is read and not written");
    assert_eq!(number(&inner, "SELECT COUNT(*) FROM ledger"), 1);
    check_books(&inner);
}

// R32
#[test]
fn several_events_of_one_order_at_once_are_one_write_that_holds_them_all() {
    let inner = furnished("{}");
    let sql = Counted::new(&inner);
    let events = [refund("r1", 4_000), paid(), placed(10_000, &["ANNA10"])];
    let events: Vec<_> = events.into_iter().map(|facts| booking("1", facts)).collect();
    let booked = book_anew(&sql, &events);
    assert_eq!(sql.take().1, 1);
    for booked in booked {
        let booked = booked.unwrap();
        assert_eq!((booked.row.owed, booked.row.version, booked.changed), (600, 1, true));
    }
    check_books(&inner);
}

// R31
#[test]
fn an_order_that_the_database_refuses_takes_no_other_with_it() {
    let sql = furnished("{}");
    run(
        &sql,
        "CREATE TRIGGER refused BEFORE INSERT ON orders WHEN NEW.external_id = '3'
         BEGIN SELECT RAISE(ABORT, 'refused'); END",
    );
    let booked = book_anew(&sql, &sales(0..8));
    let failed: Vec<_> = booked.iter().map(Result::is_err).collect();
    assert_eq!(failed, [false, false, false, true, false, false, false, false]);
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM orders"), 7);
    check_books(&sql);
}

// R31
#[test]
fn an_order_that_cannot_be_read_any_more_takes_no_other_with_it() {
    let sql = furnished("{}");
    book_anew(&sql, &sales(0..2));
    run(&sql, "UPDATE orders SET facts = 'broken' WHERE external_id = '1'");
    let booked = book_anew(&sql, &["0", "1", "2"].map(|id| booking(id, refund("r1", 1_000))));
    assert_eq!(booked[0].as_ref().unwrap().row.owed, 900);
    assert!(matches!(booked[1], Err(SqlError::Data(_))), "{:?}", booked[1]);
    assert!(booked[2].is_ok());
}

// R35
#[test]
fn of_reports_that_come_at_once_only_the_first_counts_where_nobody_proved_anything() {
    let sql = furnished("{}");
    let report = |net| Booking { take: Take::IfNew, ..booking("1", placed(net, &["ANNA10"]).merge(paid())) };
    let booked = book_anew(&sql, &[report(10_000), report(90_000)]);
    let changed: Vec<_> = booked.iter().map(|booked| booked.as_ref().unwrap().changed).collect();
    assert_eq!(changed, [true, false]);
    assert_eq!(number(&sql, "SELECT due FROM balances"), 1_000);
}

/// Somebody else books something right before the first write.
struct Raced<'a> {
    inner: &'a NativeSql,
    elsewhere: RefCell<Vec<Booking>>,
}

impl Sql for Raced<'_> {
    async fn execute(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        if is_write(&statement) {
            let (verifier, owners) = (Verifier::new(&keys()), Owners::default());
            let desk = Desk {
                sql: self.inner,
                verifier: &verifier,
                owners: &owners,
                buyer_key: &buyer_key(),
                now: now(),
            };
            book_all(&desk, &self.elsewhere.take()).await;
        }
        self.inner.execute(statement).await
    }

    async fn transaction(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError> {
        self.inner.transaction(statements).await
    }
}

// R31, R32
#[test]
fn an_order_that_somebody_else_writes_meanwhile_is_read_again_and_the_others_are_written_once() {
    let inner = furnished("{}");
    let sql = Raced { inner: &inner, elsewhere: RefCell::new(vec![booking("1", refund("r1", 4_000))]) };
    let booked = book_anew(&sql, &sales(0..3));
    let rows: Vec<_> = booked.into_iter().map(|booked| booked.unwrap().row).collect();
    assert_eq!(rows.iter().map(|row| row.version).collect::<Vec<_>>(), [1, 2, 1]);
    assert_eq!(rows.iter().map(|row| row.owed).collect::<Vec<_>>(), [1_000, 600, 1_000]);
    check_books(&inner);
}

// R22
#[test]
fn a_code_that_was_unknown_a_moment_ago_credits_as_soon_as_it_is_somebodys() {
    let sql = furnished("{}");
    run(&sql, "UPDATE codes SET text = 'ANNA20' WHERE text = 'ANNA10'");
    let owners = Owners::default();
    let order = |id: &str| [booking(id, placed(10_000, &["ANNA10"]).merge(paid()))];
    assert_eq!(book(&sql, &owners, &order("1"))[0].as_ref().unwrap().row.enrollment, None);
    run(&sql, "UPDATE codes SET text = 'ANNA10' WHERE text = 'ANNA20'");
    assert!(book(&sql, &owners, &order("2"))[0].as_ref().unwrap().row.enrollment.is_some());
}

// R5, R40, R44
#[test]
fn a_code_that_the_shop_refused_and_never_had_credits_nobody_until_it_is_active() {
    let sql = furnished("{}");
    let owners = Owners::default();
    let credits = |id: &str| {
        let order = [booking(id, placed(10_000, &["ANNA-2"]).merge(paid()))];
        book(&sql, &owners, &order)[0].as_ref().unwrap().row.enrollment.is_some()
    };
    let becomes = |changes: &str| run(&sql, &format!("UPDATE codes SET {changes} WHERE text = 'ANNA-2'"));
    run(&sql, "UPDATE codes SET text = 'ANNA-2', status = 'pending' WHERE text = 'ANNA10'");
    becomes("status = 'failed'");
    assert!(!credits("1"), "it failed");
    becomes("status = 'disabled'");
    assert!(!credits("2"), "switched off, it is still somebody else's in the shop");
    becomes("status = 'pending'");
    assert!(!credits("3"), "it is tried again");
    becomes("status = 'active', remote = 'gid://1', shop_text = text");
    assert!(credits("4"), "made at last, it counts at once");
    becomes("status = 'disabled'");
    assert!(credits("5"), "it worked before it was switched off");
}

// R5, R7, R12
#[test]
fn a_code_that_worked_goes_on_crediting_though_it_failed_later() {
    for (worked, failed) in [
        ("status = 'active'", "status = 'failed'"),
        (
            "status = 'active', remote = 'gid://1', shop_text = text",
            "status = 'failed', remote = NULL, shop_text = NULL",
        ),
        ("status = 'pending', remote = 'gid://1', shop_text = text", "status = 'failed'"),
    ] {
        let sql = furnished("{}");
        for change in ["status = 'pending'", worked, "status = 'pending'", failed] {
            run(&sql, &format!("UPDATE codes SET {change} WHERE text = 'ANNA10'"));
        }
        let order = [booking("1", placed(10_000, &["ANNA10"]).merge(paid()))];
        assert_eq!(book_anew(&sql, &order)[0].as_ref().unwrap().row.owed, 1_000, "{worked}");
    }
}

// R5, R7
#[test]
fn a_renamed_code_whose_new_text_the_shop_refused_credits_by_the_old_one_alone() {
    let sql = furnished("{}");
    run(&sql, "UPDATE codes SET remote = 'gid://1', shop_text = text WHERE text = 'ANNA10'");
    run(&sql, "UPDATE codes SET status = 'pending', text = 'TAKEN-1' WHERE text = 'ANNA10'");
    run(&sql, "UPDATE codes SET status = 'failed' WHERE text = 'TAKEN-1'");
    let order = [booking("1", placed(10_000, &["TAKEN-1"]).merge(paid()))];
    assert_eq!(
        book_anew(&sql, &order)[0].as_ref().unwrap().row.enrollment,
        None,
        "the shop has it as ANNA10"
    );
    run(&sql, "UPDATE codes SET text = 'ANNA10' WHERE text = 'TAKEN-1'");
    let order = [booking("2", placed(10_000, &["ANNA10"]).merge(paid()))];
    assert!(book_anew(&sql, &order)[0].as_ref().unwrap().row.enrollment.is_some());
}

// R46
#[test]
fn a_code_that_leaked_stops_earning_at_once_though_its_owner_is_remembered() {
    let sql = furnished("{}");
    let owners = Owners::default();
    let order = |id: &str| [booking(id, placed(10_000, &["ANNA10"]).merge(paid()))];
    assert_eq!(book(&sql, &owners, &order("1"))[0].as_ref().unwrap().row.owed, 1_000);
    run(&sql, "INSERT INTO compromised_codes (code_id, since) VALUES ('cod_00000000000000000000000001', 0)");
    assert_eq!(book(&sql, &owners, &order("2"))[0].as_ref().unwrap().row.owed, 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    // R32, R53
    #[test]
    fn booked_together_or_one_by_one_the_books_end_the_same(
        events in proptest::collection::vec((0..3_u8, webhook()), 1..14),
        together in 1..6_usize,
    ) {
        let end = |together: usize| {
            let sql = furnished("{}");
            let events = events.iter().map(|(order, facts)| booking(&order.to_string(), facts.clone()));
            for some in events.collect::<Vec<_>>().chunks(together) {
                assert!(book_anew(&sql, some).iter().all(Result::is_ok));
                check_books(&sql);
            }
            let orders = block_on(crate::orders::list(&sql, crate::conversions::Sort::Newest, None, 100)).unwrap();
            let orders = orders.into_iter().map(|row| (row.external_id, row.facts, row.status, row.enrollment, row.owed));
            (orders.collect::<Vec<_>>(), number(&sql, "SELECT SUM(due) FROM balances"))
        };
        prop_assert_eq!(end(1), end(together));
    }
}
