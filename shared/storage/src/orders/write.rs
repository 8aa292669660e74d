//! The one statement that writes orders, their credit, their ledger lines and their counts.

use std::collections::HashSet;

use tributary_domain::Timestamp;
use tributary_domain::conversion::{Grounds, Worth, worth};
use tributary_domain::doubt::concern;
use tributary_domain::ids::OrderId;

use super::changes::{self, count_of_changes};
use super::read::{Kind, OrderRow};
use crate::sql::{Sql, SqlError, Statement, rows_of_places, to_json};

/// Triggers on each row write the ledger line and the daily counts in the same statement. A write that is
/// based on an older version than the kept one gives no row and fires no trigger.
const UPSERT: (&str, &str) = (
    "INSERT INTO orders (id, store_id, external_id, kind, version, facts, number, status, currency,
        net, total, codes, test, placed_at, received_at, updated_at, decision, enrollment_id, creator_id,
        campaign_id, plan_id, plan_version, source, code_text, commission, approval, verdict, doubts, held_until,
        counted_orders, counted_value, counted_commission, owed, day, actor, reason, buyer, bound_to, binds,
        earlier)
    VALUES ",
    concat!("
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
        owed = excluded.owed, day = excluded.day, actor = excluded.actor, reason = excluded.reason,
        buyer = excluded.buyer, bound_to = excluded.bound_to, binds = excluded.binds,
        earlier = excluded.earlier
    WHERE orders.version = excluded.version - 1
    RETURNING id, ", count_of_changes!(), " AS changes"),
);
/// The parameters of one row.
const COLUMNS: usize = 40;

/// Sets everything of a row that follows from its credit, its verdict and the time.
pub(super) fn settle(row: &mut OrderRow, now: Timestamp) -> Worth {
    let credited = row.enrollment.is_some();
    let grounds = Grounds { verdict: row.verdict, concern: concern(&row.doubts), held_until: row.held_until };
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

/// A row to be written.
pub(super) struct Write<'a> {
    /// The row. Its `version` is one more than the one that was read.
    pub row: &'a OrderRow,
    /// What it counts for: see [`settle`].
    pub worth: Worth,
    /// Who causes it.
    pub actor: &'a str,
}

/// Writes rows of different orders in one statement, and tells which of them: the others were written by
/// somebody else since they were read. They were decided after so many changes of what decides; where there were more
/// meanwhile, they are noted to be decided anew.
pub(super) async fn upsert_all(
    sql: &impl Sql,
    writes: &[Write<'_>],
    changes: i64,
) -> Result<HashSet<OrderId>, SqlError> {
    let rows = sql.execute(upsert(writes)?).await?;
    let written: HashSet<OrderId> =
        rows.iter().map(|row| row.parse("id", OrderId::parse)).collect::<Result<_, _>>()?;
    if rows.first().is_some_and(|row| row.get("changes") != Ok(changes)) {
        sql.execute(changes::note(&written)).await?;
    }
    Ok(written)
}

/// The statement of [`upsert_all`].
pub(super) fn upsert(writes: &[Write<'_>]) -> Result<Statement, SqlError> {
    let (before, after) = UPSERT;
    let text = [before, &rows_of_places(1, writes.len(), COLUMNS), after].concat();
    writes.iter().try_fold(Statement::new(text), bind)
}

fn bind(statement: Statement, write: &Write<'_>) -> Result<Statement, SqlError> {
    let Write { row, worth, actor } = write;
    Ok(statement
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
        .bind(*actor)
        .bind(&row.reason)
        .bind(row.buyer.as_deref())
        .bind(row.bound_to.as_ref())
        .bind(row.binds)
        .bind(row.earlier.as_ref().map(to_json).transpose()?))
}
