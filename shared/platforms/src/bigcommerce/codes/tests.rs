//! The requests and answers as `promotions.v3.yml` documents them.

use serde_json::json;
use tributary_domain::capability::Platform;

use crate::shop_api::testing::{Wanted, json as body, outcome, remote, response, run, shop, shown};
use crate::shop_api::{Call, Done, Failure, RuleId, State, Task, Term};

const CODE: &str = r#"{"data": {"id": 9, "code": "ANNA10", "max_uses": 500, "max_uses_per_customer": 1,
    "current_uses": 0, "created": "2026-11-21T12:00:00+00:00"}}"#;
const FOUND: &str = r#"{"data": [{"id": 9, "code": "anna10", "max_uses": 500, "max_uses_per_customer": 1,
    "current_uses": 0, "created": "2026-11-21T12:00:00+00:00"}], "meta": {}}"#;
const OTHER: &str = r#"{"data": [{"id": 8, "code": "BELA10"}], "meta": {}}"#;
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
    let whose = "/stores/abc123/v3/promotions/codes?code=ANNA10";
    for status in [409, 422] {
        // It is not under our promotion, or the shop does not tell what is.
        for elsewhere in [response(200, NONE), response(200, OTHER), response(404, "{}"), response(405, "{}")]
        {
            let answers = [response(status, REFUSED), response(200, FOUND), elsewhere];
            let (requests, done) = run(&shop, Task::Make(wanted.wish()), answers);
            assert_eq!(done, Err(Failure::Duplicate(words.clone())));
            assert_eq!(shown(&requests[1]).1, whose);
        }
        for nowhere in [response(200, NONE), response(200, OTHER), response(404, "{}")] {
            let answers = [response(status, REFUSED), nowhere];
            let (requests, done) = run(&shop, Task::Make(wanted.wish()), answers);
            assert_eq!(done, Err(Failure::Refused(words.clone())));
            assert_eq!(shown(&requests[1]).1, whose);
        }
    }
    let detail = r#"{"status": 403, "title": "Forbidden", "type": "x", "detail": "Missing scope"}"#;
    let done = outcome(&shop, Task::Make(wanted.wish()), 403, detail);
    assert_eq!(done, Err(Failure::Unauthorised("Forbidden: Missing scope".to_owned())));
}

// R4, R5
#[test]
fn a_text_that_is_under_our_own_promotion_already_is_the_code_whose_making_nobody_was_told_of() {
    let wanted = Wanted::new(Platform::Bigcommerce, "{}");
    let shop = shop(Platform::Bigcommerce);
    let ours = Ok(Done::Made(remote("9", Some("7"))));
    let (old, refused) = (remote("5", Some("6")), || response(422, REFUSED));
    let (requests, done) =
        run(&shop, Task::Make(wanted.wish()), [refused(), response(200, FOUND), response(200, FOUND)]);
    assert_eq!(done, ours);
    assert_eq!(shown(&requests[2]).1, "/stores/abc123/v3/promotions/7/codes?code=ANNA10&limit=250");

    // A code that is switched on or changed is made again too.
    let on = Task::Switch { code: &old, to: State::Active, wish: wanted.wish() };
    let (_, done) = run(&shop, on, [refused(), response(200, FOUND), response(200, FOUND)]);
    assert_eq!(done, ours);
    let change = Task::Change { code: &old, to: wanted.wish() };
    let answers = [response(204, ""), refused(), response(200, FOUND), response(200, FOUND)];
    assert_eq!(run(&shop, change, answers).1, ours);
    let answers = [response(204, ""), refused(), response(200, NONE)];
    assert_eq!(run(&shop, change, answers).1, Err(Failure::Refused("The code is not valid.".to_owned())));
}

// R4, R5
#[test]
fn where_the_shop_does_not_filter_by_text_all_codes_of_our_promotion_are_looked_through() {
    let wanted = Wanted::new(Platform::Bigcommerce, "{}");
    let (shop, task) = (shop(Platform::Bigcommerce), Task::Make(wanted.wish()));
    let page = |cursor: &str| {
        let links = json!({"next": format!("?limit=250&after={cursor}")});
        let meta = json!({"cursor_pagination": {"end_cursor": cursor, "links": links}});
        response(200, json!({"data": [{"id": 8, "code": "BELA10"}], "meta": meta}).to_string())
    };
    let begin = || [response(422, REFUSED), response(200, FOUND)].into_iter();
    let (requests, done) = run(&shop, task, begin().chain([page("a="), page("b="), response(200, FOUND)]));
    assert_eq!(done, Ok(Done::Made(remote("9", Some("7")))));
    assert_eq!(
        shown(&requests[4]).1,
        "/stores/abc123/v3/promotions/7/codes?code=ANNA10&limit=250&after=b%3D"
    );
    // One that gives the same page for ever is not asked for ever.
    let taken = Err(Failure::Duplicate("The code is not valid.".to_owned()));
    assert_eq!(run(&shop, task, begin().chain([page("a="), page("a=")])).1, taken);
    // While it does not answer, nobody knows.
    let (_, done) = run(&shop, task, begin().chain([page("a="), response(500, "")]));
    assert!(matches!(done, Err(Failure::TryAgain(_))), "{done:?}");
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
    for (status, unclear) in [(200, r#"{"data": [{"id": 7}, {"id": 8}]}"#), (200, NONE), (404, "{}")] {
        let (_, done) = run(&shop, task, [response(200, FOUND), response(status, unclear)]);
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
    assert_eq!(outcome(&shop, task, 404, "{}"), Ok(Done::Missing), "it lists no promotions");
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
