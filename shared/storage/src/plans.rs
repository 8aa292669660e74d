//! Tracking plans and their versions (R12).

use std::collections::BTreeMap;

use tributary_domain::Timestamp;
use tributary_domain::field_error::Invalid;
use tributary_domain::ids::{PlanId, StoreId};
use tributary_domain::plan::Terms;

use crate::sql::{Row, Sql, SqlError, Statement, places, to_json};

/// Whether a plan is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// Its links work, inside its dates.
    Active,
    /// Its links lead to the fallback. What was earned stays.
    Deactivated,
}

impl PlanStatus {
    const ALL: [Self; 2] = [Self::Active, Self::Deactivated];

    /// The stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deactivated => "deactivated",
        }
    }

    /// Reads [`PlanStatus::as_str`] back.
    ///
    /// # Errors
    /// When there is no such status.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| Invalid::new("unknown_status", "must be active or deactivated"))
    }
}

/// A plan with the terms of its newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// Its store.
    pub store_id: StoreId,
    /// The newest version. Click ids carry it in 16 bits.
    pub version: u16,
    /// Whether it is in use.
    pub status: PlanStatus,
    /// What the newest version says.
    pub terms: Terms,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// One version of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanVersion {
    /// From 1 up.
    pub version: u16,
    /// What it says.
    pub terms: Terms,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: String,
}

macro_rules! select {
    () => {
        "SELECT p.id, p.store_id, p.version, p.status, v.terms, p.created_at, p.updated_at
        FROM plans p JOIN plan_versions v ON v.plan_id = p.id AND v.version = p.version "
    };
}

const BY_IDS: &str = concat!(select!(), "WHERE p.id IN ");
const LIST: &str =
    concat!(select!(), "WHERE p.id < $1 AND ($2 IS NULL OR p.store_id = $2) ORDER BY p.id DESC LIMIT $3");
const VERSIONS: &str = "SELECT version, terms, created_at, created_by FROM plan_versions
    WHERE plan_id = $1 AND version < $2 ORDER BY version DESC LIMIT $3";
const TERMS: &str = "SELECT terms FROM plan_versions WHERE plan_id = $1 AND version = $2";
const INSERT: &str = "INSERT INTO plans (id, name_key, store_id, version, status, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const INSERT_VERSION: &str = "INSERT INTO plan_versions (plan_id, version, terms, created_at, created_by)
    VALUES ($1, $2, $3, $4, $5)";
const NEXT_VERSION: &str = "UPDATE plans SET name_key = $1, version = $2, updated_at = $3
    WHERE id = $4 AND version = $2 - 1 RETURNING id";
const DEACTIVATE: &str = "UPDATE plans SET status = 'deactivated', updated_at = $1 WHERE id = $2";

/// A plan by its id.
pub async fn by_id(sql: &impl Sql, id: &PlanId) -> Result<Option<Plan>, SqlError> {
    Ok(by_ids(sql, [id]).await?.remove(id))
}

/// Plans by their ids, in one statement.
pub async fn by_ids<'a>(
    sql: &impl Sql,
    ids: impl IntoIterator<Item = &'a PlanId>,
) -> Result<BTreeMap<PlanId, Plan>, SqlError> {
    let ids: Vec<&PlanId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let statement = Statement::new(format!("{BY_IDS}({})", places(1, ids.len()))).bind_all(ids);
    let rows = sql.execute(statement).await?;
    rows.iter().map(|row| read(row).map(|plan| (plan.id.clone(), plan))).collect()
}

/// Plans, newest first, after the one with the id `after`; of one store, where it is named.
pub async fn list(
    sql: &impl Sql,
    store: Option<&StoreId>,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Plan>, SqlError> {
    let statement = Statement::new(LIST).bind(after.unwrap_or(crate::AFTER_ALL_IDS)).bind(store).bind(limit);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// A plan's versions, newest first, older than the version `before`.
pub async fn versions(
    sql: &impl Sql,
    id: &PlanId,
    before: Option<u16>,
    limit: u32,
) -> Result<Vec<PlanVersion>, SqlError> {
    let before = before.map_or(i64::MAX, i64::from);
    let rows = sql.execute(Statement::new(VERSIONS).bind(id).bind(before).bind(limit)).await?;
    rows.iter()
        .map(|row| {
            Ok(PlanVersion {
                version: row.get("version")?,
                terms: row.json("terms")?,
                created_at: row.get("created_at")?,
                created_by: row.get("created_by")?,
            })
        })
        .collect()
}

/// What one version of a plan says.
pub async fn terms_of(sql: &impl Sql, id: &PlanId, version: u16) -> Result<Option<Terms>, SqlError> {
    let rows = sql.execute(Statement::new(TERMS).bind(id).bind(version)).await?;
    rows.first().map(|row| row.json("terms")).transpose()
}

/// Keeps a new plan, whose terms `actor` wrote.
pub fn insert(plan: &Plan, actor: &str) -> Result<[Statement; 2], SqlError> {
    let row = Statement::new(INSERT)
        .bind(&plan.id)
        .bind(name_key(&plan.terms))
        .bind(&plan.store_id)
        .bind(plan.version)
        .bind(plan.status.as_str())
        .bind(plan.created_at)
        .bind(plan.updated_at);
    Ok([row, insert_version(plan, actor)?])
}

/// Keeps `plan` as the version after the one that it was read as: its `version` is the new one already.
pub fn next_version(plan: &Plan, actor: &str) -> Result<[Statement; 2], SqlError> {
    let row = Statement::new(NEXT_VERSION)
        .bind(name_key(&plan.terms))
        .bind(plan.version)
        .bind(plan.updated_at)
        .bind(&plan.id)
        .must_return();
    Ok([row, insert_version(plan, actor)?])
}

fn insert_version(plan: &Plan, actor: &str) -> Result<Statement, SqlError> {
    Ok(Statement::new(INSERT_VERSION)
        .bind(&plan.id)
        .bind(plan.version)
        .bind(to_json(&plan.terms)?)
        .bind(plan.updated_at)
        .bind(actor))
}

/// Takes a plan out of use.
pub fn deactivate(id: &PlanId, now: Timestamp) -> Statement {
    Statement::new(DEACTIVATE).bind(now).bind(id)
}

/// What two names have in common that differ only in case or in blanks around them.
fn name_key(terms: &Terms) -> String {
    terms.name.trim().to_lowercase()
}

fn read(row: &Row) -> Result<Plan, SqlError> {
    Ok(Plan {
        id: row.parse("id", PlanId::parse)?,
        store_id: row.parse("store_id", StoreId::parse)?,
        version: row.get("version")?,
        status: row.parse("status", PlanStatus::parse)?,
        terms: row.json("terms")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{House, plan, run, terms};

    // R1, R12
    #[test]
    fn a_plan_keeps_its_terms_and_every_version_of_them() {
        let house = House::new();
        let first = plan(1, r#"{"name": "Spring 10", "holdDays": 3}"#);
        house.write(insert(&first, "root").unwrap());
        assert_eq!(run(by_id(&house.sql, &first.id)).unwrap().as_ref(), Some(&first));
        let second = Plan { version: 2, terms: terms(r#"{"name": "Spring 12"}"#), ..first.clone() };
        house.write(next_version(&second, "key_1").unwrap());
        assert_eq!(run(by_id(&house.sql, &first.id)).unwrap().as_ref(), Some(&second));
        let kept = run(versions(&house.sql, &first.id, None, 10)).unwrap();
        let kept: Vec<_> = kept.iter().map(|kept| (kept.version, kept.terms.hold_days)).collect();
        assert_eq!(kept, [(2, 0), (1, 3)]);
        assert_eq!(run(versions(&house.sql, &first.id, Some(2), 10)).unwrap().len(), 1);
    }

    // R12
    #[test]
    fn of_two_who_make_the_next_version_one_is_told() {
        let house = House::new();
        let first = plan(1, r#"{"name": "Spring"}"#);
        house.write(insert(&first, "root").unwrap());
        let second = Plan { version: 2, ..first };
        house.write(next_version(&second, "root").unwrap());
        assert_eq!(house.try_write(next_version(&second, "root").unwrap()), Err(SqlError::Stale));
    }

    // R1
    #[test]
    fn names_are_unique_without_regard_to_case() {
        let house = House::new();
        house.write(insert(&plan(1, r#"{"name": "Frühling 10"}"#), "root").unwrap());
        let taken = house.try_write(insert(&plan(2, r#"{"name": " FRÜHLING 10 "}"#), "root").unwrap());
        assert_eq!(taken, Err(SqlError::Unique("plans.name_key".to_owned())));
    }

    #[test]
    fn every_status_is_read_back_from_its_word() {
        for status in PlanStatus::ALL {
            assert_eq!(PlanStatus::parse(status.as_str()), Ok(status));
        }
    }
}
