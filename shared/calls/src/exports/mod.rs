//! `/exports`: conversions as files of any size, read and sent a page at a time (R64).

mod csv;
mod ndjson;

pub(crate) use csv::csv;
pub(crate) use ndjson::ndjson;

use std::rc::Rc;

use futures::{StreamExt, stream};
use serde_json::json;
use tributary_storage::SqlError;
use tributary_storage::conversions::{self, Conversion, Filter, Position};
use tributary_web::answer::{Answer, Broken};
use tributary_web::rest::{Call, Outcome};
use tributary_web::{Context, Problem, log};

use crate::conversions::read_filter;

/// Rows that are held in memory at once.
const ROWS: u32 = 500;
/// How often a page is read again while somebody else holds the database: a file that has begun cannot be
/// answered with "try again".
const TRIES: u32 = 5;

/// Writes rows in a format.
type Format = fn(&[Conversion]) -> Vec<u8>;

/// An export on its way.
struct Export {
    context: Rc<Context>,
    filter: Filter,
    format: Format,
    after: Option<Position>,
    finished: bool,
}

impl Export {
    /// The next rows; `None` after the last ones.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, SqlError> {
        if self.finished {
            return Ok(None);
        }
        let rows = self.read().await?;
        self.finished = u32::try_from(rows.len()).unwrap_or(u32::MAX) < ROWS;
        self.after = rows.last().map(Conversion::position);
        Ok(Some((self.format)(&rows)))
    }

    async fn read(&self) -> Result<Vec<Conversion>, SqlError> {
        let mut tries = TRIES;
        loop {
            tries -= 1;
            let rows = conversions::list(&self.context.sql, &self.filter, self.after.as_ref(), ROWS).await;
            if rows != Err(SqlError::Busy) || tries == 0 {
                return rows;
            }
        }
    }
}

/// Answers with a file. Its first rows are read before the answer begins, so that a database that does not
/// answer is still an error; after that, a file that cannot be finished is broken off.
async fn export(
    call: &Call,
    content_type: &str,
    name: &str,
    head: Vec<u8>,
    format: Format,
) -> Result<Outcome, Problem> {
    let filter = read_filter(&call.request)?;
    call.context.settle().await?;
    let context = Rc::clone(&call.context);
    let mut export = Export { context, filter, format, after: None, finished: false };
    let first = export.next().await?.unwrap_or_default();
    let rest = stream::unfold(export, |mut export| async {
        let piece = match export.next().await {
            Ok(piece) => Ok(piece?),
            Err(error) => {
                log::error("export_broken", &json!({"error": error.to_string()}));
                export.finished = true;
                Err(Broken)
            }
        };
        Some((piece, export))
    });
    let pieces = stream::iter([Ok(head), Ok(first)]).chain(rest);
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(Answer::pieces(content_type, pieces).header("content-disposition", disposition).into())
}
