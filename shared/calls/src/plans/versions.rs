use serde_json::{Value, json};
use tributary_storage::plans::{self, PlanVersion};
use tributary_web::Problem;
use tributary_web::rest::{self, Call, Outcome, Page};

use super::{find, members_of};

pub(crate) async fn versions(call: &Call) -> Result<Outcome, Problem> {
    let page = Page::of(&call.request)?;
    let plan = find(call).await?;
    let before = page.after_as(|version| version.parse().ok())?;
    let versions = plans::versions(&call.context.sql, &plan.id, before, page.rows_to_read()).await?;
    let rows: Vec<Value> = versions.iter().map(to_wire).collect();
    let version_of = |row: &Value| row.get("version").map(ToString::to_string).unwrap_or_default();
    Ok(Outcome::json(&rest::list(&page, &rows, version_of)))
}

fn to_wire(version: &PlanVersion) -> Value {
    let mut members = members_of(&version.terms);
    members.insert("version".to_owned(), json!(version.version));
    members.insert("createdAt".to_owned(), json!(version.created_at));
    members.insert("createdBy".to_owned(), json!(version.created_by));
    Value::Object(members)
}
