//! The calls of the API that functions other than `api` answer: one table for the function that routes by it
//! and for the API's document, so that the two cannot drift apart.

use super::{Handler, Route, Scope};
use crate::request::Method;

/// A call without its handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// The method.
    pub method: Method,
    /// The path below `/api/v1`, with `{name}` for parts that vary.
    pub path: &'static str,
    /// Which keys may.
    pub scope: Scope,
    /// What it does, for the API's document.
    pub summary: &'static str,
}

const fn get(path: &'static str, summary: &'static str) -> Endpoint {
    Endpoint { method: Method::Get, path, scope: Scope::Read, summary }
}

const fn put(path: &'static str, summary: &'static str) -> Endpoint {
    Endpoint { method: Method::Put, path, scope: Scope::Write, summary }
}

const fn delete(path: &'static str, summary: &'static str) -> Endpoint {
    Endpoint { method: Method::Delete, path, scope: Scope::Write, summary }
}

const fn post(path: &'static str, scope: Scope, summary: &'static str) -> Endpoint {
    Endpoint { method: Method::Post, path, scope, summary }
}

/// The path of a round of the work loop, after which nothing is left to go on with.
pub const RUN: &str = "/api/v1/codes/run";

/// The path of a round of sending webhooks.
pub const SEND: &str = "/api/v1/webhook-endpoints/run";

/// What the function `codes` answers, which may call out.
pub const WEBHOOKS: [Endpoint; 3] = [
    post("/webhook-endpoints/run", Scope::Write, "Send the webhooks that are due; for a scheduler"),
    post("/webhook-endpoints/{id}/test", Scope::Write, "Send an endpoint a message that tells of nothing"),
    post(
        "/webhook-endpoints/{id}/messages/{messageId}/resend",
        Scope::Write,
        "Send a message to an endpoint again",
    ),
];

/// What the function `codes` answers.
pub const CODES: [Endpoint; 20] = [
    post("/codes/preview", Scope::Read, "The codes that creators would get; nothing is made"),
    get("/codes", "The codes; ?planId=, ?campaignId=, ?status=, ?replaced=true"),
    post("/codes/retry", Scope::Write, "Try failed codes again"),
    post("/codes/run", Scope::Write, "One round of the work loop"),
    post("/codes/disable", Scope::Write, "Switch codes off, in their shops too"),
    post("/codes/enable", Scope::Write, "Switch codes on again"),
    post("/codes/rollout", Scope::Write, "Give a plan's older codes the terms of its newest version"),
    post("/codes/import", Scope::Write, "Take up codes that the shop has already, as CSV; ?campaignId="),
    get("/stores/{id}/drift", "What a store's shop has, held against what it should have"),
    post("/stores/{id}/drift", Scope::Write, "The same, kept for the store's page"),
    post("/codes/repair", Scope::Write, "Put codes right that were changed in their shop"),
    post("/codes/{id}/rename", Scope::Write, "Give a code another text, in its shop too"),
    post("/stores/{id}/check", Scope::Write, "Try a store's credentials in its shop"),
    post(
        "/codes/{id}/compromise",
        Scope::Write,
        "A code leaked: it earns nothing since a date, and is replaced",
    ),
    get("/codes/{id}/leak", "How likely it is that a code leaked, and what that is told from"),
    post("/campaigns/{id}/enrollments", Scope::Write, "Enroll creators"),
    get("/campaigns/{id}/enrollments", "A campaign's people; ?status=, ?codeStatus=, ?planId="),
    delete("/campaigns/{id}/enrollments/{enrollmentId}", "Take a creator out"),
    put("/campaigns/{id}/code", "Set the campaign's own code"),
    put("/enrollments/{id}/code", "Set a code by hand, or TBD"),
];

/// What the function `orders` answers.
pub const DELIVERIES: [Endpoint; 2] = [
    get("/deliveries", "Webhook deliveries and what became of them"),
    post("/deliveries/{id}/retry", Scope::Write, "Read an unreadable delivery again"),
];

/// What the function `orders` answers, which alone may ask stores about orders.
pub const RECONCILIATIONS: [Endpoint; 2] = [
    post(
        "/stores/{id}/reconcile",
        Scope::Write,
        "Hold a store's orders of a time against ours, a page a call",
    ),
    post("/reconcile/run", Scope::Write, "The same for every store, since its last time; for a scheduler"),
];

/// What the function `orders` answers: it alone hears of buyers.
pub const PRIVACY: [Endpoint; 2] = [
    post("/privacy/export", Scope::Admin, "Everything that is held of a buyer"),
    post("/privacy/erase", Scope::Admin, "Forget a buyer; what the orders are worth stays"),
];

/// What the function `orders` answers, which alone may ask Amazon.
pub const AGGREGATES: [Endpoint; 4] = [
    get("/stores/{id}/aggregates", "An Amazon store's figures by the day; ?from=, ?to="),
    post("/stores/{id}/aggregates", Scope::Write, "Take a file of Amazon's report in, CSV or JSON"),
    post("/stores/{id}/aggregates/fetch", Scope::Write, "Fetch a page of Amazon's report"),
    post("/stores/{id}/aggregates/tags", Scope::Write, "Ask Amazon for the tags of a publisher"),
];

/// Routes of a table, with a handler for each of its lines.
pub fn routes<const COUNT: usize>(endpoints: [Endpoint; COUNT], handlers: [Handler; COUNT]) -> Vec<Route> {
    let route = |(endpoint, handler): (Endpoint, Handler)| {
        let Endpoint { method, path, scope, summary } = endpoint;
        Route { method, path, scope, summary, handler }
    };
    endpoints.into_iter().zip(handlers).map(route).collect()
}

impl From<&Route> for Endpoint {
    fn from(route: &Route) -> Self {
        Self { method: route.method, path: route.path, scope: route.scope, summary: route.summary }
    }
}
