//! Every term of a plan reaches the shop, or is refused by its name.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tributary_domain::capability::{Capabilities, Platform, Support, capabilities};
use tributary_domain::plan::Terms;

use super::super::testing::{Wanted, moment};
use super::super::{Configuration, State, Term};
use super::echo::{kept, plan, written};

fn any_support() -> impl Strategy<Value = Support> {
    prop_oneof![3 => Just(Support::Native), 1 => Just(Support::Emulated), 1 => Just(Support::Unsupported)]
}

/// Any table, the platform's own one time in three.
fn any_table() -> impl Strategy<Value = Option<Capabilities>> {
    let table = proptest::collection::vec(any_support(), 11).prop_map(|support| Capabilities {
        percentage: support[0],
        fixed: support[1],
        usage_limit: support[2],
        once_per_customer: support[3],
        minimum_amount: support[4],
        minimum_quantity: support[5],
        products: support[6],
        categories: support[7],
        start_date: support[8],
        end_date: support[9],
        auto_apply_link: support[10],
    });
    proptest::option::weighted(0.66, table)
}

fn any_discount() -> impl Strategy<Value = Option<Value>> {
    let percentage = (1_u32..=1_000_000).prop_map(
        |units| json!({"type": "percentage", "value": format!("{}.{:04}", units / 10_000, units % 10_000)}),
    );
    let whole = (1_u32..=100).prop_map(|value| json!({"type": "percentage", "value": value.to_string()}));
    let fixed = (1_i64..1_000_000_000)
        .prop_map(|amount| json!({"type": "fixed", "amount": {"amount": amount, "currency": "EUR"}}));
    prop_oneof![1 => Just(None), 2 => percentage.prop_map(Some), 4 => whole.prop_map(Some), 4 => fixed.prop_map(Some)]
}

/// Ids of any shop: numbers, Shopify's global ones, Stripe's, SKUs, and one that nobody takes.
fn any_ids() -> impl Strategy<Value = Vec<String>> {
    let id = prop_oneof![
        8 => (1_u64..100).prop_map(|id| id.to_string()),
        1 => (1_u64..100).prop_map(|id| format!("gid://shopify/Product/{id}")),
        1 => Just("prod_abc".to_owned()),
        1 => Just("SKU-1, blue".to_owned()),
    ];
    prop_oneof![2 => Just(Vec::new()), 1 => proptest::collection::vec(id, 1..4)]
}

fn any_limits() -> impl Strategy<Value = Map<String, Value>> {
    let maybe = |strategy: std::ops::Range<i64>| proptest::option::of(strategy);
    (
        maybe(1..2_147_483_648),
        any::<bool>(),
        maybe(1..1_000_000_000),
        maybe(1..1_000),
        any_ids(),
        any_ids(),
        maybe(1_700_000_000..1_900_000_000),
        maybe(1_900_000_001..2_100_000_000),
    )
        .prop_map(|(usage, once, least, count, products, categories, start, end)| {
            let mut limits = Map::new();
            limits.extend(usage.map(|usage| ("usageLimit".to_owned(), json!(usage))));
            limits.insert("oncePerCustomer".to_owned(), json!(once));
            limits.extend(
                least.map(|least| ("minimumAmount".to_owned(), json!({"amount": least, "currency": "EUR"}))),
            );
            // A plan has one of the two.
            limits.extend(
                count.filter(|_| least.is_none()).map(|count| ("minimumQuantity".to_owned(), json!(count))),
            );
            limits.insert("productIds".to_owned(), json!(products));
            limits.insert("categoryIds".to_owned(), json!(categories));
            limits.extend(start.map(|start| ("startsAt".to_owned(), written(start))));
            limits.extend(end.map(|end| ("endsAt".to_owned(), written(end))));
            limits
        })
}

/// The terms that a plan asks for.
fn asked(terms: &Terms) -> Vec<Term> {
    let limits = &terms.limits;
    let wanted = [
        (terms.discount.is_some(), Term::Discount),
        (limits.usage_limit.is_some(), Term::UsageLimit),
        (limits.once_per_customer, Term::OncePerCustomer),
        (limits.minimum_amount.is_some(), Term::MinimumAmount),
        (limits.minimum_quantity.is_some(), Term::MinimumQuantity),
        (!limits.product_ids.is_empty(), Term::Products),
        (!limits.category_ids.is_empty(), Term::Categories),
        (limits.starts_at.is_some(), Term::StartsAt),
        (limits.ends_at.is_some(), Term::EndsAt),
    ];
    wanted.into_iter().filter(|(wanted, _)| *wanted).map(|(_, term)| term).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    // R9
    #[test]
    fn the_terms_of_any_plan_are_all_carried_by_any_shop_or_refused_field_by_field(
        platform in proptest::sample::select(Platform::ALL.to_vec()),
        table in any_table(),
        discount in any_discount(),
        limits in any_limits(),
    ) {
        let terms: Terms = serde_json::from_value(plan(discount.as_ref(), &limits)).unwrap();
        let table = table.unwrap_or_else(|| capabilities(platform));
        let asked = asked(&terms);
        match Configuration::new(platform, &table, "pln_1-v2", &terms) {
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                for error in errors.as_slice() {
                    let is_asked = asked.iter().any(|term| error.path.starts_with(term.path()));
                    let is_bare = error.path == "discount" && terms.discount.is_none();
                    let has_no_api = error.path == "mode" && matches!(platform, Platform::Amazon | Platform::Custom);
                    prop_assert!(is_asked || is_bare || has_no_api, "{} was not asked for", error.path);
                }
            }
            Ok(configuration) => {
                let wanted = Wanted::of(configuration);
                let (facts, state) = kept(platform, &wanted);
                prop_assert_eq!(wanted.terms.differences(&facts), vec![]);
                for term in asked {
                    let by_us = term == Term::StartsAt && wanted.terms.switch_on_at() == terms.limits.starts_at;
                    prop_assert!(facts.contains_key(&term) || by_us, "{} is lost", term.path());
                }
                let is_in_time = state == wanted.terms.state_at(moment("2026-11-21T12:00:00Z"));
                prop_assert!(is_in_time || wanted.terms.is_deleted_when_off());
            }
        }
    }
}

// R9
#[test]
fn a_term_that_no_table_can_give_a_shop_is_refused_all_the_same() {
    let all: Capabilities = capabilities(Platform::Shopify);
    for (platform, limits, expected) in [
        (Platform::Woocommerce, r#"{"minimumQuantity": 2}"#, vec!["limits.minimumQuantity"]),
        (
            Platform::Woocommerce,
            r#"{"productIds": ["a", "1", "b"]}"#,
            vec!["limits.productIds", "limits.productIds"],
        ),
        (
            Platform::Stripe,
            r#"{"oncePerCustomer": true, "minimumQuantity": 2, "categoryIds": ["1"]}"#,
            vec!["limits.oncePerCustomer", "limits.minimumQuantity", "limits.categoryIds"],
        ),
        (Platform::Bigcommerce, r#"{"minimumQuantity": 2}"#, vec!["limits.minimumQuantity"]),
        (Platform::Shopify, r#"{"productIds": ["1"], "categoryIds": ["1"]}"#, vec!["limits.categoryIds"]),
        (
            Platform::AdobeCommerce,
            r#"{"productIds": ["A,B"], "categoryIds": ["x"]}"#,
            vec!["limits.productIds", "limits.categoryIds"],
        ),
    ] {
        let limits: Map<String, Value> = serde_json::from_str(limits).unwrap();
        let discount = json!({"type": "percentage", "value": "10"});
        let terms: Terms = serde_json::from_value(plan(Some(&discount), &limits)).unwrap();
        let errors = Configuration::new(platform, &all, "pln_1-v2", &terms).unwrap_err();
        let paths: Vec<&str> = errors.as_slice().iter().map(|error| error.path.as_str()).collect();
        assert_eq!(paths, expected, "{platform}");
    }
}

// R9
#[test]
fn where_the_shop_has_no_start_date_we_switch_the_code_on() {
    for platform in [Platform::Woocommerce, Platform::Stripe] {
        let wanted = Wanted::new(platform, r#"{"limits": {"startsAt": "2026-12-01T08:00:00Z"}}"#);
        assert_eq!(kept(platform, &wanted).1, State::Inactive, "{platform}");
        assert_eq!(wanted.terms.switch_on_at(), Some(moment("2026-12-01T08:00:00Z")));
        assert_eq!(wanted.terms.state_at(moment("2026-12-01T08:00:00Z")), State::Active);
    }
    for platform in [Platform::Shopify, Platform::Bigcommerce] {
        let wanted = Wanted::new(platform, r#"{"limits": {"startsAt": "2026-12-01T08:00:00Z"}}"#);
        assert_eq!(
            (kept(platform, &wanted).1, wanted.terms.switch_on_at()),
            (State::Active, None),
            "{platform}"
        );
    }
}

// R9
#[test]
fn where_the_shop_knows_days_only_we_keep_the_time_of_day() {
    let limits = |starts: &str, ends: &str| {
        let limits = format!(r#"{{"limits": {{"startsAt": "{starts}", "endsAt": "{ends}"}}}}"#);
        Wanted::new(Platform::AdobeCommerce, &limits).terms
    };
    let days = limits("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z");
    assert_eq!((days.switch_on_at(), days.switch_off_at()), (None, None));
    assert_eq!(limits("2026-12-01T00:00:00Z", "2026-12-31T23:59:59Z").switch_off_at(), None);
    let (start, end) = (moment("2026-12-01T08:00:00Z"), moment("2026-12-24T18:00:00Z"));
    let hours = limits("2026-12-01T08:00:00Z", "2026-12-24T18:00:00Z");
    assert_eq!((hours.switch_on_at(), hours.switch_off_at()), (Some(start), Some(end)));
    for (now, state) in [
        (start.plus_seconds(-1), State::Inactive),
        (start, State::Active),
        (end.plus_seconds(-1), State::Active),
        (end, State::Inactive),
    ] {
        assert_eq!(hours.state_at(now), state, "{now}");
    }
}

// R1
#[test]
fn amounts_of_a_currency_keep_its_decimals() {
    for (code, minor, expected) in [("EUR", 1_299, "12.99"), ("JPY", 1_299, "1299"), ("KWD", 1_230, "1.230")]
    {
        let terms = format!(
            r#"{{"discount": {{"type": "fixed", "amount": {{"amount": {minor}, "currency": "{code}"}}}}}}"#
        );
        let wanted = Wanted::new(Platform::Shopify, &terms);
        assert_eq!(wanted.terms.facts()[&Term::Discount], format!("{expected} {code}"));
        let request = super::super::testing::first(
            &super::super::testing::shop(Platform::Shopify),
            super::super::Task::Make(wanted.wish()),
        );
        assert!(request.2.contains(&format!(r#""amount":"{expected}""#)), "{}", request.2);
    }
}

// R12
#[test]
fn what_the_shop_has_otherwise_is_named_term_by_term() {
    let wanted = Wanted::new(Platform::Woocommerce, r#"{"limits": {"usageLimit": 5}}"#);
    let mut facts = kept(Platform::Woocommerce, &wanted).0;
    facts.insert(Term::UsageLimit, "50".to_owned());
    facts.insert(Term::EndsAt, "2027-01-01T00:00:00Z".to_owned());
    let found: Vec<_> =
        wanted.terms.differences(&facts).into_iter().map(|d| (d.term, d.wanted, d.found)).collect();
    assert_eq!(
        found,
        [
            (Term::UsageLimit, "5".to_owned(), "50".to_owned()),
            (Term::EndsAt, "none".to_owned(), "2027-01-01T00:00:00Z".to_owned()),
        ]
    );
}
