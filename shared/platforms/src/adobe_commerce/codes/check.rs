//! Terms that Adobe Commerce would not take.

use tributary_domain::FieldErrors;

use crate::shop_api::{Configuration, Term};

/// Names the terms that Adobe Commerce would not take. Products are chosen by SKU, and a list of them is
/// written with commas.
pub(crate) fn check(terms: &Configuration, errors: &mut FieldErrors) {
    let limits = terms.limits();
    for sku in limits.product_ids.iter().filter(|sku| sku.contains(',')) {
        errors.add(Term::Products.path(), "invalid_id", format!("{sku} is no SKU: it has a comma"));
    }
    for id in limits.category_ids.iter().filter(|id| id.trim().parse::<u64>().is_err()) {
        let detail = format!("{id} is no id of a category: it must be a whole number");
        errors.add(Term::Categories.path(), "invalid_id", detail);
    }
}
