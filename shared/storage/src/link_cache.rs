//! Links as a redirect needs them: read from SQL by one statement, kept whole in the key-value store.

pub mod hot;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tributary_domain::Timestamp;
use tributary_domain::capability::Platform;
use tributary_domain::click_id::LinkNumber;
use tributary_domain::code::CodeText;
use tributary_domain::ids::LinkId;
use tributary_domain::link::{LinkKind, LinkSnapshot, LinkSource, Slug};

use crate::sql::{Row, Sql, SqlError, Statement};

/// Everything that [`LinkSource`] needs. A new click takes the plan's newest version (R12), and the code
/// that the enrollment has today, once the shop knows it.
macro_rules! select_link {
    ($where:literal) => {
        concat!(
            "SELECT l.number, l.id, l.slug, l.kind, l.to_url, l.status AS link_status, p.status AS plan_status,
                v.version AS plan_version, v.terms, s.url AS store_url, s.platform, s.attribution_tag, c.text AS code,
                g.name AS campaign, r.first_name, r.last_name
            FROM links l
            JOIN enrollments e ON e.id = l.enrollment_id
            JOIN plans p ON p.id = e.plan_id
            JOIN plan_versions v ON v.plan_id = p.id AND v.version = p.version
            JOIN stores s ON s.id = p.store_id
            JOIN campaigns g ON g.id = e.campaign_id
            LEFT JOIN creators r ON r.id = e.creator_id
            LEFT JOIN codes c ON c.enrollment_id = e.id AND c.is_current = 1 AND c.status = 'active'
            WHERE ",
            $where
        )
    };
}

const BY_SLUG: &str = select_link!("l.number = (SELECT link_number FROM slugs WHERE slug = $1)");
const BY_ID: &str = select_link!("l.id = $1");
const HOME: &str = "SELECT url FROM stores ORDER BY id LIMIT 1";
const STORE_OF: &str = "SELECT p.store_id FROM links l
    JOIN enrollments e ON e.id = l.enrollment_id
    JOIN plans p ON p.id = e.plan_id
    WHERE l.number = $1";

/// Links and plans are on only while their status says so.
const ACTIVE: &str = "active";

/// The link that has or had a slug.
pub async fn by_slug(sql: &impl Sql, slug: &Slug) -> Result<Option<LinkSnapshot>, SqlError> {
    sql.execute(Statement::new(BY_SLUG).bind(slug.as_str())).await?.first().map(read).transpose()
}

/// The link of an id.
pub async fn by_id(sql: &impl Sql, id: &LinkId) -> Result<Option<LinkSnapshot>, SqlError> {
    sql.execute(Statement::new(BY_ID).bind(id)).await?.first().map(read).transpose()
}

/// The home page of the store that was connected first.
pub async fn home(sql: &impl Sql) -> Result<Option<String>, SqlError> {
    sql.execute(Statement::new(HOME)).await?.first().map(|row| row.get("url")).transpose()
}

/// The store that a link leads to.
pub async fn store_of(
    sql: &impl Sql,
    link: LinkNumber,
) -> Result<Option<tributary_domain::ids::StoreId>, SqlError> {
    let number = i64::try_from(link.get()).unwrap_or(i64::MAX);
    let rows = sql.execute(Statement::new(STORE_OF).bind(number)).await?;
    rows.first().map(|row| row.parse("store_id", tributary_domain::ids::StoreId::parse)).transpose()
}

fn read(row: &Row) -> Result<LinkSnapshot, SqlError> {
    let status = |column| row.get::<String>(column).map(|status| status != ACTIVE);
    let part = |column| row.get::<Option<String>>(column).map(Option::unwrap_or_default);
    let creator = format!("{} {}", part("first_name")?, part("last_name")?);
    let kind = row.get::<String>("kind")?;
    Ok(LinkSnapshot::build(&LinkSource {
        slug: &row.parse("slug", Slug::parse)?,
        number: LinkNumber::new(row.get("number")?).map_err(|error| SqlError::Data(error.to_string()))?,
        id: &row.parse("id", LinkId::parse)?,
        kind: LinkKind::parse(&kind).ok_or_else(|| SqlError::Data(format!("links.kind {kind}")))?,
        disabled: status("link_status")?,
        plan_deactivated: status("plan_status")?,
        plan_version: row.get("plan_version")?,
        plan: &row.json("terms")?,
        page: row.get::<Option<String>>("to_url")?.as_deref(),
        store_url: &row.get::<String>("store_url")?,
        platform: row.parse("platform", Platform::parse)?,
        attribution_tag: row.get::<Option<String>>("attribution_tag")?.as_deref(),
        code: row.parse_optional("code", CodeText::parse)?.as_ref(),
        campaign: &row.get::<String>("campaign")?,
        creator: creator.trim(),
    }))
}

/// A value of the cache with the time at which it was read from SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<T> {
    /// When it was true.
    pub made: Timestamp,
    /// What it was.
    pub value: T,
}

impl<T: Serialize + DeserializeOwned> Kept<T> {
    /// The bytes that are kept.
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(&(self.made.as_millis(), &self.value)).unwrap_or_default()
    }

    /// Reads [`Kept::encode`] back. What another version of the program kept in another form is nothing.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (made, value) = serde_json::from_slice::<(i64, T)>(bytes).ok()?;
        Some(Self { made: Timestamp::from_millis(made), value })
    }
}

#[cfg(test)]
mod tests;
