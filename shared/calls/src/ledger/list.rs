use serde_json::{Value, json};
use tributary_domain::ids::{ConversionId, CreatorId};
use tributary_storage::ledger::{self, Line};
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::line_id;

pub(crate) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let creator = call.request.query_as("creatorId", CreatorId::parse)?;
    let page = Page::of(&call.request)?;
    let before = page.after_as(|text| text.parse().ok())?;
    let sql = &call.context.sql;
    call.context.settle().await?;
    let lines = ledger::list(sql, creator.as_ref(), before, page.rows_to_read()).await?;
    Ok(Outcome::json(&rest::list_as(&page, &lines, |line| line.number.to_string(), to_wire)))
}

pub(super) fn to_wire(line: &Line) -> Value {
    json!({
        "id": line_id(line.number),
        "creatorId": line.creator,
        "conversionId": line.order.as_ref().map(ConversionId::from),
        "kind": line.kind,
        "amount": line.amount,
        "at": line.at,
        "reason": line.reason,
        "actor": line.actor,
    })
}
