//! The terms of a plan version as a shop must keep them.

use tributary_domain::capability::{
    Capabilities, Platform, Support, capabilities as platform_capabilities, check,
};
use tributary_domain::plan::{Discount, Limits, Mode, Terms};
use tributary_domain::{FieldErrors, Timestamp};

use super::facts::{NONE, discount_fact, first_day, ids_fact, last_day, moment_fact, money_fact, once_fact};
use super::seen::{Facts, State, Term};
use crate::{adobe_commerce, bigcommerce, shopify, stripe, woocommerce};

const LAST_MINUTE_SECONDS: i64 = 60;

/// Whether a platform has no switch for a code, so that what is off is deleted there.
pub const fn is_deleted_when_off(platform: Platform) -> bool {
    matches!(platform, Platform::Bigcommerce | Platform::AdobeCommerce)
}

/// The terms of one plan version, every one of which the platform can carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    platform: Platform,
    /// Unique for the plan version.
    key: String,
    name: String,
    discount: Discount,
    limits: Limits,
}

impl Configuration {
    /// A plan version's terms for a shop of this platform: each is carried or refused by its path (R9).
    ///
    /// `key` is unique for the plan version and the same for ever (the plan's id and the version): a rule is
    /// recognised by it in the shop. It is made of letters, digits, `_` and `-`. `terms` have passed
    /// [`Terms::check`] for the store's currency.
    ///
    /// # Errors
    /// Every term that the store's capabilities do not have or that the platform's API would not take. A plan
    /// without a discount has nothing that a shop could keep: `discount`.
    pub fn new(
        platform: Platform,
        capabilities: &Capabilities,
        key: &str,
        terms: &Terms,
    ) -> Result<Self, FieldErrors> {
        let mut errors = check(terms, capabilities, platform).err().unwrap_or_default();
        // A table that promises more than the platform's API can do carries nothing.
        for error in check(terms, &platform_capabilities(platform), platform)
            .err()
            .iter()
            .flat_map(FieldErrors::as_slice)
        {
            if !errors.as_slice().contains(error) {
                errors.add(error.path.clone(), error.code, error.detail.clone());
            }
        }
        if terms.mode == Mode::External {
            errors.add("mode", "external", "the codes of an external plan are made in its own programme");
        }
        let Some(discount) = terms.discount.clone() else {
            errors.add("discount", "required", "a code in a shop needs a discount");
            return Err(errors);
        };
        let configuration = Self {
            platform,
            key: key.to_owned(),
            name: terms.name.clone(),
            discount,
            limits: terms.limits.clone(),
        };
        match platform {
            Platform::Shopify => shopify::codes::check(&configuration, &mut errors),
            Platform::Woocommerce => woocommerce::codes::check(&configuration, &mut errors),
            Platform::Bigcommerce => bigcommerce::codes::check(&configuration, &mut errors),
            Platform::AdobeCommerce => adobe_commerce::codes::check(&configuration, &mut errors),
            Platform::Stripe => stripe::codes::check(&configuration, &mut errors),
            other @ (Platform::Amazon | Platform::Custom) => {
                errors.add("mode", "no_api", format!("{} has no API for codes", other.name()));
            }
        }
        errors.into_result().map(|()| configuration)
    }

    /// Whether a code works from now on, as far as we must see to it: inactive before a start, and after an end,
    /// that the shop does not keep.
    pub fn state_at(&self, now: Timestamp) -> State {
        let is_early = self.switch_on_at().is_some_and(|start| now < start);
        let is_late = self.switch_off_at().is_some_and(|end| end <= now);
        if is_early || is_late { State::Inactive } else { State::Active }
    }

    /// When we must switch the codes on, because the shop has no start date, or one without a time of day.
    pub fn switch_on_at(&self) -> Option<Timestamp> {
        let is_kept = |start: &Timestamp| !self.knows_days_only() || *start == start.day().start();
        self.limits.starts_at.filter(|start| !self.has_start_date() || !is_kept(start))
    }

    /// When we must switch the codes off, because the shop lets them work until that day is over.
    pub fn switch_off_at(&self) -> Option<Timestamp> {
        // 23:59 is how people write the end of a day.
        let is_kept = |end: &Timestamp| {
            *end == end.day().start() || end.plus_seconds(LAST_MINUTE_SECONDS).day() != end.day()
        };
        self.limits.ends_at.filter(|end| self.knows_days_only() && !is_kept(end))
    }

    /// Whether the shop has these codes only while they are on.
    pub const fn is_deleted_when_off(&self) -> bool {
        is_deleted_when_off(self.platform)
    }

    fn has_start_date(&self) -> bool {
        platform_capabilities(self.platform).start_date == Support::Native
    }

    /// `from_date` and `to_date` of Adobe Commerce's sales rules are dates.
    const fn knows_days_only(&self) -> bool {
        matches!(self.platform, Platform::AdobeCommerce)
    }

    /// The plan version's key.
    pub fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn name(&self) -> &str {
        self.name.trim()
    }

    pub(crate) const fn platform(&self) -> Platform {
        self.platform
    }

    /// What people see in the shop: the plan's name, and what makes it ours.
    pub(crate) fn title(&self) -> String {
        format!("{} ({})", self.name.trim(), self.key)
    }

    pub(crate) const fn discount(&self) -> &Discount {
        &self.discount
    }

    pub(crate) const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The terms in their canonical spelling, as this platform keeps them. The start date is missing where
    /// we keep it ourselves.
    pub fn facts(&self) -> Facts {
        let limits = &self.limits;
        let or_none = |text: Option<String>| text.unwrap_or_else(|| NONE.to_owned());
        let mut facts = Facts::from([
            (Term::Discount, discount_fact(&self.discount)),
            (Term::UsageLimit, or_none(limits.usage_limit.map(|limit| limit.to_string()))),
            (Term::OncePerCustomer, once_fact(limits.once_per_customer).to_owned()),
            (Term::MinimumAmount, or_none(limits.minimum_amount.map(money_fact))),
            (Term::MinimumQuantity, or_none(limits.minimum_quantity.map(|least| least.to_string()))),
            (Term::Products, ids_fact(&self.ids(Term::Products, &limits.product_ids))),
            (Term::Categories, ids_fact(&self.ids(Term::Categories, &limits.category_ids))),
            (Term::EndsAt, or_none(limits.ends_at.map(|end| self.end(end)))),
        ]);
        // A shop without a start date keeps none; one that needs a start sets the day of the code's making.
        if let Some(start) = limits.starts_at.filter(|_| self.has_start_date()) {
            facts.insert(Term::StartsAt, self.start(start));
        }
        facts
    }

    fn start(&self, start: Timestamp) -> String {
        match self.platform {
            Platform::AdobeCommerce => first_day(start),
            _ => moment_fact(start),
        }
    }

    fn end(&self, end: Timestamp) -> String {
        match self.platform {
            Platform::AdobeCommerce => last_day(end),
            _ => moment_fact(end),
        }
    }

    /// Ids as the shop gives them back.
    fn ids(&self, term: Term, ids: &[String]) -> Vec<String> {
        let one = |id: &String| match (self.platform, term) {
            (Platform::AdobeCommerce, Term::Products) | (Platform::Stripe, _) => id.trim().to_owned(),
            // Of Shopify's global ids, the number.
            _ => {
                let number = id.trim().rsplit('/').next().unwrap_or_default();
                number.parse::<u64>().map_or_else(|_| number.to_owned(), |number| number.to_string())
            }
        };
        ids.iter().map(one).collect()
    }
}
