use tributary_web::Problem;
use tributary_web::codes::campaign_of;
use tributary_web::rest::{Call, Outcome};

use super::to_wire;

pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    Ok(Outcome::json(&to_wire(&campaign_of(call).await?)))
}
