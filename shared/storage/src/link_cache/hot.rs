//! The links of the moment in one value of the cache, so that an instance, which lives for a hundred clicks, reads
//! most of its links at once.
//!
//! The text has the time at which it was packed in its first line, then a line a link, in the order of slugs: the
//! slug, a blank, and the link's own value of the cache. A link is found without reading the others.

use std::cmp::Ordering;

use tributary_domain::Timestamp;
use tributary_domain::link::Slug;

use crate::sql::{Sql, SqlError, Statement};

/// How many links are packed: with more, each instance reads more than it needs.
const MOST: i64 = 512;
/// How many bytes: some key-value stores take no value above 400 KB.
const MOST_BYTES: usize = 256 * 1_024;
/// The newest batches of visits, which tell what is hot.
const NEWEST_BATCHES: i64 = 64;

const HOTTEST: &str = "SELECT l.slug FROM (
        SELECT CAST(v.key AS INTEGER) AS number, SUM(json_array_length(v.value, '$.at')) AS clicks
        FROM click_batches b, json_each(b.visits, '$.\"0\"') v
        WHERE b.number > (SELECT MAX(number) FROM click_batches) - $1
        GROUP BY 1 ORDER BY 2 DESC LIMIT $2
    ) AS hot JOIN links l ON l.number = hot.number
    ORDER BY l.slug";

/// The slugs of the links that were clicked most of late, in their order.
pub async fn hottest(sql: &impl Sql) -> Result<Vec<Slug>, SqlError> {
    let rows = sql.execute(Statement::new(HOTTEST).bind(NEWEST_BATCHES).bind(MOST)).await?;
    rows.iter().map(|row| row.parse("slug", Slug::parse)).collect()
}

/// Values of links, packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotLinks {
    made: Timestamp,
    text: Vec<u8>,
    /// Where the first link's line begins.
    start: usize,
}

impl HotLinks {
    /// Packs values, which have no line breaks, as far as there is room; the slugs are in their order.
    pub fn pack<'a>(made: Timestamp, links: impl IntoIterator<Item = (&'a Slug, &'a [u8])>) -> Self {
        let mut text = made.as_millis().to_string().into_bytes();
        text.push(b'\n');
        let start = text.len();
        for (slug, value) in links {
            if text.len() + slug.as_str().len() + value.len() > MOST_BYTES {
                break;
            }
            text.extend_from_slice(slug.as_str().as_bytes());
            text.push(b' ');
            text.extend_from_slice(value);
            text.push(b'\n');
        }
        Self { made, text, start }
    }

    /// None at all: what is packed again in a while.
    pub fn none(made: Timestamp) -> Self {
        Self::pack(made, [])
    }

    /// Reads [`HotLinks::bytes`] back; anything else is nothing.
    pub fn read(text: Vec<u8>) -> Option<Self> {
        let end = text.iter().position(|byte| *byte == b'\n')?;
        let made = std::str::from_utf8(text.get(..end)?).ok()?.parse().ok()?;
        Some(Self { made: Timestamp::from_millis(made), start: end + 1, text })
    }

    /// As the cache keeps it.
    pub fn bytes(&self) -> &[u8] {
        &self.text
    }

    /// When it was packed.
    pub const fn made(&self) -> Timestamp {
        self.made
    }

    /// The value of a link.
    pub fn find(&self, slug: &Slug) -> Option<&[u8]> {
        let mut lines = self.text.get(self.start..)?;
        while !lines.is_empty() {
            let (before, line, after) = middle(lines)?;
            let blank = line.iter().position(|byte| *byte == b' ')?;
            let (found, value) = line.split_at_checked(blank)?;
            match slug.as_str().as_bytes().cmp(found) {
                Ordering::Equal => return value.get(1..),
                Ordering::Less => lines = before,
                Ordering::Greater => lines = after,
            }
        }
        None
    }
}

/// The line in the middle without its end, and the lines before and after it.
fn middle(lines: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (first_half, _) = lines.split_at_checked(lines.len() / 2)?;
    let start = first_half.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let (before, rest) = lines.split_at_checked(start)?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (line, after) = rest.split_at_checked(end)?;
    Some((before, line, after.get(1..)?))
}
