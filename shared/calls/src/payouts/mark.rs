//! What became of a batch's payments.

use serde::Deserialize;
use tributary_domain::FieldErrors;
use tributary_domain::ids::CreatorId;
use tributary_domain::payout::Status;
use tributary_storage::payouts::{self, Line, Marking, Payout};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::{find, named, to_wire};
use crate::wire::check_text;

const LONGEST_REFERENCE: usize = 200;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PaymentsMade)]
pub(crate) struct Paid {
    reference: String,
    /// Whose payments; all that are pending, where it is absent.
    #[serde(default, deserialize_with = "named")]
    #[schema(nullable = false)]
    creator_ids: Option<Vec<CreatorId>>,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PaymentsFailed)]
pub(crate) struct Failed {
    reason: String,
    /// Whose payments; all that are pending, where it is absent.
    #[serde(default, deserialize_with = "named")]
    #[schema(nullable = false)]
    creator_ids: Option<Vec<CreatorId>>,
}

/// The bank or the service has paid: all pending payments of a batch, or those of some creators.
pub(crate) async fn paid(call: &Call) -> Result<Outcome, Problem> {
    let sent: Paid = call.request.json()?;
    mark(call, Status::Paid, ("reference", &sent.reference), sent.creator_ids).await
}

/// Payments did not arrive: their creators are due the money again.
pub(crate) async fn failed(call: &Call) -> Result<Outcome, Problem> {
    let sent: Failed = call.request.json()?;
    mark(call, Status::Failed, ("reason", &sent.reason), sent.creator_ids).await
}

async fn mark(
    call: &Call,
    status: Status,
    (field, words): (&str, &str),
    creators: Option<Vec<CreatorId>>,
) -> Result<Outcome, Problem> {
    let mut errors = FieldErrors::default();
    let words = check_text(field, Some(words), LONGEST_REFERENCE, &mut errors);
    if words.is_none() {
        errors.add(field, "required", "must not be empty");
    }
    errors.into_result()?;
    let words = words.unwrap_or_default();
    let payout = find(call).await?;
    let chosen = choose(&payout, status, creators)?;
    if chosen.is_empty() {
        return Ok(Outcome::json(&to_wire(&payout)));
    }
    let now = call.context.now();
    let marking = Marking { status, words: &words, actor: &call.actor.name, at: now };
    let statements = payouts::mark(&payout, &chosen, marking);
    let before = to_wire(&payout);
    let lines = payout
        .lines
        .into_iter()
        .map(|line| if chosen.contains(&line.creator) { marked(line, &marking) } else { line });
    let payout = Payout { lines: lines.collect(), ..payout };
    let body = to_wire(&payout);
    let action = if status == Status::Paid { "payout.paid" } else { "payout.failed" };
    let change = Change::new(action, payout.id.as_str(), body.clone())
        .with_all(statements)
        .audited(Some(before), Some(body))
        .because(words)
        .run_again_when_stale();
    Ok(change.into())
}

fn marked(line: Line, marking: &Marking<'_>) -> Line {
    let words = Some(marking.words.to_owned());
    let (reference, reason) = match marking.status {
        Status::Failed => (line.reference, words),
        Status::Paid | Status::Pending => (words, line.reason),
    };
    Line { status: marking.status, reference, reason, updated_at: marking.at, ..line }
}

/// Whose payments change. One that stands so already stays as it is; one that is over is refused.
fn choose(payout: &Payout, status: Status, named: Option<Vec<CreatorId>>) -> Result<Vec<CreatorId>, Problem> {
    let Some(named) = named else {
        let pending = payout.lines.iter().filter(|line| line.status == Status::Pending);
        return Ok(pending.map(|line| line.creator.clone()).collect());
    };
    let mut errors = FieldErrors::default();
    let mut chosen = Vec::new();
    for (index, creator) in named.into_iter().enumerate() {
        let path = format!("creatorIds[{index}]");
        match payout.lines.iter().find(|line| line.creator == creator) {
            None => errors.add(path, "unknown", "is in no line of this payout"),
            Some(line) if line.status == status || chosen.contains(&creator) => {}
            Some(line) if line.status.may_become(status) => chosen.push(creator),
            Some(_) => {
                errors.add(path, "is_over", "failed, and the money is due again: pay it in the next payout");
            }
        }
    }
    errors.into_result()?;
    Ok(chosen)
}
