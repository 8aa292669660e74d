use serde_json::{Value, json};
use tributary_domain::Money;
use tributary_domain::commission::{CommissionTerms, Part, Sale, of_order_after};
use tributary_storage::enrollments::{self, Commission};
use tributary_storage::orders::{Kind, OrderRow};
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
        "customer": order.facts.customer,
        "commission": commission,
    })))
}

/// What the order earns, by which terms, and whose they are: the plan's, an applied replay's, or the creator's own.
/// `null` where nobody is paid.
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
        Commission::Replayed(terms) => ("replay", terms),
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
    let parts = parts(order, &terms);
    Ok(Some(
        json!({"amount": amount, "termsOf": terms_of, "terms": terms, "parts": parts, "earlier": earlier}),
    ))
}

/// What each rule of the terms gave, and the terms beside them; none of a lead, or where nothing could be computed.
fn parts(order: &OrderRow, terms: &CommissionTerms) -> Vec<Value> {
    let currency = order.net.currency;
    let earned = of_order_after(terms, &Sale::of(&order.facts, currency), order.earlier.unwrap_or_default())
        .ok()
        .filter(|_| order.kind == Kind::Order);
    let to_wire = |part: Part| {
        let (base, amount) = (Money::new(part.base, currency), Money::new(part.commission, currency));
        json!({"rule": part.rule, "base": base, "units": part.units, "amount": amount})
    };
    earned.map(|earned| earned.parts.into_iter().map(to_wire).collect()).unwrap_or_default()
}
