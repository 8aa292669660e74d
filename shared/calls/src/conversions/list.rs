use tributary_storage::conversions::{self, Position};
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::{read_without_ids, to_wire};

pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let filter = read_without_ids(&call.request)?;
    let page = Page::of(&call.request)?;
    let after = page.after_as(Position::parse)?;
    let sql = &call.context.sql;
    call.context.settle().await?;
    let rows = conversions::list(sql, &filter, after.as_ref(), page.rows_to_read()).await?;
    Ok(Outcome::json(&rest::list_as(&page, &rows, |row| row.position().to_key(), to_wire)))
}
