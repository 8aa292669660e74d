//! `POST /codes/{id}/compromise`: a code that leaked earns nothing from a date on, and is replaced (R46).

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tributary_domain::Timestamp;
use tributary_domain::ids::CodeId;
use tributary_storage::codes::{self, Code, Made, Origin, Setting, Wanted};
use tributary_storage::{campaigns, creators, enrollments};
use tributary_web::Problem;
use tributary_web::codes::{link_keys_of, plan_and_store, to_wire};
use tributary_web::rest::bodies::CodeCompromise;
use tributary_web::rest::{Call, Change, Outcome};

use super::batch::new_code;

/// Rejects the code's conversions from that moment on, those that are there and those to come, and puts a new
/// code in its place where it is the enrollment's code of today. Said again with another date, that one holds.
pub(crate) async fn compromise(call: &Call) -> Result<Outcome, Problem> {
    let sent: CodeCompromise = call.request.json()?;
    let (sql, now) = (&call.context.sql, call.context.now());
    if sent.since > now {
        return Err(Problem::field(
            "since",
            "in_the_future",
            "must not be in the future: say it once it leaked",
        ));
    }
    let id = call.id("id", "code", CodeId::parse)?;
    let found = codes::by_ids(sql, std::slice::from_ref(&id)).await?.pop();
    let code = found.ok_or_else(|| Problem::not_found("code"))?;
    if code.text.is_none() {
        return Err(Problem::conflict("code_without_text", "this code has no text that could have leaked"));
    }
    let rejected = codes::used_since(sql, &code, sent.since).await?;
    let new = if code.is_current { Some(replacement(call, &code).await?) } else { None };
    let (restored, restoring) = codes::restore_before(sql, &code, sent.since, &call.actor.name, now).await?;
    let body = answer(&code, sent.since, (rejected, restored), new.as_ref());
    let mut change = Change::new("code.compromise", id.as_str(), body.clone())
        .with_all(restoring)
        .with_all(codes::compromise(&code, sent.since, &call.actor.name, now))
        .audited(Some(to_wire(&code)), Some(body))
        .run_again_when_stale()
        .run_again_when_taken(["codes.store_id, codes.text", "codes.enrollment_id"])
        .forget(link_keys_of(call, [&code.enrollment_id]).await?);
    if let Some(new) = &new {
        change =
            change.with(codes::retire(&code.id, now)).with_all(codes::insert_all(std::slice::from_ref(new))?);
    }
    Ok(change.into())
}

fn answer(code: &Code, since: Timestamp, (rejected, restored): (i64, usize), new: Option<&Code>) -> Value {
    json!({
        "code": to_wire(&Code { is_current: false, ..code.clone() }),
        "compromisedSince": since,
        "rejected": rejected,
        "restored": restored,
        "newCode": new.map(to_wire),
    })
}

/// The next free code of the plan's pattern; one to be typed in where the plan has none, or for a campaign's own.
async fn replacement(call: &Call, code: &Code) -> Result<Code, Problem> {
    let sql = &call.context.sql;
    let gone = |what: &str| Problem::internal(format!("no {what} of {}", code.id));
    let enrollment = enrollments::by_id(sql, &code.enrollment_id).await?.ok_or_else(|| gone("enrollment"))?;
    let (plan, store) = plan_and_store(call, &enrollment.plan_id).await?;
    let creator = match &code.creator_id {
        Some(id) => creators::by_id(sql, id).await?,
        None => None,
    };
    let none = BTreeSet::new();
    let setting = Setting { plan: &plan, store: &store, key: call.context.keys.current(), reserved: &none };
    let made = match &creator {
        Some(creator) => {
            let campaign = campaigns::by_id(sql, &code.campaign_id).await?.ok_or_else(|| gone("campaign"))?;
            let wanted = [Wanted { creator, campaign: (Some(&campaign.id), &campaign.name) }];
            codes::make(sql, &setting, &wanted).await?.into_iter().next().flatten()
        }
        None => None,
    };
    let made = made.unwrap_or_else(Made::to_be_decided);
    Ok(new_code(call, &enrollment, &plan, (made, Origin::Pattern), call.context.now()))
}
