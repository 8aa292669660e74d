use serde::Deserialize;
use tributary_domain::FieldErrors;
use tributary_domain::ids::PlanId;
use tributary_storage::campaigns::{self, Campaign, CampaignStatus};
use tributary_web::Problem;
use tributary_web::codes::campaign_of;
use tributary_web::rest::{Call, Change, Outcome};

use super::{check_plan, to_wire};
use crate::wire::{self, Patch};

/// What is absent stays as it is. Who is enrolled already keeps the plan of that day.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CampaignChanges)]
pub(crate) struct Changes {
    name: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<PlanId>)]
    plan_id: Patch<PlanId>,
    status: Option<CampaignStatus>,
}

pub(crate) async fn update(call: &Call) -> Result<Outcome, Problem> {
    let changes: Changes = call.request.json()?;
    let campaign = campaign_of(call).await?;
    call.check_version(campaign.version)?;
    let mut errors = FieldErrors::default();
    if let Some(name) = &changes.name {
        wire::check_name("name", name, &mut errors);
    }
    errors.into_result()?;
    let before = to_wire(&campaign);
    let campaign = Campaign {
        name: changes.name.unwrap_or(campaign.name),
        plan_id: changes.plan_id.apply(campaign.plan_id),
        status: changes.status.unwrap_or(campaign.status),
        updated_at: call.context.now(),
        ..campaign
    };
    check_plan(call, campaign.plan_id.as_ref()).await?;
    let body = to_wire(&campaign);
    let change = Change::new("campaign.update", campaign.id.as_str(), body.clone())
        .with(campaigns::update(&campaign))
        .version(campaign.version + 1)
        .audited(Some(before), Some(body));
    Ok(change.into())
}
