use serde_json::{Value, json};
use tributary_storage::{aggregates, reports, settings};
use tributary_web::rest::{Call, Outcome};
use tributary_web::{Problem, Range, aggregate};

use super::to_wire;

pub(crate) async fn summary(call: &Call) -> Result<Outcome, Problem> {
    let (sql, now) = (&call.context.sql, call.context.now());
    let days = Range::of(&call.request)?.days_or_recent(now);
    call.context.settle().await?;
    let currency = settings::get(sql).await?.default_currency;
    let mut body = to_wire(&reports::account(sql, days, currency).await?, days);
    let beside = aggregates::of_account(sql, (days.first, days.last)).await?;
    let beside: Vec<Value> = beside.iter().map(aggregate::figures).collect();
    if let Value::Object(members) = &mut body {
        members.insert("aggregates".to_owned(), json!(beside));
    }
    Ok(Outcome::json(&body))
}
