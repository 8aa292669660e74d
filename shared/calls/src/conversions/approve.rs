use tributary_domain::conversion::Verdict;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use super::judge::{judge, reason};

/// Approves a conversion, whatever hold or doubt there is.
pub(crate) async fn approve(call: &Call) -> Result<Outcome, Problem> {
    let reason = reason(call)?.unwrap_or_else(|| "approved".to_owned());
    judge(call, Some(Verdict::Approved), "conversion.approve", &reason).await
}
