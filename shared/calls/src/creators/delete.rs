use serde_json::Value;
use tributary_domain::ids::CreatorId;
use tributary_storage::creators;
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

/// Hides a creator (R62). Their links and codes go on, and their sales stay in every total.
pub(crate) async fn delete(call: &Call) -> Result<Outcome, Problem> {
    let id = call.id("id", "creator", CreatorId::parse)?;
    let change = Change::new("creator.delete", id.as_str(), Value::Null)
        .status(204)
        .with(creators::delete(&id, call.context.now()))
        .on_stale(Problem::not_found("creator"));
    Ok(change.into())
}
