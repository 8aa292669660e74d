use serde_json::{Value, json};
use tributary_storage::aggregates::{self, Aggregate};
use tributary_web::aggregate::figures;
use tributary_web::rest::{self, Call, Outcome, Page};
use tributary_web::{Problem, Range};

/// The lines of a time and what they come to.
pub(super) async fn list(call: &Call) -> Result<Outcome, Problem> {
    let store = super::store(call).await?;
    let days = Range::of(&call.request)?.days_or_recent(call.context.now());
    let days = (days.first, days.last);
    let page = Page::of(&call.request)?;
    let offset = page.after_as(|text| text.parse::<u32>().ok())?.unwrap_or(0);
    let lines = aggregates::list(&call.context.sql, &store.id, days, page.rows_to_read(), offset).await?;
    let next = offset.saturating_add(page.limit).to_string();
    let mut body = rest::list_as(&page, &lines, |_| next.clone(), to_wire);
    let totals = aggregates::totals(&call.context.sql, &store.id, days).await?;
    let totals: Vec<Value> = totals.iter().map(figures).collect();
    if let Value::Object(body) = &mut body {
        body.insert("totals".to_owned(), json!(totals));
    }
    Ok(Outcome::json(&body))
}

fn to_wire(line: &Aggregate) -> Value {
    let mut wire = figures(line);
    let names = json!({"date": line.day, "campaign": line.campaign, "adGroup": line.ad_group,
        "creative": line.creative, "publisher": line.publisher});
    if let (Value::Object(wire), Value::Object(names)) = (&mut wire, names) {
        wire.extend(names);
    }
    wire
}
