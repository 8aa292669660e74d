//! `PATCH /enrollments/{id}`: a creator's own commission in place of the plan's (R51).

use serde_json::json;
use tributary_domain::FieldErrors;
use tributary_domain::capability;
use tributary_domain::commission::CommissionTerms;
use tributary_storage::enrollments::{self, Enrollment};
use tributary_web::Problem;
use tributary_web::codes::plan_and_store;
use tributary_web::enrollments::{Belongings, find};
use tributary_web::rest::bodies::EnrollmentChanges;
use tributary_web::rest::{Call, Change, Outcome};

/// Sets what the creator earns by for orders that are placed from now on. What was placed before keeps its terms.
pub(crate) async fn update(call: &Call) -> Result<Outcome, Problem> {
    let EnrollmentChanges { commission } = call.request.json()?;
    let enrollment = find(call).await?;
    call.check_version(enrollment.version)?;
    check(call, &enrollment, commission.as_ref()).await?;
    let after = Enrollment { commission, ..enrollment.clone() };
    let body = Belongings::of(call, std::iter::once(&after)).await?.to_wire(call, [&after]).pop();
    let change = Change::new("enrollment.update", after.id.as_str(), body.unwrap_or_default()).audited(
        Some(json!({"commission": enrollment.commission})),
        Some(json!({"commission": after.commission})),
    );
    if enrollment.commission == after.commission {
        return Ok(change.version(enrollment.version).into());
    }
    let agreed = enrollments::agree(&after, call.context.now())?;
    Ok(change.with(agreed).version(after.version + 1).run_again_when_stale().into())
}

async fn check(
    call: &Call,
    enrollment: &Enrollment,
    commission: Option<&CommissionTerms>,
) -> Result<(), Problem> {
    let Some(commission) = commission else { return Ok(()) };
    if enrollment.creator_id.is_none() {
        return Err(Problem::field("commission", "no_creator", "a campaign's own code pays nobody"));
    }
    let (_, store) = plan_and_store(call, &enrollment.plan_id).await?;
    let mut errors = FieldErrors::default();
    commission.check(store.currency, &mut errors);
    capability::check_rules(commission, store.platform, &mut errors);
    Ok(errors.into_result()?)
}
