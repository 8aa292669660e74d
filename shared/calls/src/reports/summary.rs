use tributary_storage::{reports, settings};
use tributary_web::rest::{Call, Outcome};
use tributary_web::{Problem, Range};

use super::to_wire;

pub(crate) async fn summary(call: &Call) -> Result<Outcome, Problem> {
    let (sql, now) = (&call.context.sql, call.context.now());
    let days = Range::of(&call.request)?.days_or_recent(now);
    call.context.settle().await?;
    let currency = settings::get(sql).await?.default_currency;
    Ok(Outcome::json(&to_wire(&reports::account(sql, days, currency).await?)))
}
