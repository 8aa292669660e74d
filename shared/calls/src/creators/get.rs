use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use super::{find, to_wire};

/// A removed creator is shown too: their sales still name them.
pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    Ok(Outcome::json(&to_wire(&find(call).await?)))
}
