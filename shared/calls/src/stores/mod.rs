//! `/stores`: connected shops. Their secrets go in sealed and never come out.

mod capabilities;
mod create;
mod get;
mod list;
mod secrets;
mod self_test;
mod update;

pub(crate) use capabilities::capabilities;
pub(crate) use create::{NewStore, create};
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use self_test::self_test;
pub(crate) use update::{Changes, update};

use serde_json::{Value, json};
use tributary_domain::ids::StoreId;
use tributary_storage::stores::{self, Store};
use tributary_web::Problem;
use tributary_web::rest::Call;
use url::Url;

async fn find(call: &Call) -> Result<Store, Problem> {
    let id = call.id("id", "store", StoreId::parse)?;
    stores::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("store"))
}

/// A home page as people write it: without a path.
fn as_given(url: &Url) -> &str {
    let text = url.as_str();
    if url.path() == "/" { text.strip_suffix('/').unwrap_or(text) } else { text }
}

fn to_wire(call: &Call, store: &Store) -> Value {
    let base = call.base_url();
    json!({
        "id": store.id,
        "name": store.name,
        "platform": store.platform.as_str(),
        "url": as_given(&store.url),
        "currency": store.currency,
        "status": store.status,
        "webhookUrl": format!("{base}/webhooks/{}/{}", store.platform.as_str(), store.id),
        "hasWebhookSecrets": store.webhook_secrets.is_some(),
        "hasCredentials": store.credentials.is_some(),
        "attributionTag": store.attribution_tag,
        "createdAt": store.created_at,
        "updatedAt": store.updated_at,
    })
}
