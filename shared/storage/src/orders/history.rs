//! What orders say of their buyer's other orders, brought up to date where those changed since (R32, R45, R51).

use std::collections::HashMap;

use tributary_domain::Timestamp;
use tributary_domain::ids::OrderId;
use tributary_domain::order::{Customer, OrderFacts};

use crate::sql::{Sql, SqlError, Statement, rows_of_places};

/// Of each noted order's buyer: the orders since that moment that say something else than what is known today. No
/// order matters to those after the next one that was paid for, from which on the buyer returns anyway, and after the
/// days that orders are counted for, where a plan asks for that.
const OUTDATED: (&str, &str) = (
    "WITH noted (id, since) AS (VALUES ",
    ") SELECT DISTINCT h.id, h.is_returning, h.buyer_orders FROM noted CROSS JOIN orders n ON n.id = noted.id
    CROSS JOIN buyer_histories h ON h.store_id = n.store_id AND h.buyer = n.buyer AND h.placed_at >= noted.since
    WHERE h.placed_at <= MAX(n.placed_at + CASE WHEN EXISTS (SELECT 1 FROM plan_versions v
                WHERE json_extract(v.terms, '$.review.ordersPerBuyer') IS NOT NULL AND v.plan_id > '')
            THEN 2592000000 ELSE 0 END,
        COALESCE((SELECT p.placed_at FROM orders p WHERE p.store_id = n.store_id AND p.buyer = n.buyer
            AND p.placed_at > n.placed_at AND p.test = 0
            AND (p.status IN ('paid', 'partially_refunded', 'refunded') OR instr(p.facts, '\"paid\":true') > 0)
            ORDER BY p.placed_at LIMIT 1), 9223372036854775807)) AND h.is_outdated
    LIMIT 500",
);
/// The limit of the statement.
pub(super) const MOST: usize = 500;
/// Before the id of an order whose buyer's orders are to be looked at, as triggers note it.
const SUBJECT: &str = "buyer/";

/// What an order's buyer did before it, by what is known today.
#[derive(Debug, Clone, Copy)]
pub(super) struct History {
    is_returning: bool,
    orders: i64,
}

impl History {
    /// Says it in place of what was said when the order came. What nobody has looked at yet stays open.
    pub(super) fn restate(self, facts: &mut OrderFacts) {
        if facts.customer.is_some() {
            facts.customer = Some(if self.is_returning { Customer::Returning } else { Customer::New });
        }
        if let Some(seen) = &mut facts.code_use {
            seen.buyer_orders = self.orders;
        }
    }
}

/// The order whose buyer this note is about.
pub(super) fn noted(subject: &str) -> Option<OrderId> {
    OrderId::parse(subject.strip_prefix(SUBJECT)?).ok()
}

/// The orders of these orders' buyers that are to be decided anew, and what they should say: [`MOST`] at a time.
pub(super) async fn outdated(
    sql: &impl Sql,
    noted: &[(OrderId, Timestamp)],
) -> Result<HashMap<OrderId, History>, SqlError> {
    if noted.is_empty() {
        return Ok(HashMap::new());
    }
    let (before, after) = OUTDATED;
    let statement = Statement::new([before, &rows_of_places(1, noted.len(), 2), after].concat());
    let statement =
        noted.iter().fold(statement, |statement, (order, since)| statement.bind(order).bind(*since));
    let rows = sql.execute(statement).await?;
    rows.iter()
        .map(|row| {
            let history =
                History { is_returning: row.get("is_returning")?, orders: row.get("buyer_orders")? };
            Ok((row.parse("id", OrderId::parse)?, history))
        })
        .collect()
}
