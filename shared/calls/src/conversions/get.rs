use tributary_domain::ids::ConversionId;
use tributary_storage::conversions;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use super::to_wire;

pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    let id = call.id("id", "conversion", ConversionId::parse)?;
    call.context.settle().await?;
    let conversion = conversions::by_id(&call.context.sql, &id).await?;
    Ok(Outcome::json(&to_wire(&conversion.ok_or_else(|| Problem::not_found("conversion"))?)))
}
