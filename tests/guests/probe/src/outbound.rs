//! A request to somewhere else.

use crate::{Outcome, query::Query, refused};
use spin_sdk::http::{self, body::IncomingBodyExt};

/// `<status> <body>` of the URL in the query.
pub(crate) async fn get(query: &Query) -> Outcome {
    let response = http::get(query.required("url")).await.map_err(refused)?;
    let status = response.status().as_u16();
    let body = response.into_body().bytes().await.map_err(refused)?;
    Ok(format!("{status} {}", String::from_utf8_lossy(&body)))
}
