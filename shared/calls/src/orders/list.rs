use tributary_storage::conversions::{Position, Sort};
use tributary_storage::orders::{self, OrderRow};
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::to_wire;

pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let after = page.after_as(Position::parse)?.map(|after| (after.placed_at, after.id.to_string()));
    let sort = call.request.query_as("sort", Sort::parse)?.unwrap_or_default();
    call.context.settle().await?;
    let rows = orders::list(&call.context.sql, sort, after, page.rows_to_read()).await?;
    Ok(Outcome::json(&rest::list_as(&page, &rows, position, to_wire)))
}

fn position(order: &OrderRow) -> String {
    Position { placed_at: order.placed_at, id: order.id.clone() }.to_key()
}
