//! Amazon's figures (R37): fetched from its report or taken from a file, kept by the day and shown beside orders,
//! never as orders.

mod fetch;
mod kept;
mod list;
mod tags;
mod upload;

use tributary_domain::capability::Platform;
use tributary_domain::ids::StoreId;
use tributary_storage::stores::{self, Store};
use tributary_web::Problem;
use tributary_web::rest::elsewhere::{self, AGGREGATES};
use tributary_web::rest::{Call, Route};

/// The calls about aggregates.
pub(crate) fn routes() -> Vec<Route> {
    elsewhere::routes(
        AGGREGATES,
        [
            |call| Box::pin(list::list(call)),
            |call| Box::pin(upload::upload(call)),
            |call| Box::pin(fetch::fetch(call)),
            |call| Box::pin(tags::tags(call)),
        ],
    )
}

async fn store(call: &Call) -> Result<Store, Problem> {
    let id = call.id("id", "store", StoreId::parse)?;
    let store = stores::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("store"))?;
    if store.platform == Platform::Amazon {
        Ok(store)
    } else {
        Err(Problem::conflict("no_aggregates", "only an Amazon store has aggregates; this one has orders"))
    }
}
