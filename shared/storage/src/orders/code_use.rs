//! What was seen around orders that a code alone earned (R45): looked up where the plan wants to know, once an order.

use std::rc::Rc;

use tributary_domain::doubt;
use tributary_domain::order::CodeUse;
use tributary_domain::plan::{ReviewTerms, Terms};

use super::owners::Known;
use super::read::{Kind, OrderRow};
use crate::sql::{Row, Sql, SqlError, Statement, rows_of_places};

/// Each figure is read off an index: the buyer's orders, and the daily counts of a few links.
const SEEN: (&str, &str) = (
    "WITH wanted (place, of_store, of_order, of_buyer, of_creator, of_enrollment, since, at, day_before, day_since, day)
        AS (VALUES ",
    ") SELECT place,
        (SELECT COUNT(*) FROM orders o WHERE o.store_id = of_store AND o.buyer = of_buyer AND o.placed_at >= since
            AND o.placed_at <= at
            AND (o.placed_at, length(o.external_id), o.external_id) < (at, length(of_order), of_order)
            AND o.test = 0 AND COALESCE(o.creator_id, '') = of_creator) AS buyer_orders,
        (SELECT CAST(COALESCE(SUM(d.clicks), 0) AS BIGINT) FROM links l CROSS JOIN click_days d
            WHERE l.enrollment_id = of_enrollment AND d.link_number = l.number
                AND d.day > day_since AND d.day <= day AND d.outcome IN (0, 100)) AS clicks,
        (SELECT CAST(COALESCE(SUM(d.clicks), 0) AS BIGINT) FROM links l CROSS JOIN click_days d
            WHERE l.enrollment_id = of_enrollment AND d.link_number = l.number
                AND d.day > day_before AND d.day <= day_since AND d.outcome IN (0, 100)) AS clicks_before
    FROM wanted",
);
const COLUMNS: usize = 11;

/// Looks at those of these credited orders that nobody has looked at yet, and notes what raises a doubt: one read for
/// all of them, none where there are none.
///
/// # Errors
/// The database's trouble.
pub(super) async fn look<'a>(
    sql: &impl Sql,
    credited: impl Iterator<Item = (&'a mut OrderRow, &'a Option<Rc<Known>>)>,
) -> Result<(), SqlError> {
    let open = |(row, known): (&'a mut OrderRow, &'a Option<Rc<Known>>)| {
        let terms = &known.as_ref()?.terms;
        is_open(row, &terms.review).then_some((row, terms))
    };
    let mut open: Vec<_> = credited.filter_map(open).collect();
    if open.is_empty() {
        return Ok(());
    }
    let (before, after) = SEEN;
    let statement = Statement::new([before, &rows_of_places(1, open.len(), COLUMNS), after].concat());
    let statement =
        (0_u32..).zip(&open).fold(statement, |statement, (place, (row, _))| bind(statement, place, row));
    for found in &sql.execute(statement).await? {
        let place: u32 = found.get("place")?;
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        if let Some((row, terms)) = open.get_mut(place) {
            row.facts.code_use = read(found, row)?;
            let doubts = doubts(row, Some(terms));
            row.doubts.extend(doubts);
        }
    }
    Ok(())
}

/// A renewal is no new use of a code, and of an order that nobody has described nothing tells when it was placed.
fn is_open(row: &OrderRow, review: &ReviewTerms) -> bool {
    review.looks_at_codes()
        && is_by_code_alone(row)
        && row.facts.snapshot.is_some()
        && row.facts.binding.is_none()
        && row.facts.code_use.as_ref().is_none_or(|seen| Some(&seen.enrollment) != row.enrollment.as_ref())
}

fn is_by_code_alone(row: &OrderRow) -> bool {
    row.kind == Kind::Order && !row.test && row.creator.is_some() && row.source.as_deref() == Some("code")
}

/// What was seen of an order, held to the plan's limits.
pub(super) fn doubts(row: &OrderRow, terms: Option<&Terms>) -> Vec<String> {
    let seen = row.facts.code_use.as_ref();
    let seen = seen.filter(|seen| is_by_code_alone(row) && Some(&seen.enrollment) == row.enrollment.as_ref());
    let Some((seen, terms)) = seen.zip(terms) else { return Vec::new() };
    let review = &terms.review;
    let buyer = review.orders_per_buyer.and_then(|most| doubt::repeated_buyer(seen, most));
    let clicks = review.clicks_dried_up_from.and_then(|fewest| doubt::clicks_dried_up(seen, fewest));
    [buyer, clicks].into_iter().flatten().collect()
}

fn bind(statement: Statement, place: u32, row: &OrderRow) -> Statement {
    let since = row.placed_at.plus_days(-CodeUse::DAYS);
    statement
        .bind(place)
        .bind(&row.store)
        .bind(&row.external_id)
        .bind(row.buyer.as_deref())
        .bind(row.creator.as_ref())
        .bind(row.enrollment.as_ref())
        .bind(since)
        .bind(row.placed_at)
        .bind(row.placed_at.plus_days(-2 * CodeUse::DAYS).day())
        .bind(since.day())
        .bind(row.placed_at.day())
}

fn read(found: &Row, row: &OrderRow) -> Result<Option<CodeUse>, SqlError> {
    let Some(enrollment) = row.enrollment.clone() else { return Ok(None) };
    Ok(Some(CodeUse {
        enrollment,
        buyer_orders: found.get("buyer_orders")?,
        clicks: found.get("clicks")?,
        clicks_before: found.get("clicks_before")?,
    }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use futures::executor::block_on;
    use tributary_domain::click_id::LinkNumber;
    use tributary_domain::conversion::Approval;
    use tributary_domain::order::{OrderFacts, Snapshot};

    use crate::imports::{self, ClickDay};
    use crate::native::{Explaining, NativeSql};
    use crate::orders::tests::{book_with, check_books, click, deliver, furnished, paid, placed, refund};
    use crate::sql::Sql;

    const BUYER: &str = "5555555555555555555555555555555555555555555555555555555555555555";
    const REVIEW: &str = r#"{"review": {"ordersPerBuyer": 2, "clicksDriedUpFrom": 100}}"#;

    /// An order of a buyer with Anna's code, so many days after the first.
    fn bought(day: i64, buyer: &str) -> OrderFacts {
        let facts = placed(10_000, &["ANNA10"]);
        let snapshot =
            facts.snapshot.map(|told| Snapshot { placed_at: told.placed_at.plus_days(day), ..told });
        OrderFacts { snapshot, buyers: BTreeSet::from([buyer.to_owned()]), ..paid() }
    }

    /// Clicks on Anna's link, so many days before the first order.
    fn clicked(sql: &NativeSql, days: i64, clicks: u32) {
        let first = placed(1, &[]).snapshot.unwrap().placed_at;
        let day = ClickDay { day: first.plus_days(-days).day(), clicks, unique_clicks: clicks };
        for statement in imports::put(LinkNumber::new(1).unwrap(), &[day]) {
            block_on(sql.execute(statement)).unwrap();
        }
    }

    // R45
    #[test]
    fn one_buyer_again_and_again_by_code_alone_is_doubted_with_the_figures() {
        let sql = furnished(REVIEW);
        for (order, day, buyer, doubts) in [
            ("1", 0, BUYER, vec![]),
            ("2", 1, BUYER, vec![]),
            ("of somebody else", 2, "66", vec![]),
            ("3", 3, BUYER, vec!["repeated_buyer: 2 other orders in 30 days, of 2"]),
            ("4", 4, BUYER, vec!["repeated_buyer: 3 other orders in 30 days, of 2"]),
            ("much later", 50, BUYER, vec![]),
        ] {
            let row = deliver(&sql, order, bought(day, buyer));
            assert_eq!(row.doubts, doubts, "{order}");
            assert_eq!(row.approval == Some(Approval::Review), !row.doubts.is_empty(), "{order}");
        }
        let mut clicked = bought(5, BUYER);
        clicked.click_ids.insert(click(1, -60));
        assert_eq!(deliver(&sql, "by a click too", clicked).doubts, [""; 0]);
        check_books(&sql);
    }

    // R45
    #[test]
    fn a_code_without_a_click_is_doubted_where_its_creators_clicks_dried_up() {
        for (before, lately, doubts) in [
            (100, 10, vec!["clicks_dried_up: 10 clicks in 30 days, 100 in the 30 before"]),
            (100, 11, vec![]),
            (99, 0, vec![]),
            (0, 0, vec![]),
        ] {
            let sql = furnished(REVIEW);
            clicked(&sql, 40, before);
            clicked(&sql, 5, lately);
            clicked(&sql, 70, 1_000);
            let row = deliver(&sql, "1", bought(0, BUYER));
            assert_eq!(row.doubts, doubts, "{before} {lately}");
            check_books(&sql);
        }
    }

    // R32, R45
    #[test]
    fn what_was_seen_at_first_is_kept_whatever_comes_later() {
        let sql = furnished(REVIEW);
        clicked(&sql, 40, 500);
        let doubted = deliver(&sql, "1", bought(0, BUYER)).doubts;
        assert_eq!(doubted, ["clicks_dried_up: 0 clicks in 30 days, 500 in the 30 before"]);
        clicked(&sql, 3, 400);
        assert_eq!(deliver(&sql, "1", refund("r", 1_000)).doubts, doubted);
        let fresh = deliver(&sql, "2", bought(-1, BUYER));
        assert!(fresh.doubts.is_empty(), "{:?}", fresh.doubts);
        clicked(&sql, 3, 0);
        assert!(deliver(&sql, "2", refund("r", 1_000)).doubts.is_empty());
        let mut click_too = OrderFacts::default();
        click_too.click_ids.insert(click(1, -60));
        assert!(deliver(&sql, "1", click_too).doubts.is_empty(), "a click explains it");
        check_books(&sql);
    }

    // R45
    #[test]
    fn figures_are_read_off_indexes_and_only_where_a_plan_asks_for_them() {
        for (terms, looks) in [("{}", false), (REVIEW, true)] {
            let inner = furnished(terms);
            let sql = Explaining::new(&inner);
            let row = book_with(&sql, "1", bought(0, BUYER));
            assert_eq!(row.facts.code_use.is_some(), looks);
            let steps = sql.take_steps();
            for index in [
                "orders_buyer (store_id=? AND buyer=? AND placed_at>? AND placed_at<?)",
                "links_enrollment (enrollment_id=?)",
                "sqlite_autoindex_click_days_1 (link_number=? AND day>? AND day<?)",
            ] {
                assert_eq!(steps.iter().any(|step| step.contains(index)), looks, "{index}: {steps:#?}");
            }
            book_with(&sql, "1", refund("r", 100));
            assert!(!sql.take_steps().iter().any(|step| step.contains("click_days")), "once an order");
        }
    }
}
