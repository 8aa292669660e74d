use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use super::judge::{judge, reason};

/// Takes a person's verdict away: the conversion is again what it was before.
pub(crate) async fn undo(call: &Call) -> Result<Outcome, Problem> {
    let reason = reason(call)?.unwrap_or_else(|| "undone".to_owned());
    judge(call, None, "conversion.undo", &reason).await
}
