use serde_json::Value;
use tributary_domain::ids::CreatorId;
use tributary_storage::{creators, keys};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

/// Hides a creator (R62). Their links and codes go on, and their sales stay in every total; their own page ends.
pub(crate) async fn delete(call: &Call) -> Result<Outcome, Problem> {
    let id = call.id("id", "creator", CreatorId::parse)?;
    let now = call.context.now();
    let change = Change::new("creator.delete", id.as_str(), Value::Null)
        .status(204)
        .with(creators::delete(&id, now))
        .with(keys::revoke_page(&id, now))
        .on_stale(Problem::not_found("creator"));
    Ok(change.into())
}
