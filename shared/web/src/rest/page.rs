//! Lists: `?limit=` and `?cursor=`, newest first, answered as `{"data": [...], "nextCursor": ...}`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};

use crate::problem::Problem;
use crate::request::Request;

const DEFAULT_LIMIT: u32 = 50;
const LARGEST_LIMIT: u32 = 100;

/// Which page of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// How many rows, 1 to 100.
    pub limit: u32,
    /// The sort key of the row after which it begins, in the list's own form.
    pub after: Option<String>,
}

impl Page {
    /// Reads `limit` and `cursor`.
    ///
    /// # Errors
    /// 422 that names the wrong one.
    pub fn of(request: &Request) -> Result<Self, Problem> {
        Self::of_rows(request, DEFAULT_LIMIT)
    }

    /// The same with so many rows where no `limit` is given.
    ///
    /// # Errors
    /// 422 that names the wrong one.
    pub fn of_rows(request: &Request, by_default: u32) -> Result<Self, Problem> {
        let limit = request
            .query_as("limit", |text| match text.parse() {
                Ok(limit) if (1..=LARGEST_LIMIT).contains(&limit) => Ok(limit),
                _ => Err(format!("must be a number from 1 to {LARGEST_LIMIT}")),
            })?
            .unwrap_or(by_default);
        let after = request.query_as("cursor", |text| {
            let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| "is no cursor of this list")?;
            String::from_utf8(bytes).map_err(|_| "is no cursor of this list")
        })?;
        Ok(Self { limit, after })
    }

    /// The sort key read into what the list's statement needs.
    ///
    /// # Errors
    /// 422 where the cursor is of another list.
    pub fn after_as<T>(&self, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
        let wrong = || Problem::field("cursor", "invalid", "is no cursor of this list");
        self.after.as_deref().map(|text| read(text).ok_or_else(wrong)).transpose()
    }

    /// The id after which it begins, for a list in the order of its ids, which `parse` reads.
    ///
    /// # Errors
    /// 422 where the cursor is of another list.
    pub fn after_id<T, E>(&self, parse: impl Fn(&str) -> Result<T, E>) -> Result<Option<&str>, Problem> {
        self.after_as(|text| parse(text).ok())?;
        Ok(self.after.as_deref())
    }

    /// How many rows to read: one more than asked for tells whether there is a next page.
    pub const fn rows_to_read(&self) -> u32 {
        self.limit + 1
    }
}

/// The answer's body: at most `limit` rows, and the cursor of the next page where there are more.
pub fn list<T: Serialize>(page: &Page, rows: &[T], sort_key: impl Fn(&T) -> String) -> Value {
    let (shown, next) = cut(page, rows, sort_key);
    json!({ "data": shown, "nextCursor": next })
}

/// The id of a row on the wire, by which most lists are sorted.
pub fn id_of(row: &Value) -> String {
    row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The same for rows whose sort key is not on the wire.
pub fn list_as<T>(
    page: &Page,
    rows: &[T],
    sort_key: impl Fn(&T) -> String,
    to_wire: impl Fn(&T) -> Value,
) -> Value {
    let (shown, next) = cut(page, rows, sort_key);
    json!({ "data": shown.iter().map(to_wire).collect::<Vec<_>>(), "nextCursor": next })
}

/// The rows of the page, and the cursor of the next one where there are more.
pub fn cut<'a, T>(page: &Page, rows: &'a [T], sort_key: impl Fn(&T) -> String) -> (&'a [T], Option<String>) {
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let shown = rows.get(..limit).unwrap_or(rows);
    let next = shown.last().filter(|_| rows.len() > limit).map(|last| URL_SAFE_NO_PAD.encode(sort_key(last)));
    (shown, next)
}
