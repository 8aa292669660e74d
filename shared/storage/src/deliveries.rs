//! The log of webhook deliveries. It stands on the side: no order depends on it. Only a body that could not be
//! read is kept, and only until it is read after all, or 30 days.

use tributary_domain::Timestamp;
use tributary_domain::ids::{DeliveryId, StoreId};

use crate::sql::{Row, Sql, SqlError, Statement};

/// How long a line is kept of what was taken in or refused, in days. What could not be read is kept until it is.
pub const LINE_KEPT_DAYS: i64 = 90;
/// How long the body of an unreadable delivery is kept, in days.
pub const BODY_KEPT_DAYS: i64 = 30;

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Taken in, or known already.
    Done,
    /// The shop's, but not readable: kept.
    Unreadable,
    /// Not the shop's.
    Refused,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Done, Self::Unreadable, Self::Refused];

    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unreadable => "unreadable",
            Self::Refused => "refused",
        }
    }
}

impl TryFrom<&str> for Outcome {
    type Error = String;
    fn try_from(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
            .ok_or_else(|| "must be done, unreadable or refused".to_owned())
    }
}

/// One delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Our id.
    pub id: DeliveryId,
    /// The store it was for.
    pub store: StoreId,
    /// The platform's topic.
    pub topic: String,
    /// The platform's id of the delivery.
    pub external_id: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, without personal data.
    pub reason: Option<String>,
    /// The raw body, where it could not be read.
    pub body: Option<Vec<u8>>,
    /// When it came.
    pub received_at: Timestamp,
}

const COLUMNS: usize = 8;
const INSERT: &str =
    "INSERT INTO deliveries (id, store_id, topic, external_id, outcome, reason, body, received_at) VALUES ";
const BY_ID: &str =
    "SELECT id, store_id, topic, external_id, outcome, reason, body, received_at FROM deliveries
    WHERE id = $1";
const LIST: &str =
    "SELECT id, store_id, topic, external_id, outcome, reason, NULL AS body, received_at FROM deliveries
    WHERE id < $1 ORDER BY id DESC LIMIT $2";
const LIST_OUTCOME: &str =
    "SELECT id, store_id, topic, external_id, outcome, reason, NULL AS body, received_at
    FROM deliveries WHERE outcome = $3 AND id < $1 ORDER BY id DESC LIMIT $2";
/// Ids sort by time, so that only what could not be read lately is looked at.
const KEPT: &str = "SELECT id, store_id, topic, external_id, outcome, reason, NULL AS body, received_at
    FROM deliveries WHERE outcome = 'unreadable' AND id > $1 AND store_id = $2 AND external_id = $3
    ORDER BY id LIMIT 1";
const WITH_BODIES: &str = "SELECT id, store_id, topic, external_id, outcome, reason, body, received_at
    FROM deliveries WHERE outcome = 'unreadable' AND id > $1 AND body IS NOT NULL ORDER BY id LIMIT $2";
const FORGET_BODY: &str = "UPDATE deliveries SET body = NULL WHERE id = $1";
const SETTLE: &str = "UPDATE deliveries SET outcome = $2, reason = $3, body = NULL WHERE id = $1";
const OLD_BODIES: &str =
    " WHERE outcome = 'unreadable' AND id < $1 AND received_at < $2 AND body IS NOT NULL";
/// Asked first, because an update takes the write lock even where it finds nothing to do.
const IS_ANY_OLD: &str = "SELECT 1 AS old FROM deliveries";
const FORGET_BODIES: &str = "UPDATE deliveries SET body = NULL";
const FORGET_LINES: &str = "DELETE FROM deliveries WHERE outcome IN ('done', 'refused') AND id < $1";

/// Keeps deliveries, as one statement.
pub fn insert(deliveries: &[Delivery]) -> Statement {
    let rows: Vec<String> = (0..deliveries.len())
        .map(|row| {
            let places: Vec<String> =
                (1..=COLUMNS).map(|column| format!("${}", row * COLUMNS + column)).collect();
            format!("({})", places.join(", "))
        })
        .collect();
    deliveries.iter().fold(Statement::new(format!("{INSERT}{}", rows.join(", "))), |statement, delivery| {
        statement
            .bind(&delivery.id)
            .bind(&delivery.store)
            .bind(&delivery.topic)
            .bind(delivery.external_id.as_deref())
            .bind(delivery.outcome.as_str())
            .bind(delivery.reason.as_deref())
            .bind(delivery.body.as_deref())
            .bind(delivery.received_at)
    })
}

/// A delivery with its body.
pub async fn by_id(sql: &impl Sql, id: &DeliveryId) -> Result<Option<Delivery>, SqlError> {
    sql.execute(Statement::new(BY_ID).bind(id)).await?.first().map(read).transpose()
}

/// Deliveries without their bodies, newest first, after the one with the id `after`.
pub async fn list(
    sql: &impl Sql,
    outcome: Option<Outcome>,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Delivery>, SqlError> {
    let text = if outcome.is_some() { LIST_OUTCOME } else { LIST };
    let statement = Statement::new(text).bind(after.unwrap_or(crate::AFTER_ALL_IDS)).bind(limit);
    let statement =
        outcome.into_iter().fold(statement, |statement, outcome| statement.bind(outcome.as_str()));
    sql.execute(statement).await?.iter().map(read).collect()
}

/// The first delivery that was kept under the platform's own id of it since that moment, without its body.
pub async fn kept(
    sql: &impl Sql,
    store: &StoreId,
    external_id: &str,
    since: Timestamp,
) -> Result<Option<Delivery>, SqlError> {
    let statement = Statement::new(KEPT).bind(&DeliveryId::new(since, [0; 10])).bind(store).bind(external_id);
    sql.execute(statement).await?.first().map(read).transpose()
}

/// Deliveries whose bodies are kept, oldest first, after the one with the id `after`.
pub async fn with_bodies(
    sql: &impl Sql,
    after: Option<&DeliveryId>,
    limit: u32,
) -> Result<Vec<Delivery>, SqlError> {
    let statement = Statement::new(WITH_BODIES).bind(after.map_or("", DeliveryId::as_str)).bind(limit);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// Lets the body of a delivery go.
pub fn forget_body(id: &DeliveryId) -> Statement {
    Statement::new(FORGET_BODY).bind(id)
}

/// Notes that a kept delivery was read after all, and lets its body go.
pub fn settle(id: &DeliveryId, reason: Option<&str>) -> Statement {
    Statement::new(SETTLE).bind(id).bind(Outcome::Done.as_str()).bind(reason)
}

/// Lets the bodies of old unreadable deliveries go.
pub async fn forget_bodies(sql: &impl Sql, now: Timestamp) -> Result<(), SqlError> {
    let limit = now.plus_days(-BODY_KEPT_DAYS);
    // Ids sort by time, so the index on outcome and id finds the old ones without a look at the young.
    let of_old =
        |parts: &[&str]| Statement::new(parts.concat()).bind(&DeliveryId::new(limit, [0; 10])).bind(limit);
    if !sql.execute(of_old(&[IS_ANY_OLD, OLD_BODIES, " LIMIT 1"])).await?.is_empty() {
        sql.execute(of_old(&[FORGET_BODIES, OLD_BODIES])).await?;
    }
    Ok(())
}

/// Lets old lines go.
pub fn forget_lines(now: Timestamp) -> Statement {
    Statement::new(FORGET_LINES).bind(&DeliveryId::new(now.plus_days(-LINE_KEPT_DAYS), [0; 10]))
}

fn read(row: &Row) -> Result<Delivery, SqlError> {
    Ok(Delivery {
        id: row.parse("id", DeliveryId::parse)?,
        store: row.parse("store_id", StoreId::parse)?,
        topic: row.get("topic")?,
        external_id: row.get("external_id")?,
        outcome: row.parse("outcome", |text| Outcome::try_from(text))?,
        reason: row.get("reason")?,
        body: row.get("body")?,
        received_at: row.get("received_at")?,
    })
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::native::NativeSql;

    fn delivery(millis: i64, outcome: Outcome) -> Delivery {
        let received_at = Timestamp::from_millis(millis);
        Delivery {
            id: DeliveryId::new(received_at, [1; 10]),
            store: StoreId::new(received_at, [2; 10]),
            topic: "orders/paid".to_owned(),
            external_id: None,
            outcome,
            reason: None,
            body: (outcome == Outcome::Unreadable).then(|| b"{".to_vec()),
            received_at,
        }
    }

    // R34
    #[test]
    fn a_kept_delivery_is_found_again_by_the_platforms_own_id() {
        let sql = NativeSql::in_memory();
        block_on(crate::migrations::run(&sql, Timestamp::from_seconds(1))).unwrap();
        let named = |millis, outcome, id: &str| Delivery {
            external_id: Some(id.to_owned()),
            ..delivery(millis, outcome)
        };
        let first =
            Delivery { store: delivery(1, Outcome::Done).store, ..named(2, Outcome::Unreadable, "a") };
        let rows = [named(1, Outcome::Done, "a"), first.clone(), named(3, Outcome::Unreadable, "b")];
        block_on(sql.execute(insert(&rows))).unwrap();
        let found = |id| {
            block_on(kept(&sql, &first.store, id, Timestamp::from_millis(0))).unwrap().map(|found| found.id)
        };
        assert_eq!(found("a"), Some(first.id.clone()));
        assert_eq!(found("b"), None, "another store's");
        let later = Timestamp::from_millis(3);
        assert_eq!(block_on(kept(&sql, &first.store, "a", later)).unwrap(), None, "too long ago");
        block_on(sql.execute(settle(&first.id, None))).unwrap();
        assert_eq!(found("a"), None);
    }

    // R30
    #[test]
    fn an_unreadable_body_is_kept_until_it_is_read_or_thirty_days_old() {
        let sql = NativeSql::in_memory();
        let now = Timestamp::parse("2026-11-21").unwrap();
        block_on(crate::migrations::run(&sql, now)).unwrap();
        let old = delivery(now.plus_days(-31).as_millis(), Outcome::Unreadable);
        let young = delivery(now.plus_days(-29).as_millis(), Outcome::Unreadable);
        let done = delivery(now.as_millis(), Outcome::Done);
        block_on(sql.execute(insert(&[old.clone(), young.clone(), done.clone()]))).unwrap();
        block_on(forget_bodies(&sql, now)).unwrap();
        assert_eq!(block_on(by_id(&sql, &old.id)).unwrap().unwrap().body, None);
        assert_eq!(block_on(by_id(&sql, &young.id)).unwrap().unwrap(), young);
        let listed = |outcome| {
            let rows = block_on(list(&sql, outcome, None, 10)).unwrap();
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(listed(None), [done.id.clone(), young.id.clone(), old.id.clone()]);
        assert_eq!(listed(Some(Outcome::Unreadable)), [young.id.clone(), old.id.clone()]);
        block_on(sql.execute(settle(&young.id, None))).unwrap();
        let read = block_on(by_id(&sql, &young.id)).unwrap().unwrap();
        assert_eq!((read.outcome, read.body), (Outcome::Done, None));
    }

    // R30
    #[test]
    fn a_line_goes_after_ninety_days_unless_it_could_not_be_read() {
        let sql = NativeSql::in_memory();
        let now = Timestamp::parse("2026-11-21").unwrap();
        block_on(crate::migrations::run(&sql, now)).unwrap();
        let days_ago = |days: i64, outcome| delivery(now.plus_days(-days).as_millis(), outcome);
        let rows = [
            days_ago(92, Outcome::Done),
            days_ago(91, Outcome::Refused),
            days_ago(93, Outcome::Unreadable),
            days_ago(89, Outcome::Done),
        ];
        block_on(sql.execute(insert(&rows))).unwrap();
        block_on(sql.execute(forget_lines(now))).unwrap();
        let left = block_on(list(&sql, None, None, 10)).unwrap();
        let left: Vec<_> = left.into_iter().map(|row| row.id).collect();
        let [_, _, unreadable, young] = rows;
        assert_eq!(left, [young.id, unreadable.id]);
    }
}
