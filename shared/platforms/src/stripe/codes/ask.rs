//! The requests: forms, with brackets for what is nested.

use tributary_domain::code::CodeText;
use tributary_domain::plan::Discount;

use crate::shop_api::{Configuration, Draft, Failure, Remote, RuleId, State, Task, Wish, segment};
use crate::stripe::units::to_stripe;

/// The version whose fields and answers these are: `promotion[coupon]` instead of `coupon`.
const VERSION: &str = "2026-07-29.dahlia";
const CODES: &str = "/v1/promotion_codes";
const COUPONS: &str = "/v1/coupons";
/// Stripe: a coupon's name has at most 40 characters.
const LONGEST_NAME: usize = 40;

/// The first request of a task.
pub(crate) fn ask(task: &Task<'_>) -> Result<Draft, Failure> {
    let draft = match task {
        Task::Check => Draft::get(format!("{CODES}?limit=1")),
        Task::MakeRule(terms) => coupon(terms)?,
        Task::FindRule(terms) => read_coupon(terms.key()),
        Task::ReadRule(rule) => read_coupon(rule.as_str()),
        Task::RepairRule { .. } => {
            return Err(Failure::Impossible(
                "a coupon of Stripe cannot be changed: make a new version".to_owned(),
            ));
        }
        Task::Make(wish) => return make(wish),
        Task::Find(text) => Draft::get(by_text(text)),
        Task::Change { code, .. } => switch(code, State::Inactive),
        Task::Switch { code, to, .. } => switch(code, *to),
        Task::Rename { .. } => {
            return Err(Failure::Impossible("Stripe cannot rename a promotion code".to_owned()));
        }
        Task::List { rule, page } => list(*rule, *page),
    };
    Ok(versioned(draft))
}

/// The coupon itself, and not its id alone.
const EXPANDED: &str = "expand%5B%5D=data.promotion.coupon";

fn versioned(draft: Draft) -> Draft {
    draft.with("stripe-version", VERSION)
}

/// Makes a promotion code.
pub(super) fn make(wish: &Wish<'_>) -> Result<Draft, Failure> {
    let rule =
        wish.rule.ok_or_else(|| Failure::refused("the coupon of the plan's version must be made first"))?;
    let limits = wish.terms.limits();
    let mut fields = vec![
        ("promotion[type]", "coupon".to_owned()),
        ("promotion[coupon]", rule.as_str().to_owned()),
        ("code", wish.text.as_str().to_owned()),
        ("active", active(wish.terms.state_at(wish.now)).to_owned()),
    ];
    fields.extend(limits.usage_limit.map(|limit| ("max_redemptions", limit.to_string())));
    fields.extend(limits.ends_at.map(|end| ("expires_at", end.as_seconds().to_string())));
    if let Some((least, amount)) = limits.minimum_amount.and_then(|least| Some((least, to_stripe(least)?))) {
        fields.push(("restrictions[minimum_amount]", amount.to_string()));
        fields.push(("restrictions[minimum_amount_currency]", least.currency.code().to_ascii_lowercase()));
    }
    Ok(versioned(Draft::form(CODES, &fields).with("idempotency-key", wish.attempt)))
}

/// Looks for a code that can be used: a text is unique among those alone.
pub(super) fn active_by_text(text: &CodeText) -> Draft {
    versioned(Draft::get(format!("{}&active=true", by_text(text))))
}

fn by_text(text: &CodeText) -> String {
    format!("{CODES}?code={}&limit=100&{EXPANDED}", segment(text.as_str()))
}

/// A coupon whose id is the plan version's key: a second one cannot be made. So it needs no idempotency key, under
/// which Stripe would say for a day what it said first: that it failed, or that it made a coupon which is gone by now.
fn coupon(terms: &Configuration) -> Result<Draft, Failure> {
    let mut fields = vec![
        ("id".to_owned(), terms.key().to_owned()),
        ("name".to_owned(), terms.name().chars().take(LONGEST_NAME).collect()),
        ("duration".to_owned(), "once".to_owned()),
        ("metadata[tributary]".to_owned(), terms.key().to_owned()),
    ];
    match terms.discount() {
        Discount::Percentage { value } => fields.push(("percent_off".to_owned(), value.to_string())),
        Discount::Fixed { amount } => {
            let units =
                to_stripe(*amount).ok_or_else(|| Failure::refused("the amount has too many decimals"))?;
            fields.push(("amount_off".to_owned(), units.to_string()));
            fields.push(("currency".to_owned(), amount.currency.code().to_ascii_lowercase()));
        }
    }
    for (index, product) in terms.limits().product_ids.iter().enumerate() {
        fields.push((format!("applies_to[products][{index}]"), product.trim().to_owned()));
    }
    let fields: Vec<(&str, String)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    Ok(Draft::form(COUPONS, &fields))
}

fn read_coupon(id: &str) -> Draft {
    Draft::get(format!("{COUPONS}/{}?expand%5B%5D=applies_to", segment(id)))
}

fn switch(code: &Remote, to: State) -> Draft {
    Draft::form(format!("{CODES}/{}", segment(&code.code)), &[("active", active(to).to_owned())])
}

/// A write that can touch nothing: no promotion code has this id. A restricted key that may not write is
/// refused before the id is looked at.
pub(super) fn write_to_nothing() -> Draft {
    versioned(Draft::form(format!("{CODES}/promo_none"), &[("active", "false".to_owned())]))
}

fn list(rule: Option<&RuleId>, page: Option<&str>) -> Draft {
    let coupon = rule.map(|rule| format!("&coupon={}", segment(rule.as_str()))).unwrap_or_default();
    let after = page.map(|id| format!("&starting_after={}", segment(id))).unwrap_or_default();
    Draft::get(format!("{CODES}?limit=100&{EXPANDED}{coupon}{after}"))
}

const fn active(state: State) -> &'static str {
    match state {
        State::Active => "true",
        State::Inactive => "false",
    }
}
