use serde_json::{Map, Value};
use tributary_domain::ids::PlanId;
use tributary_storage::plans::{self, Plan, PlanStatus};
use tributary_storage::stores;
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::{name_taken, terms, to_wire};

pub(crate) async fn create(call: &Call) -> Result<Outcome, Problem> {
    let sent: Map<String, Value> = call.request.json()?;
    let sent = terms::read(sent, &[]);
    let store = match &sent.store_id {
        Some(id) => stores::by_id(&call.context.sql, id).await?,
        None => None,
    };
    let Some(store) = store else { return Err(sent.without_store()) };
    let terms = sent.into_terms(&store)?;
    let now = call.context.now();
    let plan = Plan {
        id: PlanId::new(now, call.context.id_random()),
        store_id: store.id,
        version: 1,
        status: PlanStatus::Active,
        terms,
        created_at: now,
        updated_at: now,
    };
    let body = to_wire(&plan);
    let change = Change::new("plan.create", plan.id.as_str(), body.clone())
        .status(201)
        .with_all(plans::insert(&plan, &call.actor.name)?)
        .on_conflict("plans.name_key", name_taken())
        .audited(None, Some(body));
    Ok(change.into())
}
