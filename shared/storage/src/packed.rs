//! Many rows as one value. Each row that crosses from the host to a component is handed over by itself, which takes
//! longer than SQLite takes to find it; so where thousands are read at once, they come as one text.

use std::fmt;
use std::rc::Rc;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::sql::{Row, Sql, SqlError, Statement, Value};

/// The rows of a statement that gives these columns, none of them a blob, in its order: of a part of a statement
/// SQLite keeps the order where it limits how many rows there are.
pub(crate) async fn execute(
    sql: &impl Sql,
    columns: &str,
    statement: Statement,
) -> Result<Vec<Row>, SqlError> {
    let text = format!("SELECT json_group_array(json_array({columns})) AS packed FROM ({})", statement.sql);
    let rows = sql.execute(Statement { sql: text, ..statement }).await?;
    let Some(row) = rows.first() else { return Ok(Vec::new()) };
    let names: Rc<[String]> = columns.split(',').map(|name| name.trim().to_owned()).collect();
    let packed: Vec<Vec<Cell>> = row.json("packed")?;
    let unpacked =
        |cells: Vec<Cell>| Row::new(Rc::clone(&names), cells.into_iter().map(|Cell(value)| value).collect());
    Ok(packed.into_iter().map(unpacked).collect())
}

/// A value as JSON has it.
struct Cell(Value);

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl Visitor<'_> for CellVisitor {
    type Value = Cell;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, a whole number or null")
    }

    fn visit_unit<E: Error>(self) -> Result<Cell, E> {
        Ok(Cell(Value::Null))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Cell, E> {
        Ok(Cell(Value::Integer(number)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Cell, E> {
        i64::try_from(number).map(|number| Cell(Value::Integer(number))).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell(Value::Text(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::native::NativeSql;

    #[test]
    fn packed_rows_are_the_rows_that_the_statement_gives_in_their_order() {
        let sql = NativeSql::in_memory();
        let statement = || {
            let text = "SELECT number, word, NULL AS absent FROM
                (SELECT 1 AS number, 'a \"quoted\"\n, \\ and ünï' AS word UNION ALL SELECT -9223372036854775808, '[1]'
                 UNION ALL SELECT 9223372036854775807, '') WHERE number <> $1 ORDER BY number DESC LIMIT 2";
            Statement::new(text).bind(7)
        };
        let plain = block_on(sql.execute(statement())).unwrap();
        assert_eq!(plain.len(), 2);
        assert_eq!(block_on(execute(&sql, "number, word, absent", statement())).unwrap(), plain);
        let none = Statement::new("SELECT 1 AS number WHERE 1 = 0");
        assert_eq!(block_on(execute(&sql, "number", none)).unwrap(), []);
        let real = Statement::new("SELECT 1.5 AS number");
        assert!(block_on(execute(&sql, "number", real)).is_err());
    }
}
