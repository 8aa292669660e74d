//! A code's terms as Shopify's `DiscountCodeBasicInput`.

use serde::Serialize;
use serde_json::{Value, json};
use tributary_domain::percent::Percent;
use tributary_domain::plan::Discount;

use super::check::number;
use crate::shop_api::{Configuration, Decimal, Wish};

/// Product and collection ids that a code has and should not have any more.
#[derive(Debug, Default)]
pub(super) struct Surplus {
    pub(super) products: Vec<String>,
    pub(super) collections: Vec<String>,
}

/// `DiscountCodeBasicInput`. A limit that is not wanted is an explicit null, which takes it off on an update.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Input {
    title: String,
    code: String,
    starts_at: String,
    ends_at: Option<String>,
    usage_limit: Option<u32>,
    applies_once_per_customer: bool,
    context: Value,
    customer_gets: CustomerGets,
    minimum_requirement: Value,
}

#[derive(Serialize)]
struct CustomerGets {
    value: Saving,
    items: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Saving {
    Percentage(Decimal),
    #[serde(rename_all = "camelCase")]
    DiscountAmount {
        amount: String,
        applies_on_each_item: bool,
    },
}

/// The input that makes a code as wished, or makes it so.
pub(super) fn input(wish: &Wish<'_>, surplus: &Surplus) -> Input {
    let (terms, limits) = (wish.terms, wish.terms.limits());
    Input {
        title: terms.title(),
        code: wish.text.as_str().to_owned(),
        // Required; a plan without a start runs from now on.
        starts_at: limits.starts_at.unwrap_or(wish.now).to_string(),
        ends_at: limits.ends_at.map(|end| end.to_string()),
        usage_limit: limits.usage_limit,
        applies_once_per_customer: limits.once_per_customer,
        context: json!({"all": "ALL"}),
        customer_gets: CustomerGets { value: saving(terms.discount()), items: items(terms, surplus) },
        minimum_requirement: minimum(terms),
    }
}

fn saving(discount: &Discount) -> Saving {
    match discount {
        Discount::Percentage { value } => Saving::Percentage(Decimal(fraction(*value))),
        Discount::Fixed { amount } => {
            Saving::DiscountAmount { amount: amount.to_decimal(), applies_on_each_item: false }
        }
    }
}

/// A percentage as a fraction of one: 12.5% is `0.125`.
fn fraction(percent: Percent) -> String {
    // A percentage counts ten-thousandths of a percent: six decimals of one.
    let (whole, part) = (percent.units() / 1_000_000, percent.units() % 1_000_000);
    let digits = format!("{part:06}");
    match digits.trim_end_matches('0') {
        "" => whole.to_string(),
        digits => format!("{whole}.{digits}"),
    }
}

fn items(terms: &Configuration, surplus: &Surplus) -> Value {
    let limits = terms.limits();
    let ids = |ids: &[String], kind: &str| -> Vec<String> {
        let numbers = ids.iter().filter_map(|id| number(id, kind));
        numbers.map(|number| format!("gid://shopify/{kind}/{number}")).collect()
    };
    if !limits.product_ids.is_empty() {
        json!({"products": {
            "productsToAdd": ids(&limits.product_ids, "Product"),
            "productsToRemove": ids(&surplus.products, "Product"),
        }})
    } else if !limits.category_ids.is_empty() {
        json!({"collections": {
            "add": ids(&limits.category_ids, "Collection"),
            "remove": ids(&surplus.collections, "Collection"),
        }})
    } else {
        json!({"all": true})
    }
}

fn minimum(terms: &Configuration) -> Value {
    let limits = terms.limits();
    match (limits.minimum_amount, limits.minimum_quantity) {
        (Some(amount), _) => json!({"subtotal": {"greaterThanOrEqualToSubtotal": amount.to_decimal()}}),
        (None, Some(least)) => json!({"quantity": {"greaterThanOrEqualToQuantity": least.to_string()}}),
        (None, None) => Value::Null,
    }
}
