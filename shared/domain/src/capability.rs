//! Which platform can do what, and which terms of a plan a store therefore cannot keep (R9).

use serde::{Deserialize, Serialize};

use crate::field_error::{FieldErrors, Invalid};
use crate::plan::{CommissionTerms, Discount, Mode, Terms};

/// A kind of shop.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Shopify.
    Shopify,
    /// `WooCommerce`.
    Woocommerce,
    /// `BigCommerce`.
    Bigcommerce,
    /// Adobe Commerce and Magento 2.
    AdobeCommerce,
    /// Amazon.
    Amazon,
    /// Stripe Checkout and payment links.
    Stripe,
    /// Any other shop: postbacks, the pixel, the generic webhook; codes are typed in there by hand.
    Custom,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 7] = [
        Self::Shopify,
        Self::Woocommerce,
        Self::Bigcommerce,
        Self::AdobeCommerce,
        Self::Amazon,
        Self::Stripe,
        Self::Custom,
    ];

    /// The word for it in the API, in paths and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shopify => "shopify",
            Self::Woocommerce => "woocommerce",
            Self::Bigcommerce => "bigcommerce",
            Self::AdobeCommerce => "adobe_commerce",
            Self::Amazon => "amazon",
            Self::Stripe => "stripe",
            Self::Custom => "custom",
        }
    }

    /// The name that people know.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shopify => "Shopify",
            Self::Woocommerce => "WooCommerce",
            Self::Bigcommerce => "BigCommerce",
            Self::AdobeCommerce => "Adobe Commerce",
            Self::Amazon => "Amazon",
            Self::Stripe => "Stripe",
            Self::Custom => "a custom store",
        }
    }

    /// Reads [`Platform::as_str`] back.
    ///
    /// # Errors
    /// When there is no such platform.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|platform| platform.as_str() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            Invalid::new("unknown_platform", format!("must be one of {names}"))
        })
    }
}

impl std::fmt::Display for Platform {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How far a store supports one term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    /// The store keeps it itself.
    Native,
    /// The store does not, but it is kept: by us, or by the brand that types the code in.
    Emulated,
    /// Nobody can.
    Unsupported,
}

/// What a store supports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    /// A percentage off the order.
    pub percentage: Support,
    /// A fixed amount off the order.
    pub fixed: Support,
    /// So many uses in all.
    pub usage_limit: Support,
    /// One use per customer.
    pub once_per_customer: Support,
    /// A smallest order value.
    pub minimum_amount: Support,
    /// A fewest number of items.
    pub minimum_quantity: Support,
    /// Only some products.
    pub products: Support,
    /// Only some categories or collections.
    pub categories: Support,
    /// A first day.
    pub start_date: Support,
    /// A last day.
    pub end_date: Support,
    /// A link that applies the code.
    pub auto_apply_link: Support,
}

impl Capabilities {
    const fn all(support: Support) -> Self {
        Self {
            percentage: support,
            fixed: support,
            usage_limit: support,
            once_per_customer: support,
            minimum_amount: support,
            minimum_quantity: support,
            products: support,
            categories: support,
            start_date: support,
            end_date: support,
            auto_apply_link: support,
        }
    }
}

/// What a platform supports, by its native API.
///
/// - `WooCommerce` and Stripe have no start date: we activate the code ourselves. Core `WooCommerce` has no
///   minimum quantity (`class-wc-rest-coupons-v2-controller.php`).
/// - Links that apply a code: Shopify `/discount/CODE?redirect=`. `WooCommerce` (`/checkout-link/`) and
///   `BigCommerce` (`/cart.php?action=add`) need a product, hence "emulated": it works where the plan names
///   exactly one product, and a link without such a product or with a page of its own lands on its page.
/// - Stripe can keep a code for first purchases, which is not the same as one use per customer, and has
///   products but no categories.
/// - A custom store's codes are typed in by the brand, who sets the terms there: emulated, all but the link.
/// - Amazon has no codes of ours. Only the dates are kept, by our links.
pub const fn capabilities(platform: Platform) -> Capabilities {
    use Support::{Emulated, Native, Unsupported};
    let native = Capabilities::all(Native);
    match platform {
        Platform::Shopify => native,
        Platform::Woocommerce => Capabilities {
            minimum_quantity: Unsupported,
            start_date: Emulated,
            auto_apply_link: Emulated,
            ..native
        },
        Platform::Bigcommerce => Capabilities { auto_apply_link: Emulated, ..native },
        Platform::AdobeCommerce => Capabilities { auto_apply_link: Unsupported, ..native },
        Platform::Stripe => Capabilities {
            once_per_customer: Unsupported,
            minimum_quantity: Unsupported,
            categories: Unsupported,
            start_date: Emulated,
            auto_apply_link: Unsupported,
            ..native
        },
        Platform::Amazon => {
            Capabilities { start_date: Emulated, end_date: Emulated, ..Capabilities::all(Unsupported) }
        }
        Platform::Custom => Capabilities { auto_apply_link: Unsupported, ..Capabilities::all(Emulated) },
    }
}

/// Refuses a plan that asks for more than the store has, naming every such term by its path.
///
/// An external plan is kept by its own programme and passes. A link that cannot apply the code is no
/// error: it lands on its page with the click id (R10). Two combinations that a platform accepts and then
/// ignores or refuses are named too: `BigCommerce` counts a minimum quantity among chosen products or
/// categories only ("no effect if items are not specified"), and Shopify takes products or collections,
/// not both ("Cannot entitle collections in combination with product variants or products").
///
/// # Errors
/// The terms that the store does not support.
pub fn check(terms: &Terms, capabilities: &Capabilities, platform: Platform) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    if terms.mode == Mode::External {
        return Ok(());
    }
    for (path, words, support) in asked(terms, capabilities) {
        if support == Support::Unsupported {
            errors.add(path, "unsupported", format!("{} has no {words}", platform.name()));
        }
    }
    check_combinations(terms, platform, &mut errors);
    check_rules(&terms.commission, platform, &mut errors);
    errors.into_result()
}

/// Whether a platform tells the lines of an order, with goods and pieces: Stripe and Amazon do not.
pub const fn tells_lines(platform: Platform) -> bool {
    !matches!(platform, Platform::Stripe | Platform::Amazon)
}

/// Whether a platform tells the categories of an order's goods: they stand in no platform's order but our own.
pub const fn tells_categories(platform: Platform) -> bool {
    matches!(platform, Platform::Custom)
}

/// Names the rules of a commission that look at what a platform does not tell.
pub fn check_rules(commission: &CommissionTerms, platform: Platform, errors: &mut FieldErrors) {
    let has_lines = tells_lines(platform);
    for (index, rule) in commission.rules.iter().enumerate() {
        let when = &rule.when;
        for (name, is_asked, is_told, what) in [
            ("products", !when.products.is_empty(), has_lines, "the goods of an order"),
            ("minimumQuantity", when.minimum_quantity.is_some(), has_lines, "the pieces of an order"),
            (
                "categories",
                !when.categories.is_empty(),
                tells_categories(platform),
                "the categories of the goods of an order; name products",
            ),
        ] {
            if is_asked && !is_told {
                let path = format!("commission.rules[{index}].when.{name}");
                errors.add(path, "unsupported", format!("{} does not tell {what}", platform.name()));
            }
        }
    }
}

/// The terms that the plan asks for: path, words, support.
fn asked(
    terms: &Terms,
    capabilities: &Capabilities,
) -> impl Iterator<Item = (&'static str, &'static str, Support)> {
    let limits = &terms.limits;
    let discount = match terms.discount {
        Some(Discount::Percentage { .. }) => {
            Some(("discount", "percentage discount", capabilities.percentage))
        }
        Some(Discount::Fixed { .. }) => Some(("discount", "fixed amount off an order", capabilities.fixed)),
        None => None,
    };
    let optional = [
        (
            limits.usage_limit.is_some(),
            "limits.usageLimit",
            "usage limit for codes",
            capabilities.usage_limit,
        ),
        (
            limits.once_per_customer,
            "limits.oncePerCustomer",
            "limit of one use per customer",
            capabilities.once_per_customer,
        ),
        (
            limits.minimum_amount.is_some(),
            "limits.minimumAmount",
            "minimum amount for codes",
            capabilities.minimum_amount,
        ),
        (
            limits.minimum_quantity.is_some(),
            "limits.minimumQuantity",
            "minimum quantity for codes",
            capabilities.minimum_quantity,
        ),
        (
            !limits.product_ids.is_empty(),
            "limits.productIds",
            "codes for chosen products",
            capabilities.products,
        ),
        (
            !limits.category_ids.is_empty(),
            "limits.categoryIds",
            "codes for chosen categories",
            capabilities.categories,
        ),
        (limits.starts_at.is_some(), "limits.startsAt", "start date for codes", capabilities.start_date),
        (limits.ends_at.is_some(), "limits.endsAt", "end date for codes", capabilities.end_date),
    ];
    let wanted = optional
        .into_iter()
        .filter(|(wanted, ..)| *wanted)
        .map(|(_, path, words, support)| (path, words, support));
    discount.into_iter().chain(wanted)
}

fn check_combinations(terms: &Terms, platform: Platform, errors: &mut FieldErrors) {
    let limits = &terms.limits;
    let (products, categories) = (!limits.product_ids.is_empty(), !limits.category_ids.is_empty());
    if platform == Platform::Bigcommerce && limits.minimum_quantity.is_some() && !products && !categories {
        let detail = "BigCommerce counts a minimum quantity only among chosen products or categories";
        errors.add("limits.minimumQuantity", "needs_products", detail);
    }
    if platform == Platform::Shopify && products && categories {
        let detail = "Shopify takes chosen products or chosen collections, not both";
        errors.add("limits.categoryIds", "conflict", detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FULL: [(&str, &str); 10] = [
        ("discount", r#"{"discount": {"type": "percentage", "value": "10"}}"#),
        ("discount", r#"{"discount": {"type": "fixed", "amount": {"amount": 500, "currency": "EUR"}}}"#),
        ("limits.usageLimit", r#"{"limits": {"usageLimit": 5}}"#),
        ("limits.oncePerCustomer", r#"{"limits": {"oncePerCustomer": true}}"#),
        ("limits.minimumAmount", r#"{"limits": {"minimumAmount": {"amount": 500, "currency": "EUR"}}}"#),
        ("limits.minimumQuantity", r#"{"limits": {"minimumQuantity": 2}}"#),
        ("limits.productIds", r#"{"limits": {"productIds": ["1"]}}"#),
        ("limits.categoryIds", r#"{"limits": {"categoryIds": ["1"]}}"#),
        ("limits.startsAt", r#"{"limits": {"startsAt": "2026-01-01"}}"#),
        ("limits.endsAt", r#"{"limits": {"endsAt": "2027-01-01"}}"#),
    ];

    /// The terms that ask for these of the ten, and their paths.
    fn terms(wanted: &[bool]) -> (Terms, Vec<&'static str>) {
        let mut value = serde_json::json!({"name": "Spring", "limits": {}});
        let mut paths = Vec::new();
        for ((path, text), _) in FULL.iter().zip(wanted).filter(|(_, wanted)| **wanted) {
            if paths.contains(path) {
                continue;
            }
            paths.push(*path);
            let part: serde_json::Value = serde_json::from_str(text).unwrap();
            for (name, inner) in part.as_object().unwrap() {
                match inner.as_object().filter(|_| name == "limits") {
                    Some(inner) => value["limits"].as_object_mut().unwrap().extend(inner.clone()),
                    None => value[name] = inner.clone(),
                }
            }
        }
        (serde_json::from_value(value).unwrap(), paths)
    }

    fn refused(terms: &Terms, capabilities: &Capabilities, platform: Platform) -> Vec<String> {
        check(terms, capabilities, platform)
            .err()
            .map(|errors| errors.as_slice().iter().map(|error| error.path.clone()).collect())
            .unwrap_or_default()
    }

    // R9, R51
    #[test]
    fn a_rule_about_what_a_platform_does_not_tell_is_refused() {
        let rule = r#"{"name": "Spring", "commission": {"type": "percentage", "rate": "5", "rules": [
            {"when": {"customer": "new"}, "type": "percentage", "rate": "9"},
            {"when": {"products": ["1"], "categories": ["2"], "minimumQuantity": 3}, "type": "percentage", "rate": "9"}]}}"#;
        let terms: Terms = serde_json::from_str(rule).unwrap();
        let path = |name: &str| format!("commission.rules[1].when.{name}");
        for (platform, names) in [
            (Platform::Custom, vec![]),
            (Platform::Shopify, vec!["categories"]),
            (Platform::Bigcommerce, vec!["categories"]),
            (Platform::Stripe, vec!["products", "minimumQuantity", "categories"]),
            (Platform::Amazon, vec!["products", "minimumQuantity", "categories"]),
        ] {
            let refused = refused(&terms, &capabilities(platform), platform);
            assert_eq!(refused, names.into_iter().map(path).collect::<Vec<_>>(), "{platform}");
        }
    }

    fn support_of(capabilities: &Capabilities, term: usize) -> Support {
        let Capabilities {
            percentage,
            fixed,
            usage_limit,
            once_per_customer,
            minimum_amount,
            minimum_quantity,
            products,
            categories,
            start_date,
            end_date,
            auto_apply_link: _,
        } = *capabilities;
        [
            percentage,
            fixed,
            usage_limit,
            once_per_customer,
            minimum_amount,
            minimum_quantity,
            products,
            categories,
            start_date,
            end_date,
        ][term]
    }

    fn any_support() -> impl Strategy<Value = Support> {
        prop_oneof![Just(Support::Native), Just(Support::Emulated), Just(Support::Unsupported)]
    }

    proptest! {
        // R9
        #[test]
        fn every_unsupported_term_that_is_asked_for_is_named_and_nothing_else(
            wanted in any::<[bool; 10]>(),
            supports in proptest::collection::vec(any_support(), 10),
        ) {
            let capabilities = Capabilities {
                percentage: supports[0],
                fixed: supports[1],
                usage_limit: supports[2],
                once_per_customer: supports[3],
                minimum_amount: supports[4],
                minimum_quantity: supports[5],
                products: supports[6],
                categories: supports[7],
                start_date: supports[8],
                end_date: supports[9],
                auto_apply_link: Support::Unsupported,
            };
            let mut wanted = wanted;
            // One discount at a time.
            wanted[1] &= !wanted[0];
            let (terms, _) = terms(&wanted);
            let expected: Vec<&str> = FULL
                .iter()
                .enumerate()
                .filter(|(term, _)| wanted[*term] && support_of(&capabilities, *term) == Support::Unsupported)
                .map(|(_, (path, _))| *path)
                .collect();
            prop_assert_eq!(refused(&terms, &capabilities, Platform::Custom), expected);
        }
    }

    // R9
    #[test]
    fn each_platform_refuses_what_it_does_not_have() {
        let (everything, paths) = terms(&[true; 10]);
        for (platform, expected) in [
            (Platform::Shopify, vec!["limits.categoryIds"]),
            (Platform::Woocommerce, vec!["limits.minimumQuantity"]),
            (Platform::Bigcommerce, vec![]),
            (Platform::AdobeCommerce, vec![]),
            (
                Platform::Stripe,
                vec!["limits.oncePerCustomer", "limits.minimumQuantity", "limits.categoryIds"],
            ),
            (Platform::Amazon, paths[..7].to_vec()),
            (Platform::Custom, vec![]),
        ] {
            assert_eq!(refused(&everything, &capabilities(platform), platform), expected, "{platform}");
        }
    }

    // R9
    #[test]
    fn a_minimum_quantity_that_the_store_would_ignore_is_refused() {
        let mut wanted = [false; 10];
        wanted[5] = true;
        let refusal = |wanted: &[bool]| {
            refused(&terms(wanted).0, &capabilities(Platform::Bigcommerce), Platform::Bigcommerce)
        };
        assert_eq!(refusal(&wanted), ["limits.minimumQuantity"]);
        wanted[7] = true;
        assert!(refusal(&wanted).is_empty());
    }

    // R9
    #[test]
    fn a_refusal_says_what_the_store_lacks() {
        let (terms, _) = terms(&[false, false, false, false, false, true, false, false, false, false]);
        let errors = check(&terms, &capabilities(Platform::Woocommerce), Platform::Woocommerce).unwrap_err();
        let error = &errors.as_slice()[0];
        assert_eq!(
            (error.code, error.detail.as_str()),
            ("unsupported", "WooCommerce has no minimum quantity for codes")
        );
    }

    // R9, R14
    #[test]
    fn an_external_plan_is_kept_by_its_own_programme() {
        let (mut terms, _) = terms(&[true; 10]);
        terms.mode = Mode::External;
        assert_eq!(check(&terms, &capabilities(Platform::Amazon), Platform::Amazon), Ok(()));
    }

    // R9
    #[test]
    fn capabilities_are_written_as_the_api_says() {
        let written = serde_json::to_value(capabilities(Platform::Woocommerce)).unwrap();
        let expected = serde_json::json!({"percentage": "native", "fixed": "native", "usageLimit": "native",
            "oncePerCustomer": "native", "minimumAmount": "native", "minimumQuantity": "unsupported",
            "products": "native", "categories": "native", "startDate": "emulated", "endDate": "native",
            "autoApplyLink": "emulated"});
        assert_eq!(written, expected);
    }

    #[test]
    fn every_platform_is_read_back_from_its_word() {
        for platform in Platform::ALL {
            assert_eq!(Platform::parse(platform.as_str()), Ok(platform));
            let json = format!("\"{platform}\"");
            assert_eq!(serde_json::to_string(&platform).unwrap(), json);
            assert_eq!(serde_json::from_str::<Platform>(&json).unwrap(), platform);
        }
        assert!(Platform::parse("Shopify").is_err());
    }
}
