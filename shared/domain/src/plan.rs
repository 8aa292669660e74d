//! A tracking plan's terms: what a version of a plan says.
//!
//! The types refuse what can never be a term; [`Terms::check`] names every other wrong field at once.

use std::num::NonZeroU32;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use crate::code::Pattern;
pub use crate::commission::CommissionTerms;
use crate::field_error::{FieldErrors, Invalid};
use crate::money::{Currency, Money};
use crate::percent::Percent;
use crate::time::Timestamp;

/// The days after a click in which it may earn credit, where a plan does not say.
pub const DEFAULT_WINDOW_DAYS: u16 = 30;
const LONGEST_WINDOW_DAYS: u16 = 365;
/// Ten years: whoever means for ever says so.
const LONGEST_BINDING_DAYS: u16 = 3_650;
const LONGEST_HOLD_DAYS: u16 = 365;
/// Shopify's limit ("Usage limit must be less than or equal to 2147483647").
const LARGEST_USAGE_LIMIT: u32 = 2_147_483_647;
const LONGEST_NAME: usize = 200;
const LONGEST_URL: usize = 2_000;
const LONGEST_UTM: usize = 200;
const LONGEST_INSTRUCTIONS: usize = 5_000;
const MOST_HOSTS: usize = 50;
/// Shopify takes 250 ids in one discount; more than twice that is no choice of products any more.
pub(crate) const MOST_CHOSEN: usize = 500;
pub(crate) const LONGEST_CHOSEN: usize = 100;

/// Who makes the codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PlanMode)]
pub enum Mode {
    /// We make them in the shop.
    #[default]
    Managed,
    /// The brand types them into the shop itself.
    Manual,
    /// An affiliate programme elsewhere (R14): codes and links are typed in.
    External,
}

/// What a shopper saves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields, try_from = "SentDiscount")]
pub enum Discount {
    /// A percentage of the order.
    Percentage {
        /// From 0 to 100.
        value: Percent,
    },
    /// A fixed amount off the order.
    Fixed {
        /// In the store's currency.
        amount: Money,
    },
}

/// A discount as it is written, so that an error names the member that is wrong.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentDiscount {
    r#type: DiscountType,
    value: Option<Percent>,
    amount: Option<Money>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum DiscountType {
    Percentage,
    Fixed,
}

impl TryFrom<SentDiscount> for Discount {
    type Error = String;
    fn try_from(sent: SentDiscount) -> Result<Self, String> {
        match (sent.r#type, sent.value, sent.amount) {
            (DiscountType::Percentage, Some(value), None) => Ok(Self::Percentage { value }),
            (DiscountType::Fixed, None, Some(amount)) => Ok(Self::Fixed { amount }),
            (DiscountType::Percentage, None, _) => Err("missing field `value`".to_owned()),
            (DiscountType::Fixed, _, None) => Err("missing field `amount`".to_owned()),
            (DiscountType::Percentage, ..) => Err("unknown field `amount`, expected `value`".to_owned()),
            (DiscountType::Fixed, ..) => Err("unknown field `value`, expected `amount`".to_owned()),
        }
    }
}

/// The rule that decides between a code and a link (R41).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AttributionRule)]
pub enum Rule {
    /// A code on the order wins over any click.
    #[default]
    CodeFirst,
    /// A click inside the window wins over any code.
    LinkFirst,
    /// A code counts only where the buyer also clicked that creator's link inside the window.
    CodeIfClicked,
    /// Codes earn nothing.
    LinkOnly,
}

impl Rule {
    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CodeFirst => "code_first",
            Self::LinkFirst => "link_first",
            Self::CodeIfClicked => "code_if_clicked",
            Self::LinkOnly => "link_only",
        }
    }
}

/// Which of several touches of the same kind wins (R41).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AttributionModel)]
pub enum Model {
    /// The one nearest to the order.
    #[default]
    LastTouch,
    /// The earliest one inside its window.
    FirstTouch,
}

impl Model {
    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LastTouch => "last_touch",
            Self::FirstTouch => "first_touch",
        }
    }
}

/// How credit is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AttributionTerms {
    /// Code against link.
    pub rule: Rule,
    /// Which of several.
    pub model: Model,
    /// Days after a click, measured on the server from the click id's own time.
    #[serde(deserialize_with = "days")]
    pub window_days: u16,
    /// Days after a buyer's first order in which further ones are credited as it was, where nothing of their own
    /// could earn them; 0 for none.
    #[serde(deserialize_with = "days")]
    pub bind_customer_days: u16,
}

impl Default for AttributionTerms {
    fn default() -> Self {
        Self {
            rule: Rule::default(),
            model: Model::default(),
            window_days: DEFAULT_WINDOW_DAYS,
            bind_customer_days: 0,
        }
    }
}

/// What makes a conversion doubtful (R45).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ReviewTerms {
    /// An order that comes sooner after its click than so many seconds. `None`: however soon it comes.
    pub seconds_after_click: Option<u32>,
    /// An order by a code alone whose buyer placed so many others with the same creator in 30 days. `None`: any number.
    #[schema(value_type = Option<u32>, minimum = 1)]
    pub orders_per_buyer: Option<NonZeroU32>,
    /// An order by a code alone whose creator's links, after so many clicks at least in 30 days, had a tenth of them at
    /// most in the 30 days since. `None`: however few.
    #[schema(value_type = Option<u32>, minimum = 1)]
    pub clicks_dried_up_from: Option<NonZeroU32>,
}

impl ReviewTerms {
    /// Whether something must be looked up of an order that a code alone earned.
    pub const fn looks_at_codes(&self) -> bool {
        self.orders_per_buyer.is_some() || self.clicks_dried_up_from.is_some()
    }
}

/// UTM parameters; `{campaign}` and `{creator}` are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Utm {
    /// `utm_source`.
    pub source: Option<String>,
    /// `utm_medium`.
    pub medium: Option<String>,
    /// `utm_campaign`.
    pub campaign: Option<String>,
    /// `utm_term`.
    pub term: Option<String>,
    /// `utm_content`.
    pub content: Option<String>,
}

/// Where links go (R10, R11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct LinkTerms {
    /// The page that a link opens. `None`: the store's home page.
    pub click_through_url: Option<Url>,
    /// Whether an affiliate link applies the code where the store can.
    pub apply_code: bool,
    /// UTM parameters of the page.
    pub utm: Utm,
    /// Where a link goes while the plan does not run. `None`: the store's home page.
    pub fallback_url: Option<Url>,
    /// Hosts that a deep link may lead to, besides the store's own.
    pub allowed_hosts: Vec<String>,
}

impl Default for LinkTerms {
    fn default() -> Self {
        Self {
            click_through_url: None,
            apply_code: true,
            utm: Utm::default(),
            fallback_url: None,
            allowed_hosts: Vec::new(),
        }
    }
}

/// The limits of the discount, and when the plan runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Limits {
    /// How often a code can be used in all.
    pub usage_limit: Option<u32>,
    /// One use per customer.
    pub once_per_customer: bool,
    /// The smallest order, or
    pub minimum_amount: Option<Money>,
    /// the fewest items; never both.
    pub minimum_quantity: Option<u32>,
    /// The shop's own product ids.
    pub product_ids: Vec<String>,
    /// The shop's own category or collection ids.
    pub category_ids: Vec<String>,
    /// The plan's first moment.
    pub starts_at: Option<Timestamp>,
    /// The plan's end: from this moment on it no longer runs.
    pub ends_at: Option<Timestamp>,
}

/// What one version of a plan says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PlanTerms)]
pub struct Terms {
    /// Unique among plans, without regard to case.
    pub name: String,
    /// Who makes the codes.
    #[serde(default)]
    pub mode: Mode,
    /// What a shopper saves; `None` for nothing.
    #[serde(default)]
    pub discount: Option<Discount>,
    /// How codes are made; `None` where they are typed in.
    #[serde(default)]
    pub code_pattern: Option<Pattern>,
    /// Where links go.
    #[serde(default)]
    pub link: LinkTerms,
    /// Limits and dates.
    #[serde(default)]
    pub limits: Limits,
    /// How credit is decided.
    #[serde(default)]
    pub attribution: AttributionTerms,
    /// What a creator earns.
    #[serde(default)]
    pub commission: CommissionTerms,
    /// Days in which a commission waits before it is approved; 0 approves at once.
    #[serde(default, deserialize_with = "days")]
    pub hold_days: u16,
    /// Which conversions a person must look at, besides a creator's own purchases.
    #[serde(default)]
    pub review: ReviewTerms,
    /// An external programme's address (R14).
    #[serde(default)]
    pub external_url: Option<Url>,
    /// What a creator of an external programme must do (R14).
    #[serde(default)]
    pub instructions: Option<String>,
}

impl Terms {
    /// Checks what the types alone cannot, naming every wrong field.
    ///
    /// `currency` is the store's: fixed amounts must be in it.
    ///
    /// # Errors
    /// The wrong fields by their paths.
    pub fn check(&self, currency: Currency) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        self.check_name(&mut errors);
        self.check_money(currency, &mut errors);
        self.commission.check(currency, &mut errors);
        self.check_limits(&mut errors);
        self.check_link(&mut errors);
        self.check_days(&mut errors);
        self.check_sizes(&mut errors);
        if self.discount.is_some() && self.code_pattern.is_none() && self.mode == Mode::Managed {
            errors.add("codePattern", "required", "a managed plan with a discount needs a code pattern");
        }
        if self.code_pattern.as_ref().is_some_and(|pattern| !pattern.distinguishes()) {
            let detail = "every creator would get the same code; add a field of the creator, or {random:4}";
            errors.add("codePattern", "never_unique", detail);
        }
        errors.into_result()
    }

    /// Whether the plan runs at this moment.
    pub fn runs_at(&self, moment: Timestamp) -> bool {
        self.limits.starts_at.is_none_or(|start| start <= moment)
            && self.limits.ends_at.is_none_or(|end| moment < end)
    }

    fn check_name(&self, errors: &mut FieldErrors) {
        if self.name.trim().is_empty() {
            errors.add("name", "required", "give the plan a name");
        } else if self.name.chars().count() > LONGEST_NAME {
            errors.add("name", "too_long", format!("at most {LONGEST_NAME} characters"));
        }
    }

    fn check_money(&self, currency: Currency, errors: &mut FieldErrors) {
        let mut positive = |path: &str, money: Money| {
            if money.currency != currency {
                let detail = format!("must be in the store's currency, {currency}");
                errors.add(path, "currency_mismatch", detail);
            }
            if money.amount <= 0 || money.amount > crate::money::LARGEST_AMOUNT {
                errors.add(path, "out_of_range", "must be more than zero, in minor units");
            }
        };
        if let Some(Discount::Fixed { amount }) = &self.discount {
            positive("discount.amount", *amount);
        }
        if let Some(amount) = self.limits.minimum_amount {
            positive("limits.minimumAmount", amount);
        }
        if let Some(Discount::Percentage { value }) = &self.discount
            && value.units() == 0
        {
            errors.add("discount.value", "out_of_range", "must be more than 0; use null for no discount");
        }
    }

    fn check_limits(&self, errors: &mut FieldErrors) {
        let limits = &self.limits;
        if limits.minimum_amount.is_some() && limits.minimum_quantity.is_some() {
            let detail = "a plan has a minimum amount or a minimum quantity, never both";
            errors.add("limits.minimumQuantity", "conflict", detail);
        }
        if limits.minimum_quantity == Some(0) {
            errors.add("limits.minimumQuantity", "out_of_range", "must be at least 1, or null");
        }
        if limits.usage_limit.is_some_and(|limit| limit == 0 || limit > LARGEST_USAGE_LIMIT) {
            errors.add(
                "limits.usageLimit",
                "out_of_range",
                format!("must be 1 to {LARGEST_USAGE_LIMIT}, or null"),
            );
        }
        if let (Some(start), Some(end)) = (limits.starts_at, limits.ends_at)
            && end <= start
        {
            errors.add("limits.endsAt", "before_start", "must be after startsAt");
        }
    }

    fn check_link(&self, errors: &mut FieldErrors) {
        let mut web = |path: &str, url: Option<&Url>| {
            if let Some(Err(invalid)) = url.map(check_web_url) {
                errors.add(path, invalid.code, invalid.detail);
            }
        };
        web("link.clickThroughUrl", self.link.click_through_url.as_ref());
        web("link.fallbackUrl", self.link.fallback_url.as_ref());
        web("externalUrl", self.external_url.as_ref());
        for (index, host) in self.link.allowed_hosts.iter().enumerate() {
            let readable = Url::parse(&format!("https://{host}/"))
                .is_ok_and(|url| url.host_str() == Some(&host.to_ascii_lowercase()) && url.port().is_none());
            // A pattern would match nothing.
            if !readable || host.contains('*') {
                let path = format!("link.allowedHosts[{index}]");
                errors.add(path, "invalid_host", "must be the name of one host, such as shop.example");
            }
        }
        let utm = &self.link.utm;
        let named = [
            ("source", &utm.source),
            ("medium", &utm.medium),
            ("campaign", &utm.campaign),
            ("term", &utm.term),
            ("content", &utm.content),
        ];
        for (name, value) in named {
            if value.as_ref().is_some_and(|value| value.chars().count() > LONGEST_UTM) {
                errors.add(
                    format!("link.utm.{name}"),
                    "too_long",
                    format!("at most {LONGEST_UTM} characters"),
                );
            }
        }
    }

    fn check_sizes(&self, errors: &mut FieldErrors) {
        if self.instructions.as_ref().is_some_and(|text| text.chars().count() > LONGEST_INSTRUCTIONS) {
            errors.add("instructions", "too_long", format!("at most {LONGEST_INSTRUCTIONS} characters"));
        }
        if self.link.allowed_hosts.len() > MOST_HOSTS {
            errors.add("link.allowedHosts", "too_many", format!("at most {MOST_HOSTS}"));
        }
        let chosen = [
            ("limits.productIds", &self.limits.product_ids),
            ("limits.categoryIds", &self.limits.category_ids),
        ];
        for (path, ids) in chosen {
            if ids.len() > MOST_CHOSEN {
                errors.add(path, "too_many", format!("at most {MOST_CHOSEN}"));
            }
            if ids.iter().any(|id| id.trim().is_empty() || id.len() > LONGEST_CHOSEN) {
                errors.add(path, "invalid", format!("each must have 1 to {LONGEST_CHOSEN} characters"));
            }
        }
    }

    fn check_days(&self, errors: &mut FieldErrors) {
        if !(1..=LONGEST_WINDOW_DAYS).contains(&self.attribution.window_days) {
            errors.add(
                "attribution.windowDays",
                "out_of_range",
                format!("must be 1 to {LONGEST_WINDOW_DAYS}"),
            );
        }
        if self.attribution.bind_customer_days > LONGEST_BINDING_DAYS {
            let detail = format!("must be 0 (for none) to {LONGEST_BINDING_DAYS}");
            errors.add("attribution.bindCustomerDays", "out_of_range", detail);
        }
        if self.hold_days > LONGEST_HOLD_DAYS {
            errors.add("holdDays", "out_of_range", format!("must be 0 to {LONGEST_HOLD_DAYS}"));
        }
    }
}

/// Days as they were sent; what the type cannot hold is told in words.
fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let days = i64::deserialize(deserializer)?;
    u16::try_from(days)
        .map_err(|_| D::Error::custom("must be days: neither less than 0 nor more than some years"))
}

/// Whether a URL can be opened by a shopper's browser: http or https, with a host, no password, not endless.
///
/// # Errors
/// What to do about it.
pub fn check_web_url(url: &Url) -> Result<(), Invalid> {
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    if !web || !url.username().is_empty() || url.password().is_some() {
        return Err(Invalid::new("invalid_url", "must be an http or https address without a user name"));
    }
    if url.as_str().len() > LONGEST_URL {
        return Err(Invalid::new("too_long", format!("at most {LONGEST_URL} characters")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(change: &str) -> Result<(), Vec<String>> {
        let mut value = serde_json::json!({"name": "Spring 10", "codePattern": "{first_name}{discount}",
            "discount": {"type": "percentage", "value": "10"}, "commission": {"type": "percentage", "rate": "12.5"}});
        let change: serde_json::Value = serde_json::from_str(change).unwrap();
        value.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let terms: Terms = serde_json::from_value(value).map_err(|error| vec![error.to_string()])?;
        terms
            .check(Currency::parse("EUR").unwrap())
            .map_err(|errors| errors.as_slice().iter().map(|error| error.path.clone()).collect())
    }

    // R1
    #[test]
    fn a_plan_keeps_its_optional_terms() {
        let optional = r#"{"limits": {"usageLimit": 500, "oncePerCustomer": true,
            "minimumAmount": {"amount": 3000, "currency": "EUR"}, "productIds": ["1"],
            "startsAt": "2026-01-01T00:00:00Z", "endsAt": "2027-01-01T00:00:00Z"},
            "link": {"clickThroughUrl": "https://shop.example/new", "utm": {"campaign": "{campaign}"}}}"#;
        assert_eq!(terms(optional), Ok(()));
    }

    // R1
    #[test]
    fn every_wrong_field_is_named_at_once() {
        let wrong = r#"{"name": " ", "discount": {"type": "fixed", "amount": {"amount": 0, "currency": "USD"}},
            "limits": {"minimumAmount": {"amount": 1, "currency": "EUR"}, "minimumQuantity": 2, "usageLimit": 0,
                       "startsAt": "2027-01-01T00:00:00Z", "endsAt": "2026-01-01T00:00:00Z"},
            "link": {"clickThroughUrl": "javascript:alert(1)", "allowedHosts": ["shop.example", "a b", "x/y", "*", "*.shop.example"]},
            "attribution": {"windowDays": 0, "bindCustomerDays": 3651}, "holdDays": 366}"#;
        assert_eq!(
            terms(wrong).unwrap_err(),
            [
                "name",
                "discount.amount",
                "discount.amount",
                "limits.minimumQuantity",
                "limits.usageLimit",
                "limits.endsAt",
                "link.clickThroughUrl",
                "link.allowedHosts[1]",
                "link.allowedHosts[2]",
                "link.allowedHosts[3]",
                "link.allowedHosts[4]",
                "attribution.windowDays",
                "attribution.bindCustomerDays",
                "holdDays"
            ]
        );
    }

    // R1
    #[test]
    fn what_the_types_refuse_never_becomes_a_plan() {
        for wrong in [
            r#"{"discount": {"type": "percentage", "value": "101"}}"#,
            r#"{"commission": {"type": "percentage", "rate": "-1"}}"#,
            r#"{"codePattern": "{nonsense}"}"#,
            r#"{"attribution": {"rule": "whoever"}}"#,
            r#"{"limits": {"usageLimit": -5}}"#,
            r#"{"unknown": 1}"#,
        ] {
            assert!(terms(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_plan_runs_from_its_start_until_just_before_its_end() {
        let value = serde_json::json!({"name": "x", "limits": {"startsAt": "2026-01-01T00:00:00Z", "endsAt": "2026-02-01T00:00:00Z"}});
        let terms: Terms = serde_json::from_value(value).unwrap();
        for (moment, runs) in
            [("2025-12-31", false), ("2026-01-01", true), ("2026-01-31", true), ("2026-02-01", false)]
        {
            assert_eq!(terms.runs_at(Timestamp::parse(moment).unwrap()), runs, "{moment}");
        }
    }
}
