//! The requests and answers as `WooCommerce` documents them, and as its code has them.

use serde_json::json;
use tributary_domain::capability::Platform;

use crate::shop_api::testing::{Wanted, first, json as body, outcome, remote, response, run, shop};
use crate::shop_api::{Done, Failure, State, Task, Term};

/// `woocommerce-rest-api-docs`, "Create a coupon", and a delivery of `coupon.created`.
const COUPON: &str = include_str!("../../../fixtures/woocommerce/rest_create_a_coupon.json");
const EXPIRING: &str = include_str!("../../../fixtures/woocommerce/coupon_created.json");

/// A failure of one kind, with the shop's words.
type Kind = fn(String) -> Failure;

fn error(code: &str, message: &str, status: u16) -> String {
    json!({"code": code, "message": message, "data": {"status": status}}).to_string()
}

// R5
#[test]
fn a_code_is_one_coupon_with_all_its_terms() {
    let wanted = Wanted::new(
        Platform::Woocommerce,
        r#"{"discount": {"type": "fixed", "amount": {"amount": 500, "currency": "EUR"}},
            "limits": {"usageLimit": 500, "oncePerCustomer": true, "productIds": ["7"], "categoryIds": ["3"],
            "minimumAmount": {"amount": 3000, "currency": "EUR"}, "endsAt": "2027-01-01T00:00:00Z"}}"#,
    );
    let (requests, done) =
        run(&shop(Platform::Woocommerce), Task::Make(wanted.wish()), [response(201, COUPON)]);
    assert_eq!(done, Ok(Done::Made(remote("719", None))));
    assert_eq!(
        body(&requests[0]),
        json!({
            "code": "ANNA10", "status": "publish", "description": "Spring 10 (pln_1-v2)",
            "discount_type": "fixed_cart", "amount": "5.00", "usage_limit": 500, "usage_limit_per_user": 1,
            "minimum_amount": "30.00", "product_ids": [7], "product_categories": [3],
            "date_expires": "2027-01-01T00:00:00Z", "date_expires_gmt": "2027-01-01T00:00:00",
        })
    );
}

// R12
#[test]
fn a_change_takes_limits_off_by_what_woocommerce_does_not_pass_over() {
    let wanted = Wanted::new(Platform::Woocommerce, "{}");
    let code = remote("719", None);
    let (method, path, sent) =
        first(&shop(Platform::Woocommerce), Task::Change { code: &code, to: wanted.wish() });
    assert_eq!((method.as_str(), path.as_str()), ("PUT", "/wp-json/wc/v3/coupons/719"));
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    for (name, expected) in [
        ("usage_limit", json!(0)),
        ("usage_limit_per_user", json!(0)),
        ("minimum_amount", json!("0")),
        ("product_ids", json!([])),
        ("date_expires", json!("")),
    ] {
        assert_eq!(sent[name], expected, "{name}");
    }
}

// R4, R5
#[test]
fn woocommerces_errors_keep_their_words() {
    let wanted = Wanted::new(Platform::Woocommerce, "{}");
    let cases: [(u16, _, _, Kind); 6] = [
        (
            400,
            "woocommerce_rest_coupon_code_already_exists",
            "The coupon code already exists",
            Failure::Duplicate,
        ),
        (400, "woocommerce_rest_empty_coupon_code", "The coupon code cannot be empty.", Failure::Refused),
        (400, "woocommerce_rest_shop_coupon_invalid_id", "Invalid ID.", Failure::Gone),
        (404, "rest_no_route", "No route was found", Failure::Gone),
        (401, "woocommerce_rest_cannot_create", "Sorry, you are not allowed", Failure::Unauthorised),
        (500, "internal_server_error", "There has been a critical error", Failure::TryAgain),
    ];
    for (status, code, words, expected) in cases {
        let answer = error(code, words, status);
        let done = outcome(&shop(Platform::Woocommerce), Task::Make(wanted.wish()), status, &answer);
        assert_eq!(done, Err(expected(words.to_owned())));
    }
}

// R5
#[test]
fn a_code_is_looked_for_among_published_coupons_and_then_among_drafts() {
    let wanted = Wanted::new(Platform::Woocommerce, r#"{"discount": {"type": "percentage", "value": "10"}}"#);
    let (shop, task) = (shop(Platform::Woocommerce), Task::Find(wanted.text()));
    let named = |text: &str, status: &str| {
        let coupon = COUPON.replace("10off", text).replacen('{', &format!(r#"{{"status": "{status}", "#), 1);
        format!("[{coupon}]")
    };
    let (requests, done) = run(&shop, task, [response(200, named("anna10", "publish"))]);
    assert_eq!(requests[0].uri().query(), Some("code=ANNA10"));
    let Ok(Done::Found(found)) = done else { panic!("{done:?}") };
    assert_eq!(
        (found.remote, found.text.as_str(), found.state),
        (remote("719", None), "anna10", State::Active)
    );
    assert_eq!(found.facts[&Term::MinimumAmount], "100.00 EUR");
    assert_eq!(found.facts[&Term::Discount], "10%");

    let (requests, done) = run(&shop, task, [response(200, "[]"), response(200, named("anna10", "draft"))]);
    assert_eq!(requests[1].uri().query(), Some("per_page=100&search=ANNA10"));
    let Ok(Done::Found(found)) = done else { panic!("{done:?}") };
    assert_eq!(found.state, State::Inactive);

    // A search finds texts that only begin so.
    let (_, done) = run(&shop, task, [response(200, "[]"), response(200, named("anna100", "draft"))]);
    assert_eq!(done, Ok(Done::Missing));
}

// R9
#[test]
fn an_end_is_read_in_utc() {
    let task = Task::List { rule: None, page: None };
    let (_, done) = run(&shop(Platform::Woocommerce), task, [response(200, format!("[{EXPIRING}]"))]);
    let Ok(Done::Page { codes, next }) = done else { panic!("{done:?}") };
    assert_eq!(codes[0].facts[&Term::EndsAt], "2023-03-31T00:00:00Z");
    assert_eq!(codes[0].facts[&Term::MinimumAmount], "none");
    assert_eq!(next, None);
}

// R5
#[test]
fn the_coupons_of_a_shop_come_page_by_page() {
    let page = |number: &str| {
        let answer = http::Response::builder().header("X-WP-TotalPages", "2").body(b"[]".to_vec()).unwrap();
        let task = Task::List { rule: None, page: Some(number) };
        let (requests, done) = run(&shop(Platform::Woocommerce), task, [answer]);
        assert_eq!(requests[0].uri().query(), Some(format!("per_page=100&page={number}").as_str()));
        let Ok(Done::Page { next, .. }) = done else { panic!("{done:?}") };
        next
    };
    assert_eq!(page("1").as_deref(), Some("2"));
    assert_eq!(page("2"), None);
}

// R5, R9
#[test]
fn a_code_is_switched_by_its_status() {
    let wanted = Wanted::new(Platform::Woocommerce, "{}");
    let code = remote("719", None);
    let shop = shop(Platform::Woocommerce);
    for (to, status, expected) in
        [(State::Inactive, "draft", Done::Off), (State::Active, "publish", Done::Made(code.clone()))]
    {
        let task = Task::Switch { code: &code, to, wish: wanted.wish() };
        let (requests, done) = run(&shop, task, [response(200, COUPON)]);
        assert_eq!(body(&requests[0]), json!({"code": "ANNA10", "status": status}));
        assert_eq!(done, Ok(expected));
    }
}

#[test]
fn a_check_tries_to_write_where_nothing_can_be_written() {
    let shop = shop(Platform::Woocommerce);
    let no_id = error("woocommerce_rest_shop_coupon_invalid_id", "Invalid ID.", 400);
    let (requests, done) = run(&shop, Task::Check, [response(200, "[]"), response(400, no_id.as_str())]);
    assert_eq!(
        (requests[1].method().as_str(), requests[1].uri().path()),
        ("PUT", "/wp-json/wc/v3/coupons/0")
    );
    assert_eq!(done, Ok(Done::Ready { missing: vec![] }));

    let words = "The API key provided does not have write permissions.";
    let read_only = error("woocommerce_rest_authentication_error", words, 401);
    let (_, done) = run(&shop, Task::Check, [response(200, "[]"), response(401, read_only.as_str())]);
    assert_eq!(done, Ok(Done::Ready { missing: vec![words.to_owned()] }));

    let wrong = error("woocommerce_rest_authentication_error", "Consumer key is invalid.", 401);
    assert_eq!(
        outcome(&shop, Task::Check, 401, &wrong),
        Err(Failure::Unauthorised("Consumer key is invalid.".to_owned()))
    );
}
