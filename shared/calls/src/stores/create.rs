use serde::Deserialize;
use tributary_domain::capability::Platform;
use tributary_domain::ids::StoreId;
use tributary_domain::{Currency, FieldErrors};
use tributary_storage::link_keys::HOME_KEY;
use tributary_storage::stores::{self, Store};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};
use url::Url;

use super::{secrets, to_wire};
use crate::wire;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewStore {
    name: String,
    platform: Platform,
    url: Url,
    currency: Currency,
    #[serde(default)]
    webhook_secrets: Vec<String>,
    #[schema(value_type = Option<Object>)]
    credentials: Option<serde_json::Map<String, serde_json::Value>>,
    api_url: Option<String>,
}

pub(crate) async fn create(call: &Call) -> Result<Outcome, Problem> {
    let mut wanted: NewStore = call.request.json()?;
    secrets::add_api_url(wanted.credentials.as_mut(), wanted.api_url.take())?;
    check(&wanted)?;
    let now = call.context.now();
    let id = StoreId::new(now, call.context.id_random());
    let store = Store {
        webhook_secrets: secrets::seal_webhook_secrets(call, &id, &wanted.webhook_secrets)?,
        credentials: secrets::seal_credentials(call, &id, wanted.credentials.as_ref())?,
        id,
        name: wanted.name,
        platform: wanted.platform,
        url: wanted.url,
        currency: wanted.currency,
        attribution_tag: None,
        status: "connected".to_owned(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let body = to_wire(call, &store);
    let change = Change::new("store.create", store.id.as_str(), body.clone())
        .status(201)
        .with(stores::insert(&store))
        .audited(None, Some(body))
        // The first store's home page is where unknown links lead.
        .forget([HOME_KEY.to_owned()]);
    Ok(change.into())
}

fn check(wanted: &NewStore) -> Result<(), Problem> {
    let mut errors = FieldErrors::default();
    wire::check_name("name", &wanted.name, &mut errors);
    wire::check_url("url", &wanted.url, &mut errors);
    errors.keep("currency", wanted.currency.must_be_paid_in());
    secrets::check_webhook_secrets(&wanted.webhook_secrets, &mut errors);
    secrets::check_credentials(wanted.platform, wanted.credentials.as_ref(), &mut errors);
    Ok(errors.into_result()?)
}
