//! Creators in campaigns, and campaigns that have a code of their own (R8).

use std::collections::BTreeMap;

use tributary_domain::Timestamp;
use tributary_domain::code::CodeStatus;
use tributary_domain::commission::CommissionTerms;
use tributary_domain::field_error::Invalid;
use tributary_domain::ids::{CampaignId, CreatorId, EnrollmentId, PlanId};
use tributary_domain::plan::Terms;

use crate::sql::{ROWS_A_STATEMENT, Row, Sql, SqlError, Statement, places, rows_of_places, to_json};

/// Whether an enrollment goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnrollmentStatus {
    /// It does.
    Active,
    /// Its links lead to the fallback. Orders are still credited to it.
    Removed,
}

impl EnrollmentStatus {
    const ALL: [Self; 2] = [Self::Active, Self::Removed];

    /// The stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Removed => "removed",
        }
    }

    /// Reads [`EnrollmentStatus::as_str`] back.
    ///
    /// # Errors
    /// When there is no such status.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| Invalid::new("unknown_status", "must be active or removed"))
    }
}

/// One creator in one campaign; without a creator, the campaign itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrollment {
    /// Its id.
    pub id: EnrollmentId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The creator; `None` for the campaign itself.
    pub creator_id: Option<CreatorId>,
    /// The plan whose terms hold.
    pub plan_id: PlanId,
    /// The plan's version at the enrollment.
    pub plan_version: u16,
    /// The creator's own terms of today, in place of the plan's.
    pub commission: Option<CommissionTerms>,
    /// How often own terms were agreed: the version that can be changed.
    pub version: i64,
    /// Whether it goes on.
    pub status: EnrollmentStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was removed.
    pub removed_at: Option<Timestamp>,
}

/// Which of a campaign's people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// In the campaign, or taken out.
    pub status: EnrollmentStatus,
    /// Under this plan.
    pub plan: Option<PlanId>,
    /// Whose code of today stands so.
    pub code: Option<CodeStatus>,
}

impl Filter {
    /// All who are in it, or all who were.
    pub const fn all(status: EnrollmentStatus) -> Self {
        Self { status, plan: None, code: None }
    }
}

macro_rules! columns {
    () => {
        "e.id, e.campaign_id, e.creator_id, e.plan_id, e.plan_version, e.status, e.created_at, e.removed_at,
        (SELECT t.commission FROM enrollment_terms t WHERE t.enrollment_id = e.id
            ORDER BY t.since DESC, t.number DESC LIMIT 1) AS commission,
        (SELECT COUNT(*) FROM enrollment_terms t WHERE t.enrollment_id = e.id) AS version"
    };
}

const BY_IDS: &str = concat!("SELECT ", columns!(), " FROM enrollments e WHERE e.id IN ");
const MEMBERS: &str =
    concat!("SELECT ", columns!(), " FROM enrollments e WHERE e.campaign_id = $1 AND e.creator_id IN ");
const CAMPAIGN_ITSELF: &str =
    concat!("SELECT ", columns!(), " FROM enrollments e WHERE e.campaign_id = $1 AND e.creator_id IS NULL");
/// A removed creator is hidden from the campaign's people (R62).
const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM enrollments e LEFT JOIN creators c ON c.id = e.creator_id
    WHERE e.campaign_id = $1 AND e.id < $2 AND e.status = $3 AND c.deleted_at IS NULL
        AND ($4 IS NULL OR e.plan_id = $4)
        AND ($5 IS NULL OR EXISTS (SELECT 1 FROM codes k
            WHERE k.enrollment_id = e.id AND k.is_current = 1 AND k.status = $5))
    ORDER BY e.id DESC LIMIT $6"
);
const OF_CREATOR: &str =
    concat!("SELECT ", columns!(), " FROM enrollments e WHERE e.creator_id = $1 ORDER BY e.id DESC LIMIT $2");
const INSERT: &str = "INSERT INTO enrollments (id, campaign_id, creator_id, plan_id, plan_version, status,
        created_at) VALUES ";
const AGREE: &str = "INSERT INTO enrollment_terms (enrollment_id, since, commission) SELECT $1, $2, $3
    WHERE (SELECT COUNT(*) FROM enrollment_terms WHERE enrollment_id = $1) = $4 RETURNING number";
/// What holds for an order: a version's terms, and the creator's own and a replay's at the time.
const TERMS: &str = "SELECT v.terms, (SELECT t.commission FROM enrollment_terms t
        WHERE t.enrollment_id = $3 AND t.since <= $4 ORDER BY t.since DESC, t.number DESC LIMIT 1) AS commission,
        (SELECT y.commission FROM replayed_terms y
        WHERE y.plan_id = $1 AND y.since <= $4 AND y.before > $4 ORDER BY y.number DESC LIMIT 1) AS replayed
    FROM plan_versions v WHERE v.plan_id = $1 AND v.version = $2";
const REMOVE: &str = "UPDATE enrollments SET status = 'removed', removed_at = $1
    WHERE id = $2 AND status = 'active' RETURNING id";
const RESTORE: &str = "UPDATE enrollments SET status = 'active', removed_at = NULL WHERE id IN ";

/// An enrollment by its id.
pub async fn by_id(sql: &impl Sql, id: &EnrollmentId) -> Result<Option<Enrollment>, SqlError> {
    Ok(by_ids(sql, [id]).await?.remove(id))
}

/// Enrollments by their ids, in one statement.
pub async fn by_ids<'a>(
    sql: &impl Sql,
    ids: impl IntoIterator<Item = &'a EnrollmentId>,
) -> Result<BTreeMap<EnrollmentId, Enrollment>, SqlError> {
    let ids: Vec<&EnrollmentId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let statement = Statement::new(format!("{BY_IDS}({})", places(1, ids.len()))).bind_all(ids);
    let rows = sql.execute(statement).await?;
    rows.iter().map(|row| read(row).map(|enrollment| (enrollment.id.clone(), enrollment))).collect()
}

/// The enrollments that these creators have in a campaign already, removed or not.
pub async fn members(
    sql: &impl Sql,
    campaign: &CampaignId,
    creators: &[CreatorId],
) -> Result<BTreeMap<CreatorId, Enrollment>, SqlError> {
    if creators.is_empty() {
        return Ok(BTreeMap::new());
    }
    let statement =
        Statement::new(format!("{MEMBERS}({})", places(2, creators.len()))).bind(campaign).bind_all(creators);
    let mut members = BTreeMap::new();
    for row in &sql.execute(statement).await? {
        let enrollment = read(row)?;
        if let Some(creator) = enrollment.creator_id.clone() {
            members.insert(creator, enrollment);
        }
    }
    Ok(members)
}

/// The enrollment of the campaign itself.
pub async fn campaign_itself(sql: &impl Sql, campaign: &CampaignId) -> Result<Option<Enrollment>, SqlError> {
    sql.execute(Statement::new(CAMPAIGN_ITSELF).bind(campaign)).await?.first().map(read).transpose()
}

/// A campaign's enrollments of this status, newest first, after the one with the id `after`.
pub async fn list(
    sql: &impl Sql,
    campaign: &CampaignId,
    filter: &Filter,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Enrollment>, SqlError> {
    let statement = Statement::new(LIST)
        .bind(campaign)
        .bind(after.unwrap_or(crate::AFTER_ALL_IDS))
        .bind(filter.status.as_str())
        .bind(filter.plan.as_ref().map(PlanId::as_str))
        .bind(filter.code.map(CodeStatus::as_str))
        .bind(limit);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// A creator's enrollments, removed ones too, the newest first, at most so many.
pub async fn of_creator(sql: &impl Sql, creator: &CreatorId, most: u32) -> Result<Vec<Enrollment>, SqlError> {
    sql.execute(Statement::new(OF_CREATOR).bind(creator).bind(most)).await?.iter().map(read).collect()
}

/// Keeps new enrollments.
pub fn insert_all(enrollments: &[Enrollment]) -> Vec<Statement> {
    enrollments
        .chunks(ROWS_A_STATEMENT)
        .map(|chunk| {
            let statement = Statement::new(format!("{INSERT}{}", rows_of_places(1, chunk.len(), 7)));
            chunk.iter().fold(statement, |statement, enrollment| {
                statement
                    .bind(&enrollment.id)
                    .bind(&enrollment.campaign_id)
                    .bind(enrollment.creator_id.as_ref())
                    .bind(&enrollment.plan_id)
                    .bind(enrollment.plan_version)
                    .bind(enrollment.status.as_str())
                    .bind(enrollment.created_at)
            })
        })
        .collect()
}

/// Ends an enrollment; see also [`crate::codes::disable`] and [`crate::links::disable_of`].
pub fn remove(id: &EnrollmentId, now: Timestamp) -> Statement {
    Statement::new(REMOVE).bind(now).bind(id).must_return()
}

/// Gives a creator the terms that the enrollment says, for orders that are placed from now on; `None`: the plan's
/// again. Nothing is written where others were agreed since the enrollment was read.
///
/// # Errors
/// When the terms cannot be written as JSON.
pub fn agree(enrollment: &Enrollment, now: Timestamp) -> Result<Statement, SqlError> {
    let commission = enrollment.commission.as_ref().map(to_json).transpose()?;
    let statement = Statement::new(AGREE).bind(&enrollment.id).bind(now).bind(commission);
    Ok(statement.bind(enrollment.version).must_return())
}

/// The terms of a commission, and whose they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Commission {
    /// The plan's.
    OfPlan(CommissionTerms),
    /// Those that an applied replay gave the plan's orders of that time.
    Replayed(CommissionTerms),
    /// The creator's own.
    Own(CommissionTerms),
}

/// What an enrollment earns by, for orders placed at that moment under that version of its plan.
pub async fn commission_at(
    sql: &impl Sql,
    id: &EnrollmentId,
    (plan, version): (&PlanId, u16),
    placed_at: Timestamp,
) -> Result<Option<Commission>, SqlError> {
    let statement = Statement::new(TERMS).bind(plan).bind(version).bind(id).bind(placed_at);
    let rows = sql.execute(statement).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    if let Some(own) = row.json_optional("commission")? {
        return Ok(Some(Commission::Own(own)));
    }
    Ok(Some(match row.json_optional("replayed")? {
        Some(replayed) => Commission::Replayed(replayed),
        None => Commission::OfPlan(row.json::<Terms>("terms")?.commission),
    }))
}

/// Takes removed enrollments up again.
pub fn restore(ids: &[&EnrollmentId]) -> Vec<Statement> {
    ids.chunks(ROWS_A_STATEMENT)
        .map(|chunk| {
            let statement = Statement::new(format!("{RESTORE}({})", places(1, chunk.len())));
            statement.bind_all(chunk.iter().copied())
        })
        .collect()
}

fn read(row: &Row) -> Result<Enrollment, SqlError> {
    Ok(Enrollment {
        id: row.parse("id", EnrollmentId::parse)?,
        campaign_id: row.parse("campaign_id", CampaignId::parse)?,
        creator_id: row.parse_optional("creator_id", CreatorId::parse)?,
        plan_id: row.parse("plan_id", PlanId::parse)?,
        plan_version: row.get("plan_version")?,
        commission: row.json_optional("commission")?,
        version: row.get("version")?,
        status: row.parse("status", EnrollmentStatus::parse)?,
        created_at: row.get("created_at")?,
        removed_at: row.get("removed_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{House, NOW, campaign, creator, creator_id, enrollment, plan, run};
    use crate::{campaigns, creators, plans};

    fn house() -> House {
        let house = House::new();
        house.write(plans::insert(&plan(1, r#"{"name": "Spring"}"#), "root").unwrap());
        house.write([campaigns::insert(&campaign(1))]);
        house.write((1..=3).map(|number| creators::insert(&creator(number, "Anna")).unwrap()));
        house
    }

    fn listed(house: &House, status: EnrollmentStatus) -> usize {
        run(list(&house.sql, &campaign(1).id, &Filter::all(status), None, 10)).unwrap().len()
    }

    // R13
    #[test]
    fn a_creator_is_in_a_campaign_once() {
        let house = house();
        house.write(insert_all(&[enrollment(1, Some(1)), enrollment(2, Some(2))]));
        let twice = house.try_write(insert_all(&[enrollment(3, Some(1))]));
        let columns = "enrollments.campaign_id, enrollments.creator_id";
        assert_eq!(twice, Err(SqlError::Unique(columns.to_owned())));
        let known = [creator_id(1), creator_id(3)];
        let found = run(members(&house.sql, &campaign(1).id, &known)).unwrap();
        assert_eq!(found.into_values().collect::<Vec<_>>(), [enrollment(1, Some(1))]);
    }

    // R8
    #[test]
    fn a_campaign_has_one_enrollment_of_its_own() {
        let house = house();
        house.write(insert_all(&[enrollment(1, None)]));
        let twice = house.try_write(insert_all(&[enrollment(2, None)]));
        assert_eq!(twice, Err(SqlError::Unique("enrollments.campaign_id".to_owned())));
        let found = run(campaign_itself(&house.sql, &campaign(1).id)).unwrap();
        assert_eq!(found, Some(enrollment(1, None)));
    }

    // R62
    #[test]
    fn removed_enrollments_and_creators_leave_the_campaigns_people() {
        let house = house();
        house.write(insert_all(&[1, 2, 3].map(|number| enrollment(number, Some(number)))));
        house.write([creators::delete(&creator_id(1), NOW), remove(&enrollment(2, None).id, NOW)]);
        assert_eq!(
            (listed(&house, EnrollmentStatus::Active), listed(&house, EnrollmentStatus::Removed)),
            (1, 1)
        );
        assert_eq!(house.try_write([remove(&enrollment(2, None).id, NOW)]), Err(SqlError::Stale));
        house.write(restore(&[&enrollment(2, None).id]));
        assert_eq!(listed(&house, EnrollmentStatus::Active), 2);
    }
}
