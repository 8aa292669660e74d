use tributary_storage::conversions::Conversion;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use super::export;
use crate::conversions::to_wire;

pub(crate) async fn ndjson(call: &Call) -> Result<Outcome, Problem> {
    export(call, "application/x-ndjson", "conversions.ndjson", Vec::new(), rows).await
}

fn rows(conversions: &[Conversion]) -> Vec<u8> {
    conversions.iter().flat_map(|conversion| format!("{}\n", to_wire(conversion)).into_bytes()).collect()
}
