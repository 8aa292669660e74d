use serde_json::{Value, json};
use tributary_storage::codes;
use tributary_web::Problem;
use tributary_web::codes::to_wire;
use tributary_web::enrollments::{Belongings, find};
use tributary_web::rest::{Call, Outcome, versioned};

/// More replaced codes than this of one enrollment are a log, not a history.
const MOST_OLDER_CODES: u32 = 100;

/// One enrollment, with the codes that it had before (R7). Its version is that of the creator's own terms.
pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    let enrollment = find(call).await?;
    let belongings = Belongings::of(call, std::iter::once(&enrollment)).await?;
    let older = codes::older(&call.context.sql, &enrollment.id, MOST_OLDER_CODES).await?;
    let mut body = belongings.to_wire(call, [&enrollment]).pop().unwrap_or_default();
    if let Some(members) = body.as_object_mut() {
        let older: Vec<Value> = older.iter().map(to_wire).collect();
        members.insert("olderCodes".to_owned(), json!(older));
    }
    Ok(versioned(&body, enrollment.version).into())
}
