//! The requests.

use http::Method;
use serde_json::{Value, json};
use tributary_domain::Timestamp;
use tributary_domain::plan::Discount;

use super::matcher::matcher;
use crate::shop_api::facts::moment_fact;
use crate::shop_api::{Configuration, Draft, Failure, Remote, RuleId, State, Task, Wish, segment};

const PROMOTIONS: &str = "/v3/promotions";
/// The most that the API gives at once.
const PAGE: u32 = 250;

/// The first request of a task.
pub(crate) fn ask(task: &Task<'_>) -> Result<Draft, Failure> {
    match task {
        Task::Check => Ok(Draft::get(format!("{PROMOTIONS}?limit=1"))),
        Task::MakeRule(terms) => Draft::json(Method::POST, PROMOTIONS, &promotion(terms)),
        Task::FindRule(terms) => Ok(Draft::get(format!("{PROMOTIONS}?name={}", segment(&terms.title())))),
        Task::ReadRule(rule) => Ok(Draft::get(one(rule))),
        Task::RepairRule { rule, terms } => Draft::json(Method::PUT, one(rule), &promotion(terms)),
        Task::Make(wish) | Task::Switch { to: State::Active, wish, .. } => make(wish),
        Task::Find(text) => Ok(by_text(text.as_str())),
        Task::Change { code, to: wish } | Task::Switch { code, to: State::Inactive, wish } => {
            Ok(remove(code, wish))
        }
        Task::Rename { .. } => Err(Failure::Impossible("BigCommerce cannot rename a coupon code".to_owned())),
        Task::List { rule: Some(rule), page } => {
            Ok(Draft::get(format!("{}/codes?limit={PAGE}{}", one(rule), after(*page))))
        }
        Task::List { rule: None, .. } => {
            Err(Failure::Impossible("BigCommerce lists the codes of one promotion at a time".to_owned()))
        }
    }
}

fn one(rule: &RuleId) -> String {
    format!("{PROMOTIONS}/{}", segment(rule.as_str()))
}

/// Makes a code under the plan version's promotion.
pub(super) fn make(wish: &Wish<'_>) -> Result<Draft, Failure> {
    let rule = wish
        .rule
        .ok_or_else(|| Failure::refused("the promotion of the plan's version must be made first"))?;
    let limits = wish.terms.limits();
    // 0 is unlimited.
    let body = json!({
        "code": wish.text.as_str(),
        "max_uses": limits.usage_limit.unwrap_or(0),
        "max_uses_per_customer": u32::from(limits.once_per_customer),
    });
    Draft::json(Method::POST, format!("{}/codes", one(rule)), &body)
}

/// Looks for a code in the whole store.
pub(super) fn by_text(text: &str) -> Draft {
    Draft::get(format!("{PROMOTIONS}/codes?code={}", segment(text)))
}

/// Looks for a code among those of a promotion (`promotions.v3.yml`: `getPromotionCodes`).
pub(super) fn under_rule(rule: &RuleId, text: &str, page: Option<&str>) -> Draft {
    Draft::get(format!("{}/codes?code={}&limit={PAGE}{}", one(rule), segment(text), after(page)))
}

fn after(page: Option<&str>) -> String {
    page.map(|cursor| format!("&after={}", segment(cursor))).unwrap_or_default()
}

/// Looks for the promotion of a code, which the code itself does not name.
pub(super) fn promotion_of(text: &str) -> Draft {
    Draft::get(format!("{PROMOTIONS}?code={}", segment(text)))
}

/// A write that can touch nothing: no promotion has this id.
pub(super) fn write_to_nothing() -> Result<Draft, Failure> {
    Draft::json(Method::PUT, format!("{PROMOTIONS}/0"), &json!({}))
}

fn remove(code: &Remote, wish: &Wish<'_>) -> Draft {
    Draft::delete(match &code.rule {
        Some(rule) => format!("{}/codes/{}", one(rule), segment(&code.code)),
        None => format!("{PROMOTIONS}/codes?code={}", segment(wish.text.as_str())),
    })
}

fn promotion(terms: &Configuration) -> Value {
    let limits = terms.limits();
    let mut promotion = json!({
        "name": terms.title(),
        "redemption_type": "COUPON",
        "coupon_type": "BULK",
        "status": "ENABLED",
        "currency_code": currency(terms),
        "can_be_used_with_other_promotions": true,
        "rules": [rule(terms)],
        "end_date": limits.ends_at.map(moment),
    });
    if let (Some(start), Some(fields)) = (limits.starts_at, promotion.as_object_mut()) {
        fields.insert("start_date".to_owned(), moment(start).into());
    }
    promotion
}

/// The store's currency where an amount is in it, else every one.
fn currency(terms: &Configuration) -> &str {
    match (terms.discount(), &terms.limits().minimum_amount) {
        (Discount::Fixed { amount }, _) | (_, Some(amount)) => amount.currency.code(),
        (Discount::Percentage { .. }, None) => "*",
    }
}

fn rule(terms: &Configuration) -> Value {
    let limits = terms.limits();
    let discount = match terms.discount() {
        Discount::Percentage { value } => json!({"percentage_amount": value.to_string()}),
        Discount::Fixed { amount } => json!({"fixed_amount": amount.to_decimal()}),
    };
    let action = match matcher(limits) {
        None => json!({"cart_value": {"discount": discount}}),
        Some(items) => json!({"cart_items": {"discount": discount, "items": items, "as_total": true}}),
    };
    let mut rule = json!({"action": action, "apply_once": true, "stop": true});
    if let (Some(cart), Some(fields)) = (condition(terms), rule.as_object_mut()) {
        fields.insert("condition".to_owned(), json!({"cart": cart}));
    }
    rule
}

/// The minimum amount counts the whole cart, the minimum quantity the chosen items: without any it has no
/// effect, which is why such a plan is refused.
fn condition(terms: &Configuration) -> Option<Value> {
    let limits = terms.limits();
    if let Some(least) = limits.minimum_amount {
        return Some(json!({"minimum_spend": least.to_decimal()}));
    }
    limits.minimum_quantity.map(|least| json!({"minimum_quantity": least, "items": matcher(limits)}))
}

/// With the offset that the API's examples have.
fn moment(moment: Timestamp) -> String {
    format!("{}+00:00", moment_fact(moment).trim_end_matches('Z'))
}
