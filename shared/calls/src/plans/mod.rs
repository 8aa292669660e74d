//! `/plans`: tracking plans. A change makes a new version; what was earned under an old one stays (R12).

mod create;
mod deactivate;
mod get;
mod list;
mod put;
mod terms;
mod versions;

pub(crate) use create::create;
pub(crate) use deactivate::deactivate;
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use put::put;
pub(crate) use versions::versions;

use serde_json::{Map, Value, json};
use tributary_domain::ids::PlanId;
use tributary_domain::plan::Terms;
use tributary_storage::link_keys::link_key;
use tributary_storage::links;
use tributary_storage::plans::{self, Plan};
use tributary_web::Problem;
use tributary_web::rest::Call;

/// A change reaches the first so many links at once, and the others as the cache ages out, in seconds.
pub(crate) const MOST_LINKS_TO_FORGET: u32 = 1_000;

async fn find(call: &Call) -> Result<Plan, Problem> {
    let id = call.id("id", "plan", PlanId::parse)?;
    plans::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("plan"))
}

fn name_taken() -> Problem {
    Problem::conflict("name_taken", "another plan has this name; case makes no difference")
}

/// The cache's keys of the plan's links.
async fn link_keys(call: &Call, plan: &Plan) -> Result<Vec<String>, Problem> {
    let slugs = links::slugs_of_plan(&call.context.sql, &plan.id, MOST_LINKS_TO_FORGET).await?;
    Ok(slugs.iter().map(|slug| link_key(slug)).collect())
}

fn to_wire(plan: &Plan) -> Value {
    let mut members = members_of(&plan.terms);
    members.insert("id".to_owned(), json!(plan.id));
    members.insert("storeId".to_owned(), json!(plan.store_id));
    members.insert("version".to_owned(), json!(plan.version));
    members.insert("status".to_owned(), json!(plan.status));
    members.insert("createdAt".to_owned(), json!(plan.created_at));
    members.insert("updatedAt".to_owned(), json!(plan.updated_at));
    Value::Object(members)
}

fn members_of(terms: &Terms) -> Map<String, Value> {
    match json!(terms) {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
