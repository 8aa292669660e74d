//! The requests.

use http::Method;
use serde::Serialize;
use serde_json::{Value, json};
use tributary_domain::plan::Discount;

use super::condition::{of_cart, of_products};
use crate::shop_api::facts::{first_day, last_day};
use crate::shop_api::{Configuration, Decimal, Draft, Failure, Remote, RuleId, State, Task, Wish, segment};

/// Coupons or rules at once.
pub(super) const PAGE: u32 = 100;
/// The first website of a shop, and the customer groups that it begins with.
const WEBSITES: [u32; 1] = [1];
const CUSTOMER_GROUPS: [u32; 4] = [0, 1, 2, 3];
/// A coupon that was generated: the only kind of which a rule takes more than one.
const GENERATED: u32 = 1;

/// The first request of a task.
pub(crate) fn ask(task: &Task<'_>) -> Result<Draft, Failure> {
    match task {
        // It needs the permission that making rules needs too: `Magento_SalesRule::quote`.
        Task::Check => Ok(Draft::get("/coupons/search?searchCriteria%5BpageSize%5D=1")),
        Task::MakeRule(terms) => Draft::json(Method::POST, "/salesRules", &Body::of(terms, None)),
        Task::FindRule(terms) => Ok(Draft::get(search("salesRules", "name", &terms.title(), 1))),
        Task::ReadRule(rule) => Ok(Draft::get(one(rule))),
        Task::RepairRule { rule, terms } => Draft::json(Method::PUT, one(rule), &Body::of(terms, Some(rule))),
        Task::Make(wish) | Task::Switch { to: State::Active, wish, .. } => {
            Draft::json(Method::POST, "/coupons", &coupon(wish, None)?)
        }
        Task::Find(text) => Ok(by_text(text.as_str())),
        Task::Change { code, to } | Task::Rename { code, to } => {
            Draft::json(Method::PUT, one_coupon(code), &coupon(to, Some(code))?)
        }
        Task::Switch { code, to: State::Inactive, .. } => Ok(Draft::delete(one_coupon(code))),
        Task::List { rule, page } => {
            let number = page_number(*page);
            Ok(Draft::get(match rule {
                Some(rule) => search("coupons", "rule_id", rule.as_str(), number),
                None => format!("/coupons/search?{}", paging(number)),
            }))
        }
    }
}

/// Looks for a coupon.
pub(super) fn by_text(text: &str) -> Draft {
    Draft::get(search("coupons", "code", text, 1))
}

pub(super) fn page_number(page: Option<&str>) -> u32 {
    page.and_then(|page| page.parse().ok()).unwrap_or(1)
}

fn one(rule: &RuleId) -> String {
    format!("/salesRules/{}", segment(rule.as_str()))
}

fn one_coupon(code: &Remote) -> String {
    format!("/coupons/{}", segment(&code.code))
}

fn search(what: &str, field: &str, value: &str, page: u32) -> String {
    let filter = "searchCriteria%5BfilterGroups%5D%5B0%5D%5Bfilters%5D%5B0%5D";
    let value = segment(value);
    format!(
        "/{what}/search?{filter}%5Bfield%5D={field}&{filter}%5Bvalue%5D={value}\
         &{filter}%5BconditionType%5D=eq&{}",
        paging(page)
    )
}

fn paging(page: u32) -> String {
    format!("searchCriteria%5BpageSize%5D={PAGE}&searchCriteria%5BcurrentPage%5D={page}")
}

fn coupon(wish: &Wish<'_>, code: Option<&Remote>) -> Result<Value, Failure> {
    let rule = wish.rule.and_then(|rule| rule.as_str().parse::<u64>().ok());
    let rule = rule.ok_or_else(|| Failure::refused("the rule of the plan's version must be made first"))?;
    let limits = wish.terms.limits();
    // Older versions take both limits from the rule, whatever stands here.
    let mut coupon = json!({
        "rule_id": rule,
        "code": wish.text.as_str(),
        "type": GENERATED,
        "is_primary": false,
        "usage_limit": limits.usage_limit.unwrap_or(0),
        "usage_per_customer": u32::from(limits.once_per_customer),
    });
    let id = code.and_then(|code| code.code.parse::<u64>().ok());
    if let (Some(id), Some(fields)) = (id, coupon.as_object_mut()) {
        fields.insert("coupon_id".to_owned(), id.into());
    }
    Ok(json!({"coupon": coupon}))
}

#[derive(Serialize)]
struct Body {
    rule: Rule,
}

#[derive(Serialize)]
struct Rule {
    #[serde(rename = "rule_id", skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    name: String,
    website_ids: [u32; 1],
    customer_group_ids: [u32; 4],
    from_date: Option<String>,
    to_date: Option<String>,
    is_active: bool,
    coupon_type: &'static str,
    use_auto_generation: bool,
    uses_per_coupon: u32,
    uses_per_customer: u32,
    simple_action: &'static str,
    discount_amount: Decimal,
    stop_rules_processing: bool,
    sort_order: u32,
    condition: Value,
    action_condition: Value,
}

impl Body {
    fn of(terms: &Configuration, rule: Option<&RuleId>) -> Self {
        let limits = terms.limits();
        let (simple_action, amount) = match terms.discount() {
            Discount::Percentage { value } => ("by_percent", value.to_string()),
            Discount::Fixed { amount } => ("cart_fixed", amount.to_decimal()),
        };
        Self {
            rule: Rule {
                id: rule.and_then(|rule| rule.as_str().parse().ok()),
                name: terms.title(),
                website_ids: WEBSITES,
                customer_group_ids: CUSTOMER_GROUPS,
                from_date: limits.starts_at.map(first_day),
                to_date: limits.ends_at.map(last_day),
                is_active: true,
                coupon_type: "SPECIFIC_COUPON",
                use_auto_generation: true,
                // 0 is unlimited.
                uses_per_coupon: limits.usage_limit.unwrap_or(0),
                uses_per_customer: u32::from(limits.once_per_customer),
                simple_action,
                discount_amount: Decimal(amount),
                stop_rules_processing: false,
                sort_order: 0,
                condition: of_cart(limits),
                action_condition: of_products(limits),
            },
        }
    }
}
