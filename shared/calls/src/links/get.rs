use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome, versioned};

use super::{find, to_wire};

pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    let link = find(call).await?;
    Ok(versioned(&to_wire(&call.base_url(), &link), link.version).into())
}
