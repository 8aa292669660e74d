use tributary_web::Problem;
use tributary_web::codes::campaign_of;
use tributary_web::rest::{Call, Outcome, versioned};

use super::to_wire;

pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    let campaign = campaign_of(call).await?;
    Ok(versioned(&to_wire(&campaign), campaign.version).into())
}
