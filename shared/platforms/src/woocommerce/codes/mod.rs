//! Coupons by the REST API, version 3: one for each code.
//!
//! Facts of `WooCommerce`'s own code that are not in its documentation
//! (`class-wc-rest-coupons-v2-controller.php`, `class-wc-coupon-data-store-cpt.php`): a null in an update is
//! passed over, so that a limit is taken off by 0 or an empty text; `date_expires` takes an offset, and
//! `date_expires_gmt` alone changes nothing; `code=` finds published coupons only, so that a draft is
//! looked for by `search=`, and two drafts may have one text.

mod ask;
mod coupon;
mod read;

#[cfg(test)]
mod tests;

pub(crate) use ask::ask;
pub(crate) use read::read;

use tributary_domain::FieldErrors;

use crate::shop_api::{Configuration, refuse};

/// Names the terms that `WooCommerce` would not take. It gives amounts back with two decimals.
pub(crate) fn check(terms: &Configuration, errors: &mut FieldErrors) {
    refuse::ids_that_are_no_numbers(terms, errors);
    refuse::percentages_beyond_two_decimals(terms, errors);
}
