//! Campaigns: groups of creators who work on one thing.

use std::collections::BTreeMap;

use tributary_domain::Timestamp;
use tributary_domain::field_error::Invalid;
use tributary_domain::ids::{CampaignId, PlanId};

use crate::sql::{Row, Sql, SqlError, Statement, places};

/// Where a campaign stands. Clicks and sales count in each of them (R13).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CampaignStatus {
    /// Being prepared.
    #[default]
    Draft,
    /// Under way.
    Live,
    /// Put away.
    Archived,
}

impl CampaignStatus {
    const ALL: [Self; 3] = [Self::Draft, Self::Live, Self::Archived];

    /// The stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Live => "live",
            Self::Archived => "archived",
        }
    }

    /// Reads [`CampaignStatus::as_str`] back.
    ///
    /// # Errors
    /// When there is no such status.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| Invalid::new("unknown_status", "must be one of draft, live, archived"))
    }
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// What the brand calls it.
    pub name: String,
    /// The plan that new enrollments get; `None` until there is one.
    pub plan_id: Option<PlanId>,
    /// Where it stands.
    pub status: CampaignStatus,
    /// Counts the changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

macro_rules! columns {
    () => {
        "id, name, plan_id, status, version, created_at, updated_at"
    };
}

const BY_IDS: &str = concat!("SELECT ", columns!(), " FROM campaigns WHERE id IN ");
const NEWEST_OF_PLAN: &str =
    concat!("SELECT ", columns!(), " FROM campaigns WHERE plan_id = $1 ORDER BY id DESC LIMIT 1");
const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM campaigns WHERE id < $1 AND ($2 IS NULL OR status = $2) ORDER BY id DESC LIMIT $3"
);
const INSERT: &str = "INSERT INTO campaigns (id, name, plan_id, status, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const UPDATE: &str = "UPDATE campaigns SET name = $1, plan_id = $2, status = $3, version = version + 1,
        updated_at = $4
    WHERE id = $5 AND version = $6 RETURNING id";

/// A campaign by its id.
pub async fn by_id(sql: &impl Sql, id: &CampaignId) -> Result<Option<Campaign>, SqlError> {
    Ok(by_ids(sql, [id]).await?.remove(id))
}

/// Campaigns by their ids, in one statement.
pub async fn by_ids<'a>(
    sql: &impl Sql,
    ids: impl IntoIterator<Item = &'a CampaignId>,
) -> Result<BTreeMap<CampaignId, Campaign>, SqlError> {
    let ids: Vec<&CampaignId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let statement = Statement::new(format!("{BY_IDS}({})", places(1, ids.len()))).bind_all(ids);
    let rows = sql.execute(statement).await?;
    rows.iter().map(|row| read(row).map(|campaign| (campaign.id.clone(), campaign))).collect()
}

/// The newest campaign that has this plan.
pub async fn newest_of_plan(sql: &impl Sql, plan: &PlanId) -> Result<Option<Campaign>, SqlError> {
    sql.execute(Statement::new(NEWEST_OF_PLAN).bind(plan)).await?.first().map(read).transpose()
}

/// Campaigns, newest first, after the one with the id `after`.
pub async fn list(
    sql: &impl Sql,
    status: Option<CampaignStatus>,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Campaign>, SqlError> {
    let statement = Statement::new(LIST)
        .bind(after.unwrap_or(crate::AFTER_ALL_IDS))
        .bind(status.map(CampaignStatus::as_str))
        .bind(limit);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// Keeps a new campaign.
pub fn insert(campaign: &Campaign) -> Statement {
    Statement::new(INSERT)
        .bind(&campaign.id)
        .bind(&campaign.name)
        .bind(campaign.plan_id.as_ref())
        .bind(campaign.status.as_str())
        .bind(campaign.version)
        .bind(campaign.created_at)
        .bind(campaign.updated_at)
}

/// Replaces what was read as this version of the campaign.
pub fn update(campaign: &Campaign) -> Statement {
    Statement::new(UPDATE)
        .bind(&campaign.name)
        .bind(campaign.plan_id.as_ref())
        .bind(campaign.status.as_str())
        .bind(campaign.updated_at)
        .bind(&campaign.id)
        .bind(campaign.version)
        .must_return()
}

fn read(row: &Row) -> Result<Campaign, SqlError> {
    Ok(Campaign {
        id: row.parse("id", CampaignId::parse)?,
        name: row.get("name")?,
        plan_id: row.parse_optional("plan_id", PlanId::parse)?,
        status: row.parse("status", CampaignStatus::parse)?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_read_back_from_its_word() {
        for status in CampaignStatus::ALL {
            assert_eq!(CampaignStatus::parse(status.as_str()), Ok(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
