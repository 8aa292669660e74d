//! One path for each thing that a component may ask of its host. What the host grants is answered 200,
//! what it refuses 403 with the error as the guest sees it, so that a test can name Spin's own value.

mod instance;
mod key_value;
mod outbound;
mod query;
mod sqlite;

use query::Query;
use spin_sdk::{
    http::{FullBody, Request, Response, StatusCode, body::IncomingBodyExt},
    http_service, variables,
};
use std::fmt::Debug;

/// The body of an answer, or what was refused.
type Outcome = Result<String, String>;

/// An error as the guest sees it.
fn refused(error: impl Debug) -> String {
    format!("{error:?}")
}

#[http_service]
async fn handle(request: Request) -> Response<FullBody<bytes::Bytes>> {
    instance::count_request();
    let query = Query::of(request.uri());
    let outcome = match request.uri().path() {
        "/bare" => Ok(String::new()),
        "/echo" => echo(request).await,
        "/headers" => Ok(headers(&request)),
        "/instance" => instance::report(&query).await,
        "/key-value/delete" => key_value::delete(&query).await,
        "/key-value/exists" => key_value::exists(&query).await,
        "/key-value/get" => key_value::get(&query).await,
        "/key-value/keys" => key_value::keys(&query).await,
        "/key-value/set" => key_value::set(&query).await,
        "/outbound" => outbound::get(&query).await,
        "/spawn" => key_value::set_after_the_answer(query),
        "/sqlite" => sqlite::execute(&query).await,
        "/sqlite/synchronous" => sqlite::execute_synchronously(&query),
        "/trap" => std::process::abort(),
        "/variable" => variables::get(query.required("name")).await.map_err(refused),
        other => Ok(other.to_owned()),
    };
    let (status, body) = match outcome {
        Ok(body) => (StatusCode::OK, body),
        Err(error) => (StatusCode::FORBIDDEN, error),
    };
    let mut response = Response::new(FullBody::new(body.into()));
    *response.status_mut() = status;
    response
}

async fn echo(request: Request) -> Outcome {
    let body = request.into_body().bytes().await.map_err(refused)?;
    String::from_utf8(body.into()).map_err(refused)
}

fn headers(request: &Request) -> String {
    let lines = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    lines.collect()
}
