//! What Reject, Approve and Undo have in common.

use serde::Deserialize;
use tributary_domain::conversion::Verdict;
use tributary_domain::ids::{ConversionId, OrderId};
use tributary_storage::conversions;
use tributary_storage::orders::{self, verdict};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::to_wire;

const LONGEST_REASON: usize = 500;

#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VerdictReason)]
pub(crate) struct Act {
    reason: Option<String>,
}

/// The reason that was given, if one was.
///
/// # Errors
/// 422 where it is too long, or the body has another shape.
pub(super) fn reason(call: &Call) -> Result<Option<String>, Problem> {
    let act: Act = if call.request.body.is_empty() { Act::default() } else { call.request.json()? };
    check_reason(act.reason)
}

/// A reason without blanks around it, if there is one.
///
/// # Errors
/// 422 where it is too long.
pub(super) fn check_reason(reason: Option<String>) -> Result<Option<String>, Problem> {
    let reason = reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        let detail = format!("at most {LONGEST_REASON} characters");
        return Err(Problem::field("reason", "too_long", detail));
    }
    Ok(reason)
}

/// Passes a verdict, or takes it away. The same verdict a second time changes nothing.
pub(super) async fn judge(
    call: &Call,
    to: Option<Verdict>,
    action: &'static str,
    reason: &str,
) -> Result<Outcome, Problem> {
    let id = call.id("id", "conversion", ConversionId::parse)?;
    let (sql, now) = (&call.context.sql, call.context.now());
    let not_found = || Problem::not_found("conversion");
    let order = orders::by_id(sql, &OrderId::from(&id)).await?.ok_or_else(not_found)?;
    let known = conversions::by_id(sql, &id).await?.ok_or_else(not_found)?;
    if order.verdict == to {
        return Ok(Outcome::json(&to_wire(&known.after(&order))));
    }
    let before = to_wire(&known);
    let (order, statement) = verdict::pass(order, to, &call.actor.name, reason, now)?;
    let body = to_wire(&known.after(&order));
    let change = Change::new(action, id.as_str(), body.clone())
        .with(statement)
        .audited(Some(before), Some(body))
        .because(reason)
        .run_again_when_stale();
    Ok(change.into())
}
