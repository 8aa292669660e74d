use serde_json::json;
use tributary_domain::code::CodeStatus;
use tributary_storage::codes;
use tributary_web::Problem;
use tributary_web::codes::plan_and_store;
use tributary_web::rest::bodies::CodeRollout;
use tributary_web::rest::{Call, Outcome};

use super::{change_of, ids_of, most};

/// Gives a plan's older codes the terms of its newest version (R12), in the shop too, up to a thousand a call.
/// What was ordered with them before keeps the terms of then.
///
/// What came of each stands on the code: `inShop.planVersion` and, where the shop did not want it, `reason`.
pub(crate) async fn rollout(call: &Call) -> Result<Outcome, Problem> {
    let asked: CodeRollout = call.request.json()?;
    let (plan, _) = plan_and_store(call, &asked.plan_id).await?;
    let mut older = codes::older_than(&call.context.sql, &plan.id, plan.version, most()).await?;
    let now = call.context.now();
    for code in &mut older {
        let is_kept = code.in_shop.is_some() || code.due_at.is_some();
        code.plan_version = plan.version;
        code.updated_at = now;
        if is_kept && code.status != CodeStatus::Disabled {
            code.due_at = Some(now);
        }
    }
    let change = change_of(call, "code.rollout", &older)
        .await?
        .with_all(codes::roll_out(&ids_of(&older), plan.version, now))
        .because(format!("version {} of {}", plan.version, plan.id))
        .audited(None, Some(json!({"planId": plan.id, "version": plan.version, "codes": older.len()})));
    Ok(change.into())
}
