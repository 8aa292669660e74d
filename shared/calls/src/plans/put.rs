use serde_json::{Map, Value};
use tributary_storage::plans::{self, Plan};
use tributary_storage::stores;
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome, stale};

use super::{find, link_keys, name_taken, terms, to_wire};

/// What our answers say of a plan besides its terms: a caller may send back what it read.
const OURS: [&str; 5] = ["id", "version", "status", "createdAt", "updatedAt"];

/// Makes the next version (R12): codes and clicks so far keep theirs, new ones take this one.
pub(crate) async fn put(call: &Call) -> Result<Outcome, Problem> {
    let sent: Map<String, Value> = call.request.json()?;
    let sent = terms::read(sent, &OURS);
    let plan = find(call).await?;
    call.check_version(plan.version)?;
    if sent.store_id.as_ref().is_some_and(|id| *id != plan.store_id) {
        return Err(Problem::field("storeId", "immutable", "a plan stays with its store; make another plan"));
    }
    let store = stores::by_id(&call.context.sql, &plan.store_id)
        .await?
        .ok_or_else(|| Problem::internal(format!("{} has no store", plan.id)))?;
    let terms = sent.into_terms(&store)?;
    let before = to_wire(&plan);
    let version = plan.version.checked_add(1).ok_or_else(|| {
        Problem::conflict(
            "too_many_versions",
            "this plan has all the versions it can have; make another plan",
        )
    })?;
    let plan = Plan { version, terms, updated_at: call.context.now(), ..plan };
    let body = to_wire(&plan);
    let change = Change::new("plan.version", plan.id.as_str(), body.clone())
        .with_all(plans::next_version(&plan, &call.actor.name)?)
        .on_conflict("plans.name_key", name_taken())
        .on_stale(stale())
        .version(plan.version)
        .audited(Some(before), Some(body))
        .forget(link_keys(call, &plan).await?);
    Ok(change.into())
}
