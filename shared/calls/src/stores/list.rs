use serde_json::Value;
use tributary_domain::ids::StoreId;
use tributary_storage::stores;
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::to_wire;

pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let stores = stores::list(&call.context.sql, page.after_id(StoreId::parse)?, page.rows_to_read()).await?;
    let rows: Vec<Value> = stores.iter().map(|store| to_wire(call, store)).collect();
    Ok(Outcome::json(&rest::list(&page, &rows, rest::id_of)))
}
