//! Orders by their other names: whoever knows only a payment, a subscription, a checkout or a cart can say something
//! of the orders that answer to it, before or after they are known (R32).
//!
//! Both sides write first and read then: an order claims its names and reads what was said by them, and who says
//! something keeps it and reads which orders claim the name. Whichever comes later sees the other, so both ways round
//! end in the same orders, and what is read is merged by a join, so that seeing it twice changes nothing.

use std::collections::BTreeSet;

use tributary_domain::Timestamp;
use tributary_domain::ids::StoreId;
use tributary_domain::order::OrderFacts;

use crate::sql::{Sql, SqlError, Statement, places, rows_of_places, to_json};

/// How often a lost race is run again. Each lost race means that somebody else's write succeeded.
const TRIES: u32 = 64;
/// How long names of carts and checkouts are kept, and what was said by a payment's, in days: whoever has not come by
/// then does not come. Orders keep their payments' names, because a refund may come late, and subscriptions go on.
pub const KEPT_DAYS: i64 = 90;
/// The external id of the row that keeps what was said.
const NOBODY: &str = "";

const OF: &str = "SELECT reference, external_id, facts, version FROM order_references
    WHERE store_id = $1 AND reference IN ";
const CLAIM: &str =
    "INSERT INTO order_references (store_id, reference, external_id, facts, version, created_at) VALUES ";
const CLAIM_ONCE: &str = " ON CONFLICT (store_id, reference, external_id) DO NOTHING";
const SAY: &str =
    "INSERT INTO order_references (store_id, reference, external_id, facts, version, created_at)
    VALUES ($1, $2, '', $3, $4, $5)
    ON CONFLICT (store_id, reference, external_id) DO UPDATE
    SET facts = excluded.facts, version = excluded.version
    WHERE order_references.version = excluded.version - 1
    RETURNING version";

/// Kinds of names in alphabetical order: cart, checkout, payment, subscription. The index says the same.
const FORGET: &str = "DELETE FROM order_references
    WHERE (reference < 'payment:' OR (external_id = '' AND reference < 'subscription:')) AND created_at < $1";

/// What is kept under some names.
#[derive(Default)]
struct Kept {
    /// What was said, of all the names together.
    said: OrderFacts,
    /// Of the last write; 0 where nothing was said. Only of use for one name.
    version: i64,
    /// Who claims which name.
    claims: Vec<(String, String)>,
}

/// Claims names for an order, and gives what was said by them.
///
/// # Errors
/// The database's trouble; then the sender must send again.
pub async fn claim(
    sql: &impl Sql,
    store: &StoreId,
    references: &BTreeSet<&str>,
    external_id: &str,
    now: Timestamp,
) -> Result<OrderFacts, SqlError> {
    if references.is_empty() {
        return Ok(OrderFacts::default());
    }
    let kept = kept(sql, store, references).await?;
    let is_claimed =
        |name: &&&str| kept.claims.iter().any(|(known, by)| known == **name && by == external_id);
    let new: Vec<&&str> = references.iter().filter(|name| !is_claimed(name)).collect();
    if new.is_empty() {
        return Ok(kept.said);
    }
    let rows = rows_of_places(1, new.len(), 6);
    let statement =
        new.iter().fold(Statement::new(format!("{CLAIM}{rows}{CLAIM_ONCE}")), |statement, name| {
            statement.bind(store).bind(**name).bind(external_id).bind(None::<&str>).bind(0).bind(now)
        });
    sql.execute(statement).await?;
    self::kept(sql, store, references).await.map(|kept| kept.said)
}

/// Keeps what is said by a name, and gives the external ids of the orders that it is said of.
///
/// # Errors
/// The database's trouble; then the sender must send again.
pub async fn say(
    sql: &impl Sql,
    store: &StoreId,
    reference: &str,
    facts: &OrderFacts,
    now: Timestamp,
) -> Result<Vec<String>, SqlError> {
    let names = BTreeSet::from([reference]);
    for _ in 0..TRIES {
        let known = kept(sql, store, &names).await?;
        let merged = known.said.clone().merge(facts.clone());
        // Who claims it since has read it.
        if known.version > 0 && merged == known.said {
            return Ok(claimers(known));
        }
        let statement = Statement::new(SAY)
            .bind(store)
            .bind(reference)
            .bind(to_json(&merged)?)
            .bind(known.version + 1)
            .bind(now);
        if !sql.execute(statement).await?.is_empty() {
            return Ok(claimers(kept(sql, store, &names).await?));
        }
    }
    Err(SqlError::Busy)
}

/// The external ids of the orders that answer to a name.
///
/// # Errors
/// The database's trouble.
pub async fn orders_of(sql: &impl Sql, store: &StoreId, reference: &str) -> Result<Vec<String>, SqlError> {
    kept(sql, store, &BTreeSet::from([reference])).await.map(claimers)
}

/// Lets names go that nobody comes by any more: see [`KEPT_DAYS`].
pub fn forget(now: Timestamp) -> Statement {
    Statement::new(FORGET).bind(now.plus_days(-KEPT_DAYS))
}

fn claimers(kept: Kept) -> Vec<String> {
    kept.claims.into_iter().map(|(_, external_id)| external_id).collect()
}

async fn kept(sql: &impl Sql, store: &StoreId, references: &BTreeSet<&str>) -> Result<Kept, SqlError> {
    let statement = Statement::new(format!("{OF}({})", places(2, references.len())))
        .bind(store)
        .bind_all(references.iter().copied());
    let mut kept = Kept::default();
    for row in &sql.execute(statement).await? {
        let external_id: String = row.get("external_id")?;
        if external_id == NOBODY {
            let said: Option<OrderFacts> = row.json_optional("facts")?;
            kept.said = kept.said.merge(said.unwrap_or_default());
            kept.version = row.get("version")?;
        } else {
            kept.claims.push((row.get("reference")?, external_id));
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use proptest::prelude::*;

    use super::*;
    use crate::native::{Explaining, NativeSql};
    use crate::orders::tests::{STORE, check_books, deliver, furnished, now, number, paid, placed, refund};

    fn store() -> StoreId {
        StoreId::parse(STORE).unwrap()
    }

    /// What one of several senders does: two steps, between which others do theirs.
    #[derive(Debug, Clone)]
    enum Sender {
        /// An order that answers to a name.
        Order { external_id: &'static str, name: &'static str },
        /// A refund of a payment that is known by its name alone.
        Refund { name: &'static str, id: &'static str, net: i64 },
    }

    /// What a sender has learned by its first step.
    enum Learned {
        Said(Box<OrderFacts>),
        Orders(Vec<String>),
    }

    fn first_step(sql: &NativeSql, sender: &Sender) -> Learned {
        match sender {
            Sender::Order { external_id, name } => {
                let said = block_on(claim(sql, &store(), &BTreeSet::from([*name]), external_id, now()));
                Learned::Said(Box::new(said.unwrap()))
            }
            Sender::Refund { name, id, net } => {
                Learned::Orders(block_on(say(sql, &store(), name, &refund(id, *net), now())).unwrap())
            }
        }
    }

    fn second_step(sql: &NativeSql, sender: &Sender, learned: Learned) {
        match (sender, learned) {
            (Sender::Order { external_id, .. }, Learned::Said(said)) => {
                deliver(sql, external_id, placed(10_000, &["ANNA10"]).merge(paid()).merge(*said));
            }
            (Sender::Refund { id, net, .. }, Learned::Orders(orders)) => {
                for external_id in orders {
                    deliver(sql, &external_id, refund(id, *net));
                }
            }
            _ => unreachable!("a sender learns what it asked for"),
        }
    }

    const SENDERS: [Sender; 5] = [
        Sender::Order { external_id: "1", name: "payment:a" },
        Sender::Order { external_id: "2", name: "payment:b" },
        Sender::Refund { name: "payment:a", id: "r1", net: 1_000 },
        Sender::Refund { name: "payment:a", id: "r2", net: 2_000 },
        Sender::Refund { name: "payment:c", id: "r3", net: 5_000 },
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        // R32
        #[test]
        fn whoever_comes_first_and_however_their_steps_mix_the_books_end_the_same(
            steps in Just((0..SENDERS.len()).flat_map(|sender| [sender; 4]).collect::<Vec<_>>()).prop_shuffle()
        ) {
            let sql = furnished("{}");
            let mut waiting: Vec<Option<Learned>> = SENDERS.iter().map(|_| None).collect();
            // Each sender does both of its steps twice: everything is delivered double.
            for sender in steps {
                match waiting[sender].take() {
                    None => waiting[sender] = Some(first_step(&sql, &SENDERS[sender])),
                    Some(learned) => second_step(&sql, &SENDERS[sender], learned),
                }
            }
            check_books(&sql);
            prop_assert_eq!(number(&sql, "SELECT owed FROM orders WHERE external_id = '1'"), 700);
            prop_assert_eq!(number(&sql, "SELECT owed FROM orders WHERE external_id = '2'"), 1_000);
            prop_assert_eq!(number(&sql, "SELECT COUNT(*) FROM orders"), 2);
        }
    }

    // R31
    #[test]
    fn what_was_claimed_and_said_before_is_not_written_again() {
        let sql = furnished("{}");
        let names = BTreeSet::from(["checkout:a", "payment:b"]);
        for _ in 0..3 {
            block_on(claim(&sql, &store(), &names, "1", now())).unwrap();
            assert_eq!(block_on(say(&sql, &store(), "payment:b", &refund("r1", 5), now())).unwrap(), ["1"]);
        }
        assert_eq!(number(&sql, "SELECT COUNT(*) FROM order_references"), 3);
        assert_eq!(number(&sql, "SELECT MAX(version) FROM order_references"), 1);
        assert_eq!(block_on(claim(&sql, &store(), &BTreeSet::new(), "1", now())), Ok(OrderFacts::default()));
    }

    // R32
    #[test]
    fn one_name_may_be_that_of_several_orders() {
        let sql = furnished("{}");
        let name = BTreeSet::from(["subscription:a"]);
        for external_id in ["1", "2"] {
            block_on(claim(&sql, &store(), &name, external_id, now())).unwrap();
        }
        let orders = block_on(say(&sql, &store(), "subscription:a", &paid(), now())).unwrap();
        assert_eq!(orders, ["1", "2"]);
        assert_eq!(block_on(claim(&sql, &store(), &name, "3", now())).unwrap(), paid());
    }

    // R31
    #[test]
    fn names_go_when_nobody_comes_by_them_any_more() {
        let names = ["cart:a", "checkout:b", "payment:c", "subscription:d"];
        let left = |days: i64| {
            let sql = furnished("{}");
            for name in names {
                block_on(claim(&sql, &store(), &BTreeSet::from([name]), "1", now())).unwrap();
                block_on(say(&sql, &store(), name, &paid(), now())).unwrap();
            }
            let sql = Explaining::new(&sql);
            block_on(sql.execute(forget(now().plus_days(days)))).unwrap();
            let steps = sql.take_steps();
            assert!(steps.iter().any(|step| step.contains("order_references_passing")), "{steps:?}");
            let text = "SELECT reference, external_id FROM order_references ORDER BY reference, external_id";
            let rows = block_on(sql.execute(Statement::new(text))).unwrap();
            let pair = |row: &crate::sql::Row| {
                format!(
                    "{} {}",
                    row.get::<String>("reference").unwrap(),
                    row.get::<String>("external_id").unwrap()
                )
            };
            rows.iter().map(pair).collect::<Vec<_>>()
        };
        assert_eq!(left(KEPT_DAYS).len(), 8);
        assert_eq!(left(KEPT_DAYS + 1), ["payment:c 1", "subscription:d ", "subscription:d 1"]);
    }

    #[test]
    fn names_are_found_by_the_primary_key() {
        let sql = furnished("{}");
        let sql = Explaining::new(&sql);
        block_on(claim(&sql, &store(), &BTreeSet::from(["payment:a", "payment:b"]), "1", now())).unwrap();
        block_on(say(&sql, &store(), "payment:a", &paid(), now())).unwrap();
        let steps = sql.take_steps();
        assert!(steps.iter().all(|step| !step.starts_with("SCAN order_references")), "{steps:?}");
    }
}
