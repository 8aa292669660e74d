//! `/codes`: shown, previewed, tried again, switched, renamed, rolled out, imported, compared with the shop.

mod drift;
mod import;
mod list;
mod preview;
mod rename;
mod repair;
mod retry;
mod rollout;
mod switch;

pub(crate) use drift::{drift, keep_drift};
pub(crate) use import::import;
pub(crate) use list::list;
pub(crate) use preview::preview;
pub(crate) use rename::rename;
pub(crate) use repair::repair;
pub(crate) use retry::retry;
pub(crate) use rollout::rollout;
pub(crate) use switch::{disable, enable};

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tributary_domain::FieldErrors;
use tributary_domain::ids::{CodeId, EnrollmentId};
use tributary_storage::codes::{self, Code};
use tributary_web::Problem;
use tributary_web::codes::{MOST_AT_ONCE, check_count, link_keys_of, to_wire};
use tributary_web::rest::{Call, Change};

/// The codes with these ids, oldest first.
///
/// # Errors
/// 422 that names every id that is no code's at once.
async fn by_ids(call: &Call, ids: &[String]) -> Result<Vec<Code>, Problem> {
    check_count("codeIds", ids.len())?;
    let parsed: Vec<CodeId> = ids.iter().filter_map(|id| CodeId::parse(id).ok()).collect();
    let found = codes::by_ids(&call.context.sql, &parsed).await?;
    let known: BTreeSet<&str> = found.iter().map(|code| code.id.as_str()).collect();
    let mut errors = FieldErrors::default();
    for (index, _) in ids.iter().enumerate().filter(|(_, id)| !known.contains(id.as_str())) {
        errors.add(format!("codeIds[{index}]"), "unknown_code", "there is no such code");
    }
    errors.into_result()?;
    Ok(found)
}

fn ids_of(codes: &[Code]) -> Vec<&CodeId> {
    codes.iter().map(|code| &code.id).collect()
}

/// A list of codes as an answer.
fn body_of(codes: &[Code]) -> Value {
    json!({"data": codes.iter().map(to_wire).collect::<Vec<Value>>()})
}

/// A change of codes that are answered as they will be, while the shop is asked after the answer.
async fn change_of(call: &Call, action: &'static str, codes: &[Code]) -> Result<Change, Problem> {
    let enrollments: BTreeSet<&EnrollmentId> = codes.iter().map(|code| &code.enrollment_id).collect();
    Ok(Change::new(action, "codes", body_of(codes))
        .status(202)
        .audited(None, Some(json!({"codeIds": ids_of(codes)})))
        .forget(link_keys_of(call, enrollments).await?))
}

/// As many rows as one call takes.
fn most() -> u32 {
    u32::try_from(MOST_AT_ONCE).unwrap_or(u32::MAX)
}
