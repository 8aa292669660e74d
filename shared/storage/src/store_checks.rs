//! What a shop has sent so far, for a look at how far its connection is.

use tributary_domain::ids::StoreId;
use tributary_domain::{Day, Timestamp};

use crate::deliveries::Outcome;
use crate::sql::{Sql, SqlError, Statement};

/// So many deliveries are looked at, from the newest on.
const LATEST_DELIVERIES: u32 = 50;

const DELIVERIES: &str = "SELECT topic, outcome, reason, received_at FROM deliveries
    WHERE store_id = $1 ORDER BY id DESC LIMIT $2";
/// Facts without click ids hold an empty list: see `OrderFacts`. Of a large shop, some orders tell as much as all.
const ORDERS: &str = "SELECT COUNT(*) AS orders, COALESCE(MAX(has_click), 0) AS has_click,
        COALESCE(MAX(has_code), 0) AS has_code, COALESCE(MAX(is_credited), 0) AS is_credited
    FROM (SELECT CASE WHEN facts LIKE '%\"click_ids\":[\"%' THEN 1 ELSE 0 END AS has_click,
                 CASE WHEN codes <> '[]' THEN 1 ELSE 0 END AS has_code,
                 CASE WHEN enrollment_id IS NOT NULL THEN 1 ELSE 0 END AS is_credited
          FROM orders WHERE store_id = $1 ORDER BY external_id DESC LIMIT 1000) AS some";

/// A plan may bring the tag by the address of its page.
const AMAZON: &str = "SELECT CASE WHEN s.attribution_tag IS NOT NULL OR EXISTS (
            SELECT 1 FROM plans p JOIN plan_versions v ON v.plan_id = p.id AND v.version = p.version
            WHERE p.store_id = s.id AND v.terms LIKE '%maas=%') THEN 1 ELSE 0 END AS is_tagged,
        (SELECT MAX(a.day) FROM aggregates a WHERE a.store_id = s.id) AS latest
    FROM stores s WHERE s.id = $1";

/// A delivery, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The platform's topic.
    pub topic: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why.
    pub reason: Option<String>,
    /// When it came.
    pub at: Timestamp,
}

/// What is known of a shop's orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Orders {
    /// How many, up to a thousand.
    pub orders: u32,
    /// Whether one carried a click id.
    pub has_click: bool,
    /// Whether one carried a code.
    pub has_code: bool,
    /// Whether one is credited.
    pub is_credited: bool,
}

/// What is known of an Amazon store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnAmazon {
    /// Whether links carry what Amazon gave out.
    pub is_tagged: bool,
    /// The newest day of which there are figures.
    pub latest: Option<Day>,
}

/// What is known of an Amazon store.
///
/// # Errors
/// The database's trouble.
pub async fn on_amazon(sql: &impl Sql, store: &StoreId) -> Result<OnAmazon, SqlError> {
    let rows = sql.execute(Statement::new(AMAZON).bind(store)).await?;
    let row = rows.first().ok_or_else(|| SqlError::Data("no such store".to_owned()))?;
    Ok(OnAmazon { is_tagged: row.get("is_tagged")?, latest: row.get("latest")? })
}

/// The latest deliveries of a shop, the newest first.
///
/// # Errors
/// The database's trouble.
pub async fn deliveries(sql: &impl Sql, store: &StoreId) -> Result<Vec<Seen>, SqlError> {
    let rows = sql.execute(Statement::new(DELIVERIES).bind(store).bind(LATEST_DELIVERIES)).await?;
    rows.iter()
        .map(|row| {
            Ok(Seen {
                topic: row.get("topic")?,
                outcome: row.parse("outcome", |text| Outcome::try_from(text))?,
                reason: row.get("reason")?,
                at: row.get("received_at")?,
            })
        })
        .collect()
}

/// What is known of a shop's orders.
///
/// # Errors
/// The database's trouble.
pub async fn orders(sql: &impl Sql, store: &StoreId) -> Result<Orders, SqlError> {
    let rows = sql.execute(Statement::new(ORDERS).bind(store)).await?;
    let row = rows.first().ok_or_else(|| SqlError::Data("a count without a row".to_owned()))?;
    Ok(Orders {
        orders: row.get("orders")?,
        has_click: row.get("has_click")?,
        has_code: row.get("has_code")?,
        is_credited: row.get("is_credited")?,
    })
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::native::Explaining;
    use crate::orders::tests::{STORE, deliver, furnished, paid, placed};

    // R35
    #[test]
    fn it_is_told_what_a_shop_has_sent_so_far() {
        let sql = furnished("{}");
        let store = StoreId::parse(STORE).unwrap();
        let seen = || block_on(orders(&sql, &store)).unwrap();
        assert_eq!(seen(), Orders { orders: 0, has_click: false, has_code: false, is_credited: false });
        deliver(&sql, "1", placed(10_000, &[]).merge(paid()));
        assert_eq!(seen(), Orders { orders: 1, has_click: false, has_code: false, is_credited: false });
        deliver(&sql, "2", placed(10_000, &["ANNA10"]).merge(paid()));
        assert_eq!(seen(), Orders { orders: 2, has_click: false, has_code: true, is_credited: true });
        assert!(block_on(deliveries(&sql, &store)).unwrap().is_empty());
    }

    #[test]
    fn it_is_read_off_indexes() {
        let sql = furnished("{}");
        let store = StoreId::parse(STORE).unwrap();
        let explaining = Explaining::new(&sql);
        block_on(orders(&explaining, &store)).unwrap();
        block_on(deliveries(&explaining, &store)).unwrap();
        let steps = explaining.take_steps();
        for table in ["orders", "deliveries"] {
            assert!(steps.iter().any(|step| step.starts_with(&format!("SEARCH {table}"))), "{steps:?}");
        }
    }
}
