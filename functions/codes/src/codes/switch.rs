use std::collections::BTreeMap;

use tributary_domain::code::CodeStatus;
use tributary_domain::ids::PlanId;
use tributary_storage::codes::{self, Code};
use tributary_web::Problem;
use tributary_web::codes::plan_and_store;
use tributary_web::rest::bodies::CodeIds;
use tributary_web::rest::{Call, Outcome};

use super::{by_ids, change_of, ids_of};

/// Switches codes off, here at once and in their shops after the answer. Orders that carry one are still credited.
pub(crate) async fn disable(call: &Call) -> Result<Outcome, Problem> {
    let named: CodeIds = call.request.json()?;
    let mut found = by_ids(call, &named.code_ids).await?;
    let now = call.context.now();
    for code in found.iter_mut().filter(|code| code.status != CodeStatus::Disabled) {
        code.status = CodeStatus::Disabled;
        code.reason = None;
        code.due_at = code.in_shop.as_ref().map(|_| now).or(code.due_at.map(|_| now));
        code.updated_at = now;
    }
    let change = change_of(call, "code.disable", &found).await?;
    Ok(change.with_all(codes::disable(&ids_of(&found), now)).into())
}

/// Switches codes on again: those that we keep in a shop are `pending` until the shop says so.
pub(crate) async fn enable(call: &Call) -> Result<Outcome, Problem> {
    let named: CodeIds = call.request.json()?;
    let mut found = by_ids(call, &named.code_ids).await?;
    let now = call.context.now();
    let mut by_plan: BTreeMap<PlanId, Vec<&mut Code>> = BTreeMap::new();
    for code in found.iter_mut().filter(|code| code.status == CodeStatus::Disabled) {
        by_plan.entry(code.plan_id.clone()).or_default().push(code);
    }
    let mut statements = Vec::new();
    for (plan, mut codes) in by_plan {
        let (plan, store) = plan_and_store(call, &plan).await?;
        let (status, _) = codes::fate(&plan.terms, &store);
        let ids: Vec<_> = codes.iter().map(|code| &code.id).collect();
        statements.extend(codes::enable(&ids, status, now));
        for code in &mut codes {
            code.status = match &code.text {
                Some(_) => status,
                None if code.missing.is_empty() => CodeStatus::Tbd,
                None => CodeStatus::Failed,
            };
            code.reason = None;
            code.due_at = codes::due_at(code.status, now);
            code.updated_at = now;
        }
    }
    Ok(change_of(call, "code.enable", &found).await?.with_all(statements).into())
}
