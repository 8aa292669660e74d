//! The requests as Shopify documents them, and the answers that it was seen to give.

use serde_json::json;
use tributary_domain::capability::Platform;

use crate::shop_api::testing::{Wanted, json as body, outcome, remote, response, run, shop};
use crate::shop_api::{Call, Done, Failure, State, Task};

const MADE: &str = r#"{"data": {"discountCodeBasicCreate": {"codeDiscountNode":
    {"id": "gid://shopify/DiscountCodeNode/1"}, "userErrors": []}}}"#;

fn refused(code: &str, message: &str) -> String {
    let errors = json!([{"field": ["basicCodeDiscount", "code"], "message": message, "code": code, "extraInfo": null}]);
    json!({"data": {"discountCodeBasicCreate": {"codeDiscountNode": null, "userErrors": errors}}}).to_string()
}

#[track_caller]
fn make(answer: &str) -> Result<Done, Failure> {
    let wanted = Wanted::new(Platform::Shopify, "{}");
    outcome(&shop(Platform::Shopify), Task::Make(wanted.wish()), 200, answer)
}

// R5
#[test]
fn a_code_is_one_discount_with_all_its_terms() {
    let wanted = Wanted::new(
        Platform::Shopify,
        r#"{"discount": {"type": "percentage", "value": "12.5"}, "limits": {"usageLimit": 500, "oncePerCustomer": true,
            "minimumAmount": {"amount": 3000, "currency": "EUR"}, "productIds": ["7", "gid://shopify/Product/9"],
            "startsAt": "2026-12-01T00:00:00Z", "endsAt": "2027-01-01T00:00:00Z"}}"#,
    );
    let (requests, done) = run(&shop(Platform::Shopify), Task::Make(wanted.wish()), [response(200, MADE)]);
    assert_eq!(done, Ok(Done::Made(remote("gid://shopify/DiscountCodeNode/1", None))));
    let sent = body(&requests[0]);
    assert!(sent["query"].as_str().unwrap().contains("discountCodeBasicCreate(basicCodeDiscount: $input)"));
    assert_eq!(
        sent["variables"]["input"],
        json!({
            "title": "Spring 10 (pln_1-v2)",
            "code": "ANNA10",
            "startsAt": "2026-12-01T00:00:00Z",
            "endsAt": "2027-01-01T00:00:00Z",
            "usageLimit": 500,
            "appliesOncePerCustomer": true,
            "context": {"all": "ALL"},
            "customerGets": {
                "value": {"percentage": 0.125},
                "items": {"products": {
                    "productsToAdd": ["gid://shopify/Product/7", "gid://shopify/Product/9"], "productsToRemove": [],
                }},
            },
            "minimumRequirement": {"subtotal": {"greaterThanOrEqualToSubtotal": "30.00"}},
        })
    );
}

// R1
#[test]
fn percentages_are_fractions_of_one_without_a_float() {
    for (percent, fraction) in
        [("100", "1"), ("10", "0.1"), ("12.5", "0.125"), ("0.0001", "0.000001"), ("29", "0.29")]
    {
        let plan = format!(r#"{{"discount": {{"type": "percentage", "value": "{percent}"}}}}"#);
        let wanted = Wanted::new(Platform::Shopify, &plan);
        let (_, request) = Call::start(&shop(Platform::Shopify), Task::Make(wanted.wish())).unwrap();
        let text = String::from_utf8(request.into_body()).unwrap();
        assert!(text.contains(&format!(r#""value":{{"percentage":{fraction}}}"#)), "{text}");
    }
}

// R4, R5
#[test]
fn user_errors_stand_in_an_answer_of_200() {
    let taken = "Code must be unique. Please try a different code.";
    assert_eq!(make(&refused("TAKEN", taken)), Err(Failure::Duplicate(taken.to_owned())));
    for (code, words) in [
        ("BLANK", "Title can't be blank"),
        ("TOO_LONG", "Code is too long (maximum is 255 characters)"),
        ("INVALID", "Ends at needs to be after starts_at"),
        ("VALUE_OUTSIDE_RANGE", "Value must be between 0.0 and 1.0"),
        ("CONFLICT", "Cannot entitle collections in combination with product variants or products"),
        ("LESS_THAN_OR_EQUAL_TO", "Usage limit must be less than or equal to 2147483647"),
    ] {
        assert_eq!(make(&refused(code, words)), Err(Failure::Refused(words.to_owned())));
    }
}

// R5
#[test]
fn errors_of_the_whole_request_stand_in_an_answer_of_200_too() {
    for (answer, expected) in [
        (
            r#"{"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "extensions": {"cost":
                {"requestedQueryCost": 20, "actualQueryCost": null, "throttleStatus":
                {"maximumAvailable": 2000, "currentlyAvailable": 3, "restoreRate": 100}}}}"#,
            Failure::Throttled { wait: None },
        ),
        (
            r#"{"errors": [{"message": "Access denied for discountCodeBasicCreate field.",
                "extensions": {"code": "ACCESS_DENIED"}}]}"#,
            Failure::Unauthorised("Access denied for discountCodeBasicCreate field.".to_owned()),
        ),
        (
            r#"{"errors": [{"message": "Variable $input was invalid", "extensions": {"code": "INVALID_VARIABLE"}}]}"#,
            Failure::Refused("Variable $input was invalid".to_owned()),
        ),
        (
            r#"{"errors": [{"message": "Internal error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}"#,
            Failure::TryAgain("Internal error".to_owned()),
        ),
    ] {
        assert_eq!(make(answer), Err(expected));
    }
}

// R5
#[test]
fn a_wrong_token_is_said_in_shopifys_words() {
    let wanted = Wanted::new(Platform::Shopify, "{}");
    let words = "[API] Invalid API key or access token (unrecognized login or wrong password)";
    let answer = json!({"errors": words}).to_string();
    let done = outcome(&shop(Platform::Shopify), Task::Make(wanted.wish()), 401, &answer);
    assert_eq!(done, Err(Failure::Unauthorised(words.to_owned())));
}

// R5
#[test]
fn a_code_is_looked_for_by_its_text() {
    let wanted = Wanted::new(Platform::Shopify, "{}");
    let (shop, task) = (shop(Platform::Shopify), Task::Find(wanted.text()));
    assert_eq!(outcome(&shop, task, 200, r#"{"data": {"codeDiscountNodeByCode": null}}"#), Ok(Done::Missing));
    let other = r#"{"data": {"codeDiscountNodeByCode": {"id": "gid://shopify/DiscountCodeNode/5",
        "codeDiscount": {"__typename": "DiscountCodeFreeShipping"}}}}"#;
    let Ok(Done::Found(found)) = outcome(&shop, task, 200, other) else { panic!() };
    assert_eq!(
        (found.remote.code.as_str(), found.text.as_str()),
        ("gid://shopify/DiscountCodeNode/5", "ANNA10")
    );
    assert!(!wanted.terms.differences(&found.facts).is_empty());
}

// R12
#[test]
fn a_change_takes_off_the_products_that_are_no_longer_chosen() {
    let wanted = Wanted::new(Platform::Shopify, r#"{"limits": {"productIds": ["7", "8"]}}"#);
    let code = remote("gid://shopify/DiscountCodeNode/1", None);
    let there = r#"{"data": {"codeDiscountNode": {"id": "gid://shopify/DiscountCodeNode/1", "codeDiscount":
        {"customerGets": {"items": {"products": {"nodes": [{"id": "gid://shopify/Product/8"},
        {"id": "gid://shopify/Product/9"}], "pageInfo": {"hasNextPage": false}}}}}}}}"#;
    let changed = MADE.replace("Create", "Update");
    let task = Task::Change { code: &code, to: wanted.wish() };
    let (requests, done) =
        run(&shop(Platform::Shopify), task, [response(200, there), response(200, changed.as_str())]);
    assert_eq!(done, Ok(Done::Made(code.clone())));
    let sent = body(&requests[1]);
    assert_eq!(sent["variables"]["id"], "gid://shopify/DiscountCodeNode/1");
    assert_eq!(
        sent["variables"]["input"]["customerGets"]["items"]["products"],
        json!({"productsToAdd": ["gid://shopify/Product/7", "gid://shopify/Product/8"],
            "productsToRemove": ["gid://shopify/Product/9"]})
    );
    let gone = outcome(&shop(Platform::Shopify), task, 200, r#"{"data": {"codeDiscountNode": null}}"#);
    assert!(matches!(gone, Err(Failure::Gone(_))), "{gone:?}");
}

// R5
#[test]
fn a_code_that_is_switched_on_again_gets_its_dates_back() {
    let code = remote("gid://shopify/DiscountCodeNode/1", None);
    let shop = shop(Platform::Shopify);
    let activated = MADE.replace("discountCodeBasicCreate", "discountCodeActivate");
    let updated = MADE.replace("Create", "Update");

    let endless = Wanted::new(Platform::Shopify, "{}");
    let task = Task::Switch { code: &code, to: State::Active, wish: endless.wish() };
    assert_eq!(outcome(&shop, task, 200, &activated), Ok(Done::Made(code.clone())));

    let ending = Wanted::new(Platform::Shopify, r#"{"limits": {"endsAt": "2027-01-01T00:00:00Z"}}"#);
    let task = Task::Switch { code: &code, to: State::Active, wish: ending.wish() };
    let answers = [response(200, activated.as_str()), response(200, updated.as_str())];
    let (requests, done) = run(&shop, task, answers);
    assert_eq!(done, Ok(Done::Made(code.clone())));
    assert_eq!(body(&requests[1])["variables"]["input"]["endsAt"], "2027-01-01T00:00:00Z");

    // Switched on, it would be live before its time.
    let starting = Wanted::new(Platform::Shopify, r#"{"limits": {"startsAt": "2026-12-01T08:00:00Z"}}"#);
    let task = Task::Switch { code: &code, to: State::Active, wish: starting.wish() };
    let answers = [response(200, activated.as_str()), response(200, updated.as_str())];
    let (requests, done) = run(&shop, task, answers);
    assert_eq!(done, Ok(Done::Made(code.clone())));
    let sent = body(&requests[1])["variables"]["input"].clone();
    assert_eq!((&sent["startsAt"], &sent["endsAt"]), (&json!("2026-12-01T08:00:00Z"), &json!(null)));

    let task = Task::Switch { code: &code, to: State::Inactive, wish: ending.wish() };
    let (requests, done) = run(&shop, task, [response(200, MADE.replace("BasicCreate", "Deactivate"))]);
    assert_eq!(done, Ok(Done::Off));
    assert!(body(&requests[0])["query"].as_str().unwrap().contains("discountCodeDeactivate(id: $id)"));
}

// R5
#[test]
fn the_codes_of_a_shop_come_page_by_page() {
    let page = r#"{"data": {"codeDiscountNodes": {"nodes": [
        {"id": "gid://shopify/DiscountCodeNode/1", "codeDiscount": {"__typename": "DiscountCodeBasic",
            "status": "EXPIRED", "codes": {"nodes": [{"id": "x", "code": "ANNA10"}]}}},
        {"id": "gid://shopify/DiscountCodeNode/2", "codeDiscount": {"__typename": "DiscountCodeBxgy"}}],
        "pageInfo": {"hasNextPage": true, "endCursor": "next"}}}}"#;
    let task = Task::List { rule: None, page: Some("before") };
    let (requests, done) = run(&shop(Platform::Shopify), task, [response(200, page)]);
    assert_eq!(body(&requests[0])["variables"]["after"], "before");
    let Ok(Done::Page { codes, next }) = done else { panic!("{done:?}") };
    assert_eq!(next.as_deref(), Some("next"));
    assert_eq!(codes.len(), 1);
    assert_eq!((codes[0].text.as_str(), codes[0].state), ("ANNA10", State::Inactive));
}

#[test]
fn a_check_names_the_missing_permission() {
    for (scopes, missing) in [
        (r#"[{"handle": "read_orders"}, {"handle": "write_discounts"}]"#, vec![]),
        (r#"[{"handle": "read_orders"}]"#, vec!["write_discounts".to_owned()]),
    ] {
        let answer = format!(r#"{{"data": {{"currentAppInstallation": {{"accessScopes": {scopes}}}}}}}"#);
        assert_eq!(outcome(&shop(Platform::Shopify), Task::Check, 200, &answer), Ok(Done::Ready { missing }));
    }
}

// R5
#[test]
fn a_check_that_is_not_told_the_permissions_looks_for_a_code() {
    let shop = shop(Platform::Shopify);
    let unknown =
        json!({"errors": [{"message": "Field 'currentAppInstallation' doesn't exist on type 'QueryRoot'",
        "extensions": {"code": "undefinedField"}}]})
        .to_string();
    let nobody = r#"{"data": {"codeDiscountNodeByCode": null}}"#;
    for untold in [
        unknown.as_str(),
        r#"{"data": {}}"#,
        r#"{"data": {"currentAppInstallation": null}}"#,
        r#"{"data": {"currentAppInstallation": {}}}"#,
    ] {
        let (requests, done) = run(&shop, Task::Check, [response(200, untold), response(200, nobody)]);
        assert_eq!(done, Ok(Done::Ready { missing: vec![] }), "{untold}");
        let sent = body(&requests[1]);
        assert!(sent["query"].as_str().unwrap().contains("codeDiscountNodeByCode(code: $code)"));
    }
    let denied = json!({"errors": [{"message": "Access denied for codeDiscountNodeByCode field.",
        "extensions": {"code": "ACCESS_DENIED"}}]})
    .to_string();
    let words = "Access denied for codeDiscountNodeByCode field.".to_owned();
    let (_, done) =
        run(&shop, Task::Check, [response(200, unknown.as_str()), response(200, denied.as_str())]);
    assert_eq!(done, Err(Failure::Unauthorised(words.clone())));
    // Whoever is not let in is not asked twice.
    assert_eq!(outcome(&shop, Task::Check, 200, &denied), Err(Failure::Unauthorised(words)));
    for status in [401, 403] {
        assert!(matches!(outcome(&shop, Task::Check, status, "{}"), Err(Failure::Unauthorised(_))));
    }
    assert!(matches!(outcome(&shop, Task::Check, 500, "{}"), Err(Failure::TryAgain(_))));
}
