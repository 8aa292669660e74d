use tributary_storage::plans::{self, Plan, PlanStatus};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::{find, link_keys, to_wire};

/// Takes a plan out of use: its links lead to the fallback. Nothing that was earned changes (R12).
pub(crate) async fn deactivate(call: &Call) -> Result<Outcome, Problem> {
    let plan = find(call).await?;
    let before = to_wire(&plan);
    let plan = Plan { status: PlanStatus::Deactivated, updated_at: call.context.now(), ..plan };
    let body = to_wire(&plan);
    let change = Change::new("plan.deactivate", plan.id.as_str(), body.clone())
        .with(plans::deactivate(&plan.id, plan.updated_at))
        .audited(Some(before), Some(body))
        .forget(link_keys(call, &plan).await?);
    Ok(change.into())
}
