//! People who promote.

use std::collections::BTreeMap;

use tributary_domain::Timestamp;
use tributary_domain::code::{CodeStatus, Person};
use tributary_domain::ids::{CreatorId, PlanId};

use crate::sql::{Row, Sql, SqlError, Statement, places, to_json};

/// A person who promotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creator {
    /// Their id.
    pub id: CreatorId,
    /// First name, in any script.
    pub first_name: Option<String>,
    /// Last name, in any script.
    pub last_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Handles by network, without their `@`.
    pub handles: BTreeMap<String, String>,
    /// The brand's own id of them; unique.
    pub external_id: Option<String>,
    /// The brand's own words for them.
    pub tags: Vec<String>,
    /// Counts the changes.
    pub version: i64,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they were last changed.
    pub updated_at: Timestamp,
    /// When they were removed: hidden from lists, while their sales stay (R62).
    pub deleted_at: Option<Timestamp>,
}

impl Creator {
    /// What a code pattern needs to know.
    pub fn person(&self) -> Person<'_> {
        Person {
            first_name: self.first_name.as_deref(),
            last_name: self.last_name.as_deref(),
            handles: &self.handles,
        }
    }
}

/// Which creators a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those with this tag, without regard to case.
    pub tag: Option<String>,
    /// Those with this text in a name, the address, a handle or the brand's own id.
    pub text: Option<String>,
    /// Those who are in a campaign under this plan.
    pub plan: Option<PlanId>,
    /// Those one of whose codes of today stands so; under that plan, where one is named.
    pub code: Option<CodeStatus>,
}

macro_rules! columns {
    () => {
        "id, first_name, last_name, email, handles, external_id, tags, version, created_at, updated_at, deleted_at"
    };
}

const BY_IDS: &str = concat!("SELECT ", columns!(), " FROM creators WHERE id IN ");
const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM creators WHERE deleted_at IS NULL AND id < $1
        AND ($2 IS NULL OR LOWER(tags) LIKE $2 ESCAPE '!')
        AND ($3 IS NULL OR LOWER(COALESCE(first_name, '') || ' ' || COALESCE(last_name, '') || ' '
            || COALESCE(email, '') || ' ' || COALESCE(external_id, '') || ' ' || handles) LIKE $3 ESCAPE '!')
        AND (($4 IS NULL AND $5 IS NULL) OR EXISTS (
            SELECT 1 FROM enrollments e LEFT JOIN codes k ON k.enrollment_id = e.id AND k.is_current = 1
            WHERE e.creator_id = creators.id AND e.status = 'active'
                AND ($4 IS NULL OR e.plan_id = $4) AND ($5 IS NULL OR k.status = $5)))
    ORDER BY id DESC LIMIT $6"
);
const INSERT: &str = "INSERT INTO creators (id, first_name, last_name, email, handles, external_id, tags,
        version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const UPDATE: &str = "UPDATE creators SET first_name = $1, last_name = $2, email = $3, handles = $4,
        external_id = $5, tags = $6, version = version + 1, updated_at = $7
    WHERE id = $8 AND version = $9 AND deleted_at IS NULL RETURNING id";
const DELETE: &str = "UPDATE creators SET deleted_at = $1, updated_at = $1, version = version + 1
    WHERE id = $2 AND deleted_at IS NULL RETURNING id";

/// A creator by id, removed or not.
pub async fn by_id(sql: &impl Sql, id: &CreatorId) -> Result<Option<Creator>, SqlError> {
    Ok(by_ids(sql, [id]).await?.remove(id))
}

/// Creators by their ids, removed or not, in one statement. Keep it to a thousand.
pub async fn by_ids<'a>(
    sql: &impl Sql,
    ids: impl IntoIterator<Item = &'a CreatorId>,
) -> Result<BTreeMap<CreatorId, Creator>, SqlError> {
    let ids: Vec<&CreatorId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let statement = Statement::new(format!("{BY_IDS}({})", places(1, ids.len()))).bind_all(ids);
    let rows = sql.execute(statement).await?;
    rows.iter().map(|row| read(row).map(|creator| (creator.id.clone(), creator))).collect()
}

/// Creators that were not removed, newest first, after the one with the id `after`.
pub async fn list(
    sql: &impl Sql,
    filter: &Filter,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Creator>, SqlError> {
    // A tag stands in its list as JSON text: in quotes, so that `vip` does not find `vip-2`.
    let tag = filter.tag.as_ref().map(to_json).transpose()?;
    let statement = Statement::new(LIST)
        .bind(after.unwrap_or(crate::AFTER_ALL_IDS))
        .bind(tag.as_deref().map(containing))
        .bind(filter.text.as_deref().map(containing))
        .bind(filter.plan.as_ref().map(PlanId::as_str))
        .bind(filter.code.map(CodeStatus::as_str))
        .bind(limit);
    sql.execute(statement).await?.iter().map(read).collect()
}

/// A `LIKE` pattern for texts that contain this one.
fn containing(text: &str) -> String {
    // As SQLite's LOWER: letters beyond ASCII keep their case on both sides.
    let lower = text.to_ascii_lowercase();
    format!("%{}%", lower.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

/// Keeps a new creator.
pub fn insert(creator: &Creator) -> Result<Statement, SqlError> {
    Ok(Statement::new(INSERT)
        .bind(&creator.id)
        .bind(creator.first_name.as_deref())
        .bind(creator.last_name.as_deref())
        .bind(creator.email.as_deref())
        .bind(to_json(&creator.handles)?)
        .bind(creator.external_id.as_deref())
        .bind(to_json(&creator.tags)?)
        .bind(creator.version)
        .bind(creator.created_at)
        .bind(creator.updated_at))
}

/// Replaces what was read as this version of the creator.
pub fn update(creator: &Creator) -> Result<Statement, SqlError> {
    Ok(Statement::new(UPDATE)
        .bind(creator.first_name.as_deref())
        .bind(creator.last_name.as_deref())
        .bind(creator.email.as_deref())
        .bind(to_json(&creator.handles)?)
        .bind(creator.external_id.as_deref())
        .bind(to_json(&creator.tags)?)
        .bind(creator.updated_at)
        .bind(&creator.id)
        .bind(creator.version)
        .must_return())
}

/// Hides a creator. Enrollments, codes, links and sales stay as they are.
pub fn delete(id: &CreatorId, now: Timestamp) -> Statement {
    Statement::new(DELETE).bind(now).bind(id).must_return()
}

fn read(row: &Row) -> Result<Creator, SqlError> {
    Ok(Creator {
        id: row.parse("id", CreatorId::parse)?,
        first_name: row.get("first_name")?,
        last_name: row.get("last_name")?,
        email: row.get("email")?,
        handles: row.json("handles")?,
        external_id: row.get("external_id")?,
        tags: row.json("tags")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        deleted_at: row.get("deleted_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{House, creator, run};

    fn found(house: &House, tag: Option<&str>, text: Option<&str>) -> Vec<String> {
        let (tag, text) = (tag.map(str::to_owned), text.map(str::to_owned));
        let filter = Filter { tag, text, ..Filter::default() };
        let rows = run(list(&house.sql, &filter, None, 10)).unwrap();
        rows.into_iter().filter_map(|creator| creator.first_name).collect()
    }

    #[test]
    fn a_list_is_searched_by_tag_and_text_and_takes_both_literally() {
        let house = House::new();
        let anna = Creator {
            tags: vec!["VIP".to_owned(), "50%".to_owned()],
            handles: [("tiktok".to_owned(), "anna_b".to_owned())].into(),
            ..creator(1, "Anna")
        };
        let bob = Creator { tags: vec!["vip-2".to_owned()], ..creator(2, "Bob' OR 1=1 --") };
        house.write([insert(&anna).unwrap(), insert(&bob).unwrap()]);
        for (tag, text, expected) in [
            (None, None, vec!["Bob' OR 1=1 --", "Anna"]),
            (Some("vip"), None, vec!["Anna"]),
            (Some("50%"), None, vec!["Anna"]),
            (Some("%"), None, vec![]),
            (None, Some("ANNA_B"), vec!["Anna"]),
            (None, Some("anna%b"), vec![]),
            (None, Some("' or 1"), vec!["Bob' OR 1=1 --"]),
            (Some("vip"), Some("bob"), vec![]),
        ] {
            assert_eq!(found(&house, tag, text), expected, "{tag:?} {text:?}");
        }
    }

    // R62
    #[test]
    fn a_removed_creator_leaves_the_list_and_stays_known() {
        let house = House::new();
        let anna = creator(1, "Anna");
        house.write([insert(&anna).unwrap()]);
        house.write([delete(&anna.id, Timestamp::from_millis(9))]);
        assert!(found(&house, None, None).is_empty());
        let kept = run(by_id(&house.sql, &anna.id)).unwrap().unwrap();
        assert_eq!(kept.deleted_at, Some(Timestamp::from_millis(9)));
        assert_eq!(house.try_write([update(&anna).unwrap()]), Err(SqlError::Stale));
        assert_eq!(house.try_write([delete(&anna.id, Timestamp::from_millis(10))]), Err(SqlError::Stale));
    }

    #[test]
    fn a_change_of_an_older_version_is_refused() {
        let house = House::new();
        let anna = creator(1, "Anna");
        house.write([insert(&anna).unwrap(), update(&anna).unwrap()]);
        assert_eq!(house.try_write([update(&anna).unwrap()]), Err(SqlError::Stale));
    }

    #[test]
    fn two_creators_never_share_an_external_id() {
        let house = House::new();
        let with_id = |number, name| Creator { external_id: Some("x".to_owned()), ..creator(number, name) };
        house.write([insert(&with_id(1, "Anna")).unwrap()]);
        let taken = house.try_write([insert(&with_id(2, "Bob")).unwrap()]);
        assert_eq!(taken, Err(SqlError::Unique("creators.external_id".to_owned())));
    }
}
