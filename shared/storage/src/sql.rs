//! The one seam to a SQL database: statements in, rows out.
//!
//! Two adapters stand behind it: Spin's SQLite in components, and rusqlite in native tests, so that the very
//! same SQL runs in both. A PostgreSQL adapter fits the same trait.

use std::cell::Cell;
use std::fmt::Write;
use std::rc::Rc;

/// A value of a parameter or a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A 64-bit integer: counts, minor units, milliseconds, truth values.
    Integer(i64),
    /// UTF-8 text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

macro_rules! value_from {
    ($($from:ty => |$name:ident| $value:expr),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from($name: $from) -> Self {
                $value
            }
        })*
    };
}

value_from! {
    i64 => |number| Self::Integer(number),
    i32 => |number| Self::Integer(number.into()),
    u32 => |number| Self::Integer(number.into()),
    u16 => |number| Self::Integer(number.into()),
    u8 => |number| Self::Integer(number.into()),
    bool => |truth| Self::Integer(truth.into()),
    &str => |text| Self::Text(text.to_owned()),
    String => |text| Self::Text(text),
    &String => |text| Self::Text(text.clone()),
    Vec<u8> => |bytes| Self::Blob(bytes),
    &[u8] => |bytes| Self::Blob(bytes.to_vec()),
    tributary_domain::Timestamp => |moment| Self::Integer(moment.as_millis()),
    tributary_domain::Day => |day| Self::Integer(day.number().into()),
    tributary_domain::Currency => |currency| Self::Text(currency.code().to_owned()),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! value_from_id {
    ($($id:ident),*) => {
        $(impl From<&tributary_domain::ids::$id> for Value {
            fn from(id: &tributary_domain::ids::$id) -> Self {
                Self::Text(id.as_str().to_owned())
            }
        })*
    };
}

value_from_id!(
    StoreId,
    CreatorId,
    PlanId,
    CampaignId,
    EnrollmentId,
    CodeId,
    LinkId,
    OrderId,
    ConversionId,
    KeyId,
    DeliveryId,
    PayoutId,
    WebhookEndpointId,
    MessageId
);

/// One SQL statement with its parameters, numbered `$1`, `$2` in the order in which they are bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The text.
    pub sql: String,
    /// The parameters.
    pub params: Vec<Value>,
    /// Whether the statement must give at least one row (by `RETURNING`) for a transaction to go on.
    pub must_return: bool,
}

impl Statement {
    /// A statement without parameters yet.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), params: Vec::new(), must_return: false }
    }

    /// Binds the next parameter.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.params.push(value.into());
        self
    }

    /// The text for SQLite. It numbers `$2` by where it first stands in the text, as a name, but `?2` by its
    /// digits, as PostgreSQL does with `$2` (<https://www.sqlite.org/lang_expr.html#varparam>).
    pub fn sqlite_text(&self) -> String {
        let mut pieces = self.sql.split('$');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            text.push(if piece.starts_with(|first: char| first.is_ascii_digit()) { '?' } else { '$' });
            text.push_str(piece);
        }
        text
    }

    /// Binds the next parameters.
    #[must_use]
    pub fn bind_all<T: Into<Value>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.params.extend(values.into_iter().map(Into::into));
        self
    }

    /// Makes a transaction fail with [`SqlError::Stale`] where this statement returns no row.
    #[must_use]
    pub fn must_return(mut self) -> Self {
        self.must_return = true;
        self
    }
}

/// Why a statement did not do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SqlError {
    /// Somebody else holds the database; the same may succeed later.
    #[error("the database is busy")]
    Busy,
    /// A unique constraint forbids it: the columns, such as `codes.store_id, codes.text`.
    #[error("already taken: {0}")]
    Unique(String),
    /// A row that had to be changed was not as expected any more.
    #[error("changed by somebody else in the meantime")]
    Stale,
    /// The schema is not there yet, or is older than this program.
    #[error("the schema is not there: {0}")]
    Schema(String),
    /// A column was not what the program expects.
    #[error("unexpected data: {0}")]
    Data(String),
    /// Anything else, in the database's words.
    #[error("database: {0}")]
    Other(String),
}

impl SqlError {
    /// Sorts an error by the words of SQLite (<https://www.sqlite.org/rescode.html>), which are all that
    /// Spin passes on.
    pub fn from_sqlite(message: &str) -> Self {
        if let Some((_, columns)) = message.split_once("UNIQUE constraint failed: ") {
            let columns = columns.split(" in ").next().unwrap_or(columns);
            Self::Unique(columns.trim_matches(|letter: char| letter == '"' || letter == ')').to_owned())
        } else if message.contains("is locked") || message.contains("busy") {
            Self::Busy
        } else if message.contains("no such table")
            || message.contains("no such column")
            || message.contains("has no column")
        {
            Self::Schema(message.to_owned())
        } else {
            Self::Other(message.to_owned())
        }
    }
}

/// A row of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    columns: Rc<[String]>,
    values: Vec<Value>,
    /// The column after the one that was read last: a wide row is read in about the order of its columns.
    next: Cell<usize>,
}

impl Row {
    /// A row of these columns.
    pub fn new(columns: Rc<[String]>, values: Vec<Value>) -> Self {
        Self { columns, values, next: Cell::new(0) }
    }

    fn value(&self, column: &str) -> Result<&Value, SqlError> {
        let next = self.next.get();
        let is_next = self.columns.get(next).is_some_and(|name| name == column);
        let index = if is_next { Some(next) } else { self.columns.iter().position(|name| name == column) };
        self.next.set(index.map_or(0, |index| index + 1));
        index
            .and_then(|index| self.values.get(index))
            .ok_or_else(|| SqlError::Data(format!("no column {column}")))
    }

    /// Reads a column.
    ///
    /// # Errors
    /// Names the column, when it is missing, NULL or of another kind.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, SqlError> {
        T::from_value(self.value(column)?).ok_or_else(|| another_kind(column))
    }

    /// A column of text where it lies; `None` for NULL.
    fn text(&self, column: &str) -> Result<Option<&str>, SqlError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            _ => Err(another_kind(column)),
        }
    }

    /// Reads a column of text into a value that can refuse it: an id, a status, a currency.
    ///
    /// # Errors
    /// Names the column and what is wrong with it.
    pub fn parse<T, E: std::fmt::Display>(
        &self,
        column: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, SqlError> {
        let text = self.text(column)?.ok_or_else(|| another_kind(column))?;
        read(text).map_err(|error| SqlError::Data(format!("column {column}: {error}")))
    }

    /// The same for a column that may be NULL.
    ///
    /// # Errors
    /// Names the column and what is wrong with it.
    pub fn parse_optional<T, E: std::fmt::Display>(
        &self,
        column: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, SqlError> {
        self.text(column)?
            .map(|text| read(text).map_err(|error| SqlError::Data(format!("column {column}: {error}"))))
            .transpose()
    }

    /// Reads a column of JSON.
    ///
    /// # Errors
    /// Names the column.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T, SqlError> {
        self.parse(column, |text| serde_json::from_str(text))
    }

    /// Reads a column of JSON that may be NULL.
    ///
    /// # Errors
    /// Names the column.
    pub fn json_optional<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<Option<T>, SqlError> {
        self.parse_optional(column, |text| serde_json::from_str(text))
    }
}

fn another_kind(column: &str) -> SqlError {
    SqlError::Data(format!("column {column} has another kind"))
}

/// What a column can be read as.
pub trait FromValue: Sized {
    /// `None` where the value is of another kind.
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Integer(number) = value { Some(*number) } else { None }
    }
}

macro_rules! from_integer {
    ($($kind:ty),*) => {
        $(impl FromValue for $kind {
            fn from_value(value: &Value) -> Option<Self> {
                i64::from_value(value).and_then(|number| Self::try_from(number).ok())
            }
        })*
    };
}

from_integer!(i32, u16, u32, u64);

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text.clone()) } else { None }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes.clone()),
            Value::Text(text) => Some(text.clone().into_bytes()),
            _ => None,
        }
    }
}

impl FromValue for tributary_domain::Timestamp {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(Self::from_millis)
    }
}

impl FromValue for tributary_domain::Day {
    fn from_value(value: &Value) -> Option<Self> {
        i32::from_value(value).map(Self::from_number)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// A SQL database.
#[allow(async_fn_in_trait, reason = "components run one thread; their futures need not be Send")]
pub trait Sql {
    /// Runs one statement and gives all of its rows.
    async fn execute(&self, statement: Statement) -> Result<Vec<Row>, SqlError>;

    /// Runs all of the statements or none of them, and gives the rows of each.
    ///
    /// For set-up work only: the write lock is held across every statement.
    async fn transaction(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError>;
}

/// The rows that one statement writes at most: a few statements for a thousand rows, and far from any
/// database's limit of parameters.
pub(crate) const ROWS_A_STATEMENT: usize = 100;

/// Places for `count` parameters, from `$first` on: `$3, $4, $5`.
pub(crate) fn places(first: usize, count: usize) -> String {
    let mut text = String::new();
    push_places(&mut text, first, count);
    text
}

/// Places for `count` rows of `width` parameters, from `$first` on: `($1, $2), ($3, $4)`.
pub(crate) fn rows_of_places(first: usize, count: usize, width: usize) -> String {
    let mut text = String::with_capacity(count * width * PLACE_LENGTH);
    for row in 0..count {
        text.push_str(if row == 0 { "(" } else { ", (" });
        push_places(&mut text, first + row * width, width);
        text.push(')');
    }
    text
}

/// About what a place takes in the text.
const PLACE_LENGTH: usize = 7;

fn push_places(text: &mut String, first: usize, count: usize) {
    for number in first..first + count {
        // Writing to a string cannot fail.
        write!(text, "{}${number}", if number == first { "" } else { ", " }).unwrap_or_default();
    }
}

/// JSON text of a value that always has one.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, SqlError> {
    serde_json::to_string(value).map_err(|error| SqlError::Data(error.to_string()))
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::native::NativeSql;

    #[test]
    fn parameters_are_numbered_by_their_digits_wherever_they_stand() {
        let sql = NativeSql::in_memory();
        let statement = Statement::new("SELECT $2 AS second, $1 AS first, $2 AS again, '$' AS dollar");
        let rows = block_on(sql.execute(statement.bind("one").bind("two"))).unwrap();
        let read = |column| rows[0].get::<String>(column).unwrap();
        assert_eq!(
            [read("first"), read("second"), read("again"), read("dollar")],
            ["one", "two", "two", "$"]
        );
    }

    #[test]
    fn errors_are_sorted_by_sqlites_words() {
        for (message, error) in [
            ("database is locked", SqlError::Busy),
            (
                "UNIQUE constraint failed: codes.store_id, codes.text",
                SqlError::Unique("codes.store_id, codes.text".to_owned()),
            ),
            ("no such table: orders", SqlError::Schema("no such table: orders".to_owned())),
            ("disk I/O error", SqlError::Other("disk I/O error".to_owned())),
        ] {
            assert_eq!(SqlError::from_sqlite(message), error);
        }
    }
}
