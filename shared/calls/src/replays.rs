//! `POST /replays`: the same decision over history, as a dry run or applied (R43, R44).

use serde::Deserialize;
use serde_json::{Value, json};
use tributary_domain::ids::PlanId;
use tributary_domain::plan::{AttributionTerms, CommissionTerms};
use tributary_domain::{FieldErrors, Money, Timestamp};
use tributary_storage::orders::Owners;
use tributary_storage::orders::replay::{self, Booking, Moved, Proposal, Replay, Replayed};
use tributary_storage::plans::{self, Plan};
use tributary_storage::stores;
use tributary_web::rest::{Call, Change, Outcome};
use tributary_web::{Problem, Range};

/// Moved orders in an answer; all are counted.
const MOST_TOLD: usize = 10_000;
/// Orders that one call writes together.
const MOST_APPLIED: u64 = 10_000;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewReplay)]
pub(crate) struct Sent {
    from: Option<String>,
    to: Option<String>,
    plan_id: Option<PlanId>,
    proposed: Option<Proposed>,
    #[serde(default)]
    apply: bool,
    reason: Option<String>,
}

#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = ProposedTerms)]
pub(crate) struct Proposed {
    attribution: Option<AttributionTerms>,
    commission: Option<CommissionTerms>,
}

/// Decides the orders of a range anew: each under the terms that hold for it, or those of a plan under proposed ones.
/// What is applied holds from then on.
pub(crate) async fn create(call: &Call) -> Result<Outcome, Problem> {
    let sent: Sent = call.request.json()?;
    let replay = read(call, &sent).await?;
    call.context.settle().await?;
    let owners = Owners::default();
    let desk = call.context.desk(&owners);
    if !sent.apply {
        let (replayed, _) = replay::replay(&desk, &replay, &Booking::DryRun).await?;
        return Ok(Outcome::json(&to_wire(&replayed, false)));
    }
    let reason = sent.reason.as_deref().map_or("replay", str::trim);
    let booking = Booking::Apply { actor: &call.actor.name, reason, most: MOST_APPLIED };
    let (replayed, statements) = replay::replay(&desk, &replay, &booking).await?;
    if replayed.written_in_all > MOST_APPLIED {
        let detail = format!(
            "{} orders would move, and one call moves at most {MOST_APPLIED}: choose a shorter range",
            replayed.written_in_all
        );
        return Err(Problem::field("from", "too_many_moved", detail));
    }
    let body = to_wire(&replayed, true);
    let change = Change::new("replay.apply", subject(&sent), body)
        .with_all(statements)
        .audited(None, Some(summary(&sent, &replayed)))
        .because(reason)
        .run_again_when_stale();
    Ok(change.into())
}

/// What the audit log names: the plan, or the range where it is of all.
fn subject(sent: &Sent) -> String {
    let range = || {
        let [from, to] = [&sent.from, &sent.to].map(|text| text.as_deref().unwrap_or_default());
        format!("{from}..{to}")
    };
    sent.plan_id.as_ref().map_or_else(range, ToString::to_string)
}

async fn read(call: &Call, sent: &Sent) -> Result<Replay, Problem> {
    let mut errors = FieldErrors::default();
    let range = Range::parse(sent.from.as_deref(), sent.to.as_deref(), &mut errors);
    if sent.reason.as_ref().is_some_and(|reason| reason.trim().is_empty() || reason.chars().count() > 500) {
        errors.add("reason", "out_of_range", "1 to 500 characters, or leave it out");
    }
    let proposed = sent.proposed.as_ref();
    if proposed.is_some() && sent.plan_id.is_none() {
        errors.add("planId", "required", "whose terms are proposed?");
    }
    errors.into_result()?;
    let plan = match &sent.plan_id {
        Some(id) => Some(plan(call, id).await?),
        None => None,
    };
    let proposal = plan.as_ref().zip(proposed).map(|(plan, proposed)| Proposal {
        plan: plan.id.clone(),
        attribution: proposed.attribution,
        commission: proposed.commission.clone(),
    });
    if let (Some(plan), Some(proposal)) = (&plan, &proposal) {
        check(call, plan, proposal).await?;
    }
    let before = range.before.unwrap_or(Timestamp::from_millis(i64::MAX));
    Ok(Replay {
        from: range.from.unwrap_or(Timestamp::from_millis(0)),
        before: if proposal.is_some() { before.min(until_now(call)) } else { before },
        store: plan.map(|plan| plan.store_id),
        proposal,
        most_told: MOST_TOLD,
    })
}

/// What is proposed is for orders that were placed up to now: later ones follow the plan.
fn until_now(call: &Call) -> Timestamp {
    Timestamp::from_millis(call.context.now().as_millis().saturating_add(1))
}

async fn plan(call: &Call, id: &PlanId) -> Result<Plan, Problem> {
    let unknown = || Problem::field("planId", "unknown", "there is no such plan");
    plans::by_id(&call.context.sql, id).await?.ok_or_else(unknown)
}

/// Holds proposed terms to what a plan's terms are held to.
async fn check(call: &Call, plan: &Plan, proposal: &Proposal) -> Result<(), Problem> {
    let store = stores::by_id(&call.context.sql, &plan.store_id).await?;
    let currency = store.ok_or_else(|| Problem::internal("a plan without a store"))?.currency;
    let wrong = proposal.apply(&plan.terms).check(currency).err().unwrap_or_default();
    let mut errors = FieldErrors::default();
    for error in wrong
        .as_slice()
        .iter()
        .filter(|error| error.path.starts_with("attribution.") || error.path.starts_with("commission."))
    {
        errors.add(format!("proposed.{}", error.path), error.code, error.detail.clone());
    }
    Ok(errors.into_result()?)
}

fn to_wire(replayed: &Replayed, applied: bool) -> Value {
    json!({
        "applied": applied,
        "considered": replayed.considered,
        "movedInAll": replayed.moved_in_all,
        "moved": replayed.moved.iter().map(moved_to_wire).collect::<Vec<_>>(),
        "byCreator": by_creator(replayed),
    })
}

fn moved_to_wire(moved: &Moved) -> Value {
    let money = |amount| Money::new(amount, moved.currency);
    json!({
        "orderId": moved.order,
        "orderNumber": moved.number,
        "from": moved.from.creator,
        "to": moved.to.creator,
        "fromEnrollmentId": moved.from.enrollment,
        "toEnrollmentId": moved.to.enrollment,
        "commissionBefore": money(moved.from.commission),
        "commissionAfter": money(moved.to.commission),
    })
}

fn by_creator(replayed: &Replayed) -> Vec<Value> {
    let line =
        |((creator, currency), difference): (&(_, tributary_domain::Currency), &replay::Difference)| {
            let money = |amount| Money::new(amount, *currency);
            json!({
                "creatorId": creator,
                "orders": difference.orders,
                "commissionBefore": money(difference.before),
                "commissionAfter": money(difference.after),
                "difference": money(difference.after.saturating_sub(difference.before)),
            })
        };
    replayed.by_creator.iter().map(line).collect()
}

/// What the audit log keeps: what was asked and what it came to, without each order.
fn summary(sent: &Sent, replayed: &Replayed) -> Value {
    let proposed = sent.proposed.as_ref();
    json!({
        "from": sent.from,
        "to": sent.to,
        "planId": sent.plan_id,
        "proposed": {
            "attribution": proposed.and_then(|proposed| proposed.attribution),
            "commission": proposed.and_then(|proposed| proposed.commission.as_ref()),
        },
        "considered": replayed.considered,
        "movedInAll": replayed.moved_in_all,
        "byCreator": by_creator(replayed),
    })
}
