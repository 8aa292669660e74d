//! Exchange rates by day (R55).

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::rates::{OLDEST_DAYS, Rate, RateDay, RateTable};
use tributary_domain::{Currency, Day};

use crate::reports::Days;
use crate::sql::{Row, Sql, SqlError, Statement, places, rows_of_places};

/// Rows of one statement: four parameters each stay far below SQLite's 32,766.
const ROWS: usize = 500;

const PUT: &str = "INSERT INTO rates (day, base, currency, rate) VALUES ";
const RESTATE: &str = " ON CONFLICT (day, base, currency) DO UPDATE SET rate = excluded.rate";
const TABLE: &str =
    "SELECT day, base, currency, rate FROM rates WHERE day >= $1 AND day <= $2 AND currency IN (";
/// All rates of the newest days before that one.
const LIST: &str = "SELECT day, base, currency, rate FROM rates
    WHERE day IN (SELECT DISTINCT day FROM rates WHERE day < $1 ORDER BY day DESC LIMIT $2)
    ORDER BY day DESC, base, currency";

/// States these rates anew; others of the same days stay as they are.
pub fn put(days: &[RateDay]) -> Vec<Statement> {
    // The last word on a rate holds: one statement may not restate a row twice.
    let rows: BTreeMap<(Day, Currency, Currency), Rate> = days
        .iter()
        .flat_map(|day| day.rates.iter().map(|(currency, rate)| ((day.day, day.base, *currency), *rate)))
        .collect();
    let rows: Vec<_> = rows.into_iter().collect();
    rows.chunks(ROWS)
        .map(|rows| {
            let statement = Statement::new(format!("{PUT}{}{RESTATE}", rows_of_places(1, rows.len(), 4)));
            rows.iter().fold(statement, |statement, ((day, base, currency), rate)| {
                statement.bind(*day).bind(*base).bind(*currency).bind(rate.to_string())
            })
        })
        .collect()
}

/// The rates with which amounts of these days and currencies can be converted.
pub async fn table(
    sql: &impl Sql,
    currencies: &BTreeSet<Currency>,
    days: Days,
) -> Result<RateTable, SqlError> {
    let earliest = Day::from_number(days.first.number().saturating_sub(OLDEST_DAYS));
    let statement = Statement::new(format!("{TABLE}{})", places(3, currencies.len())))
        .bind(earliest)
        .bind(days.last)
        .bind_all(currencies.iter().copied());
    let mut table = RateTable::default();
    for row in &sql.execute(statement).await? {
        let (day, base, currency, rate) = read(row)?;
        table.add(day, base, currency, rate);
    }
    Ok(table)
}

/// The rates of so many days, the newest first, before that day.
pub async fn list(sql: &impl Sql, before: Option<Day>, days: u32) -> Result<Vec<RateDay>, SqlError> {
    let before = before.unwrap_or(Day::from_number(i32::MAX));
    let mut listed: Vec<RateDay> = Vec::new();
    for row in &sql.execute(Statement::new(LIST).bind(before).bind(days)).await? {
        let (day, base, currency, rate) = read(row)?;
        match listed.last_mut().filter(|last| (last.day, last.base) == (day, base)) {
            Some(last) => {
                last.rates.insert(currency, rate);
            }
            None => listed.push(RateDay { day, base, rates: BTreeMap::from([(currency, rate)]) }),
        }
    }
    Ok(listed)
}

fn read(row: &Row) -> Result<(Day, Currency, Currency, Rate), SqlError> {
    Ok((
        row.get("day")?,
        row.parse("base", Currency::parse)?,
        row.parse("currency", Currency::parse)?,
        row.parse("rate", Rate::parse)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{House, run};
    use tributary_domain::Money;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    fn rates(day: i32, base: &str, rates: &[(&str, &str)]) -> RateDay {
        let rates = rates.iter().map(|(code, rate)| (currency(code), Rate::parse(rate).unwrap())).collect();
        RateDay { day: Day::from_number(day), base: currency(base), rates }
    }

    // R55
    #[test]
    fn rates_are_restated_by_day_base_and_currency() {
        let house = House::new();
        house.write(put(&[
            rates(10, "EUR", &[("USD", "1.1"), ("GBP", "0.84")]),
            rates(9, "EUR", &[("USD", "1")]),
        ]));
        house.write(put(&[rates(10, "EUR", &[("USD", "1.2")]), rates(10, "USD", &[("JPY", "150")])]));
        let listed = run(list(&house.sql, None, 5)).unwrap();
        assert_eq!(
            listed,
            [
                rates(10, "EUR", &[("USD", "1.2"), ("GBP", "0.84")]),
                rates(10, "USD", &[("JPY", "150")]),
                rates(9, "EUR", &[("USD", "1")]),
            ]
        );
        assert_eq!(run(list(&house.sql, Some(Day::from_number(10)), 5)).unwrap().len(), 1);
    }

    // R55
    #[test]
    fn a_table_has_what_its_days_need_with_the_week_before() {
        let house = House::new();
        house.write(put(&[rates(10, "EUR", &[("USD", "2")]), rates(2, "EUR", &[("USD", "4")])]));
        let currencies = BTreeSet::from([currency("EUR"), currency("USD")]);
        let days = Days { first: Day::from_number(12), last: Day::from_number(17) };
        let table = run(table(&house.sql, &currencies, days)).unwrap();
        let convert =
            |day| table.convert(Money::new(100, currency("USD")), currency("EUR"), Day::from_number(day));
        assert_eq!(convert(17).map(|money| money.amount), Some(50));
        assert_eq!(convert(18), None);
        assert_eq!(convert(9), None, "a rate outside of what was asked for is not there");
    }

    // R55
    #[test]
    fn many_days_at_once_are_a_few_statements() {
        let house = House::new();
        let days: Vec<_> = (0..400)
            .map(|day| rates(day, "EUR", &[("USD", "1.1"), ("GBP", "0.84"), ("JPY", "160")]))
            .collect();
        let statements = put(&days);
        assert_eq!(statements.len(), 3);
        house.write(statements);
        assert_eq!(run(list(&house.sql, None, 500)).unwrap().len(), 400);
    }
}
