//! Every call about codes, one line each.

use tributary_web::rest::Route;
use tributary_web::route;

use crate::{list, preview, retry, run};

/// The routes of this function.
pub(crate) fn all() -> Vec<Route> {
    vec![
        route!(Post "/codes/preview", Read, "The codes that creators would get; nothing is made", preview::preview),
        route!(Get "/codes", Read, "The codes; ?planId=, ?campaignId=, ?status=, ?replaced=true", list::list),
        route!(Post "/codes/retry", Write, "Try failed codes again", retry::retry),
        route!(Post "/codes/run", Write, "One round of the work loop", run::run),
    ]
}
