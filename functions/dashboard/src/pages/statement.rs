//! A creator's month on paper: what was earned, paid and is left, by currency (R54). The brand and the creator see
//! the same sheet.

use maud::{Markup, html};
use tributary_domain::Day;
use tributary_web::{Answer, Problem};

use super::creator::statement as lines;
use crate::layout::{Title, page as framed};
use crate::parts::{self, money, name};
use crate::visit::Visit;
use crate::wire::{Creator, Month, Statement};

/// Lines of a currency on the page; the sums are of all.
const MOST_LINES: usize = 250;

pub(crate) async fn page(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let creator: Creator = visit.get(&format!("/creators/{id}")).await?;
    let above = format!("/dashboard/creators/{id}");
    let body = sheet(visit, id, Some("/dashboard/orders")).await?;
    Ok(framed(
        visit,
        &Title::below(&creator.name(), &above, &format!("Statement for {}", creator.name())),
        &body,
    ))
}

/// The sheet; `orders` is where the pages of orders are, for who may see them.
pub(super) async fn sheet(visit: &Visit, id: &str, orders: Option<&str>) -> Result<Markup, Problem> {
    let asked = visit.query_with(&[]);
    let month: Month = visit.get(&format!("/creators/{id}/statement?{asked}")).await?;
    let first = month.from.to_string();
    Ok(html! {
        form.range method="get" {
            label { "Month " input type="month" name="month" value=(first.get(..7).unwrap_or_default()) placeholder="2026-10"; }
            button { "Show" }
            a href={ "?month=" (month_before(month.from)) } { "The month before" }
        }
        p.note { (month.from) " to " (Day::from_number(month.before.number().saturating_sub(1))) ", days of UTC" }
        @if month.statements.is_empty() { (parts::empty("Nothing was earned or paid up to the end of this month.", None)) }
        @for statement in &month.statements { (one(visit, statement, orders)) }
        p.print { "Print this page, or save it as PDF, with the browser's print." }
    })
}

fn one(visit: &Visit, statement: &Statement, orders: Option<&str>) -> Markup {
    let shown = statement.lines.get(..MOST_LINES).unwrap_or(&statement.lines);
    html! {
        h2 { (name(&statement.currency.to_string())) }
        (parts::tiles(&[
            ("Due at the beginning", money(statement.opening), None),
            ("Earned", money(statement.earned), None),
            ("Paid", money(statement.paid), None),
            ("Due at the end", money(statement.closing), None),
        ]))
        (lines(visit, shown, orders))
        @if statement.lines.len() > MOST_LINES {
            p.note { "The first " (MOST_LINES) " of " (statement.lines.len()) " lines are shown; the sums are of all." }
        }
    }
}

/// The month before the one that begins on this day.
fn month_before(first: Day) -> String {
    let last = Day::from_number(first.number().saturating_sub(1)).to_string();
    last.get(..7).unwrap_or_default().to_owned()
}
