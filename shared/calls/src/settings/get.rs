use tributary_storage::settings;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    Ok(Outcome::json(&settings::get(&call.context.sql).await?))
}
