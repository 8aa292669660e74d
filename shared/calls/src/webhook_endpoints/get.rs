use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use super::{find, to_wire};

pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    Ok(Outcome::json(&to_wire(&find(call).await?)))
}
