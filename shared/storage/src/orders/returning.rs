//! Whether the buyer of an order had bought in its store before: decided when the order and its buyer are first known,
//! and kept with the order. What becomes known later of orders before it changes it: see `history`.

use std::collections::HashSet;

use tributary_domain::Timestamp;
use tributary_domain::ids::StoreId;
use tributary_domain::order::{Customer, Status};

use super::read::OrderRow;
use crate::sql::{Sql, SqlError, Statement, rows_of_places};

/// The wanted orders whose buyer paid for another one that was placed before. The view `buyer_histories` has the same
/// words for orders that are kept.
const BOUGHT_BEFORE: (&str, &str) = (
    "WITH wanted (of_store, of_order, of_buyer, until) AS (VALUES ",
    ") SELECT of_store, of_order FROM wanted WHERE EXISTS (SELECT 1 FROM orders
        WHERE store_id = of_store AND buyer = of_buyer AND placed_at <= until
          AND (placed_at, length(external_id), external_id) < (until, length(of_order), of_order) AND test = 0
          AND (status IN ('paid', 'partially_refunded', 'refunded') OR instr(facts, '\"paid\":true') > 0))",
);

/// Decides it for those of these orders for which nobody has yet: one read for all of them, none where there are none.
///
/// The orders that are booked in the same moment count among each other, the earlier for the later.
///
/// # Errors
/// The database's trouble.
pub(super) async fn decide(sql: &impl Sql, mut rows: Vec<&mut OrderRow>) -> Result<(), SqlError> {
    let open: Vec<bool> = rows.iter().map(|row| is_open(row)).collect();
    if !open.contains(&true) {
        return Ok(());
    }
    let undecided: Vec<&OrderRow> =
        rows.iter().zip(&open).filter(|(_, open)| **open).map(|(row, _)| &**row).collect();
    let before = bought_before(sql, &undecided).await?;
    let now: Vec<Purchase> = rows.iter().filter_map(|row| Purchase::of(row)).collect();
    for (row, _) in rows.iter_mut().zip(open).filter(|(_, open)| *open) {
        let key = (row.store.clone(), row.external_id.clone());
        let returning = before.contains(&key) || now.iter().any(|purchase| purchase.is_before(row));
        row.facts.customer = Some(if returning { Customer::Returning } else { Customer::New });
    }
    Ok(())
}

/// Without a description nothing tells when it was placed.
fn is_open(row: &OrderRow) -> bool {
    let facts = &row.facts;
    row.buyer.is_some() && facts.customer.is_none() && facts.snapshot.is_some()
}

async fn bought_before(sql: &impl Sql, rows: &[&OrderRow]) -> Result<HashSet<(StoreId, String)>, SqlError> {
    let (before, after) = BOUGHT_BEFORE;
    let statement = Statement::new([before, &rows_of_places(1, rows.len(), 4), after].concat());
    let statement = rows.iter().fold(statement, |statement, row| {
        statement.bind(&row.store).bind(&row.external_id).bind(row.buyer.as_deref()).bind(row.placed_at)
    });
    let found = sql.execute(statement).await?;
    found.iter().map(|row| Ok((row.parse("of_store", StoreId::parse)?, row.get("of_order")?))).collect()
}

/// An order that was paid for.
struct Purchase {
    store: StoreId,
    buyer: String,
    place: Place,
}

/// When an order was placed; of one moment the shop's ids say which was first, because shops count.
type Place = (Timestamp, usize, String);

fn place(row: &OrderRow) -> Place {
    (row.placed_at, row.external_id.chars().count(), row.external_id.clone())
}

impl Purchase {
    fn of(row: &OrderRow) -> Option<Self> {
        let is_paid = matches!(row.status, Status::Paid | Status::PartiallyRefunded | Status::Refunded);
        let buyer = row.buyer.clone().filter(|_| (is_paid || row.facts.paid) && !row.test)?;
        Some(Self { store: row.store.clone(), buyer, place: place(row) })
    }

    fn is_before(&self, row: &OrderRow) -> bool {
        self.store == row.store && row.buyer.as_ref() == Some(&self.buyer) && self.place < place(row)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use futures::executor::block_on;
    use tributary_domain::ids::OrderId;
    use tributary_domain::order::{OrderFacts, Snapshot};

    use super::*;
    use crate::native::{Explaining, NativeSql};
    use crate::orders::book::Booking;
    use crate::orders::tests::{
        book_together, booking, check_books, deliver, furnished, number, paid, placed, refund,
    };

    const BUYER: &str = "5555555555555555555555555555555555555555555555555555555555555555";

    /// An order of a buyer, so many days after the first.
    fn bought(day: i64, buyer: &str) -> OrderFacts {
        let facts = placed(10_000, &["ANNA10"]);
        let snapshot =
            facts.snapshot.map(|told| Snapshot { placed_at: told.placed_at.plus_days(day), ..told });
        OrderFacts { snapshot, buyers: BTreeSet::from([buyer.to_owned()]), ..paid() }
    }

    fn test_order(day: i64) -> OrderFacts {
        let facts = bought(day, BUYER);
        let snapshot = facts.snapshot.map(|told| Snapshot { test: true, ..told });
        OrderFacts { snapshot, ..facts }
    }

    #[track_caller]
    fn check(sql: &NativeSql, external_id: &str, facts: OrderFacts, expected: Option<Customer>) {
        assert_eq!(deliver(sql, external_id, facts).facts.customer, expected, "{external_id}");
    }

    // R51
    #[test]
    fn a_buyer_returns_who_paid_for_an_order_before() {
        let sql = furnished("{}");
        check(&sql, "unpaid", OrderFacts { paid: false, ..bought(0, BUYER) }, Some(Customer::New));
        check(&sql, "test", test_order(1), Some(Customer::New));
        check(&sql, "first", bought(2, BUYER), Some(Customer::New));
        check(&sql, "second", bought(3, BUYER), Some(Customer::Returning));
        check(&sql, "late news of an earlier one", bought(1, BUYER), Some(Customer::New));
        check(&sql, "of somebody else", bought(4, &BUYER.replace('5', "6")), Some(Customer::New));
        check(&sql, "of nobody", placed(10_000, &["ANNA10"]).merge(paid()), None);
        check_books(&sql);
    }

    // R33, R43, R51
    #[test]
    fn what_a_buyer_was_stays_whatever_becomes_of_the_orders() {
        let sql = furnished("{}");
        deliver(&sql, "first", bought(0, BUYER));
        check(&sql, "second", bought(1, BUYER), Some(Customer::Returning));
        deliver(&sql, "first", refund("r", 10_000));
        deliver(&sql, "first", OrderFacts { canceled: true, ..OrderFacts::default() });
        check(&sql, "second", refund("r", 1_000), Some(Customer::Returning));
        check(&sql, "first", bought(0, BUYER), Some(Customer::New));
        check(
            &sql,
            "second",
            OrderFacts { redacted: true, ..OrderFacts::default() },
            Some(Customer::Returning),
        );
        assert_eq!(
            number(&sql, "SELECT COUNT(*) FROM orders WHERE buyer IS NOT NULL"),
            1,
            "who is forgotten"
        );
        check_books(&sql);
    }

    // R31, R51
    #[test]
    fn of_orders_that_come_at_once_the_earlier_count_for_the_later() {
        let sql = furnished("{}");
        let bookings: Vec<Booking> =
            [("b", 5), ("c", 9), ("a", 1)].map(|(id, day)| booking(id, bought(day, BUYER))).into();
        let told: Vec<_> = book_together(&sql, &bookings)
            .into_iter()
            .map(|booked| booked.unwrap().row.facts.customer)
            .collect();
        assert_eq!(told, [Customer::Returning, Customer::Returning, Customer::New].map(Some));
        check_books(&sql);
    }

    // R51
    #[test]
    fn a_buyers_orders_are_found_by_an_index() {
        let inner = furnished("{}");
        let sql = Explaining::new(&inner);
        let row = crate::orders::tests::book_with(&sql, "1", bought(0, BUYER));
        assert!(OrderId::parse(row.id.as_str()).is_ok());
        let steps = sql.take_steps();
        assert!(
            steps.iter().any(|step| step.contains("orders_buyer (store_id=? AND buyer=? AND placed_at<?)")),
            "{steps:#?}"
        );
        assert!(
            block_on(bought_before(&inner, &[&row])).unwrap().is_empty(),
            "an order is not before itself"
        );
    }
}
