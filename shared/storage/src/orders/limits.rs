//! What earlier orders of an enrollment came to, where a commission follows from them (R51).

use std::collections::HashMap;

use tributary_domain::commission::Earlier;
use tributary_domain::ids::{EnrollmentId, OrderId};
use tributary_domain::{Currency, Timestamp};

use super::read::OrderRow;
use crate::sql::{Sql, SqlError, Statement, rows_of_places};

/// A moment, and the id of the order that is the first one of it not to be counted.
pub(super) type Position = (Timestamp, String);

/// Only orders under limited terms count.
const SUMS: (&str, &str) = (
    "WITH wanted (of_order, of_enrollment, of_store, of_buyer, of_currency, month, at, before) AS (VALUES ",
    ") SELECT of_order,
        COALESCE(CAST(SUM(m.counted_value) AS BIGINT), 0) AS month_sales,
        COALESCE(CAST(SUM(m.counted_commission) AS BIGINT), 0) AS month_commission,
        COALESCE((SELECT CAST(SUM(o.counted_commission) AS BIGINT) FROM orders o
            WHERE o.store_id = of_store AND o.buyer = of_buyer AND o.earlier IS NOT NULL
                AND o.currency = of_currency AND o.enrollment_id = of_enrollment
                AND (o.placed_at, o.id) < (at, before)), 0) AS buyer_commission
    FROM wanted LEFT JOIN orders m ON m.enrollment_id = of_enrollment AND m.earlier IS NOT NULL
        AND m.currency = of_currency AND m.placed_at >= month AND (m.placed_at, m.id) < (at, before)
    GROUP BY of_order, of_enrollment, of_store, of_buyer, of_currency, at, before",
);

/// What came before each of these orders and before that position: by the order's id.
async fn sums(
    sql: &impl Sql,
    wanted: &[(&OrderRow, &EnrollmentId, Position)],
) -> Result<HashMap<OrderId, Earlier>, SqlError> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let (before, after) = SUMS;
    let statement = Statement::new([before, &rows_of_places(1, wanted.len(), 8), after].concat());
    let statement = wanted.iter().fold(statement, |statement, (row, enrollment, (at, id))| {
        statement
            .bind(&row.id)
            .bind(*enrollment)
            .bind(&row.store)
            .bind(row.buyer.as_deref())
            .bind(row.net.currency)
            .bind(row.placed_at.month_start())
            .bind(*at)
            .bind(id)
    });
    sql.execute(statement)
        .await?
        .iter()
        .map(|row| {
            let earlier = Earlier {
                month_sales: row.get("month_sales")?,
                month_commission: row.get("month_commission")?,
                buyer_commission: row.get("buyer_commission")?,
            };
            Ok((row.parse("of_order", OrderId::parse)?, earlier))
        })
        .collect()
}

type Month = (EnrollmentId, Currency, Timestamp);
type Buyer = (EnrollmentId, Currency, String);

/// What orders came to so far, as they are gone through from the oldest on. What was placed before them stands as it
/// is kept.
pub(super) struct Course {
    from: Position,
    months: HashMap<Month, (i64, i64)>,
    buyers: HashMap<Buyer, i64>,
}

impl Course {
    /// Begins with orders that were placed at that moment.
    pub(super) fn from(moment: Timestamp) -> Self {
        Self { from: (moment, String::new()), months: HashMap::new(), buyers: HashMap::new() }
    }

    /// Looks up what came before the course, for those of these orders of which it is not known yet.
    pub(super) async fn look_up(&mut self, sql: &impl Sql, rows: &[&OrderRow]) -> Result<(), SqlError> {
        let (mut wanted, mut unknown) = (Vec::new(), Vec::new());
        for row in rows {
            let Some(enrollment) = &row.enrollment else { continue };
            let month = month(row).filter(|month| !self.months.contains_key(month));
            let buyer = buyer(row).filter(|buyer| !self.buyers.contains_key(buyer));
            if month.is_some() || buyer.is_some() {
                self.months.extend(month.clone().map(|month| (month, (0, 0))));
                self.buyers.extend(buyer.clone().map(|buyer| (buyer, 0)));
                wanted.push((*row, enrollment, self.from.clone()));
                unknown.push((&row.id, month, buyer));
            }
        }
        let found = sums(sql, &wanted).await?;
        for (order, month, buyer) in unknown {
            let earlier = found.get(order).copied().unwrap_or_default();
            self.months.extend(month.map(|month| (month, (earlier.month_sales, earlier.month_commission))));
            self.buyers.extend(buyer.map(|buyer| (buyer, earlier.buyer_commission)));
        }
        Ok(())
    }

    /// What came before an order.
    pub(super) fn before(&self, row: &OrderRow) -> Earlier {
        let (month_sales, month_commission) =
            month(row).and_then(|month| self.months.get(&month)).copied().unwrap_or_default();
        let buyer_commission =
            buyer(row).and_then(|buyer| self.buyers.get(&buyer)).copied().unwrap_or_default();
        Earlier { month_sales, month_commission, buyer_commission }
    }

    /// Takes note of what an order came to.
    pub(super) fn note(&mut self, row: &OrderRow) {
        if row.earlier.is_none() {
            return;
        }
        if let Some((sales, commission)) = month(row).and_then(|month| self.months.get_mut(&month)) {
            *sales = sales.saturating_add(row.counted_value);
            *commission = commission.saturating_add(row.counted_commission);
        }
        if let Some(commission) = buyer(row).and_then(|buyer| self.buyers.get_mut(&buyer)) {
            *commission = commission.saturating_add(row.counted_commission);
        }
    }
}

/// What came before each of these orders.
pub(super) async fn find(sql: &impl Sql, rows: &[&OrderRow]) -> Result<HashMap<OrderId, Earlier>, SqlError> {
    let position = |row: &OrderRow| (row.placed_at, row.id.to_string());
    let wanted: Vec<_> =
        rows.iter().filter_map(|row| Some((*row, row.enrollment.as_ref()?, position(row)))).collect();
    sums(sql, &wanted).await
}

/// Those of the orders whose commission follows from earlier ones too.
pub(super) fn limited<'a>(rows: impl IntoIterator<Item = &'a OrderRow>) -> Vec<&'a OrderRow> {
    rows.into_iter().filter(|row| row.earlier.is_some()).collect()
}

fn month(row: &OrderRow) -> Option<Month> {
    Some((row.enrollment.clone()?, row.net.currency, row.placed_at.month_start()))
}

fn buyer(row: &OrderRow) -> Option<Buyer> {
    Some((row.enrollment.clone()?, row.net.currency, row.buyer.clone()?))
}
