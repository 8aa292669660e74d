//! Every call about codes, in the order of the table that the API's document is made from.

use tributary_web::rest::Route;
use tributary_web::rest::elsewhere::{self, CODES};

use crate::{codes, enrollments, leak, run, store_check, webhooks};

/// The routes of this function.
pub(crate) fn all() -> Vec<Route> {
    let mut routes = elsewhere::routes(
        CODES,
        [
            |call| Box::pin(codes::preview(call)),
            |call| Box::pin(codes::list(call)),
            |call| Box::pin(codes::retry(call)),
            |call| Box::pin(run::run(call)),
            |call| Box::pin(codes::disable(call)),
            |call| Box::pin(codes::enable(call)),
            |call| Box::pin(codes::rollout(call)),
            |call| Box::pin(codes::import(call)),
            |call| Box::pin(codes::drift(call)),
            |call| Box::pin(codes::keep_drift(call)),
            |call| Box::pin(codes::repair(call)),
            |call| Box::pin(codes::rename(call)),
            |call| Box::pin(store_check::check(call)),
            |call| Box::pin(enrollments::compromise(call)),
            |call| Box::pin(leak::leak(call)),
            |call| Box::pin(enrollments::create(call)),
            |call| Box::pin(enrollments::list(call)),
            |call| Box::pin(enrollments::delete(call)),
            |call| Box::pin(enrollments::put_code_of_campaign(call)),
            |call| Box::pin(enrollments::put_code(call)),
        ],
    );
    routes.extend(webhooks::routes());
    routes
}
