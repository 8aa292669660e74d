//! `GET /health`: no key needed. Asking it also brings the schema up to date.

use serde_json::json;
use tributary_storage::migrations;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    let schema_version = migrations::current(&call.context.sql).await?;
    Ok(Outcome::json(&json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "schemaVersion": schema_version,
    })))
}
