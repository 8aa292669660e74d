//! Terms that several platforms would not take.

use tributary_domain::FieldErrors;
use tributary_domain::plan::Discount;

use super::{Configuration, Term};

/// Names ids that are no whole numbers of 64 bits.
pub(crate) fn ids_that_are_no_numbers(terms: &Configuration, errors: &mut FieldErrors) {
    let limits = terms.limits();
    for (term, ids) in [(Term::Products, &limits.product_ids), (Term::Categories, &limits.category_ids)] {
        for id in ids.iter().filter(|id| id.trim().parse::<u64>().is_err()) {
            let detail = format!("{id} is no id of {}: it must be a whole number", terms.platform().name());
            errors.add(term.path(), "invalid_id", detail);
        }
    }
}

/// Names a percentage with more than two decimals.
pub(crate) fn percentages_beyond_two_decimals(terms: &Configuration, errors: &mut FieldErrors) {
    if let Discount::Percentage { value } = terms.discount()
        && value.units() % 100 != 0
    {
        let detail = format!("{} keeps two decimals of a percentage", terms.platform().name());
        errors.add("discount.value", "too_precise", detail);
    }
}

/// The numbers of ids that are numbers.
pub(crate) fn numbers(ids: &[String]) -> Vec<u64> {
    ids.iter().filter_map(|id| id.trim().parse().ok()).collect()
}
