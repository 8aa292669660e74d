use serde::Deserialize;
use tributary_domain::{Currency, FieldErrors};
use tributary_storage::link_keys::{HOME_KEY, link_key};
use tributary_storage::links;
use tributary_storage::stores::{self, Store};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};
use url::Url;

use super::{find, secrets, to_wire};
use crate::plans::MOST_LINKS_TO_FORGET;
use crate::wire::{self, Patch};

/// What is absent stays as it is. `credentials: null` takes them away.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = StoreChanges)]
pub(crate) struct Changes {
    name: Option<String>,
    url: Option<Url>,
    currency: Option<Currency>,
    webhook_secrets: Option<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    credentials: Patch<serde_json::Map<String, serde_json::Value>>,
    api_url: Option<String>,
}

pub(crate) async fn update(call: &Call) -> Result<Outcome, Problem> {
    let mut changes: Changes = call.request.json()?;
    let given = if let Patch::Set(given) = &mut changes.credentials { Some(given) } else { None };
    secrets::add_api_url(given, changes.api_url.take())?;
    let store = find(call).await?;
    call.check_version(store.version)?;
    check(&store, &changes)?;
    let before = to_wire(call, &store);
    let stale = match &changes.url {
        Some(url) if *url != store.url => stale_keys(call, &store).await?,
        _ => Vec::new(),
    };
    let store = apply(call, store, changes)?;
    let body = to_wire(call, &store);
    let change = Change::new("store.update", store.id.as_str(), body.clone())
        .with(stores::update(&store))
        .version(store.version + 1)
        .audited(Some(before), Some(body))
        .forget(stale);
    Ok(change.into())
}

/// Where shoppers would still be sent to the old address: the home page, and the store's links.
async fn stale_keys(call: &Call, store: &Store) -> Result<Vec<String>, Problem> {
    let slugs = links::slugs_of_store(&call.context.sql, &store.id, MOST_LINKS_TO_FORGET).await?;
    Ok(slugs.iter().map(|slug| link_key(slug)).chain([HOME_KEY.to_owned()]).collect())
}

fn check(store: &Store, changes: &Changes) -> Result<(), Problem> {
    let mut errors = FieldErrors::default();
    if let Some(name) = &changes.name {
        wire::check_name("name", name, &mut errors);
    }
    if let Some(url) = &changes.url {
        wire::check_url("url", url, &mut errors);
    }
    if let Some(currency) = changes.currency {
        errors.keep("currency", currency.must_be_paid_in());
    }
    if let Some(given) = &changes.webhook_secrets {
        secrets::check_webhook_secrets(given, &mut errors);
    }
    if let Patch::Set(given) = &changes.credentials {
        secrets::check_credentials(store.platform, Some(given), &mut errors);
    }
    Ok(errors.into_result()?)
}

fn apply(call: &Call, mut store: Store, changes: Changes) -> Result<Store, Problem> {
    if let Some(given) = &changes.webhook_secrets {
        store.webhook_secrets = secrets::seal_webhook_secrets(call, &store.id, given)?;
    }
    match &changes.credentials {
        Patch::Keep => {}
        Patch::Clear => store.credentials = None,
        Patch::Set(given) => store.credentials = secrets::seal_credentials(call, &store.id, Some(given))?,
    }
    store.name = changes.name.unwrap_or(store.name);
    store.url = changes.url.unwrap_or(store.url);
    store.currency = changes.currency.unwrap_or(store.currency);
    store.updated_at = call.context.now();
    Ok(store)
}
