use serde_json::{Value, json};
use tributary_domain::ids::CreatorId;
use tributary_storage::ledger;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

pub(crate) async fn balance(call: &Call) -> Result<Outcome, Problem> {
    let id = call.id("id", "creator", CreatorId::parse)?;
    call.context.settle().await?;
    let balances = ledger::balances(&call.context.sql, &id).await?;
    let balances: Vec<Value> = balances
        .ok_or_else(|| Problem::not_found("creator"))?
        .iter()
        .map(|balance| {
            json!({
                "currency": balance.due.currency,
                "due": balance.due,
                "pending": balance.pending,
                "paid": balance.paid,
            })
        })
        .collect();
    Ok(Outcome::json(&json!({ "balances": balances })))
}
