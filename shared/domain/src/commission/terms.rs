//! What a plan pays: terms that read from and write to the plan's JSON.

use serde::{Deserialize, Serialize};

use super::LeadPay;
use crate::field_error::FieldErrors;
use crate::money::{Currency, LARGEST_AMOUNT, Money};
use crate::order::{Beside, Customer, Line};
use crate::percent::Percent;
use crate::plan::{LONGEST_CHOSEN, MOST_CHOSEN};

const MOST_RULES: usize = 20;

/// What a creator earns of a sale or a lead (R51).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct CommissionTerms {
    /// Where no rule says otherwise.
    pub pay: Pay,
    /// What percentages are taken of.
    pub base: BaseOptions,
    /// Of several whose conditions hold, the first one decides.
    pub rules: Vec<PayRule>,
    /// Other percentages once a month's sales have reached an amount, the lowest first.
    pub tiers: Vec<Tier>,
    /// Amounts for leads of some events, in place of what `pay` says of leads.
    pub leads: Vec<LeadPay>,
    /// What no commission is more than.
    pub caps: Caps,
}

impl Default for CommissionTerms {
    fn default() -> Self {
        Self::from(Pay::Percentage { rate: Percent::default() })
    }
}

impl From<Pay> for CommissionTerms {
    fn from(pay: Pay) -> Self {
        Self {
            pay,
            base: BaseOptions::default(),
            rules: Vec::new(),
            tiers: Vec::new(),
            leads: Vec::new(),
            caps: Caps::default(),
        }
    }
}

/// How a commission is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pay {
    /// A share of the net value: after discount, without tax and shipping.
    Percentage {
        /// From 0 to 100.
        rate: Percent,
    },
    /// The same amount for each order or lead.
    Flat {
        /// In the store's currency.
        amount: Money,
    },
    /// The same amount for each lead, and nothing for orders.
    PerLead {
        /// In the store's currency.
        amount: Money,
    },
    /// The same amount for each unique click on an affiliate link, and nothing for orders and leads.
    PerClick {
        /// In the store's currency.
        amount: Money,
    },
}

/// What percentages are taken of: the net value of the goods, after discount, without tax and shipping, and what is
/// chosen here besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schema(as = CommissionBase)]
pub struct BaseOptions {
    /// Shipping too.
    pub shipping: bool,
    /// All tax too.
    pub tax: bool,
    /// The discount too: the goods count as they would have cost without it.
    pub before_discount: bool,
}

impl BaseOptions {
    /// What of this counts, in minor units.
    pub fn added(self, beside: Beside) -> i64 {
        let chosen = [
            (self.shipping, beside.shipping),
            (self.tax, beside.tax),
            (self.before_discount, beside.discount),
        ];
        chosen.iter().filter(|(counts, _)| *counts).map(|(_, amount)| amount).sum()
    }
}

/// A commission for orders, or lines of them, of some kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WireRule", into = "WireRule")]
pub struct PayRule {
    /// Which.
    pub when: When,
    /// What they pay.
    pub pay: Pay,
}

/// What must hold for a rule: all that is said here, and something is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schema(as = CommissionCondition)]
pub struct When {
    /// The smallest net value, as the order was placed: a later refund does not change the rule that holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_order: Option<Money>,
    /// Lines of these goods alone, by the shop's ids of products or variants, or by SKU.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
    /// Lines of goods in these categories, by the shop's ids; with `products`, lines of either.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// The fewest pieces of such goods in the order as it was placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_quantity: Option<u32>,
    /// What the buyer was to the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
}

impl When {
    /// Whether it is for some lines, and not for the whole order.
    pub const fn chooses_lines(&self) -> bool {
        !self.products.is_empty() || !self.categories.is_empty()
    }

    /// Whether a line is of the goods that are chosen: any, where none are.
    pub fn fits(&self, line: &Line) -> bool {
        let any = |chosen: &[String], of: &[String]| of.iter().any(|name| chosen.contains(name));
        !self.chooses_lines() || any(&self.products, &line.names) || any(&self.categories, &line.categories)
    }

    fn check(&self, path: &str, errors: &mut FieldErrors) {
        for (name, ids) in [("products", &self.products), ("categories", &self.categories)] {
            if ids.len() > MOST_CHOSEN {
                errors.add(format!("{path}.{name}"), "too_many", format!("at most {MOST_CHOSEN}"));
            }
            if ids.iter().any(|id| id.trim().is_empty() || id.len() > LONGEST_CHOSEN) {
                let detail = format!("each must have 1 to {LONGEST_CHOSEN} characters");
                errors.add(format!("{path}.{name}"), "invalid", detail);
            }
        }
        if self.minimum_quantity == Some(0) {
            errors.add(format!("{path}.minimumQuantity"), "out_of_range", "must be at least 1");
        }
    }
}

/// What no commission is more than.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schema(as = CommissionCaps)]
pub struct Caps {
    /// The most that one order earns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_order: Option<Money>,
    /// The most that the orders of one buyer earn a creator in a campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_buyer: Option<Money>,
    /// The most that a creator earns in a campaign in some time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_period: Option<CapPerPeriod>,
}

/// The most that a creator earns in a campaign in some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CommissionCapPerPeriod)]
pub struct CapPerPeriod {
    /// In the store's currency.
    pub amount: Money,
    /// The time.
    pub period: Period,
}

/// A time over which orders are summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CommissionPeriod)]
pub enum Period {
    /// A calendar month in UTC.
    Month,
}

/// A percentage for orders that come once a month's sales have reached an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// What the earlier orders of the calendar month, in UTC, must have sold: net, as it counts today.
    pub from: Money,
    /// From 0 to 100.
    pub rate: Percent,
}

impl CommissionTerms {
    /// Checks what the types alone cannot. `currency` is the store's: amounts must be in it.
    pub fn check(&self, currency: Currency, errors: &mut FieldErrors) {
        let mut check = |path: String, money: Option<Money>| {
            let Some(money) = money else { return };
            check_currency(&path, money, currency, errors);
            if money.amount <= 0 || money.amount > LARGEST_AMOUNT {
                errors.add(&path, "out_of_range", "must be more than zero, in minor units");
            }
        };
        check("commission.amount".to_owned(), self.pay.amount());
        for (index, rule) in self.rules.iter().enumerate() {
            check(format!("commission.rules[{index}].amount"), rule.pay.amount());
            check(format!("commission.rules[{index}].minimumOrder"), rule.when.minimum_order);
        }
        for (index, tier) in self.tiers.iter().enumerate() {
            check(format!("commission.tiers[{index}].from"), Some(tier.from));
        }
        check("commission.caps.perOrder".to_owned(), self.caps.per_order);
        check("commission.caps.perBuyer".to_owned(), self.caps.per_buyer);
        check("commission.caps.perPeriod.amount".to_owned(), self.caps.per_period.map(|cap| cap.amount));
        self.check_tiers(errors);
        LeadPay::check(&self.leads, currency, errors);
        for (index, rule) in self.rules.iter().enumerate() {
            rule.when.check(&format!("commission.rules[{index}].when"), errors);
        }
        if self.rules.len() > MOST_RULES {
            errors.add("commission.rules", "too_many", format!("at most {MOST_RULES}"));
        }
    }

    fn check_tiers(&self, errors: &mut FieldErrors) {
        if self.tiers.is_empty() {
            return;
        }
        if !matches!(self.pay, Pay::Percentage { .. }) {
            errors.add("commission.tiers", "conflict", "only a percentage has tiers");
        }
        if self.tiers.len() > MOST_RULES {
            errors.add("commission.tiers", "too_many", format!("at most {MOST_RULES}"));
        }
        if !self.tiers.is_sorted_by(|one, next| one.from.amount < next.from.amount) {
            errors.add("commission.tiers", "not_ascending", "the lowest first, each from a higher amount");
        }
    }
}

pub(super) fn check_currency(path: &str, money: Money, currency: Currency, errors: &mut FieldErrors) {
    if money.currency != currency {
        errors.add(path, "currency_mismatch", format!("must be in the store's currency, {currency}"));
    }
}

impl Pay {
    const fn amount(self) -> Option<Money> {
        match self {
            Self::Percentage { .. } => None,
            Self::Flat { amount } | Self::PerLead { amount } | Self::PerClick { amount } => Some(amount),
        }
    }
}

/// The JSON: `type` and what belongs to it, with rules and caps beside them.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CommissionTerms)]
struct Wire {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rate: Option<Percent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount: Option<Money>,
    #[serde(default, skip_serializing_if = "is_default")]
    base: BaseOptions,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<WireRule>)]
    rules: Vec<PayRule>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<WireTier>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    leads: Vec<LeadPay>,
    #[serde(default, skip_serializing_if = "is_default")]
    caps: Caps,
}

#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CommissionTier)]
struct WireTier {
    from: Money,
    #[serde(rename = "type")]
    kind: TierKind,
    rate: Percent,
}

/// What tiers pay: percentages alone.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CommissionTierType)]
enum TierKind {
    Percentage,
}

#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CommissionRule)]
struct WireRule {
    #[serde(default, skip_serializing_if = "is_default")]
    when: When,
    /// The same as in `when`; plans from before there were other conditions say it so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minimum_order: Option<Money>,
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rate: Option<Percent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount: Option<Money>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CommissionType)]
enum Kind {
    Percentage,
    Flat,
    PerLead,
    PerClick,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl utoipa::PartialSchema for CommissionTerms {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        Wire::schema()
    }
}

impl utoipa::ToSchema for CommissionTerms {
    fn schemas(found: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        Wire::schemas(found);
    }
}

/// In serde's words, so that the member is named as any other that is missing or unknown.
#[derive(Debug, thiserror::Error)]
enum Misfit {
    #[error("missing field `{0}`")]
    Missing(&'static str),
    #[error("unknown field `{0}`, this type of commission has none")]
    Unknown(&'static str),
    #[error("unknown field `minimumOrder`, it stands in `when` already")]
    Twice,
}

fn pay(kind: Kind, rate: Option<Percent>, amount: Option<Money>) -> Result<Pay, Misfit> {
    match (kind, rate, amount) {
        (Kind::Percentage, Some(rate), None) => Ok(Pay::Percentage { rate }),
        (Kind::Flat, None, Some(amount)) => Ok(Pay::Flat { amount }),
        (Kind::PerLead, None, Some(amount)) => Ok(Pay::PerLead { amount }),
        (Kind::PerClick, None, Some(amount)) => Ok(Pay::PerClick { amount }),
        (Kind::Percentage, None, _) => Err(Misfit::Missing("rate")),
        (Kind::Percentage, Some(_), Some(_)) => Err(Misfit::Unknown("amount")),
        (Kind::Flat | Kind::PerLead | Kind::PerClick, _, None) => Err(Misfit::Missing("amount")),
        (Kind::Flat | Kind::PerLead | Kind::PerClick, Some(_), Some(_)) => Err(Misfit::Unknown("rate")),
    }
}

fn members(pay: Pay) -> (Kind, Option<Percent>, Option<Money>) {
    match pay {
        Pay::Percentage { rate } => (Kind::Percentage, Some(rate), None),
        Pay::Flat { amount } => (Kind::Flat, None, Some(amount)),
        Pay::PerLead { amount } => (Kind::PerLead, None, Some(amount)),
        Pay::PerClick { amount } => (Kind::PerClick, None, Some(amount)),
    }
}

impl TryFrom<WireRule> for PayRule {
    type Error = Misfit;
    fn try_from(rule: WireRule) -> Result<Self, Misfit> {
        let pay = pay(rule.kind, rule.rate, rule.amount)?;
        let when = match (rule.when, rule.minimum_order) {
            (When { minimum_order: Some(_), .. }, Some(_)) => return Err(Misfit::Twice),
            (when, Some(minimum)) => When { minimum_order: Some(minimum), ..when },
            (when, None) if when == When::default() => return Err(Misfit::Missing("when")),
            (when, None) => when,
        };
        Ok(Self { when, pay })
    }
}

impl From<PayRule> for WireRule {
    fn from(PayRule { when, pay }: PayRule) -> Self {
        let (kind, rate, amount) = members(pay);
        let size_alone = When { minimum_order: when.minimum_order, ..When::default() };
        let (when, minimum_order) =
            if when == size_alone { (When::default(), when.minimum_order) } else { (when, None) };
        Self { when, minimum_order, kind, rate, amount }
    }
}

impl TryFrom<Wire> for CommissionTerms {
    type Error = Misfit;
    fn try_from(wire: Wire) -> Result<Self, Misfit> {
        Ok(Self {
            pay: pay(wire.kind, wire.rate, wire.amount)?,
            base: wire.base,
            rules: wire.rules,
            tiers: wire.tiers.into_iter().map(|WireTier { from, rate, .. }| Tier { from, rate }).collect(),
            leads: wire.leads,
            caps: wire.caps,
        })
    }
}

impl From<CommissionTerms> for Wire {
    fn from(terms: CommissionTerms) -> Self {
        let (kind, rate, amount) = members(terms.pay);
        let tier = |Tier { from, rate }| WireTier { from, kind: TierKind::Percentage, rate };
        let tiers = terms.tiers.into_iter().map(tier).collect();
        Self {
            kind,
            rate,
            amount,
            base: terms.base,
            rules: terms.rules,
            tiers,
            leads: terms.leads,
            caps: terms.caps,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(amount: i64) -> String {
        format!(r#"{{"amount": {amount}, "currency": "EUR"}}"#)
    }

    // R51
    #[test]
    fn terms_read_back_from_what_they_write() {
        for text in [
            r#"{"type":"percentage","rate":"12.5"}"#.to_owned(),
            format!(r#"{{"type":"flat","amount":{}}}"#, euros(5)),
            format!(r#"{{"type":"per_click","amount":{}}}"#, euros(5)),
            r#"{"type":"percentage","rate":"1","base":{"shipping":true,"tax":false,"beforeDiscount":true}}"#
                .to_owned(),
            format!(
                r#"{{"type":"percentage","rate":"10","rules":[{{"minimumOrder":{},"type":"per_lead","amount":{}}}],"caps":{{"perOrder":{}}}}}"#,
                euros(1),
                euros(2),
                euros(3)
            ),
            format!(
                r#"{{"type":"percentage","rate":"10","tiers":[{{"from":{},"type":"percentage","rate":"15"}}],"caps":{{"perBuyer":{},"perPeriod":{{"amount":{},"period":"month"}}}}}}"#,
                euros(1),
                euros(2),
                euros(3)
            ),
        ] {
            let terms: CommissionTerms = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_string(&terms).unwrap(), text.replace(": ", ":").replace(", ", ","));
        }
    }

    // R51
    #[test]
    fn the_conditions_of_a_rule_read_back_and_there_is_one_at_least() {
        let rule = |conditions: &str| format!(r#"{{{conditions}"type":"percentage","rate":"1"}}"#);
        let size = format!(r#""minimumOrder":{}"#, euros(5)).replace(": ", ":").replace(", ", ",");
        for conditions in [
            format!("{size},"),
            r#""when":{"products":["8001","SKU-1"],"categories":["shoes"]},"#.to_owned(),
            format!(r#""when":{{{size},"minimumQuantity":3,"customer":"returning"}},"#),
        ] {
            let read: PayRule = serde_json::from_str(&rule(&conditions)).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), rule(&conditions));
        }
        let nested: PayRule = serde_json::from_str(&rule(&format!(r#""when":{{{size}}},"#))).unwrap();
        assert_eq!(
            serde_json::to_string(&nested).unwrap(),
            rule(&format!("{size},")),
            "one form for one rule"
        );
        for (conditions, words) in [
            (String::new(), "missing field `when`"),
            (r#""when":{},"#.to_owned(), "missing field `when`"),
            (format!(r#""when":{{{size}}},{size},"#), "unknown field `minimumOrder`"),
            (r#""when":{"product":["1"]},"#.to_owned(), "unknown field `product`"),
            (r#""when":{"customer":"old"},"#.to_owned(), "unknown variant `old`"),
            (r#""when":{"minimumQuantity":-1},"#.to_owned(), "invalid value"),
        ] {
            let error = serde_json::from_str::<PayRule>(&rule(&conditions)).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    // R51
    #[test]
    fn conditions_that_nothing_can_meet_are_named() {
        let rule = |when: When| PayRule { when, pay: Pay::Percentage { rate: Percent::default() } };
        let products = |products: Vec<String>| rule(When { products, ..When::default() });
        let rules = vec![
            products(vec![" ".to_owned()]),
            products((0..=MOST_CHOSEN).map(|id| id.to_string()).collect()),
            rule(When { categories: vec!["x".repeat(LONGEST_CHOSEN + 1)], ..When::default() }),
            rule(When { minimum_quantity: Some(0), ..When::default() }),
        ];
        let mut errors = FieldErrors::default();
        CommissionTerms { rules, ..CommissionTerms::default() }
            .check(Currency::parse("EUR").unwrap(), &mut errors);
        let paths: Vec<&str> = errors.as_slice().iter().map(|error| error.path.as_str()).collect();
        let expected = ["products", "products", "categories", "minimumQuantity"];
        let expected: Vec<String> = expected
            .iter()
            .enumerate()
            .map(|(index, name)| format!("commission.rules[{index}].when.{name}"))
            .collect();
        assert_eq!(paths, expected);
    }

    // R51
    #[test]
    fn what_does_not_belong_to_its_type_is_named() {
        for (text, words) in [
            (r#"{"type":"percentage"}"#.to_owned(), "missing field `rate`"),
            (r#"{"type":"flat"}"#.to_owned(), "missing field `amount`"),
            (
                format!(r#"{{"type":"percentage","rate":"1","amount":{}}}"#, euros(5)),
                "unknown field `amount`",
            ),
            (format!(r#"{{"type":"flat","rate":"1","amount":{}}}"#, euros(5)), "unknown field `rate`"),
            (r#"{"type":"percentage","rate":"1","cap":5}"#.to_owned(), "unknown field `cap`"),
            (r#"{"type":"percentage","rate":"1","base":{"vat":true}}"#.to_owned(), "unknown field `vat`"),
        ] {
            let error = serde_json::from_str::<CommissionTerms>(&text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    // R51
    #[test]
    fn tiers_are_percentages_that_begin_at_ascending_amounts_and_caps_are_amounts() {
        let wrong = |members: &str| {
            let terms: CommissionTerms = serde_json::from_str(members).unwrap();
            let mut errors = FieldErrors::default();
            terms.check(Currency::parse("EUR").unwrap(), &mut errors);
            let paths = errors.as_slice().iter().map(|error| error.path.clone());
            paths.collect::<Vec<_>>()
        };
        let tier = |from: i64| format!(r#"{{"from":{},"type":"percentage","rate":"15"}}"#, euros(from));
        let tiers = |one, next| format!(r#""tiers":[{},{}]"#, tier(one), tier(next));
        assert_eq!(wrong(&format!(r#"{{"type":"percentage","rate":"1",{}}}"#, tiers(1, 2))), [""; 0]);
        assert_eq!(
            wrong(&format!(r#"{{"type":"percentage","rate":"1",{}}}"#, tiers(2, 2))),
            ["commission.tiers"]
        );
        let flat = format!(r#"{{"type":"flat","amount":{},{}}}"#, euros(5), tiers(0, 2));
        assert_eq!(wrong(&flat), ["commission.tiers[0].from", "commission.tiers"]);
        let caps = r#"{"type":"percentage","rate":"1","caps":{"perBuyer":{"amount":0,"currency":"EUR"},
            "perPeriod":{"amount":{"amount":1,"currency":"USD"},"period":"month"}}}"#;
        assert_eq!(wrong(caps), ["commission.caps.perBuyer", "commission.caps.perPeriod.amount"]);
        for text in [
            r#"{"type":"percentage","rate":"1","tiers":[{"from":{"amount":1,"currency":"EUR"},"type":"flat","rate":"1"}]}"#,
            r#"{"type":"percentage","rate":"1","caps":{"perPeriod":{"amount":{"amount":1,"currency":"EUR"},"period":"week"}}}"#,
        ] {
            assert!(serde_json::from_str::<CommissionTerms>(text).is_err(), "{text}");
        }
    }

    // R51
    #[test]
    fn amounts_are_above_zero_and_in_the_stores_currency() {
        let text = format!(
            r#"{{"type":"flat","amount":{},"rules":[{{"minimumOrder":{},"type":"percentage","rate":"1"}}],"caps":{{"perOrder":{{"amount":1,"currency":"USD"}}}}}}"#,
            euros(0),
            euros(-1)
        );
        let mut errors = FieldErrors::default();
        let terms: CommissionTerms = serde_json::from_str(&text).unwrap();
        terms.check(Currency::parse("EUR").unwrap(), &mut errors);
        let paths: Vec<&str> = errors.as_slice().iter().map(|error| error.path.as_str()).collect();
        assert_eq!(
            paths,
            ["commission.amount", "commission.rules[0].minimumOrder", "commission.caps.perOrder"]
        );
    }
}
