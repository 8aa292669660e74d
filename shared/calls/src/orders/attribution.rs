use serde_json::json;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use super::find;

/// The decision as it was kept with the order: every touch, what it was held to, and what became of it (R42).
pub(crate) async fn attribution(call: &Call) -> Result<Outcome, Problem> {
    let order = find(call).await?;
    let decision = order.decision.as_ref();
    Ok(Outcome::json(&json!({
        "orderId": order.id,
        "winner": decision.and_then(|decision| decision.winner.as_ref()),
        "rule": decision.map(|decision| decision.rule),
        "model": decision.map(|decision| decision.model),
        "touches": decision.map_or(&[][..], |decision| &decision.touches),
        "planVersion": order.plan_version,
        "rulesVersion": decision.map(|decision| decision.rules_version),
    })))
}
