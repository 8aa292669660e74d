//! The requests and answers as `promotions.v3.yml` documents them.

use serde_json::json;
use tributary_domain::capability::Platform;

use crate::shop_api::testing::{Wanted, json as body, outcome, remote, response, run, shop, shown};
use crate::shop_api::{Call, Done, Failure, RuleId, State, Task, Term};

const CODE: &str = r#"{"data": {"id": 9, "code": "ANNA10", "max_uses": 500, "max_uses_per_customer": 1,
    "current_uses": 0, "created": "2026-11-21T12:00:00+00:00"}}"#;
const FOUND: &str = r#"{"data": [{"id": 9, "code": "anna10", "max_uses": 500, "max_uses_per_customer": 1,
    "current_uses": 0, "created": "2026-11-21T12:00:00+00:00"}], "meta": {}}"#;
const NONE: &str = r#"{"data": [], "meta": {}}"#;
const REFUSED: &str = r#"{"errors": [{"status": 422, "title": "The code is not valid."}]}"#;

// R6
#[test]
fn a_plan_version_is_one_bulk_promotion_with_all_its_terms() {
    let wanted = Wanted::new(
        Platform::Bigcommerce,
        r#"{"limits": {"minimumQuantity": 2, "productIds": ["7"], "categoryIds": ["3"],
            "startsAt": "2026-12-01T00:00:00Z", "endsAt": "2027-01-01T00:00:00Z"}}"#,
    );
    let answer = r#"{"data": {"id": 7, "name": "Spring 10 (pln_1-v2)"}}"#;
    let (requests, done) =
        run(&shop(Platform::Bigcommerce), Task::MakeRule(&wanted.terms), [response(201, answer)]);
    let Ok(Done::Rule(id, _)) = done else { panic!("{done:?}") };
    assert_eq!(id, RuleId::new("7"));
    let items = json!({"or": [{"products": [7]}, {"categories": [3]}]});
    assert_eq!(
        body(&requests[0]),
        json!({
            "name": "Spring 10 (pln_1-v2)", "redemption_type": "COUPON", "coupon_type": "BULK",
            "status": "ENABLED", "currency_code": "*", "can_be_used_with_other_promotions": true,
            "start_date": "2026-12-01T00:00:00+00:00", "end_date": "2027-01-01T00:00:00+00:00",
            "rules": [{
                "action": {"cart_items": {"discount": {"percentage_amount": "10"}, "items": items, "as_total": true}},
                "apply_once": true, "stop": true,
                "condition": {"cart": {"minimum_quantity": 2, "items": items}},
            }],
        })
    );
}

// R1
#[test]
fn amounts_are_in_the_stores_currency_and_off_the_whole_cart() {
    let wanted = Wanted::new(
        Platform::Bigcommerce,
        r#"{"discount": {"type": "fixed", "amount": {"amount": 500, "currency": "EUR"}},
            "limits": {"minimumAmount": {"amount": 3000, "currency": "EUR"}}}"#,
    );
    let (_, request) = Call::start(&shop(Platform::Bigcommerce), Task::MakeRule(&wanted.terms)).unwrap();
    let sent = body(&request);
    assert_eq!(sent["currency_code"], "EUR");
    assert_eq!(sent["rules"][0]["action"], json!({"cart_value": {"discount": {"fixed_amount": "5.00"}}}));
    assert_eq!(sent["rules"][0]["condition"], json!({"cart": {"minimum_spend": "30.00"}}));
}

// R5
#[test]
fn a_code_stands_under_its_promotion_with_its_own_limits() {
    let wanted =
        Wanted::new(Platform::Bigcommerce, r#"{"limits": {"usageLimit": 500, "oncePerCustomer": true}}"#);
    let (requests, done) =
        run(&shop(Platform::Bigcommerce), Task::Make(wanted.wish()), [response(201, CODE)]);
    assert_eq!(done, Ok(Done::Made(remote("9", Some("7")))));
    assert_eq!(requests[0].uri().path(), "/stores/abc123/v3/promotions/7/codes");
    assert_eq!(body(&requests[0]), json!({"code": "ANNA10", "max_uses": 500, "max_uses_per_customer": 1}));
}

// R4
#[test]
fn after_any_refusal_the_shop_is_asked_whether_it_has_the_code() {
    let wanted = Wanted::new(Platform::Bigcommerce, "{}");
    let shop = shop(Platform::Bigcommerce);
    let words = "The code is not valid.".to_owned();
    for (status, found, expected) in [
        (422, FOUND, Failure::Duplicate(words.clone())),
        (409, FOUND, Failure::Duplicate(words.clone())),
        (422, NONE, Failure::Refused(words.clone())),
    ] {
        let answers = [response(status, REFUSED), response(200, found)];
        let (requests, done) = run(&shop, Task::Make(wanted.wish()), answers);
        assert_eq!(done, Err(expected));
        let path = requests[1].uri().path_and_query().unwrap().as_str();
        assert_eq!(path, "/stores/abc123/v3/promotions/codes?code=ANNA10");
    }
    let detail = r#"{"status": 403, "title": "Forbidden", "type": "x", "detail": "Missing scope"}"#;
    let done = outcome(&shop, Task::Make(wanted.wish()), 403, detail);
    assert_eq!(done, Err(Failure::Unauthorised("Forbidden: Missing scope".to_owned())));
}

// R5
#[test]
fn a_code_is_looked_for_and_then_its_promotion() {
    let wanted = Wanted::new(Platform::Bigcommerce, "{}");
    let shop = shop(Platform::Bigcommerce);
    let promotion = r#"{"data": [{"id": 7, "status": "DISABLED", "rules": [{"action":
        {"cart_value": {"discount": {"percentage_amount": "10.00"}}}}], "end_date": null}]}"#;
    let task = Task::Find(wanted.text());
    let (_, done) = run(&shop, task, [response(200, FOUND), response(200, promotion)]);
    let Ok(Done::Found(found)) = done else { panic!("{done:?}") };
    assert_eq!((found.remote, found.state), (remote("9", Some("7")), State::Inactive));
    assert_eq!((&*found.facts[&Term::Discount], &*found.facts[&Term::UsageLimit]), ("10%", "500"));

    // Which of several promotions it is, the shop does not say.
    for unclear in [r#"{"data": [{"id": 7}, {"id": 8}]}"#, NONE] {
        let (_, done) = run(&shop, task, [response(200, FOUND), response(200, unclear)]);
        let Ok(Done::Found(found)) = done else { panic!("{done:?}") };
        assert_eq!(found.remote, remote("9", None));
    }
    assert_eq!(outcome(&shop, task, 200, NONE), Ok(Done::Missing));
}

// R5, R12
#[test]
fn a_code_is_switched_off_and_changed_by_deleting_it() {
    let wanted = Wanted::new(Platform::Bigcommerce, "{}");
    let shop = shop(Platform::Bigcommerce);
    let code = remote("9", Some("6"));
    let off = Task::Switch { code: &code, to: State::Inactive, wish: wanted.wish() };
    for answer in [response(204, ""), response(404, "{}")] {
        let (requests, done) = run(&shop, off, [answer]);
        assert_eq!(
            (requests[0].method().as_str(), requests[0].uri().path()),
            ("DELETE", "/stores/abc123/v3/promotions/6/codes/9")
        );
        assert_eq!(done, Ok(Done::Off));
    }
    let change = Task::Change { code: &code, to: wanted.wish() };
    let (requests, done) = run(&shop, change, [response(204, ""), response(201, CODE)]);
    assert_eq!(shown(&requests[1]).1, "/stores/abc123/v3/promotions/7/codes");
    assert_eq!(done, Ok(Done::Made(remote("9", Some("7")))));
    let rename = Task::Rename { code: &code, to: wanted.wish() };
    assert!(matches!(Call::start(&shop, rename), Err(Failure::Impossible(_))));
}

// R6
#[test]
fn a_promotion_that_may_have_been_made_is_found_by_its_title() {
    let wanted = Wanted::new(Platform::Bigcommerce, "{}");
    let shop = shop(Platform::Bigcommerce);
    let task = Task::FindRule(&wanted.terms);
    let named = |name: &str| json!({"data": [{"id": 7, "name": name}]}).to_string();
    let (requests, done) = run(&shop, task, [response(200, named("Spring 10 (pln_1-v2)"))]);
    assert_eq!(requests[0].uri().query(), Some("name=Spring%2010%20%28pln_1-v2%29"));
    assert!(matches!(done, Ok(Done::Rule(id, _)) if id == RuleId::new("7")));
    assert_eq!(outcome(&shop, task, 200, &named("Spring 10 (pln_1-v1)")), Ok(Done::Missing));
}

// R5
#[test]
fn the_codes_of_a_promotion_come_page_by_page() {
    let rule = RuleId::new("7");
    let shop = shop(Platform::Bigcommerce);
    let page = r#"{"data": [{"id": 9, "code": "ANNA10"}], "meta": {"cursor_pagination":
        {"count": 1, "per_page": 250, "end_cursor": "abc=", "links": {"next": "?limit=250&after=abc="}}}}"#;
    let task = Task::List { rule: Some(&rule), page: None };
    let Ok(Done::Page { codes, next }) = outcome(&shop, task, 200, page) else { panic!() };
    assert_eq!((codes[0].remote.clone(), next.as_deref()), (remote("9", Some("7")), Some("abc=")));
    let (_, request) = Call::start(&shop, Task::List { rule: Some(&rule), page: next.as_deref() }).unwrap();
    assert_eq!(request.uri().query(), Some("limit=250&after=abc%3D"));
    let last = page.replace(r#""next": "?limit=250&after=abc=""#, "");
    assert!(matches!(outcome(&shop, task, 200, &last), Ok(Done::Page { next: None, .. })));
}

#[test]
fn a_check_tries_to_write_where_nothing_can_be_written() {
    let shop = shop(Platform::Bigcommerce);
    let (requests, done) = run(&shop, Task::Check, [response(200, NONE), response(404, "{}")]);
    assert_eq!(shown(&requests[1]).1, "/stores/abc123/v3/promotions/0");
    assert_eq!(done, Ok(Done::Ready { missing: vec![] }));
    let words = r#"{"status": 403, "title": "Your token lacks the scope store_v2_marketing"}"#;
    let (_, done) = run(&shop, Task::Check, [response(200, NONE), response(403, words)]);
    let missing = vec!["Your token lacks the scope store_v2_marketing".to_owned()];
    assert_eq!(done, Ok(Done::Ready { missing }));
}
