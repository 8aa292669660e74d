use serde_json::Value;
use tributary_domain::ids::KeyId;
use tributary_storage::keys;
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

pub(crate) async fn delete(call: &Call) -> Result<Outcome, Problem> {
    let id = call.id("id", "key", KeyId::parse)?;
    let change = Change::new("key.delete", id.as_str(), Value::Null)
        .status(204)
        .with(keys::revoke(&id, call.context.now()))
        .on_stale(Problem::not_found("key"));
    Ok(change.into())
}
