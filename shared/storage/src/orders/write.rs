//! The one statement that writes an order, its credit, its ledger line and its counts.

use tributary_domain::Timestamp;
use tributary_domain::conversion::{Grounds, Worth, worth};

use super::read::{Kind, OrderRow};
use crate::sql::{SqlError, Statement, to_json};

/// Triggers on this row write the ledger line and the daily counts in the same statement. A write that is
/// based on an older version than the kept one gives no row and fires no trigger.
const UPSERT: &str = "INSERT INTO orders (id, store_id, external_id, kind, version, facts, number, status, currency,
        net, total, codes, test, placed_at, received_at, updated_at, decision, enrollment_id, creator_id,
        campaign_id, plan_id, plan_version, source, code_text, commission, approval, verdict, doubts, held_until,
        counted_orders, counted_value, counted_commission, owed, day, actor, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
        $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)
    ON CONFLICT (store_id, external_id) DO UPDATE SET
        version = excluded.version, facts = excluded.facts, number = excluded.number, status = excluded.status,
        currency = excluded.currency, net = excluded.net, total = excluded.total, codes = excluded.codes,
        test = excluded.test, placed_at = excluded.placed_at, updated_at = excluded.updated_at,
        decision = excluded.decision, enrollment_id = excluded.enrollment_id, creator_id = excluded.creator_id,
        campaign_id = excluded.campaign_id, plan_id = excluded.plan_id, plan_version = excluded.plan_version,
        source = excluded.source, code_text = excluded.code_text, commission = excluded.commission,
        approval = excluded.approval, verdict = excluded.verdict, doubts = excluded.doubts,
        held_until = excluded.held_until, counted_orders = excluded.counted_orders,
        counted_value = excluded.counted_value, counted_commission = excluded.counted_commission,
        owed = excluded.owed, day = excluded.day, actor = excluded.actor, reason = excluded.reason
    WHERE orders.version = excluded.version - 1
    RETURNING version";

/// Sets everything of a row that follows from its credit, its verdict and the time.
pub(super) fn settle(row: &mut OrderRow, now: Timestamp) -> Worth {
    let credited = row.enrollment.is_some();
    let grounds =
        Grounds { verdict: row.verdict, doubtful: !row.doubts.is_empty(), held_until: row.held_until };
    row.approval = credited.then(|| grounds.approval(now));
    let worth = match (row.approval, row.kind) {
        (None, _) => Worth::default(),
        (Some(approval), Kind::Order) => {
            worth(row.status, row.test, approval, row.net.amount, row.commission)
        }
        (Some(approval), Kind::Lead) => {
            Worth { sales: 0, value: 0, ..worth(row.status, row.test, approval, 0, row.commission) }
        }
    };
    (row.counted_value, row.counted_commission, row.owed) = (worth.value, worth.commission, worth.owed);
    row.updated_at = now;
    worth
}

/// The statement that writes a row whose `version` is one more than the one that was read.
pub(super) fn upsert(row: &OrderRow, worth: Worth, actor: &str) -> Result<Statement, SqlError> {
    Ok(Statement::new(UPSERT)
        .bind(&row.id)
        .bind(&row.store)
        .bind(&row.external_id)
        .bind(row.kind.as_str())
        .bind(row.version)
        .bind(to_json(&row.facts)?)
        .bind(&row.number)
        .bind(row.status.as_str())
        .bind(row.net.currency)
        .bind(row.net.amount)
        .bind(row.total.amount)
        .bind(to_json(&row.codes)?)
        .bind(row.test)
        .bind(row.placed_at)
        .bind(row.received_at)
        .bind(row.updated_at)
        .bind(row.decision.as_ref().map(to_json).transpose()?)
        .bind(row.enrollment.as_ref())
        .bind(row.creator.as_ref())
        .bind(row.campaign.as_ref())
        .bind(row.plan.as_ref())
        .bind(row.plan_version)
        .bind(row.source.as_deref())
        .bind(row.code_text.as_deref())
        .bind(row.commission)
        .bind(row.approval.map(tributary_domain::conversion::Approval::as_str))
        .bind(row.verdict.map(tributary_domain::conversion::Verdict::as_str))
        .bind(to_json(&row.doubts)?)
        .bind(row.held_until)
        .bind(worth.sales)
        .bind(worth.value)
        .bind(worth.commission)
        .bind(worth.owed)
        .bind(row.placed_at.day())
        .bind(actor)
        .bind(&row.reason))
}
