//! Chosen products and categories as an item matcher.

use serde_json::{Value, json};
use tributary_domain::plan::Limits;

use crate::json::{Field, Object};
use crate::shop_api::facts::ids_fact;
use crate::shop_api::{Facts, Term, refuse};
use crate::unreadable::Unreadable;

/// Items that are one of the products or in one of the categories. `None` where all items count.
pub(super) fn matcher(limits: &Limits) -> Option<Value> {
    let products = json!({"products": refuse::numbers(&limits.product_ids)});
    let categories = json!({"categories": refuse::numbers(&limits.category_ids)});
    match (limits.product_ids.is_empty(), limits.category_ids.is_empty()) {
        (true, true) => None,
        (false, true) => Some(products),
        (true, false) => Some(categories),
        (false, false) => Some(json!({"or": [products, categories]})),
    }
}

/// Reads [`matcher`] back. One of another shape is `other items`.
pub(super) fn facts(matcher: Option<&Object<'_>>) -> Result<Facts, Unreadable> {
    let Some(matcher) = matcher else { return Ok(told(&[], &[])) };
    let parts = matcher.get("or")?.objects()?;
    let parts: Vec<&Object<'_>> = if parts.is_empty() { vec![matcher] } else { parts.iter().collect() };
    let (mut products, mut categories) = (Vec::new(), Vec::new());
    for part in parts {
        if !part.has("products") && !part.has("categories") {
            return Ok(Facts::from([(Term::Products, "other items".to_owned())]));
        }
        products.extend(ids(part, "products")?);
        categories.extend(ids(part, "categories")?);
    }
    Ok(told(&products, &categories))
}

fn told(products: &[String], categories: &[String]) -> Facts {
    Facts::from([(Term::Products, ids_fact(products)), (Term::Categories, ids_fact(categories))])
}

fn ids(matcher: &Object<'_>, name: &str) -> Result<Vec<String>, Unreadable> {
    matcher.get(name)?.list()?.iter().map(|id| id.need(Field::id)).collect()
}
