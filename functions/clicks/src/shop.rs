//! The shop that a report is about.

use tributary_domain::Currency;
use tributary_domain::ids::StoreId;
use tributary_storage::{link_cache, stores};
use tributary_web::{Context, Problem};

/// What a report needs of a shop.
pub(crate) struct Shop {
    pub(crate) id: StoreId,
    pub(crate) currency: Currency,
    pub(crate) webhook_secrets: Vec<String>,
}

/// The shop that is named, or else the one that the clicked link leads to.
///
/// # Errors
/// 422 where neither says which.
pub(crate) async fn find(
    context: &Context,
    named: Option<&StoreId>,
    click_id: Option<&str>,
) -> Result<Shop, Problem> {
    match (named, click_id) {
        (Some(id), _) => load(context, id).await,
        (None, Some(click_id)) => load(context, &of_click(context, click_id).await?).await,
        (None, None) => Err(Problem::field("storeId", "required", "without a click id, name the store")),
    }
}

async fn of_click(context: &Context, click_id: &str) -> Result<StoreId, Problem> {
    let click = context.verifier().verify(click_id).map_err(|rejected| {
        Problem::field("clickId", "rejected", format!("{rejected}; without a good one, name the storeId"))
    })?;
    link_cache::store_of(&context.sql, click.link)
        .await?
        .ok_or_else(|| Problem::field("clickId", "unknown_link", "is of a link that is not there"))
}

async fn load(context: &Context, id: &StoreId) -> Result<Shop, Problem> {
    let store = stores::by_id(&context.sql, id)
        .await?
        .ok_or_else(|| Problem::field("storeId", "unknown", "there is no such store"))?;
    let webhook_secrets = context.webhook_secrets(&store)?;
    Ok(Shop { id: store.id, currency: store.currency, webhook_secrets })
}
