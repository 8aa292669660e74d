//! Daily counts of clicks from another platform.

use tributary_domain::Day;
use tributary_domain::click_id::LinkNumber;

use crate::sql::Statement;

/// What another platform counted on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClickDay {
    /// The day.
    pub day: Day,
    /// All clicks.
    pub clicks: u32,
    /// Without the repeats of one visitor.
    pub unique_clicks: u32,
}

/// Rows of one statement: four parameters each stay far below SQLite's 32,766.
const ROWS: usize = 500;

const INSERT: &str = "INSERT INTO imported_clicks (link_number, day, clicks, unique_clicks) VALUES ";
const RESTATE: &str = " ON CONFLICT (link_number, day) DO UPDATE
    SET clicks = excluded.clicks, unique_clicks = excluded.unique_clicks";

/// States these days anew: sending them again changes nothing. No day may come twice.
pub fn put(link: LinkNumber, days: &[ClickDay]) -> Vec<Statement> {
    let link = i64::try_from(link.get()).unwrap_or(i64::MAX);
    days.chunks(ROWS)
        .map(|days| {
            let places: Vec<String> = (0..days.len())
                .map(|row| {
                    format!("(${}, ${}, ${}, ${})", 4 * row + 1, 4 * row + 2, 4 * row + 3, 4 * row + 4)
                })
                .collect();
            let statement = Statement::new(format!("{INSERT}{}{RESTATE}", places.join(", ")));
            days.iter().fold(statement, |statement, day| {
                statement.bind(link).bind(day.day).bind(day.clicks).bind(day.unique_clicks)
            })
        })
        .collect()
}
