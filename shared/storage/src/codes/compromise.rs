//! A code that leaked earns nothing from a moment on (R46).

use tributary_domain::Timestamp;
use tributary_domain::doubt::Doubt;
use tributary_domain::ids::OrderId;

use super::Code;
use crate::orders::lifting::{self, Lifting, is_restored};
use crate::orders::{self, OrderRow};
use crate::sql::{ROWS_A_STATEMENT, Sql, SqlError, Statement};

const MARK: &str = "INSERT INTO compromised_codes (code_id, since) VALUES ($1, $2)";
/// The index on the campaign and the time leads; the enrollment is wrapped, because it has no index.
macro_rules! used_since {
    () => {
        "campaign_id = $1 AND enrollment_id IS NOT NULL AND placed_at >= $2 AND COALESCE(enrollment_id, '') = $3
            AND code_text = $4 AND doubts NOT LIKE '%\"code_compromised\"%'"
    };
}
const COUNT: &str = concat!(
    "SELECT COUNT(*) AS conversions FROM orders WHERE ",
    used_since!(),
    " AND (verdict IS NULL OR verdict <> 'approved')"
);
/// What `domain::conversion` says of a conversion under this doubt, unless a person approved it; a test holds the
/// two together.
const BAR: &str = concat!(
    "UPDATE orders SET version = version + 1, updated_at = $5, actor = $6, reason = 'code compromised',
        doubts = CASE WHEN doubts = '[]' THEN '[\"code_compromised\"]'
            ELSE SUBSTR(doubts, 1, LENGTH(doubts) - 1) || ',\"code_compromised\"]' END,
        approval = CASE WHEN verdict = 'approved' THEN approval ELSE 'rejected' END,
        counted_orders = CASE WHEN verdict = 'approved' THEN counted_orders ELSE 0 END,
        counted_value = CASE WHEN verdict = 'approved' THEN counted_value ELSE 0 END,
        counted_commission = CASE WHEN verdict = 'approved' THEN counted_commission ELSE 0 END,
        owed = CASE WHEN verdict = 'approved' THEN owed ELSE 0 END
    WHERE ",
    used_since!()
);

/// Those that an earlier moment barred. Led by the same index.
const BARRED_BEFORE: &str = "SELECT id FROM orders
    WHERE campaign_id = $1 AND enrollment_id IS NOT NULL AND placed_at < $2 AND COALESCE(enrollment_id, '') = $3
        AND code_text = $4 AND doubts LIKE '%\"code_compromised\"%'";
const NOT_YET: &str = "the code was not compromised yet";

/// How many conversions would be rejected because this code was used from that moment on.
pub async fn used_since(sql: &impl Sql, code: &Code, since: Timestamp) -> Result<i64, SqlError> {
    let rows = sql.execute(which(COUNT, code, since)).await?;
    rows.first().map_or(Ok(0), |row| row.get("conversions"))
}

/// Rejects what the code earned from that moment on, and what it will earn. The newest such moment holds.
pub fn compromise(code: &Code, since: Timestamp, actor: &str, now: Timestamp) -> [Statement; 2] {
    let mark = Statement::new(MARK).bind(&code.id).bind(since);
    [mark, which(BAR, code, since).bind(now).bind(actor)]
}

/// What was barred because the code was said to have leaked before that moment: how many conversions earn again
/// without that, and the statements that write them.
///
/// # Errors
/// The database's trouble.
pub async fn restore_before(
    sql: &impl Sql,
    code: &Code,
    since: Timestamp,
    actor: &str,
    now: Timestamp,
) -> Result<(usize, Vec<Statement>), SqlError> {
    let lifting = Lifting { doubt: Doubt::CodeCompromised, actor, reason: NOT_YET, now };
    let (mut restored, mut statements) = (0, Vec::new());
    for row in barred_before(sql, code, since).await? {
        let (lifted, statement) = lifting::lift(row.clone(), &lifting)?;
        restored += usize::from(is_restored(&row, &lifted));
        statements.push(statement);
    }
    Ok((restored, statements))
}

async fn barred_before(sql: &impl Sql, code: &Code, since: Timestamp) -> Result<Vec<OrderRow>, SqlError> {
    let found = sql.execute(which(BARRED_BEFORE, code, since)).await?;
    let ids: Vec<OrderId> =
        found.iter().map(|row| row.parse("id", OrderId::parse)).collect::<Result<_, _>>()?;
    let mut rows = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ROWS_A_STATEMENT) {
        rows.extend(orders::by_ids(sql, ids).await?.into_values());
    }
    Ok(rows)
}

fn which(text: &str, code: &Code, since: Timestamp) -> Statement {
    Statement::new(text)
        .bind(&code.campaign_id)
        .bind(since)
        .bind(&code.enrollment_id)
        .bind(code.text.as_ref().map(ToString::to_string))
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use tributary_domain::ids::CodeId;
    use tributary_domain::order::OrderFacts;

    use super::*;
    use crate::codes;
    use crate::native::NativeSql;
    use crate::orders::tests::{check_books, deliver, furnished, judge, number, paid, placed, refund};
    use tributary_domain::conversion::{Approval, Verdict};

    /// An order of 100.00 with Anna's code, placed so many seconds after the first.
    fn placed_later(seconds: i64) -> OrderFacts {
        let mut facts = placed(10_000, &["ANNA10"]).merge(paid());
        let snapshot = facts.snapshot.as_mut().unwrap();
        snapshot.placed_at = at(seconds);
        facts
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_760_000_000 + seconds)
    }

    /// Compromises Anna's code, and tells how many conversions that was said to reject and to restore.
    fn leak_and_restore(sql: &NativeSql, since: Timestamp) -> (i64, usize) {
        let id = CodeId::parse("cod_00000000000000000000000001").unwrap();
        let code = block_on(codes::by_ids(sql, &[id])).unwrap().remove(0);
        let rejected = block_on(used_since(sql, &code, since)).unwrap();
        let (restored, mut statements) =
            block_on(restore_before(sql, &code, since, "key_1", at(100))).unwrap();
        statements.extend(compromise(&code, since, "key_1", at(100)));
        block_on(sql.transaction(statements)).unwrap();
        check_books(sql);
        (rejected, restored)
    }

    fn leak(sql: &NativeSql, since: Timestamp) -> i64 {
        leak_and_restore(sql, since).0
    }

    // R46
    #[test]
    fn a_later_date_restores_what_was_rejected_only_because_of_the_earlier_one() {
        let sql = furnished("{}");
        for (order, seconds) in [("1", 10), ("2", 20), ("3", 30)] {
            deliver(&sql, order, placed_later(seconds));
        }
        judge(&sql, "2", Some(Verdict::Rejected));
        let before = deliver(&sql, "1", placed_later(10));
        assert_eq!(leak_and_restore(&sql, at(5)), (3, 0));
        assert_eq!(number(&sql, "SELECT due FROM balances"), 0);
        assert_eq!(leak_and_restore(&sql, at(25)), (0, 1), "a person rejected the second");
        assert_eq!(number(&sql, "SELECT due FROM balances"), 1_000);
        let after = deliver(&sql, "1", refund("r1", 5_000));
        assert_eq!((after.approval, after.doubts, after.owed), (before.approval, before.doubts, 500));
        let new = deliver(&sql, "4", placed_later(12));
        assert_eq!(new.approval, Some(Approval::Approved), "the rules know the new date");
        let late = deliver(&sql, "5", placed_later(27));
        assert_eq!(late.approval, Some(Approval::Rejected));
        check_books(&sql);
    }

    // R46
    #[test]
    fn what_a_code_earned_since_it_leaked_is_rejected_and_what_came_before_stays() {
        let sql = furnished("{}");
        deliver(&sql, "1", placed_later(0));
        deliver(&sql, "2", placed_later(10));
        deliver(&sql, "3", placed_later(20));
        judge(&sql, "3", Some(Verdict::Approved));
        assert_eq!(leak(&sql, at(5)), 1);
        assert_eq!(number(&sql, "SELECT due FROM balances"), 2_000, "a person approved the third");
        assert_eq!(leak(&sql, at(5)), 0, "twice is once");
        let line = "SELECT COUNT(*) FROM ledger WHERE kind = 'reversal' AND actor = 'key_1'";
        assert_eq!(number(&sql, line), 1);
    }

    // R46
    #[test]
    fn the_database_says_of_a_leaked_code_what_the_rules_say() {
        let sql = furnished("{}");
        deliver(&sql, "1", placed_later(10));
        leak(&sql, at(5));
        // Any news lets the rules decide anew.
        let row = deliver(&sql, "1", refund("r1", 1_000));
        assert_eq!((row.approval, row.owed, row.counted_commission), (Some(Approval::Rejected), 0, 0));
        assert_eq!(row.doubts, ["code_compromised"]);
        let new = deliver(&sql, "2", placed_later(10));
        assert_eq!((new.approval, new.doubts), (row.approval, row.doubts));
        judge(&sql, "2", Some(Verdict::Approved));
        assert_eq!(number(&sql, "SELECT due FROM balances"), 1_000);
        judge(&sql, "2", None);
        assert_eq!(number(&sql, "SELECT due FROM balances"), 0, "undo leads back to what it was");
        check_books(&sql);
    }
}
