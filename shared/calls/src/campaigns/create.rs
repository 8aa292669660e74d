use serde::Deserialize;
use tributary_domain::FieldErrors;
use tributary_domain::ids::{CampaignId, PlanId};
use tributary_storage::campaigns::{self, Campaign, CampaignStatus};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::{check_plan, to_wire};
use crate::wire;

/// A campaign may come before its plan (R13).
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewCampaign {
    name: String,
    plan_id: Option<PlanId>,
    status: Option<CampaignStatus>,
}

pub(crate) async fn create(call: &Call) -> Result<Outcome, Problem> {
    let wanted: NewCampaign = call.request.json()?;
    let mut errors = FieldErrors::default();
    wire::check_name("name", &wanted.name, &mut errors);
    errors.into_result()?;
    check_plan(call, wanted.plan_id.as_ref()).await?;
    let now = call.context.now();
    let campaign = Campaign {
        id: CampaignId::new(now, call.context.id_random()),
        name: wanted.name,
        plan_id: wanted.plan_id,
        status: wanted.status.unwrap_or_default(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let body = to_wire(&campaign);
    let change = Change::new("campaign.create", campaign.id.as_str(), body.clone())
        .status(201)
        .with(campaigns::insert(&campaign))
        .audited(None, Some(body));
    Ok(change.into())
}
