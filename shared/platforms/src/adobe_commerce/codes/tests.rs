//! The requests and answers of Magento's REST API (`RuleInterface.php`, `CouponRepository.php`).

use serde_json::json;
use tributary_domain::capability::Platform;

use crate::shop_api::testing::{Wanted, json as body, outcome, remote, response, run, shop, shown};
use crate::shop_api::{Call, Done, Failure, RuleId, State, Task, Term};

const COUPON: &str = r#"{"coupon_id": 9, "rule_id": 7, "code": "ANNA10", "usage_limit": 500,
    "usage_per_customer": 1, "times_used": 0, "is_primary": false, "type": 1}"#;

fn found(coupons: &str, total: u32) -> String {
    format!(r#"{{"items": [{coupons}], "search_criteria": {{}}, "total_count": {total}}}"#)
}

// R6
#[test]
fn a_plan_version_is_one_rule_of_generated_coupons_with_all_its_terms() {
    let wanted = Wanted::new(
        Platform::AdobeCommerce,
        r#"{"discount": {"type": "fixed", "amount": {"amount": 550, "currency": "EUR"}},
            "limits": {"usageLimit": 500, "oncePerCustomer": true, "minimumAmount": {"amount": 3000, "currency": "EUR"},
            "productIds": ["A-1", "B 2"], "categoryIds": ["3"],
            "startsAt": "2026-12-01T15:30:00Z", "endsAt": "2027-01-01T00:00:00Z"}}"#,
    );
    let answer = r#"{"rule_id": 7, "name": "Spring 10 (pln_1-v2)"}"#;
    let (requests, done) =
        run(&shop(Platform::AdobeCommerce), Task::MakeRule(&wanted.terms), [response(200, answer)]);
    assert!(matches!(done, Ok(Done::Rule(id, _)) if id == RuleId::new("7")));
    let rule = r"Magento\SalesRule\Model\Rule\Condition";
    assert_eq!(
        body(&requests[0]),
        json!({"rule": {
            "name": "Spring 10 (pln_1-v2)", "website_ids": [1], "customer_group_ids": [0, 1, 2, 3],
            // Days only: the UTC day of the start, and the last day on which it still runs.
            "from_date": "2026-12-01", "to_date": "2026-12-31",
            "is_active": true, "coupon_type": "SPECIFIC_COUPON", "use_auto_generation": true,
            "uses_per_coupon": 500, "uses_per_customer": 1,
            "simple_action": "cart_fixed", "discount_amount": 5.50, "stop_rules_processing": false, "sort_order": 0,
            "condition": {"condition_type": format!("{rule}\\Combine"), "aggregator_type": "all", "value": "1",
                "conditions": [{"condition_type": format!("{rule}\\Address"), "operator": ">=",
                    "attribute_name": "base_subtotal", "value": "30.00"}]},
            "action_condition": {"condition_type": format!("{rule}\\Product\\Combine"), "aggregator_type": "any",
                "value": "1", "conditions": [
                    {"condition_type": format!("{rule}\\Product"), "operator": "()", "attribute_name": "sku",
                        "value": "A-1,B 2"},
                    {"condition_type": format!("{rule}\\Product"), "operator": "()",
                        "attribute_name": "category_ids", "value": "3"}]},
        }})
    );
    assert!(shown(&requests[0]).2.contains(r#""discount_amount":5.50,"#));
}

// R5
#[test]
fn a_code_is_a_generated_coupon_with_a_name_of_ours() {
    let wanted =
        Wanted::new(Platform::AdobeCommerce, r#"{"limits": {"usageLimit": 500, "oncePerCustomer": true}}"#);
    let (requests, done) =
        run(&shop(Platform::AdobeCommerce), Task::Make(wanted.wish()), [response(200, COUPON)]);
    assert_eq!(done, Ok(Done::Made(remote("9", Some("7")))));
    assert_eq!(requests[0].uri().path(), "/rest/V1/coupons");
    assert_eq!(
        body(&requests[0]),
        json!({"coupon": {"rule_id": 7, "code": "ANNA10", "type": 1, "is_primary": false, "usage_limit": 500,
            "usage_per_customer": 1}})
    );
}

// R4, R5
#[test]
fn a_text_that_is_taken_is_known_by_its_sentence_or_by_asking() {
    let wanted = Wanted::new(Platform::AdobeCommerce, "{}");
    let (shop, task) = (shop(Platform::AdobeCommerce), Task::Make(wanted.wish()));
    let taken = "Coupon with the same code already exists.".to_owned();
    for body in [
        json!({"message": taken}),
        json!({"message": "%1 already exists.", "parameters": ["Coupon with the same code"]}),
        json!({"message": "%what already exists.", "parameters": {"what": "Coupon with the same code"}}),
    ] {
        assert_eq!(outcome(&shop, task, 400, &body.to_string()), Err(Failure::Duplicate(taken.clone())));
    }
    let unclear =
        json!({"message": "Error occurred when saving coupon: %1", "parameters": ["x"]}).to_string();
    let words = "Error occurred when saving coupon: x".to_owned();
    for (coupons, expected) in [
        (found(COUPON, 1), Failure::Duplicate(words.clone())),
        (found("", 0), Failure::Refused(words.clone())),
    ] {
        let (requests, done) = run(&shop, task, [response(400, unclear.as_str()), response(200, coupons)]);
        assert_eq!(done, Err(expected));
        assert_eq!(
            requests[1].uri().path_and_query().unwrap().as_str(),
            "/rest/V1/coupons/search?searchCriteria%5BfilterGroups%5D%5B0%5D%5Bfilters%5D%5B0%5D%5Bfield%5D=code\
             &searchCriteria%5BfilterGroups%5D%5B0%5D%5Bfilters%5D%5B0%5D%5Bvalue%5D=ANNA10\
             &searchCriteria%5BfilterGroups%5D%5B0%5D%5Bfilters%5D%5B0%5D%5BconditionType%5D=eq\
             &searchCriteria%5BpageSize%5D=100&searchCriteria%5BcurrentPage%5D=1"
        );
    }
}

// R5
#[test]
fn a_coupon_is_found_by_its_text_and_its_rule_has_the_rest() {
    let wanted = Wanted::new(Platform::AdobeCommerce, "{}");
    let shop = shop(Platform::AdobeCommerce);
    let Ok(Done::Found(seen)) = outcome(&shop, Task::Find(wanted.text()), 200, &found(COUPON, 1)) else {
        panic!()
    };
    assert_eq!(seen.rule(), Some(&RuleId::new("7")));
    assert_eq!(seen.facts[&Term::UsageLimit], "500");
    assert_eq!(outcome(&shop, Task::Find(wanted.text()), 200, &found("", 0)), Ok(Done::Missing));

    let rule = r#"{"rule_id": 7, "is_active": false, "from_date": "2026-12-01 00:00:00", "to_date": null,
        "simple_action": "by_percent", "discount_amount": 10, "uses_per_coupon": 0, "uses_per_customer": 0}"#;
    let Ok(Done::Rule(_, facts)) = outcome(&shop, Task::ReadRule(&RuleId::new("7")), 200, rule) else {
        panic!()
    };
    assert_eq!((&*facts[&Term::StartsAt], &*facts[&Term::EndsAt]), ("2026-12-01", "none"));
    let differing: Vec<Term> = wanted.terms.differences(&facts).iter().map(|found| found.term).collect();
    assert_eq!(differing, [Term::Discount], "a rule that is switched off gives nothing");
}

// R5, R12
#[test]
fn a_coupon_is_renamed_and_moved_in_place_and_switched_off_by_deleting_it() {
    let wanted = Wanted::new(Platform::AdobeCommerce, "{}");
    let shop = shop(Platform::AdobeCommerce);
    let code = remote("9", Some("6"));
    for task in
        [Task::Rename { code: &code, to: wanted.wish() }, Task::Change { code: &code, to: wanted.wish() }]
    {
        let (requests, done) = run(&shop, task, [response(200, COUPON)]);
        assert_eq!((requests[0].method().as_str(), requests[0].uri().path()), ("PUT", "/rest/V1/coupons/9"));
        let sent = body(&requests[0]);
        assert_eq!((&sent["coupon"]["coupon_id"], &sent["coupon"]["rule_id"]), (&json!(9), &json!(7)));
        assert_eq!(done, Ok(Done::Made(remote("9", Some("7")))));
    }
    let off = Task::Switch { code: &code, to: State::Inactive, wish: wanted.wish() };
    assert_eq!(outcome(&shop, off, 200, "true"), Ok(Done::Off));
    assert_eq!(outcome(&shop, off, 404, r#"{"message": "No such entity."}"#), Ok(Done::Off));
    let (_, request) = Call::start(&shop, off).unwrap();
    assert_eq!(shown(&request).0, "DELETE");
}

// R5, R6
#[test]
fn a_rule_that_may_have_been_made_is_found_by_its_title_or_is_missing_where_no_rules_can_be_searched() {
    let wanted = Wanted::new(Platform::AdobeCommerce, "{}");
    let (shop, task) = (shop(Platform::AdobeCommerce), Task::FindRule(&wanted.terms));
    let named = |name: &str| found(&json!({"rule_id": 7, "name": name}).to_string(), 1);
    let done = outcome(&shop, task, 200, &named("Spring 10 (pln_1-v2)"));
    assert!(matches!(done, Ok(Done::Rule(id, _)) if id == RuleId::new("7")));
    assert_eq!(outcome(&shop, task, 200, &named("Spring 10 (pln_1-v1)")), Ok(Done::Missing));
    let unknown = r#"{"message": "Request does not match any route."}"#;
    assert_eq!(outcome(&shop, task, 404, unknown), Ok(Done::Missing));
}

// R5
#[test]
fn the_coupons_of_a_shop_come_page_by_page() {
    let task = Task::List { rule: None, page: Some("1") };
    for (total, expected) in [(101, Some("2")), (100, None)] {
        let done = outcome(&shop(Platform::AdobeCommerce), task, 200, &found(COUPON, total));
        let Ok(Done::Page { codes, next }) = done else { panic!("{done:?}") };
        assert_eq!((codes.len(), next.as_deref()), (1, expected));
    }
}

#[test]
fn a_check_says_what_is_missing_in_the_shops_words() {
    let shop = shop(Platform::AdobeCommerce);
    let lacking = json!({"message": "The consumer isn't authorized to access %resources.",
        "parameters": {"resources": "Magento_SalesRule::quote"}})
    .to_string();
    let missing = vec!["The consumer isn't authorized to access Magento_SalesRule::quote.".to_owned()];
    assert_eq!(outcome(&shop, Task::Check, 401, &lacking), Ok(Done::Ready { missing }));
    assert_eq!(outcome(&shop, Task::Check, 200, &found("", 0)), Ok(Done::Ready { missing: vec![] }));
    let wrong = json!({"message": "The signature is invalid. Verify and try again."}).to_string();
    let words = "The signature is invalid. Verify and try again.".to_owned();
    assert_eq!(outcome(&shop, Task::Check, 401, &wrong), Err(Failure::Unauthorised(words)));
    let (_, request) = Call::start(&shop, Task::Check).unwrap();
    assert_eq!(shown(&request).1, "/rest/V1/coupons/search?searchCriteria%5BpageSize%5D=1");
}
