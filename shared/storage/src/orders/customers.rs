//! Buyers who come back: the first order of a buyer under a plan that binds its customers (R41).
//!
//! A buyer is known again by the keyed hash of their e-mail address, within one shop. Once a buyer is forgotten, their
//! orders stay bound as they were: by the first order's id, which says nothing of anybody.

use std::collections::HashMap;
use std::rc::Rc;

use tributary_domain::Timestamp;
use tributary_domain::ids::OrderId;

use super::book::Desk;
use super::owners::{Known, other_terms, read};
use super::read::OrderRow;
use crate::sql::{Sql, SqlError, Statement, rows_of_places};

/// The first order of a buyer.
#[derive(Clone)]
pub(super) struct Customer {
    pub(super) order: OrderId,
    pub(super) placed_at: Timestamp,
    /// Whom it is credited to, and under which terms.
    pub(super) known: Rc<Known>,
}

/// The trigger that notices a later change of it has the same words.
const FIRST_ORDERS: (&str, &str) = (
    "WITH wanted (of_order, of_store, of_buyer, at, kept) AS (VALUES ",
    concat!(
        ") SELECT wanted.of_order, f.id AS first_order, f.placed_at, f.store_id, f.enrollment_id, f.creator_id,
            f.campaign_id, f.plan_id, f.plan_version, v.terms, ",
        other_terms!("f.plan_id"),
        ", NULL AS text, NULL AS compromised_since, r.email
        FROM wanted CROSS JOIN orders f
        JOIN enrollments e ON e.id = f.enrollment_id
        LEFT JOIN creators r ON r.id = f.creator_id
        JOIN plan_versions v ON v.plan_id = f.plan_id AND v.version = f.plan_version
        WHERE f.id = COALESCE(
            (SELECT k.id FROM orders k
                WHERE k.id = wanted.kept AND k.binds = 1 AND (k.buyer IS NULL OR wanted.of_buyer IS NULL)),
            (SELECT o.id FROM orders o
                WHERE o.store_id = wanted.of_store AND o.buyer = wanted.of_buyer AND o.binds = 1
                    AND (o.placed_at, o.id) < (wanted.at, wanted.of_order)
                ORDER BY o.placed_at, o.id LIMIT 1))"
    ),
);

/// Whether any buyer was bound before a moment.
const BOUND_BEFORE: &str =
    "SELECT EXISTS (SELECT 1 FROM orders WHERE binds = 1 AND store_id > '' AND placed_at < $1) AS is_any";

/// Whether any order before that moment binds its buyer: where none does, nothing is found of such.
pub(super) async fn is_any_before(sql: &impl Sql, moment: Timestamp) -> Result<bool, SqlError> {
    let rows = sql.execute(Statement::new(BOUND_BEFORE).bind(moment)).await?;
    rows.first().map_or(Ok(false), |row| row.get("is_any"))
}

/// The first order of each of these orders' buyers, where there is one before it: by the later order's id.
pub(super) async fn find(
    desk: &Desk<'_, impl Sql>,
    rows: &[&OrderRow],
) -> Result<HashMap<OrderId, Customer>, SqlError> {
    let wanted: Vec<_> = rows.iter().filter(|row| row.buyer.is_some() || row.bound_to.is_some()).collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let (before, after) = FIRST_ORDERS;
    let statement = Statement::new([before, &rows_of_places(1, wanted.len(), 5), after].concat());
    let statement = wanted.iter().fold(statement, |statement, row| {
        statement
            .bind(&row.id)
            .bind(&row.store)
            .bind(row.buyer.as_deref())
            .bind(row.placed_at)
            .bind(row.bound_to.as_ref())
    });
    desk.sql
        .execute(statement)
        .await?
        .iter()
        .map(|row| {
            let order = row.parse("first_order", OrderId::parse)?;
            let customer = Customer {
                order,
                placed_at: row.get("placed_at")?,
                known: Rc::new(read(row, desk.buyer_key, true)?),
            };
            Ok((row.parse("of_order", OrderId::parse)?, customer))
        })
        .collect()
}
