//! The requests.

use http::Method;
use serde_json::{Value, json};
use tributary_domain::Money;
use tributary_domain::plan::Discount;

use crate::shop_api::facts::moment_fact;
use crate::shop_api::{Draft, Failure, State, Task, Wish, refuse, segment};

/// The most that the API gives at once.
pub(super) const PAGE: u32 = 100;

/// The first request of a task.
pub(crate) fn ask(task: &Task<'_>) -> Result<Draft, Failure> {
    match task {
        Task::Check => Ok(Draft::get("/coupons?per_page=1")),
        Task::Make(wish) => Draft::json(Method::POST, "/coupons", &coupon(wish)),
        Task::Find(text) => Ok(Draft::get(format!("/coupons?code={}", segment(text.as_str())))),
        Task::Change { code, to } | Task::Rename { code, to } => put(&code.code, &coupon(to)),
        // With its text, so that the shop refuses it where another coupon has taken that since.
        Task::Switch { code, to, wish } => {
            put(&code.code, &json!({"code": wish.text.as_str(), "status": status(*to)}))
        }
        Task::List { page, .. } => {
            Ok(Draft::get(format!("/coupons?per_page={PAGE}&page={}", page_number(*page))))
        }
        Task::MakeRule(_) | Task::FindRule(_) | Task::ReadRule(_) | Task::RepairRule { .. } => {
            Err(Failure::Impossible("on WooCommerce each code has its own terms".to_owned()))
        }
    }
}

/// Looks among all coupons, drafts too.
pub(super) fn search(text: &str) -> Draft {
    Draft::get(format!("/coupons?per_page={PAGE}&search={}", segment(text)))
}

/// A write that can touch nothing: no coupon has this id. A key without the right to write is refused before
/// the id is looked at.
pub(super) fn write_to_nothing() -> Result<Draft, Failure> {
    put("0", &json!({}))
}

pub(super) fn page_number(page: Option<&str>) -> u32 {
    page.and_then(|page| page.parse().ok()).unwrap_or(1)
}

fn put(id: &str, body: &Value) -> Result<Draft, Failure> {
    Draft::json(Method::PUT, format!("/coupons/{}", segment(id)), body)
}

const fn status(state: State) -> &'static str {
    match state {
        State::Active => "publish",
        State::Inactive => "draft",
    }
}

fn coupon(wish: &Wish<'_>) -> Value {
    let limits = wish.terms.limits();
    let (kind, amount) = match wish.terms.discount() {
        Discount::Percentage { value } => ("percent", value.to_string()),
        Discount::Fixed { amount } => ("fixed_cart", amount.to_decimal()),
    };
    let end = limits.ends_at.map(moment_fact);
    json!({
        "code": wish.text.as_str(),
        "status": status(wish.terms.state_at(wish.now)),
        "description": wish.terms.title(),
        "discount_type": kind,
        "amount": amount,
        "usage_limit": limits.usage_limit.unwrap_or(0),
        "usage_limit_per_user": u32::from(limits.once_per_customer),
        "minimum_amount": limits.minimum_amount.map_or_else(|| "0".to_owned(), Money::to_decimal),
        "product_ids": refuse::numbers(&limits.product_ids),
        "product_categories": refuse::numbers(&limits.category_ids),
        "date_expires": end.clone().unwrap_or_default(),
        "date_expires_gmt": end.map(|end| end.trim_end_matches('Z').to_owned()).unwrap_or_default(),
    })
}
