//! `/campaigns`: groups of creators who work on one thing.

mod code;
mod create;
mod get;
mod list;
mod update;

pub(crate) use code::put_code;
pub(crate) use create::create;
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use update::update;

use serde_json::{Value, json};
use tributary_domain::ids::{CampaignId, PlanId};
use tributary_storage::campaigns::{self, Campaign};
use tributary_storage::plans::Plan;
use tributary_storage::stores::Store;
use tributary_web::rest::Call;
use tributary_web::{Problem, codes};

/// The campaign of the path's `id`.
pub(crate) async fn find(call: &Call) -> Result<Campaign, Problem> {
    let id = call.id("id", "campaign", CampaignId::parse)?;
    campaigns::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("campaign"))
}

/// The plan that new enrollments of a campaign get, and its store.
pub(crate) async fn plan_of(call: &Call, campaign: &Campaign) -> Result<(Plan, Store), Problem> {
    let plan = campaign
        .plan_id
        .as_ref()
        .ok_or_else(|| Problem::conflict("campaign_without_plan", "give the campaign a planId first"))?;
    codes::plan_and_store(call, plan).await
}

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
