//! Short addresses of enrollments.

use tributary_domain::Timestamp;
use tributary_domain::click_id::LinkNumber;
use tributary_domain::field_error::Invalid;
use tributary_domain::ids::{CampaignId, CreatorId, EnrollmentId, LinkId, PlanId, StoreId};
use tributary_domain::link::{LinkKind, Slug};
use url::Url;

use crate::sql::{ROWS_A_STATEMENT, Row, Sql, SqlError, Statement, places, rows_of_places};

/// Whether a link was switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkStatus {
    /// It works, while its plan runs.
    Active,
    /// It leads to the fallback.
    Disabled,
}

impl LinkStatus {
    const ALL: [Self; 2] = [Self::Active, Self::Disabled];

    /// The stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// Reads [`LinkStatus::as_str`] back.
    ///
    /// # Errors
    /// When there is no such status.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| Invalid::new("unknown_status", "must be active or disabled"))
    }
}

/// A short address of one enrollment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its number, which click ids carry.
    pub number: LinkNumber,
    /// Its id.
    pub id: LinkId,
    /// The enrollment.
    pub enrollment_id: EnrollmentId,
    /// Its campaign.
    pub campaign_id: CampaignId,
    /// Its creator, if it has one.
    pub creator_id: Option<CreatorId>,
    /// What stands after the host.
    pub slug: Slug,
    /// What it is for.
    pub kind: LinkKind,
    /// A page of its own, instead of the plan's.
    pub to: Option<Url>,
    /// Whether it was switched off.
    pub status: LinkStatus,
    /// Counts the changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

macro_rules! columns {
    () => {
        "number, id, enrollment_id, campaign_id, creator_id, slug, kind, to_url, status, version,
        created_at, updated_at"
    };
}

const BY_ID: &str = concat!("SELECT ", columns!(), " FROM links WHERE id = $1");
const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM links WHERE id < $1 AND ($2 IS NULL OR campaign_id = $2) ORDER BY id DESC LIMIT $3"
);
const LIST_OF_ENROLLMENT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM links WHERE enrollment_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
);
const OF_ENROLLMENTS: &str = concat!("SELECT ", columns!(), " FROM links WHERE enrollment_id IN ");
const SLUGS_OF_PLAN: &str = "SELECT n.slug FROM campaigns c
    JOIN enrollments e ON e.campaign_id = c.id JOIN links l ON l.enrollment_id = e.id
    JOIN slugs n ON n.link_number = l.number
    WHERE c.plan_id = $1 AND e.plan_id = $1 LIMIT $2";
const SLUGS_OF_STORE: &str = "SELECT n.slug FROM plans p
    JOIN campaigns c ON c.plan_id = p.id JOIN enrollments e ON e.campaign_id = c.id
    JOIN links l ON l.enrollment_id = e.id JOIN slugs n ON n.link_number = l.number
    WHERE p.store_id = $1 LIMIT $2";
const INSERT: &str = "INSERT INTO links (number, id, enrollment_id, campaign_id, creator_id, slug, kind,
        to_url, status, version, created_at, updated_at) VALUES ";
const UPDATE: &str = "UPDATE links SET slug = $1, to_url = $2, status = $3, version = version + 1,
        updated_at = $4
    WHERE id = $5 AND version = $6 RETURNING id";
const DISABLE_OF: &str = "UPDATE links SET status = 'disabled', version = version + 1, updated_at = $1
    WHERE enrollment_id = $2 AND status = 'active'";
/// Only those that were switched off together with the enrollment, not those that somebody had before.
const ENABLE_OF: &str = "UPDATE links SET status = 'active', version = version + 1, updated_at = $1
    WHERE status = 'disabled'
        AND updated_at = (SELECT e.removed_at FROM enrollments e WHERE e.id = links.enrollment_id)
        AND enrollment_id IN ";

/// A link by its id.
pub async fn by_id(sql: &impl Sql, id: &LinkId) -> Result<Option<Link>, SqlError> {
    sql.execute(Statement::new(BY_ID).bind(id)).await?.first().map(read).transpose()
}

/// Links, newest first, after the one with the id `after`; of one campaign, where it is named.
pub async fn list(
    sql: &impl Sql,
    campaign: Option<&CampaignId>,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Link>, SqlError> {
    let statement =
        Statement::new(LIST).bind(after.unwrap_or(crate::AFTER_ALL_IDS)).bind(campaign).bind(limit);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// The links of one enrollment, newest first, after the one with the id `after`.
pub async fn list_of_enrollment(
    sql: &impl Sql,
    enrollment: &EnrollmentId,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Link>, SqlError> {
    let statement = Statement::new(LIST_OF_ENROLLMENT)
        .bind(enrollment)
        .bind(after.unwrap_or(crate::AFTER_ALL_IDS))
        .bind(limit);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// The links of these enrollments, oldest first, in one statement.
pub async fn of_enrollments<'a>(
    sql: &impl Sql,
    enrollments: impl IntoIterator<Item = &'a EnrollmentId>,
) -> Result<Vec<Link>, SqlError> {
    let ids: Vec<&EnrollmentId> = enrollments.into_iter().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!("{OF_ENROLLMENTS}({}) ORDER BY id", places(1, ids.len()));
    sql.execute(Statement::new(text).bind_all(ids)).await?.iter().map(read).collect()
}

/// The slugs that a plan's links have or had, at most so many.
pub async fn slugs_of_plan(sql: &impl Sql, plan: &PlanId, most: u32) -> Result<Vec<String>, SqlError> {
    slugs(sql, Statement::new(SLUGS_OF_PLAN).bind(plan).bind(most)).await
}

/// The slugs that a store's links have or had, at most so many.
pub async fn slugs_of_store(sql: &impl Sql, store: &StoreId, most: u32) -> Result<Vec<String>, SqlError> {
    slugs(sql, Statement::new(SLUGS_OF_STORE).bind(store).bind(most)).await
}

async fn slugs(sql: &impl Sql, statement: Statement) -> Result<Vec<String>, SqlError> {
    sql.execute(statement).await?.iter().map(|row| row.get("slug")).collect()
}

/// Keeps new links.
pub fn insert_all(links: &[Link]) -> Vec<Statement> {
    links
        .chunks(ROWS_A_STATEMENT)
        .map(|chunk| {
            let statement = Statement::new(format!("{INSERT}{}", rows_of_places(1, chunk.len(), 12)));
            chunk.iter().fold(statement, |statement, link| {
                statement
                    .bind(i64::try_from(link.number.get()).unwrap_or(i64::MAX))
                    .bind(&link.id)
                    .bind(&link.enrollment_id)
                    .bind(&link.campaign_id)
                    .bind(link.creator_id.as_ref())
                    .bind(link.slug.as_str())
                    .bind(link.kind.as_str())
                    .bind(link.to.as_ref().map(Url::as_str))
                    .bind(link.status.as_str())
                    .bind(link.version)
                    .bind(link.created_at)
                    .bind(link.updated_at)
            })
        })
        .collect()
}

/// Replaces what was read as this version of the link.
pub fn update(link: &Link) -> Statement {
    Statement::new(UPDATE)
        .bind(link.slug.as_str())
        .bind(link.to.as_ref().map(Url::as_str))
        .bind(link.status.as_str())
        .bind(link.updated_at)
        .bind(&link.id)
        .bind(link.version)
        .must_return()
}

/// Switches off the links of an enrollment that is removed at this moment.
pub fn disable_of(enrollment: &EnrollmentId, now: Timestamp) -> Statement {
    Statement::new(DISABLE_OF).bind(now).bind(enrollment)
}

/// Undoes [`disable_of`]: it must run before the enrollments are restored.
pub fn enable_of(enrollments: &[&EnrollmentId], now: Timestamp) -> Vec<Statement> {
    enrollments
        .chunks(ROWS_A_STATEMENT)
        .map(|chunk| {
            let statement = Statement::new(format!("{ENABLE_OF}({})", places(2, chunk.len())));
            statement.bind(now).bind_all(chunk.iter().copied())
        })
        .collect()
}

fn read(row: &Row) -> Result<Link, SqlError> {
    let kind = |text: &str| LinkKind::parse(text).ok_or("is no kind of link");
    let number: u64 = row.get("number")?;
    Ok(Link {
        number: LinkNumber::new(number).map_err(|error| SqlError::Data(format!("column number: {error}")))?,
        id: row.parse("id", LinkId::parse)?,
        enrollment_id: row.parse("enrollment_id", EnrollmentId::parse)?,
        campaign_id: row.parse("campaign_id", CampaignId::parse)?,
        creator_id: row.parse_optional("creator_id", CreatorId::parse)?,
        slug: row.parse("slug", Slug::parse)?,
        kind: row.parse("kind", kind)?,
        to: row.parse_optional("to_url", Url::parse)?,
        status: row.parse("status", LinkStatus::parse)?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{House, NOW, campaign, creator, enrollment, plan, plan_id, run, store_id};
    use crate::{campaigns, creators, enrollments, plans};

    fn house() -> House {
        let house = House::new();
        house.write(plans::insert(&plan(1, r#"{"name": "Spring"}"#), "root").unwrap());
        house.write([campaigns::insert(&campaign(1)), creators::insert(&creator(1, "Anna")).unwrap()]);
        house.write(enrollments::insert_all(&[enrollment(1, Some(1))]));
        house
    }

    fn link(number: u8, slug: &str) -> Link {
        let enrollment = enrollment(1, Some(1));
        Link {
            number: LinkNumber::new((1 << 48) - u64::from(number)).unwrap(),
            id: LinkId::new(NOW, [number; 10]),
            enrollment_id: enrollment.id,
            campaign_id: enrollment.campaign_id,
            creator_id: enrollment.creator_id,
            slug: Slug::parse(slug).unwrap(),
            kind: LinkKind::Affiliate,
            to: Some(Url::parse("https://shop.example/x?a='b").unwrap()),
            status: LinkStatus::Active,
            version: 1,
            created_at: NOW,
            updated_at: NOW,
        }
    }

    fn of_enrollment(house: &House) -> Vec<Link> {
        run(of_enrollments(&house.sql, [&enrollment(1, None).id])).unwrap()
    }

    #[test]
    fn links_are_kept_as_they_are_and_their_slugs_are_found_by_plan_and_store() {
        let house = house();
        let links = [link(1, "anna"), link(2, "anna-2")];
        house.write(insert_all(&links));
        assert_eq!(of_enrollment(&house), links);
        assert_eq!(run(by_id(&house.sql, &links[1].id)).unwrap().as_ref(), Some(&links[1]));
        assert_eq!(run(slugs_of_plan(&house.sql, &plan_id(1), 9)).unwrap().len(), 2);
        assert_eq!(run(slugs_of_store(&house.sql, &store_id(1), 1)).unwrap().len(), 1);
        let second_page =
            run(list_of_enrollment(&house.sql, &links[0].enrollment_id, Some(links[1].id.as_str()), 9));
        assert_eq!(second_page.unwrap(), links[..1]);
    }

    #[test]
    fn a_taken_slug_is_named() {
        let house = house();
        house.write(insert_all(&[link(1, "anna"), link(2, "berta")]));
        let taken = Err(SqlError::Unique("links.slug".to_owned()));
        assert_eq!(house.try_write(insert_all(&[link(3, "anna")])), taken);
        assert_eq!(
            house.try_write([update(&Link { slug: link(1, "anna").slug, ..link(2, "berta") })]),
            taken
        );
        assert_eq!(house.try_write([update(&Link { version: 2, ..link(2, "berta") })]), Err(SqlError::Stale));
    }

    // R7
    #[test]
    fn an_older_slug_still_leads_to_its_link_and_to_no_other() {
        let house = house();
        let by_slug = |slug: &str| {
            let found = run(crate::link_cache::by_slug(&house.sql, &Slug::parse(slug).unwrap()));
            found.unwrap().map(|found| found.number)
        };
        house.write(insert_all(&[link(1, "anna"), link(2, "berta")]));
        let renamed = Link { slug: Slug::parse("anna-new").unwrap(), ..link(1, "anna") };
        house.write([update(&renamed)]);
        for (slug, expected) in [("anna", Some(1)), ("anna-new", Some(1)), ("berta", Some(2)), ("cora", None)]
        {
            assert_eq!(by_slug(slug), expected.map(|number| link(number, "any").number), "{slug}");
        }
        let taken = Err(SqlError::Unique("slugs.slug".to_owned()));
        assert_eq!(house.try_write(insert_all(&[link(3, "anna")])), taken);
        assert_eq!(house.try_write([update(&link(2, "anna"))]), taken);
        house.write([update(&Link { version: 2, ..link(1, "anna") })]);
        assert_eq!(by_slug("anna-new"), by_slug("anna"), "there and back again");
        assert_eq!(run(slugs_of_plan(&house.sql, &plan_id(1), 9)).unwrap().len(), 3);
    }

    // R11
    #[test]
    fn links_go_off_and_on_with_their_enrollment_but_not_those_that_were_off_before() {
        let house = house();
        let off = Link { status: LinkStatus::Disabled, ..link(2, "berta") };
        house.write(insert_all(&[link(1, "anna"), off]));
        let statuses =
            |house: &House| of_enrollment(house).iter().map(|link| link.status).collect::<Vec<_>>();
        let (id, later) = (enrollment(1, None).id, Timestamp::from_millis(2_000));
        house.write([enrollments::remove(&id, later), disable_of(&id, later)]);
        assert_eq!(statuses(&house), [LinkStatus::Disabled, LinkStatus::Disabled]);
        house.write(
            enable_of(&[&id], Timestamp::from_millis(3_000)).into_iter().chain(enrollments::restore(&[&id])),
        );
        assert_eq!(statuses(&house), [LinkStatus::Active, LinkStatus::Disabled]);
    }

    #[test]
    fn every_status_is_read_back_from_its_word() {
        for status in LinkStatus::ALL {
            assert_eq!(LinkStatus::parse(status.as_str()), Ok(status));
        }
    }
}
