//! Terms that `BigCommerce` would not take.

use tributary_domain::FieldErrors;

use crate::shop_api::{Configuration, refuse};

/// Names the terms that `BigCommerce` would not take.
pub(crate) fn check(terms: &Configuration, errors: &mut FieldErrors) {
    refuse::ids_that_are_no_numbers(terms, errors);
}
