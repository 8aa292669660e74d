//! Makes applied terms hold.

use tributary_domain::Timestamp;

use super::{Proposal, Replay};
use crate::sql::{SqlError, Statement, to_json};

const KEEP: &str =
    "INSERT INTO replayed_terms (plan_id, since, before, attribution, commission, actor, applied_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
/// What a later replay covers whole never holds again, and is in the audit log.
const FORGET_COVERED: &str = "DELETE FROM replayed_terms WHERE plan_id = $1 AND since >= $2 AND before <= $3
    AND number < (SELECT MAX(y.number) FROM replayed_terms y)";

/// Orders of the range that were written while the replay went through it, by a booking that did not know its terms.
const NOTE_MEANWHILE: &str = "INSERT INTO unsettled (subject, since, number)
    SELECT o.id, o.placed_at, 1 FROM orders o
    WHERE o.placed_at >= $1 AND o.placed_at < $2 AND o.updated_at >= $3
        AND o.store_id = (SELECT p.store_id FROM plans p WHERE p.id = $4)
    ON CONFLICT (subject) DO UPDATE SET number = unsettled.number + 1";
/// No booking takes as long, from its start to its write.
const LONGEST_BOOKING_MILLIS: i64 = 60_000;

/// The statements by which a proposal holds for the plan's orders of the range.
pub(super) fn keep(
    replay: &Replay,
    proposal: &Proposal,
    actor: &str,
    now: Timestamp,
) -> Result<[Statement; 3], SqlError> {
    let Proposal { plan, attribution, commission } = proposal;
    let keep = Statement::new(KEEP)
        .bind(plan)
        .bind(replay.from)
        .bind(replay.before)
        .bind(attribution.as_ref().map(to_json).transpose()?)
        .bind(commission.as_ref().map(to_json).transpose()?)
        .bind(actor)
        .bind(now);
    let forget = Statement::new(FORGET_COVERED).bind(plan).bind(replay.from).bind(replay.before);
    let meanwhile = Timestamp::from_millis(now.as_millis().saturating_sub(LONGEST_BOOKING_MILLIS));
    let note =
        Statement::new(NOTE_MEANWHILE).bind(replay.from).bind(replay.before).bind(meanwhile).bind(plan);
    Ok([keep, forget, note])
}
