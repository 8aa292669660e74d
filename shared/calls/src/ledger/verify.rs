use serde_json::json;
use tributary_storage::ledger;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use super::line_id;

/// Holds every line to its seal, and seals the new ones.
pub(crate) async fn verify(call: &Call) -> Result<Outcome, Problem> {
    let proof = ledger::prove(&call.context.sql).await?;
    Ok(Outcome::json(&json!({
        "valid": proof.first_broken.is_none(),
        "lines": proof.lines,
        "firstBroken": proof.first_broken.map(line_id),
    })))
}
