use tributary_domain::conversion::Verdict;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use super::judge::{judge, reason};

/// Takes a conversion out of its creator's total. The creator will ask why, so a reason is needed.
pub(crate) async fn reject(call: &Call) -> Result<Outcome, Problem> {
    let needed = || Problem::field("reason", "required", "say why, in a sentence");
    let reason = reason(call)?.ok_or_else(needed)?;
    judge(call, Some(Verdict::Rejected), "conversion.reject", &reason).await
}
