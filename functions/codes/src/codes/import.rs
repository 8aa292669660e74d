//! `POST /codes/import?campaignId=`: codes that a brand's shop has already, as CSV with the columns `creatorId` and
//! `code`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tributary_domain::FieldErrors;
use tributary_domain::code::CodeText;
use tributary_domain::ids::{CampaignId, CreatorId, EnrollmentId};
use tributary_storage::campaigns;
use tributary_storage::codes::{self, Code, Made, Origin, Setting};
use tributary_storage::creators::Creator;
use tributary_storage::enrollments::{self, Enrollment, EnrollmentStatus};
use tributary_web::Problem;
use tributary_web::codes::{check_count, creators_of, link_keys_of, plan_of_campaign, to_wire};
use tributary_web::rest::{Call, Change, Outcome};

use crate::enrollments::{Batch, new_code};

/// One line of the file.
struct Line {
    creator: CreatorId,
    text: CodeText,
}

/// Takes up codes as they are: creators who are not in the campaign are enrolled with them, the others have them
/// in the place of their codes of today, which still credit. A code that we keep in a shop is looked for there,
/// and `failed` where the shop does not have it.
pub(crate) async fn import(call: &Call) -> Result<Outcome, Problem> {
    let campaign = campaign_of(call).await?;
    let (plan, store) = plan_of_campaign(call, &campaign).await?;
    let lines = read(&call.request.body)?;
    let ids: Vec<String> = lines.iter().map(|line| line.creator.to_string()).collect();
    let creators = creators_of(call, &ids).await.map_err(|problem| renamed(problem, "creatorIds", "rows"))?;
    let ids: Vec<CreatorId> = creators.iter().map(|creator| creator.id.clone()).collect();
    let members = enrollments::members(&call.context.sql, &campaign.id, &ids).await?;
    let texts: Vec<&CodeText> = lines.iter().map(|line| &line.text).collect();
    let taken = codes::by_texts(&call.context.sql, &store.id, &texts).await?;
    let held: BTreeMap<&str, &EnrollmentId> =
        taken.iter().filter_map(|code| Some((code.text.as_ref()?.as_str(), &code.enrollment_id))).collect();
    check(&lines, &members, &held)?;
    let none = BTreeSet::new();
    let setting = Setting { plan: &plan, store: &store, key: call.context.keys.current(), reserved: &none };
    let imported = |text: &CodeText| (Made::with_text(text.clone(), &setting), Origin::Imported);
    let text_of: BTreeMap<&CreatorId, &CodeText> =
        lines.iter().map(|line| (&line.creator, &line.text)).collect();
    let fresh = creators
        .iter()
        .filter(|creator| !members.contains_key(&creator.id))
        .map(|creator: &Creator| (creator, text_of.get(&creator.id).map(|text| imported(text))));
    let batch = Batch::prepare(call, &campaign, &plan, fresh)?;
    let now = call.context.now();
    let (mut replaced, mut statements) = (Vec::new(), batch.statements()?);
    let of_today =
        codes::of_enrollments(&call.context.sql, members.values().map(|member| &member.id)).await?;
    let of_today: BTreeMap<&EnrollmentId, &Code> =
        of_today.iter().map(|code| (&code.enrollment_id, code)).collect();
    for (creator, member) in &members {
        let Some(text) = text_of.get(creator).filter(|text| !held.contains_key(text.as_str())) else {
            continue;
        };
        statements.extend(of_today.get(&member.id).map(|code| codes::retire(&code.id, now)));
        replaced.push(new_code(call, member, &plan, imported(text), now));
    }
    statements.extend(codes::insert_all(&replaced)?);
    let all: Vec<Value> = batch.codes.iter().chain(&replaced).map(to_wire).collect();
    let made = all.len();
    let change = Change::new("code.import", campaign.id.as_str(), json!({"data": all}))
        .status(202)
        .with_all(statements)
        .run_again_when_stale()
        .run_again_when_taken(["codes.store_id, codes.text", "codes.enrollment_id"])
        .audited(None, Some(json!({"codes": made})))
        .forget(link_keys_of(call, members.values().map(|member| &member.id)).await?);
    Ok(change.into())
}

async fn campaign_of(call: &Call) -> Result<campaigns::Campaign, Problem> {
    let id = call.request.query_as("campaignId", CampaignId::parse)?;
    let id = id.ok_or_else(|| Problem::field("campaignId", "required", "name the campaign"))?;
    campaigns::by_id(&call.context.sql, &id)
        .await?
        .ok_or_else(|| Problem::field("campaignId", "unknown_campaign", "there is no such campaign"))
}

/// Reads the file; every wrong line is named, counted from 0 without the header.
fn read(body: &[u8]) -> Result<Vec<Line>, Problem> {
    let unreadable =
        |error: csv::Error| Problem::bad_request("invalid_csv", format!("the body is not CSV: {error}"));
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(body);
    let headers = reader.headers().map_err(unreadable)?.clone();
    let column = |name: &str| {
        let found = headers.iter().position(|header| header.trim_start_matches('\u{feff}') == name);
        found.ok_or_else(|| Problem::field(name, "required", "the file needs the columns creatorId and code"))
    };
    let (creator, code) = (column("creatorId")?, column("code")?);
    let (mut lines, mut errors) = (Vec::new(), FieldErrors::default());
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(unreadable)?;
        let text = errors
            .keep(&format!("rows[{index}].code"), CodeText::parse(record.get(code).unwrap_or_default()));
        let creator = CreatorId::parse(record.get(creator).unwrap_or_default());
        if creator.is_err() {
            errors.add(format!("rows[{index}].creatorId"), "unknown_creator", "there is no such creator");
        }
        if let (Some(text), Ok(creator)) = (text, creator) {
            lines.push(Line { creator, text });
        }
    }
    errors.into_result()?;
    check_count("rows", lines.len())?;
    Ok(lines)
}

/// A file may not contradict itself or what is there.
fn check(
    lines: &[Line],
    members: &BTreeMap<CreatorId, Enrollment>,
    held: &BTreeMap<&str, &EnrollmentId>,
) -> Result<(), Problem> {
    let mut errors = FieldErrors::default();
    let (mut creators, mut texts) = (BTreeSet::new(), BTreeSet::new());
    for (index, line) in lines.iter().enumerate() {
        if !creators.insert(&line.creator) {
            errors.add(format!("rows[{index}].creatorId"), "twice", "this creator came already");
        }
        if !texts.insert(&line.text) {
            errors.add(format!("rows[{index}].code"), "twice", "this code came already");
        }
        let member = members.get(&line.creator);
        if member.is_some_and(|member| member.status == EnrollmentStatus::Removed) {
            let detail = "this creator left the campaign; enroll them again first";
            errors.add(format!("rows[{index}].creatorId"), "enrollment_removed", detail);
        }
        let holder = held.get(line.text.as_str()).copied();
        if holder.is_some_and(|holder| member.is_none_or(|member| member.id != *holder)) {
            errors.add(format!("rows[{index}].code"), "code_taken", "this code is another enrollment's");
        }
    }
    Ok(errors.into_result()?)
}

/// The same problem under the names that this call's body has.
fn renamed(mut problem: Problem, from: &str, to: &str) -> Problem {
    let mut errors = FieldErrors::default();
    for error in problem.errors.as_slice() {
        let path = error.path.replacen(from, to, 1);
        errors.add(format!("{path}.creatorId"), error.code, error.detail.clone());
    }
    problem.errors = errors;
    problem
}
