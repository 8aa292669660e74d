//! The conditions of a cart price rule: trees of PHP classes.

use serde_json::{Value, json};
use tributary_domain::plan::Limits;
use tributary_domain::{Currency, Money};

use crate::json::Object;
use crate::shop_api::facts::{NONE, ids_fact, money_fact};
use crate::shop_api::{Facts, Term};
use crate::unreadable::Unreadable;

const COMBINE: &str = r"Magento\SalesRule\Model\Rule\Condition\Combine";
const ADDRESS: &str = r"Magento\SalesRule\Model\Rule\Condition\Address";
const PRODUCTS: &str = r"Magento\SalesRule\Model\Rule\Condition\Product\Combine";
const PRODUCT: &str = r"Magento\SalesRule\Model\Rule\Condition\Product";
const SUBTOTAL: &str = "base_subtotal";
const QUANTITY: &str = "total_qty";
const SKU: &str = "sku";
const CATEGORIES: &str = "category_ids";

/// Which carts the rule is for.
pub(super) fn of_cart(limits: &Limits) -> Value {
    let least = |attribute: &str, value: String| json!({"condition_type": ADDRESS, "operator": ">=", "attribute_name": attribute, "value": value});
    let amount = limits.minimum_amount.map(|amount| least(SUBTOTAL, amount.to_decimal()));
    let quantity = limits.minimum_quantity.map(|count| least(QUANTITY, count.to_string()));
    let conditions: Vec<Value> = amount.into_iter().chain(quantity).collect();
    json!({"condition_type": COMBINE, "aggregator_type": "all", "value": "1", "conditions": conditions})
}

/// Which products it takes something off: one of these, or in one of those categories.
pub(super) fn of_products(limits: &Limits) -> Value {
    let among = |attribute: &str, ids: &[String]| {
        let list = ids.iter().map(|id| id.trim()).collect::<Vec<_>>().join(",");
        let wanted = !ids.is_empty();
        wanted.then(|| {
            json!({"condition_type": PRODUCT, "operator": "()", "attribute_name": attribute, "value": list})
        })
    };
    let conditions: Vec<Value> =
        among(SKU, &limits.product_ids).into_iter().chain(among(CATEGORIES, &limits.category_ids)).collect();
    json!({"condition_type": PRODUCTS, "aggregator_type": "any", "value": "1", "conditions": conditions})
}

/// Reads the conditions back.
pub(super) fn facts(rule: &Object<'_>, currency: Currency) -> Result<Facts, Unreadable> {
    let none = || NONE.to_owned();
    let mut facts = Facts::new();
    if let Some(cart) = rule.get("condition")?.object()? {
        facts.extend([(Term::MinimumAmount, none()), (Term::MinimumQuantity, none())]);
        for condition in cart.get("conditions")?.objects()? {
            let (attribute, value) = simple(&condition)?;
            if attribute == SUBTOTAL {
                let money = Money::parse(&value, currency).map(money_fact);
                facts.insert(Term::MinimumAmount, money.unwrap_or(value));
            } else if attribute == QUANTITY {
                facts.insert(Term::MinimumQuantity, value);
            }
        }
    }
    if let Some(products) = rule.get("action_condition")?.object()? {
        facts.extend([(Term::Products, none()), (Term::Categories, none())]);
        for condition in products.get("conditions")?.objects()? {
            let (attribute, value) = simple(&condition)?;
            let ids: Vec<&str> = value.split(',').map(str::trim).collect();
            if attribute == SKU {
                facts.insert(Term::Products, ids_fact(&ids));
            } else if attribute == CATEGORIES {
                facts.insert(Term::Categories, ids_fact(&ids));
            }
        }
    }
    Ok(facts)
}

fn simple(condition: &Object<'_>) -> Result<(String, String), Unreadable> {
    let attribute = condition.get("attribute_name")?.text()?.unwrap_or_default();
    let value = condition.get("value")?;
    let value = value.text().or_else(|_| value.decimal(0))?.unwrap_or_default();
    Ok((attribute, value.trim().to_owned()))
}
