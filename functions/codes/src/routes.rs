//! Every call about codes, in the order of the table that the API's document is made from.

use tributary_web::rest::Route;
use tributary_web::rest::elsewhere::{self, CODES};

use crate::{enrollments, list, preview, retry, run};

/// The routes of this function.
pub(crate) fn all() -> Vec<Route> {
    elsewhere::routes(
        CODES,
        [
            |call| Box::pin(preview::preview(call)),
            |call| Box::pin(list::list(call)),
            |call| Box::pin(retry::retry(call)),
            |call| Box::pin(run::run(call)),
            |call| Box::pin(enrollments::create(call)),
            |call| Box::pin(enrollments::list(call)),
            |call| Box::pin(enrollments::delete(call)),
            |call| Box::pin(enrollments::put_code_of_campaign(call)),
            |call| Box::pin(enrollments::get(call)),
            |call| Box::pin(enrollments::put_code(call)),
        ],
    )
}
