//! Terms that Stripe would not take.

use tributary_domain::plan::Discount;
use tributary_domain::{FieldErrors, Money};

use crate::shop_api::{Configuration, Term, refuse};
use crate::stripe::units::to_stripe;

/// Names the terms that Stripe would not take ("must contain at maximum two decimal places").
pub(crate) fn check(terms: &Configuration, errors: &mut FieldErrors) {
    refuse::percentages_beyond_two_decimals(terms, errors);
    let fixed = match terms.discount() {
        Discount::Fixed { amount } => Some(*amount),
        Discount::Percentage { .. } => None,
    };
    amount("discount.amount", fixed, errors);
    amount(Term::MinimumAmount.path(), terms.limits().minimum_amount, errors);
    for id in terms.limits().product_ids.iter().filter(|id| !is_id(id)) {
        errors.add(Term::Products.path(), "invalid_id", format!("{id} is no id of a Stripe product"));
    }
}

fn amount(path: &str, money: Option<Money>, errors: &mut FieldErrors) {
    if let Some(money) = money.filter(|money| to_stripe(*money).is_none()) {
        let detail = format!("Stripe does not take the last decimals of {}", money.currency);
        errors.add(path, "too_precise", detail);
    }
}

/// `prod_...`, or one that the brand gave itself.
fn is_id(id: &str) -> bool {
    let id = id.trim();
    !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}
