use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome, versioned};

use super::{find, to_wire};

/// A removed creator is shown too: their sales still name them.
pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    let creator = find(call).await?;
    Ok(versioned(&to_wire(&creator), creator.version).into())
}
