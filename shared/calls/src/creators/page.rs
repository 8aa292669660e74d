use serde_json::{Value, json};
use tributary_domain::ids::KeyId;
use tributary_domain::keys::hex;
use tributary_storage::keys::{self, ApiKey};
use tributary_web::Problem;
use tributary_web::context::random;
use tributary_web::rest::{Call, Change, Outcome, base_url, hash_key};

use super::find;

/// Makes the private link of a creator's own page (R67), in place of the one before.
///
/// Its secret is a key that opens nothing else, kept by its hash like any other: it is shown once.
pub(crate) async fn put_page(call: &Call) -> Result<Outcome, Problem> {
    let creator = find(call).await?;
    if creator.deleted_at.is_some() {
        return Err(Problem::not_found("creator"));
    }
    let now = call.context.now();
    let secret = hex(&random::<32>());
    let key = ApiKey {
        id: KeyId::new(now, call.context.id_random()),
        name: "a creator's page".to_owned(),
        scopes: vec![keys::page_scope(&creator.id)],
        created_at: now,
    };
    let url = format!("{}/creator/{secret}", base_url(&call.context, &call.request));
    let change = Change::new("creator.page", creator.id.as_str(), json!({"url": url}))
        .status(201)
        .with(keys::revoke_page(&creator.id, now))
        .with(keys::insert(&key, &hash_key(&secret))?)
        .audited(None, Some(json!({"keyId": key.id})));
    Ok(change.into())
}

/// Ends the private link of a creator's page. Where there is none, nothing changes.
pub(crate) async fn delete_page(call: &Call) -> Result<Outcome, Problem> {
    let creator = find(call).await?;
    let change = Change::new("creator.page_end", creator.id.as_str(), Value::Null)
        .status(204)
        .with(keys::revoke_page(&creator.id, call.context.now()));
    Ok(change.into())
}
