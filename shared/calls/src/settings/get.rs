use tributary_storage::settings;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome, versioned};

use super::version;

pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    let settings = settings::get(&call.context.sql).await?;
    Ok(versioned(&settings, version(&settings)).into())
}
