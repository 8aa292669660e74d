//! Every call of the API, one line each.

use tributary_web::rest::Route;
use tributary_web::route;

use crate::{health, keys, openapi, settings, stores};

/// The routes of this function.
pub(crate) fn all() -> Vec<Route> {
    vec![
        route!(Get "/health", Open, "Whether it runs, and its versions", health::get),
        route!(Get "/openapi.json", Open, "This API's OpenAPI document", openapi::get),
        route!(Get "/settings", Read, "The account's settings", settings::get),
        route!(Put "/settings", Admin, "Replace the account's settings", settings::put),
        route!(Post "/keys", Admin, "Make an API key; its text is shown once", keys::create),
        route!(Get "/keys", Admin, "The live API keys", keys::list),
        route!(Delete "/keys/{id}", Admin, "End an API key", keys::delete),
        route!(Post "/stores", Admin, "Connect a store", stores::create),
        route!(Get "/stores", Read, "The connected stores", stores::list),
        route!(Get "/stores/{id}", Read, "One store", stores::get),
        route!(Patch "/stores/{id}", Admin, "Change a store", stores::update),
        route!(Get "/stores/{id}/capabilities", Read, "What a store's platform supports", stores::capabilities),
    ]
}
