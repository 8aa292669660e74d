//! The shell of the REST API: finds the route, checks the key, runs the handler, commits what it wants to
//! change together with its audit line and its idempotency key, and turns every error into an answer.
//!
//! A handler reads, decides, and gives back an [`Outcome`]; it writes nothing itself. So nothing is ever half
//! done, and every write is in the audit log.

pub mod act;
mod actor;
pub mod bodies;
mod change;
pub mod elsewhere;
mod idempotency;
mod limit;
mod page;
mod version;

use std::rc::Rc;

use futures::future::LocalBoxFuture;
use serde_json::json;
use tributary_domain::keys::hex;

pub use actor::{Actor, Scope, hash_key, identify};
pub use change::{Change, Outcome};
pub use page::{Page, cut, id_of, list, list_as};
pub use version::{stale, versioned};

use crate::answer::Answer;
use crate::context::{Context, random};
use crate::log;
use crate::problem::{CHANGED_MEANWHILE, Problem};
use crate::request::{Method, Request};
use limit::Standing;

/// The largest body that the API takes, in bytes.
pub const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// Everything that a handler is given.
pub struct Call {
    /// Database, cache, keys, clock.
    pub context: Rc<Context>,
    /// The request.
    pub request: Request,
    /// Who asks.
    pub actor: Actor,
    params: Params,
}

/// The values of a path's parts, by their names.
type Params = Vec<(String, String)>;

impl Call {
    /// A part of the path.
    ///
    /// # Errors
    /// 404 where it is no legal id, because then there is no such thing.
    pub fn id<T, E>(
        &self,
        name: &str,
        what: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, Problem> {
        parse(self.param(name)).map_err(|_| Problem::not_found(what))
    }

    /// [`base_url`] of this call.
    pub fn base_url(&self) -> String {
        base_url(&self.context, &self.request)
    }

    /// A part of the path, as text.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// The address under which shoppers and stores reach us, without a slash at its end: the operator's
/// `public_url`, else the one that this request came to.
pub fn base_url(context: &Context, request: &Request) -> String {
    if let Some(url) = &context.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let headers = &request.headers;
    let host = headers.get("x-forwarded-host").or_else(|| headers.get("host")).unwrap_or("localhost");
    let scheme = headers.get("x-forwarded-proto").unwrap_or("http");
    format!("{scheme}://{host}")
}

/// What a handler gives back.
pub type Handled<'a> = LocalBoxFuture<'a, Result<Outcome, Problem>>;

/// What answers a call.
pub type Handler = for<'a> fn(&'a Call) -> Handled<'a>;

/// One call of the API.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path below `/api/v1`, with `{name}` for parts that vary.
    pub path: &'static str,
    /// Which keys may.
    pub scope: Scope,
    /// What it does, for the API's document.
    pub summary: &'static str,
    /// The handler.
    pub handler: Handler,
}

/// Declares routes: `route!(Get "/stores/{id}", Read, "One store", stores::get)`.
#[macro_export]
macro_rules! route {
    ($method:ident $path:literal, $scope:ident, $summary:literal, $handler:path) => {
        $crate::rest::Route {
            method: $crate::request::Method::$method,
            path: $path,
            scope: $crate::rest::Scope::$scope,
            summary: $summary,
            handler: |call| Box::pin($handler(call)),
        }
    };
}

/// Where the API is.
pub(crate) const BASE: &str = "/api/v1";
/// How often a change is decided anew where somebody else wrote the same row, or took the
/// same code, meanwhile. Of those who want the same, one gets it each time: so many at once are all served.
const TRIES: u32 = 32;

/// Answers a request by one of the routes.
pub async fn serve(routes: &[Route], request: Result<Request, Problem>) -> Answer {
    let request_id = request_id();
    let mut standing = None;
    let (line, result) = match request {
        Ok(request) if act::is_one(&request) => {
            return act::answer(routes, &request).await;
        }
        Ok(request) => {
            let line = format!("{} {}", request.method.as_str(), request.path);
            (line, answer(routes, request, &mut standing).await)
        }
        Err(problem) => ("unreadable".to_owned(), Err(problem)),
    };
    let answer = result.unwrap_or_else(|problem| {
        if let Some(internal) = &problem.internal {
            log::error("request_failed", &json!({"requestId": request_id, "request": line, "status": problem.status, "error": internal}));
        }
        problem.into_answer(&request_id)
    });
    let answer = match standing {
        Some(standing) => standing.tell(answer),
        None => answer,
    };
    answer.header("x-request-id", request_id)
}

/// An id by which a caller and an operator speak of the same request.
pub fn request_id() -> String {
    hex(&random::<8>())
}

async fn answer(
    routes: &[Route],
    request: Request,
    standing: &mut Option<Standing>,
) -> Result<Answer, Problem> {
    let context = Context::get().await?;
    let (route, params) = find(routes, &request)?;
    context.migrated().await?;
    let actor = actor::authenticate(&context, &request, route.scope).await?;
    *standing = limit::count(&context, &actor).await;
    standing.map_or(Ok(()), Standing::admit)?;
    let call = Call { context, request, actor, params };
    let answer = carry_out(route, &call).await?;
    must_be_heeded(route, &call.request)?;
    Ok(answer)
}

/// A misspelt filter must not give a list of everything. What changes something has done so by then.
fn must_be_heeded(route: &Route, request: &Request) -> Result<(), Problem> {
    let asks = route.method == Method::Get && route.scope != Scope::Open;
    let unheeded = asks.then(|| request.query.unheeded()).flatten();
    unheeded.map_or(Ok(()), |name| {
        Err(Problem::field(
            &name,
            "unknown",
            "is no parameter of this call; /api/v1/openapi.json has those it takes",
        ))
    })
}

/// Runs a call for somebody who is known already, as pages do: they are asked for no key, only for its scope.
///
/// # Errors
/// What the call answers as a problem.
pub async fn run(
    routes: &[Route],
    context: Rc<Context>,
    request: Request,
    actor: Actor,
) -> Result<Answer, Problem> {
    let (route, params) = find(routes, &request)?;
    actor.must_have(route.scope)?;
    carry_out(route, &Call { context, request, actor, params }).await
}

async fn carry_out(route: &Route, call: &Call) -> Result<Answer, Problem> {
    let idempotency = match idempotency::begin(&call.context, &call.request, &call.actor).await? {
        idempotency::Begun::Replay(answer) => return Ok(answer),
        idempotency::Begun::Fresh(key) => key,
    };
    let mut tries = TRIES;
    loop {
        tries -= 1;
        match (route.handler)(call).await? {
            Outcome::Answer(answer) => return idempotency::keep(call, idempotency.as_ref(), answer).await,
            Outcome::Change(change) => {
                let again = change.may_run_again() && tries > 0;
                match change::commit(call, *change, idempotency.as_ref()).await {
                    Err(problem) if again && problem.code == CHANGED_MEANWHILE => {}
                    done => return done,
                }
            }
        }
    }
}

/// The route of a request and the parts of its path. Of several patterns that fit, the one that says most of the
/// path is meant: `/conversions/bulk` is no `/conversions/{id}`, whatever the method.
fn find<'a>(routes: &'a [Route], request: &Request) -> Result<(&'a Route, Params), Problem> {
    let path = request.path.strip_prefix(BASE).unwrap_or_default().trim_end_matches('/');
    let fitting: Vec<(&Route, Params)> =
        routes.iter().filter_map(|route| Some((route, matches(route.path, path)?))).collect();
    let meant = fitting.iter().map(|(route, _)| route.path).max_by_key(|pattern| said(pattern));
    let method = if request.method == Method::Head { Method::Get } else { request.method };
    let mut others = Vec::new();
    for (route, params) in fitting.into_iter().filter(|(route, _)| Some(route.path) == meant) {
        if route.method == method {
            return Ok((route, params));
        }
        others.push(route.method.as_str());
    }
    if others.is_empty() {
        Err(Problem::not_found("address; see /api/v1/openapi.json"))
    } else {
        Err(Problem::method_not_allowed(&others))
    }
}

/// How much of a path a pattern says.
fn said(pattern: &str) -> usize {
    pattern.split('/').map(|part| part.split_once('}').map_or(part, |(_, suffix)| suffix).len() + 1).sum()
}

/// The values of a pattern's `{name}` parts, where the path fits it. A part may end in a fixed suffix:
/// `{id}.csv`.
fn matches(pattern: &str, path: &str) -> Option<Params> {
    let mut params = Vec::new();
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(params),
            (Some(want), Some(give)) => match want.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
                Some((name, suffix)) => {
                    let value = give.strip_suffix(suffix).filter(|value| !value.is_empty())?;
                    let value = percent_encoding::percent_decode_str(value).decode_utf8().ok()?;
                    params.push((name.to_owned(), value.into_owned()));
                }
                None if want == give => {}
                None => return None,
            },
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R65
    #[test]
    fn a_pattern_names_the_parts_of_a_path() {
        let named = |pattern, path| {
            matches(pattern, path)
                .map(|params| params.into_iter().map(|(_, value)| value).collect::<Vec<_>>())
        };
        assert_eq!(named("/stores", "/stores"), Some(vec![]));
        assert_eq!(named("/stores/{id}", "/stores/str_1"), Some(vec!["str_1".to_owned()]));
        assert_eq!(named("/payouts/{id}.csv", "/payouts/p.csv"), Some(vec!["p".to_owned()]));
        assert_eq!(named("/payouts/{id}.csv", "/payouts/p"), None);
        assert_eq!(named("/stores/{id}", "/stores/"), None);
        assert_eq!(named("/stores/{id}", "/stores/a/b"), None);
        assert_eq!(named("/stores/{id}", "/stores/%ff"), None);
    }

    // R65
    #[test]
    fn of_two_patterns_the_one_that_says_more_is_meant() {
        assert!(said("/conversions/bulk") > said("/conversions/{id}"));
        assert!(said("/payouts/{id}.csv") > said("/payouts/{id}"));
        assert!(said("/stores/{id}/check") > said("/stores/{id}"));
    }
}
