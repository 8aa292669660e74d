//! `/campaigns`: groups of creators who work on one thing.

mod create;
mod get;
mod list;
mod update;

pub(crate) use create::{NewCampaign, create};
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use update::{Changes, update};

use serde_json::{Value, json};
use tributary_domain::ids::PlanId;
use tributary_storage::campaigns::Campaign;
use tributary_web::rest::Call;
use tributary_web::{Problem, codes};

async fn check_plan(call: &Call, plan: Option<&PlanId>) -> Result<(), Problem> {
    if let Some(plan) = plan {
        codes::plan_and_store(call, plan).await?;
    }
    Ok(())
}

fn to_wire(campaign: &Campaign) -> Value {
    json!({
        "id": campaign.id,
        "name": campaign.name,
        "planId": campaign.plan_id,
        "status": campaign.status,
        "createdAt": campaign.created_at,
        "updatedAt": campaign.updated_at,
    })
}
