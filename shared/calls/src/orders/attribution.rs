use serde_json::{Value, json};
use tributary_domain::Money;
use tributary_storage::enrollments::{self, Commission};
use tributary_storage::orders::OrderRow;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use super::find;

/// The decision as it was kept with the order: every touch, what it was held to, and what became of it (R42).
pub(crate) async fn attribution(call: &Call) -> Result<Outcome, Problem> {
    let order = find(call).await?;
    let commission = commission(call, &order).await?;
    let decision = order.decision.as_ref();
    Ok(Outcome::json(&json!({
        "orderId": order.id,
        "winner": decision.and_then(|decision| decision.winner.as_ref()),
        "rule": decision.map(|decision| decision.rule),
        "model": decision.map(|decision| decision.model),
        "touches": decision.map_or(&[][..], |decision| &decision.touches),
        "planVersion": order.plan_version,
        "rulesVersion": decision.map(|decision| decision.rules_version),
        "commission": commission,
    })))
}

/// What the order earns, by which terms, and whose they are: the plan's, or the creator's own. `null` where nobody
/// is paid.
async fn commission(call: &Call, order: &OrderRow) -> Result<Option<Value>, Problem> {
    let (Some(_), Some(enrollment), Some(plan), Some(version)) =
        (&order.creator, &order.enrollment, &order.plan, order.plan_version)
    else {
        return Ok(None);
    };
    let sql = &call.context.sql;
    let held = enrollments::commission_at(sql, enrollment, (plan, version), order.placed_at).await?;
    let Some((terms_of, terms)) = held.map(|held| match held {
        Commission::OfPlan(terms) => ("plan", terms),
        Commission::Own(terms) => ("enrollment", terms),
    }) else {
        return Ok(None);
    };
    let amount = Money::new(order.commission, order.net.currency);
    let earlier = order.earlier.map(|earlier| {
        let money = |amount| Money::new(amount, order.net.currency);
        json!({
            "monthSales": money(earlier.month_sales),
            "monthCommission": money(earlier.month_commission),
            "buyerCommission": money(earlier.buyer_commission),
        })
    });
    Ok(Some(json!({"amount": amount, "termsOf": terms_of, "terms": terms, "earlier": earlier})))
}
