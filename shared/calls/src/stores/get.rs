use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome, versioned};

use super::{find, to_wire};

pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    let store = find(call).await?;
    Ok(versioned(&to_wire(call, &store), store.version).into())
}
