//! Terms that Shopify would not take.

use tributary_domain::FieldErrors;

use crate::shop_api::{Configuration, Term};

/// "The input array size of 251 is greater than the maximum allowed of 250."
const MOST_IDS: usize = 250;

/// Names the terms that Shopify would not take.
pub(crate) fn check(configuration: &Configuration, errors: &mut FieldErrors) {
    let limits = configuration.limits();
    for (term, ids, kind) in [
        (Term::Products, &limits.product_ids, "Product"),
        (Term::Categories, &limits.category_ids, "Collection"),
    ] {
        if ids.len() > MOST_IDS {
            errors.add(term.path(), "too_many", format!("Shopify takes at most {MOST_IDS} in one discount"));
        }
        for id in ids.iter().filter(|id| number(id, kind).is_none()) {
            let detail = format!("{id} is no Shopify id: a number, or gid://shopify/{kind}/ and a number");
            errors.add(term.path(), "invalid_id", detail);
        }
    }
}

/// The number of an id that is a number or a global id of this kind.
pub(super) fn number<'a>(id: &'a str, kind: &str) -> Option<&'a str> {
    let id = id.trim();
    let global =
        id.strip_prefix("gid://shopify/").and_then(|rest| rest.strip_prefix(kind)?.strip_prefix('/'));
    let number = global.unwrap_or(id);
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
}
