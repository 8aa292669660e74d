//! `GET /creators/{id}/statement?month=2026-10`: what a creator earned and was paid in a month.

use serde_json::{Value, json};
use tributary_domain::ids::CreatorId;
use tributary_domain::{Currency, Day, Money};
use tributary_storage::creators;
use tributary_storage::ledger::{CreatorStatement, statements};
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use super::list::to_wire;

pub(crate) async fn statement(call: &Call) -> Result<Outcome, Problem> {
    let id = call.id("id", "creator", CreatorId::parse)?;
    let (first, after) = match call.request.query_as("month", month)? {
        Some(days) => days,
        None => month(call.context.now().day().to_string().get(..7).unwrap_or_default())
            .map_err(|error| Problem::internal(error.to_owned()))?,
    };
    let sql = &call.context.sql;
    let creator = creators::by_id(sql, &id).await?.ok_or_else(|| Problem::not_found("creator"))?;
    call.context.settle().await?;
    let found = statements(sql, &id, first.start(), after.start()).await?;
    Ok(Outcome::json(&json!({
        "creatorId": id,
        "firstName": creator.first_name,
        "lastName": creator.last_name,
        "from": first,
        "before": after,
        "statements": found.iter().map(|(currency, each)| one(*currency, each)).collect::<Vec<_>>(),
    })))
}

fn one(currency: Currency, statement: &CreatorStatement) -> Value {
    let money = |amount| Money::new(amount, currency);
    json!({
        "currency": currency,
        "opening": money(statement.opening),
        "earned": money(statement.earned),
        "paid": money(statement.paid),
        "closing": money(statement.closing()),
        "lines": statement.lines.iter().map(to_wire).collect::<Vec<_>>(),
    })
}

/// The first day of a month, and of the next one. Days are those of UTC.
fn month(text: &str) -> Result<(Day, Day), &'static str> {
    const WRONG: &str = "must be a month such as 2026-10";
    let first = Day::parse(&format!("{text}-01")).map_err(|_| WRONG)?;
    // From the first of any month, 31 days lead into the next one.
    let later = Day::from_number(first.number().saturating_add(31)).to_string();
    let next = format!("{}-01", later.get(..7).ok_or(WRONG)?);
    Ok((first, Day::parse(&next).map_err(|_| WRONG)?))
}
