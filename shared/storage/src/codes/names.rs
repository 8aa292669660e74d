//! Codes by the shop's own ids of them: some shops' orders name a code so, and not by its text.

use std::collections::{BTreeSet, HashMap};

use tributary_domain::ids::StoreId;

use crate::sql::{Sql, SqlError, Statement, rows_of_places};

/// A code that we made in the shop has the shop's id in its own row.
const TEXTS: (&str, &str) = (
    "WITH wanted (of_store, of_name) AS (VALUES ",
    ") SELECT c.store_id, c.remote AS name, c.text FROM wanted CROSS JOIN codes c
        WHERE c.store_id = wanted.of_store AND c.remote = wanted.of_name AND c.text IS NOT NULL
    UNION ALL SELECT n.store_id, n.name, n.text FROM wanted CROSS JOIN code_names n
        WHERE n.store_id = wanted.of_store AND n.name = wanted.of_name",
);
const LEARN: &str = "INSERT INTO code_names (store_id, name, text) VALUES ($1, $2, $3)
    ON CONFLICT (store_id, name) DO UPDATE SET text = excluded.text";

/// The texts of codes by their shops and the shops' ids of them, as far as they are known.
///
/// # Errors
/// The database's trouble.
pub async fn texts(
    sql: &impl Sql,
    wanted: &BTreeSet<(StoreId, String)>,
) -> Result<HashMap<(StoreId, String), String>, SqlError> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let (before, after) = TEXTS;
    let statement = Statement::new([before, &rows_of_places(1, wanted.len(), 2), after].concat());
    let statement =
        wanted.iter().fold(statement, |statement, (store, name)| statement.bind(store).bind(name));
    let rows = sql.execute(statement).await?;
    rows.iter()
        .map(|row| Ok(((row.parse("store_id", StoreId::parse)?, row.get("name")?), row.get("text")?)))
        .collect()
}

/// Keeps the text of a code that was made in the shop itself.
pub fn learn(store: &StoreId, name: &str, text: &str) -> Statement {
    Statement::new(LEARN).bind(store).bind(name).bind(text)
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::native::Explaining;
    use crate::orders::tests::{STORE, deliver, furnished, paid, placed, run};

    fn wanted(name: &str) -> BTreeSet<(StoreId, String)> {
        BTreeSet::from([(StoreId::parse(STORE).unwrap(), name.to_owned())])
    }

    // R44
    #[test]
    fn an_order_that_names_a_code_by_the_shops_id_is_credited_by_its_text() {
        let sql = furnished("{}");
        run(&sql, "UPDATE codes SET remote = 'promo_1aB' WHERE text = 'ANNA10'");
        block_on(sql.execute(learn(&StoreId::parse(STORE).unwrap(), "promo_2cD", "BOB10"))).unwrap();
        for (order, name, text) in [("1", "promo_1aB", "ANNA10"), ("2", "promo_2cD", "BOB10")] {
            let row = deliver(&sql, order, placed(10_000, &[name]).merge(paid()));
            assert_eq!((row.code_text.as_deref(), row.commission), (Some(text), 1_000), "{name}");
            let touches = row.decision.unwrap().touches;
            assert_eq!(touches.iter().map(|touch| touch.text.as_str()).collect::<Vec<_>>(), [text]);
        }
        let both = deliver(&sql, "3", placed(10_000, &["promo_1aB", "ANNA10"]));
        assert_eq!(both.decision.unwrap().touches.len(), 1, "one code by two names is one touch");
        let unknown = deliver(&sql, "4", placed(10_000, &["promo_1ab", "PROMO_1AB"]));
        assert_eq!(unknown.enrollment, None, "ids tell upper from lower case");
    }

    // R44
    #[test]
    fn a_code_is_found_by_the_shops_id_off_an_index() {
        let sql = furnished("{}");
        let sql = Explaining::new(&sql);
        block_on(texts(&sql, &wanted("promo_1aB"))).unwrap();
        let steps = sql.take_steps();
        for expected in ["codes_remote (store_id=? AND remote=?)", "(store_id=? AND name=?)"] {
            assert!(steps.iter().any(|step| step.contains(expected)), "{expected}: {steps:#?}");
        }
    }
}
