//! Reject, Approve and Undo of many conversions at once: all of them, or none.

use serde::Deserialize;
use serde_json::{Value, json};
use tributary_domain::FieldErrors;
use tributary_domain::conversion::Verdict;
use tributary_domain::ids::{ConversionId, OrderId};
use tributary_storage::conversions::{self, Conversion, Filter};
use tributary_storage::orders::{self, OrderRow, verdict};
use tributary_storage::{Statement, audit};
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Change, Outcome};

use super::judge::check_reason;
use super::to_wire;

/// They are written together, so they are not to keep others waiting.
const MOST: u32 = 500;

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = VerdictAct)]
pub(crate) enum Act {
    Approve,
    Reject,
    Undo,
}

impl Act {
    const fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Approve => Some(Verdict::Approved),
            Self::Reject => Some(Verdict::Rejected),
            Self::Undo => None,
        }
    }

    const fn action(self) -> &'static str {
        match self {
            Self::Approve => "conversion.approve",
            Self::Reject => "conversion.reject",
            Self::Undo => "conversion.undo",
        }
    }
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ManyVerdicts)]
pub(crate) struct Sent {
    act: Act,
    ids: Vec<ConversionId>,
    reason: Option<String>,
}

/// Passes one verdict on many conversions. Those on which it was passed already stay as they are.
pub(crate) async fn bulk(call: &Call) -> Result<Outcome, Problem> {
    let sent: Sent = call.request.json()?;
    let reason = check_reason(sent.reason)?;
    if sent.act == Act::Reject && reason.is_none() {
        return Err(Problem::field("reason", "required", "say why"));
    }
    let reason = reason.unwrap_or_else(|| sent.act.action().to_owned());
    let found = find(call, &sent.ids).await?;
    let (now, to) = (call.context.now(), sent.act.verdict());
    let (mut statements, mut data, mut changed) = (Vec::<Statement>::new(), Vec::<Value>::new(), 0_u32);
    for (known, order) in found {
        if order.verdict == to {
            data.push(to_wire(&known.after(&order)));
            continue;
        }
        let before = to_wire(&known);
        let (order, statement) = verdict::pass(order, to, &call.actor.name, &reason, now)?;
        let after = to_wire(&known.after(&order));
        statements.push(statement);
        statements.push(audit::write(&audit::Entry {
            at: now,
            actor: &call.actor.name,
            action: sent.act.action(),
            subject: &rest::id_of(&after),
            before: Some(&before),
            after: Some(&after),
            reason: Some(&reason),
        }));
        data.push(after);
        changed += 1;
    }
    let body = json!({ "data": data, "changed": changed });
    if changed == 0 {
        return Ok(Outcome::json(&body));
    }
    let change = Change::new("conversion.bulk", sent.act.action(), body)
        .with_all(statements)
        .audited(None, Some(json!({ "changed": changed })))
        .because(reason)
        .run_again_when_stale();
    Ok(change.into())
}

/// The conversions with their orders, in the order in which they are named first.
async fn find(call: &Call, ids: &[ConversionId]) -> Result<Vec<(Conversion, OrderRow)>, Problem> {
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    if ids.is_empty() || ids.len() > most {
        return Err(Problem::field("ids", "out_of_range", format!("name 1 to {MOST}")));
    }
    let sql = &call.context.sql;
    let wanted: Vec<OrderId> = ids.iter().map(OrderId::from).collect();
    let filter = Filter { orders: Some(wanted.clone()), ..Filter::default() };
    let mut known = conversions::list(sql, &filter, None, MOST).await?;
    let mut rows = orders::by_ids(sql, &wanted).await?;
    let mut errors = FieldErrors::default();
    let mut found = Vec::new();
    for (index, id) in wanted.iter().enumerate() {
        let is_named_before = wanted.iter().take(index).any(|before| before == id);
        let conversion = known.iter().position(|known| known.order == *id).map(|at| known.swap_remove(at));
        match (conversion, rows.remove(id)) {
            (Some(conversion), Some(row)) => found.push((conversion, row)),
            _ if is_named_before => {}
            _ => errors.add(format!("ids[{index}]"), "unknown", "there is no such conversion"),
        }
    }
    errors.into_result()?;
    Ok(found)
}
