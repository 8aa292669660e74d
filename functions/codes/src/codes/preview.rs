use std::collections::BTreeSet;

use serde_json::{Value, json};
use tributary_domain::ids::CreatorId;
use tributary_storage::campaigns::{self, Campaign};
use tributary_storage::codes::{self, Made, Setting, Wanted};
use tributary_web::Problem;
use tributary_web::codes::{creators_of, plan_and_store};
use tributary_web::rest::bodies::CodePreview;
use tributary_web::rest::{Call, Outcome};

/// What enrolling these creators would make (R4). Nothing is made.
pub(crate) async fn preview(call: &Call) -> Result<Outcome, Problem> {
    let asked: CodePreview = call.request.json()?;
    let (plan, store) = plan_and_store(call, &asked.plan_id).await?;
    let creators = creators_of(call, &asked.creator_ids).await?;
    let campaign = campaign(call, &asked).await?;
    let name = campaign.as_ref().map_or("", |campaign| campaign.name.as_str());
    let id = campaign.as_ref().map(|campaign| &campaign.id);
    let wanted: Vec<Wanted<'_>> =
        creators.iter().map(|creator| Wanted { creator, campaign: (id, name) }).collect();
    let none = BTreeSet::new();
    let setting = Setting { plan: &plan, store: &store, key: call.context.keys.current(), reserved: &none };
    let made = codes::make(&call.context.sql, &setting, &wanted).await?;
    let rows: Vec<Value> =
        creators.iter().zip(&made).map(|(creator, made)| to_wire(&creator.id, made.as_ref())).collect();
    Ok(Outcome::json(&json!({"data": rows})))
}

async fn campaign(call: &Call, asked: &CodePreview) -> Result<Option<Campaign>, Problem> {
    let sql = &call.context.sql;
    match &asked.campaign_id {
        None => Ok(campaigns::newest_of_plan(sql, &asked.plan_id).await?),
        Some(id) => match campaigns::by_id(sql, id).await? {
            None => Err(Problem::field("campaignId", "unknown_campaign", "there is no such campaign")),
            found => Ok(found),
        },
    }
}

fn to_wire(creator: &CreatorId, made: Option<&Made>) -> Value {
    let Some(made) = made else {
        let reason = "the plan has no discount and no pattern, so there is no code";
        return json!({"creatorId": creator, "text": null, "status": null, "reason": reason,
            "missing": [], "collidedWith": null});
    };
    json!({
        "creatorId": creator,
        "text": made.text,
        "status": made.status,
        "reason": made.reason,
        "missing": made.missing,
        "collidedWith": made.collided_with,
    })
}
