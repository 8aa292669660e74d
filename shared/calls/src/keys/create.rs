use serde::Deserialize;
use serde_json::json;
use tributary_domain::FieldErrors;
use tributary_domain::ids::KeyId;
use tributary_domain::keys::hex;
use tributary_storage::keys::{self, ApiKey};
use tributary_web::Problem;
use tributary_web::context::random;
use tributary_web::rest::{Call, Change, Outcome, Scope, hash_key};

use super::to_wire;
use crate::wire;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKey {
    name: String,
    scopes: Vec<String>,
}

pub(crate) async fn create(call: &Call) -> Result<Outcome, Problem> {
    let wanted: NewKey = call.request.json()?;
    check(&wanted)?;
    let now = call.context.now();
    let text = new_text();
    let key = ApiKey {
        id: KeyId::new(now, call.context.id_random()),
        name: wanted.name,
        scopes: wanted.scopes,
        created_at: now,
    };
    let mut body = to_wire(&key);
    let audited = body.clone();
    if let Some(members) = body.as_object_mut() {
        members.insert("key".to_owned(), json!(text));
    }
    let change = Change::new("key.create", key.id.as_str(), body)
        .status(201)
        .with(keys::insert(&key, &hash_key(&text))?)
        .audited(None, Some(audited));
    Ok(change.into())
}

fn check(wanted: &NewKey) -> Result<(), Problem> {
    let mut errors = FieldErrors::default();
    wire::check_name("name", &wanted.name, &mut errors);
    if wanted.scopes.is_empty() || wanted.scopes.iter().any(|scope| Scope::parse(scope).is_none()) {
        errors.add("scopes", "invalid", "must be a list of read, write, admin");
    }
    Ok(errors.into_result()?)
}

/// 256 random bits behind a prefix by which a leaked key can be found.
fn new_text() -> String {
    format!("trb_{}", hex(&random::<32>()))
}
