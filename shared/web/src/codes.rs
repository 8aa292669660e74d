//! What the calls about codes share: `api` makes codes by enrolling, `codes` previews and retries them.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tributary_domain::FieldErrors;
use tributary_domain::code::work::Switch;
use tributary_domain::ids::{CampaignId, CreatorId, EnrollmentId, PlanId};
use tributary_storage::campaigns::{self, Campaign};
use tributary_storage::codes::Code;
use tributary_storage::creators::{self, Creator};
use tributary_storage::link_keys::link_key;
use tributary_storage::plans::{self, Plan};
use tributary_storage::stores::{self, Store};
use tributary_storage::{SqlError, links};

use crate::problem::Problem;
use crate::rest::Call;

/// The most creators or codes of one call.
pub const MOST_AT_ONCE: usize = 1_000;

/// A code on the wire.
pub fn to_wire(code: &Code) -> Value {
    json!({
        "id": code.id,
        "enrollmentId": code.enrollment_id,
        "creatorId": code.creator_id,
        "campaignId": code.campaign_id,
        "storeId": code.store_id,
        "planId": code.plan_id,
        "planVersion": code.plan_version,
        "text": code.text,
        "status": code.status,
        "reason": code.reason,
        "missing": code.missing,
        "collidedWith": code.collided_with,
        "current": code.is_current,
        "origin": code.origin.as_str(),
        "inShop": code.in_shop.as_ref().map(|found| json!({
            "id": found.remote,
            "text": found.state.text,
            "planVersion": found.state.plan_version,
            "enabled": found.state.switch == Switch::On,
        })),
        "dueAt": code.due_at,
        "createdAt": code.created_at,
        "updatedAt": code.updated_at,
    })
}

/// The creators with these ids, each once, in the order in which they are named.
///
/// # Errors
/// 422 that names every id that is no creator's, or was removed, at once.
pub async fn creators_of(call: &Call, ids: &[String]) -> Result<Vec<Creator>, Problem> {
    check_count("creatorIds", ids.len())?;
    let parsed: Vec<Option<CreatorId>> = ids.iter().map(|id| CreatorId::parse(id).ok()).collect();
    let wanted: BTreeSet<&CreatorId> = parsed.iter().flatten().collect();
    let mut known = creators::by_ids(&call.context.sql, wanted.iter().copied()).await?;
    known.retain(|_, creator| creator.deleted_at.is_none());
    let mut errors = FieldErrors::default();
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, (id, sent)) in parsed.iter().zip(ids).enumerate() {
        match id.as_ref().filter(|id| known.contains_key(id)) {
            Some(id) if seen.insert(id.clone()) => found.push(id.clone()),
            Some(_) => {}
            None => {
                let path = format!("creatorIds[{index}]");
                errors.add(path, "unknown_creator", format!("there is no creator {sent}"));
            }
        }
    }
    errors.into_result()?;
    Ok(found.iter().filter_map(|id| known.remove(id)).collect())
}

/// Refuses an empty list and one that is too long.
///
/// # Errors
/// 422 that names the list.
pub fn check_count(path: &str, count: usize) -> Result<(), Problem> {
    match count {
        0 => Err(Problem::field(path, "required", "name one at least")),
        1..=MOST_AT_ONCE => Ok(()),
        _ => Err(Problem::field(path, "too_many", format!("at most {MOST_AT_ONCE} in one call"))),
    }
}

/// The campaign of the path's `id`.
///
/// # Errors
/// 404 where there is none.
pub async fn campaign_of(call: &Call) -> Result<Campaign, Problem> {
    let id = call.id("id", "campaign", CampaignId::parse)?;
    campaigns::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("campaign"))
}

/// The plan that new enrollments of a campaign get, and its store.
///
/// # Errors
/// 409 where the campaign has no plan yet.
pub async fn plan_of_campaign(call: &Call, campaign: &Campaign) -> Result<(Plan, Store), Problem> {
    let plan = campaign
        .plan_id
        .as_ref()
        .ok_or_else(|| Problem::conflict("campaign_without_plan", "give the campaign a planId first"))?;
    plan_and_store(call, plan).await
}

/// A plan and its store.
///
/// # Errors
/// 422 that names the member `planId`, where there is no such plan.
pub async fn plan_and_store(call: &Call, id: &PlanId) -> Result<(Plan, Store), Problem> {
    let plan = plans::by_id(&call.context.sql, id)
        .await?
        .ok_or_else(|| Problem::field("planId", "unknown_plan", "there is no such plan"))?;
    let store = stores::by_id(&call.context.sql, &plan.store_id)
        .await?
        .ok_or_else(|| SqlError::Data(format!("no store of {}", plan.id)))?;
    Ok((plan, store))
}

/// The cache's keys of these enrollments' links, whose snapshots hold the code.
///
/// # Errors
/// When the database does not answer.
pub async fn link_keys_of<'a>(
    call: &Call,
    enrollments: impl IntoIterator<Item = &'a EnrollmentId>,
) -> Result<Vec<String>, Problem> {
    let links = links::of_enrollments(&call.context.sql, enrollments).await?;
    Ok(links.iter().map(|link| link_key(link.slug.as_str())).collect())
}
