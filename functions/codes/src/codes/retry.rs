use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tributary_domain::code::CodeStatus;
use tributary_domain::ids::{CampaignId, CodeId, CreatorId, PlanId, StoreId};
use tributary_storage::campaigns::{self, Campaign};
use tributary_storage::codes::{self, Code, Made, Setting, Wanted};
use tributary_storage::creators::{self, Creator};
use tributary_web::Problem;
use tributary_web::codes::{link_keys_of, plan_and_store};
use tributary_web::rest::bodies::CodeRetry;
use tributary_web::rest::{Call, Change, Outcome};

use super::{body_of, by_ids, most};

/// Tries failed codes again, after the creators' data was completed (R3). A code that did not fail is answered
/// as it is.
///
/// They take the terms of their plan's newest version, because a code that never was has earned nothing yet.
pub(crate) async fn retry(call: &Call) -> Result<Outcome, Problem> {
    let mut found = asked_for(call).await?;
    let failed: Vec<&mut Code> =
        found.iter_mut().filter(|code| code.status == CodeStatus::Failed && code.is_current).collect();
    let changed = make_again(call, failed).await?;
    let body = body_of(&found);
    if changed.is_empty() {
        return Ok(Outcome::json(&body));
    }
    let ids: Vec<&CodeId> = changed.iter().map(|code| &code.id).collect();
    let change = Change::new("code.retry", "codes", body)
        .with_all(codes::replace_all(&changed)?)
        .run_again_when_taken(["codes.store_id, codes.text"])
        .audited(None, Some(json!({"codeIds": ids})))
        .forget(link_keys_of(call, changed.iter().map(|code| &code.enrollment_id)).await?);
    Ok(change.into())
}

async fn asked_for(call: &Call) -> Result<Vec<Code>, Problem> {
    let asked: CodeRetry = call.request.json()?;
    match (asked.code_ids, asked.plan_id) {
        (Some(ids), None) => by_ids(call, &ids).await,
        (None, Some(plan)) => {
            plan_and_store(call, &plan).await?;
            Ok(codes::failed_of_plan(&call.context.sql, &plan, most()).await?)
        }
        _ => Err(Problem::field("codeIds", "required", "name codeIds, or a planId, and not both")),
    }
}

/// What the codes' texts are made from.
struct People {
    creators: BTreeMap<CreatorId, Creator>,
    campaigns: BTreeMap<CampaignId, Campaign>,
}

impl People {
    async fn of(call: &Call, codes: &[&mut Code]) -> Result<Self, Problem> {
        let creators: BTreeSet<&CreatorId> =
            codes.iter().filter_map(|code| code.creator_id.as_ref()).collect();
        let campaigns: BTreeSet<&CampaignId> = codes.iter().map(|code| &code.campaign_id).collect();
        Ok(Self {
            creators: creators::by_ids(&call.context.sql, creators).await?,
            campaigns: campaigns::by_ids(&call.context.sql, campaigns).await?,
        })
    }

    fn wanted(&self, code: &Code) -> Option<Wanted<'_>> {
        let creator = self.creators.get(code.creator_id.as_ref()?)?;
        let campaign = self.campaigns.get(&code.campaign_id)?;
        Some(Wanted { creator, campaign: (Some(&campaign.id), &campaign.name) })
    }
}

/// Makes each of the codes again, and gives those that changed.
async fn make_again(call: &Call, failed: Vec<&mut Code>) -> Result<Vec<Code>, Problem> {
    let people = People::of(call, &failed).await?;
    let mut by_plan: BTreeMap<PlanId, Vec<&mut Code>> = BTreeMap::new();
    for code in failed {
        by_plan.entry(code.plan_id.clone()).or_default().push(code);
    }
    let mut changed = Vec::new();
    // Two plans of one store must not get the same code in one go.
    let mut reserved: BTreeMap<StoreId, BTreeSet<String>> = BTreeMap::new();
    for (id, codes) in by_plan {
        for code in make_for_plan(call, &id, codes, &people, &reserved).await? {
            let texts = reserved.entry(code.store_id.clone()).or_default();
            texts.extend(code.text.as_ref().map(ToString::to_string));
            changed.push(code);
        }
    }
    Ok(changed)
}

async fn make_for_plan(
    call: &Call,
    plan: &PlanId,
    mut failed: Vec<&mut Code>,
    people: &People,
    reserved: &BTreeMap<StoreId, BTreeSet<String>>,
) -> Result<Vec<Code>, Problem> {
    let (plan, store) = plan_and_store(call, plan).await?;
    let none = BTreeSet::new();
    let reserved = reserved.get(&store.id).unwrap_or(&none);
    let setting = Setting { plan: &plan, store: &store, key: call.context.keys.current(), reserved };
    // A code with a text was refused by the shop: it keeps its text.
    let without_text = failed.iter().filter(|code| code.text.is_none());
    let wanted: Vec<Wanted<'_>> = without_text.filter_map(|code| people.wanted(code)).collect();
    let mut made = codes::make(&call.context.sql, &setting, &wanted).await?.into_iter();
    let now = call.context.now();
    for code in &mut failed {
        let again = match code.text.clone() {
            Some(text) => Some(Made::with_text(text, &setting)),
            None if people.wanted(code).is_some() => made.next().flatten(),
            None => None,
        };
        // A plan that has neither discount nor pattern any more has no code to make.
        code.become_made(again.unwrap_or_else(Made::to_be_decided), plan.version, now);
    }
    Ok(failed.into_iter().map(|code| code.clone()).collect())
}
