//! What kept a code from being as it should be.

use std::time::Duration;

use tributary_platforms::shop_api::Failure;
use tributary_storage::SqlError;
use tributary_web::Problem;

/// What kept a code from being as it should be.
pub(crate) enum Setback {
    /// The shop, or the way to it.
    Shop(Failure),
    /// Nothing is wrong, it is only too early.
    Later(Duration),
    /// Ours. The lease is left to run out: what we cannot write down, the next loop finds out.
    Ours(Problem),
}

impl From<Failure> for Setback {
    fn from(failure: Failure) -> Self {
        Self::Shop(failure)
    }
}

impl From<Problem> for Setback {
    fn from(problem: Problem) -> Self {
        Self::Ours(problem)
    }
}

impl From<SqlError> for Setback {
    fn from(error: SqlError) -> Self {
        Self::Ours(error.into())
    }
}
