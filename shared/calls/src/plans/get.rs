use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome, versioned};

use super::{find, to_wire};

/// The version is the `ETag` too, for `If-Match`.
pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    let plan = find(call).await?;
    Ok(versioned(&to_wire(&plan), plan.version).into())
}
