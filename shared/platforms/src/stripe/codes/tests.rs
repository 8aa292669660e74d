//! The requests and answers as Stripe's API reference has them.

use tributary_domain::capability::Platform;

use crate::shop_api::testing::{Wanted, outcome, remote, response, run, shop, shown};
use crate::shop_api::{Call, Done, Failure, RuleId, State, Task, Term};

/// Stripe's own example (`openapi/fixtures3.json`).
const CODE: &str = include_str!("../../../fixtures/stripe/object_promotion_code.json");

/// A failure of one kind, with the shop's words.
type Kind = fn(String) -> Failure;

fn error(kind: &str, code: Option<&str>, message: &str) -> String {
    serde_json::json!({"error": {"type": kind, "code": code, "message": message}}).to_string()
}

fn decoded(body: &str) -> Vec<String> {
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    body.split('&').map(decode).collect()
}

// R6
#[test]
fn a_plan_version_is_one_coupon_that_cannot_be_made_twice() {
    let wanted = Wanted::new(
        Platform::Stripe,
        r#"{"discount": {"type": "fixed", "amount": {"amount": 550, "currency": "EUR"}},
            "limits": {"productIds": ["prod_a", "prod_b"]}}"#,
    );
    let coupon = r#"{"id": "pln_1-v2", "object": "coupon", "amount_off": 550, "currency": "eur"}"#;
    let (shop, task) = (shop(Platform::Stripe), Task::MakeRule(&wanted.terms));
    let (requests, done) = run(&shop, task, [response(200, coupon)]);
    assert!(matches!(done, Ok(Done::Rule(id, _)) if id == RuleId::new("pln_1-v2")));
    assert_eq!(
        decoded(&shown(&requests[0]).2),
        [
            "id=pln_1-v2",
            "name=Spring 10",
            "duration=once",
            "metadata[tributary]=pln_1-v2",
            "amount_off=550",
            "currency=eur",
            "applies_to[products][0]=prod_a",
            "applies_to[products][1]=prod_b",
        ]
    );
    assert_eq!(requests[0].headers()["content-type"], "application/x-www-form-urlencoded");
    // Under a key Stripe would repeat a 500, and the making of a coupon that is gone. The id does without.
    assert!(!requests[0].headers().contains_key("idempotency-key"));
    let again = error("invalid_request_error", Some("resource_already_exists"), "Coupon already exists.");
    assert!(
        matches!(outcome(&shop, task, 400, &again), Ok(Done::Rule(id, _)) if id == RuleId::new("pln_1-v2"))
    );
    let missing = error("invalid_request_error", Some("resource_missing"), "No such coupon: 'pln_1-v2'");
    assert_eq!(outcome(&shop, Task::FindRule(&wanted.terms), 404, &missing), Ok(Done::Missing));
}

// R5
#[test]
fn a_code_is_a_promotion_code_with_its_limits_made_once() {
    let wanted = Wanted::new(
        Platform::Stripe,
        r#"{"limits": {"usageLimit": 500, "minimumAmount": {"amount": 3000, "currency": "EUR"},
            "endsAt": "2027-01-01T00:00:00Z"}}"#,
    );
    let (requests, done) = run(&shop(Platform::Stripe), Task::Make(wanted.wish()), [response(200, CODE)]);
    assert!(matches!(done, Ok(Done::Made(made)) if made.code == "promo_1Pgc79B7WZ01zgkWNy4mn5NX"));
    assert_eq!(
        decoded(&shown(&requests[0]).2),
        [
            "promotion[type]=coupon",
            "promotion[coupon]=7",
            "code=ANNA10",
            "active=true",
            "max_redemptions=500",
            "expires_at=1798761600",
            "restrictions[minimum_amount]=3000",
            "restrictions[minimum_amount_currency]=eur",
        ]
    );
    assert_eq!(requests[0].headers()["idempotency-key"], "cod_1-1");
    assert_eq!(requests[0].headers()["stripe-version"], "2026-07-29.dahlia");
}

// R4, R5
#[test]
fn stripes_errors_keep_their_words() {
    let wanted = Wanted::new(Platform::Stripe, "{}");
    let taken = "An active promotion code with `code: ANNA10` already exists.";
    let cases: [(u16, _, _, Kind); 6] = [
        (400, None, taken, Failure::Duplicate),
        (400, Some("resource_missing"), "No such coupon: '7'", Failure::Gone),
        (401, None, "Invalid API Key provided: sk_***", Failure::Unauthorised),
        (403, None, "The provided key does not have the required permissions", Failure::Unauthorised),
        (409, Some("idempotency_key_in_use"), "There is another request in progress", Failure::TryAgain),
        (500, None, "An unknown error occurred", Failure::TryAgain),
    ];
    for (status, code, words, expected) in cases {
        let answer = error("invalid_request_error", code, words);
        let done = outcome(&shop(Platform::Stripe), Task::Make(wanted.wish()), status, &answer);
        assert_eq!(done, Err(expected(words.to_owned())));
    }
}

// R4
#[test]
fn after_any_refusal_stripe_is_asked_whether_it_has_the_code() {
    let wanted = Wanted::new(Platform::Stripe, "{}");
    let (shop, code) = (shop(Platform::Stripe), remote("promo_1", Some("pln_1-v1")));
    let refused = |status| {
        let words = "This promotion code is in use.";
        response(status, error("invalid_request_error", Some("parameter_invalid"), words).as_str())
    };
    let list = |codes: &str| response(200, format!(r#"{{"data": [{codes}], "has_more": false}}"#));
    let (there, off) =
        (r#"{"id": "promo_9", "code": "anna10", "active": true}"#, CODE.replace("FALL20", "ANNA10"));
    let cases: [(u16, _, Kind); 5] = [
        (400, there, Failure::Duplicate),
        (402, there, Failure::Duplicate),
        // A text is free again once its code is switched off, and the filter by text may give others.
        (400, off.as_str(), Failure::Refused),
        (400, CODE, Failure::Refused),
        (400, "", Failure::Refused),
    ];
    for (status, found, expected) in cases {
        let expected = Err(expected("This promotion code is in use.".to_owned()));
        let (requests, done) = run(&shop, Task::Make(wanted.wish()), [refused(status), list(found)]);
        assert_eq!(done, expected);
        let (method, path, _) = shown(&requests[1]);
        assert_eq!(method, "GET");
        assert_eq!(
            path,
            "/v1/promotion_codes?code=ANNA10&limit=100&expand%5B%5D=data.promotion.coupon&active=true"
        );
        assert_eq!(requests[1].headers()["stripe-version"], "2026-07-29.dahlia");
        // A change makes a new code too, after the old one is switched off.
        let change = Task::Change { code: &code, to: wanted.wish() };
        let (_, done) = run(&shop, change, [response(200, CODE), refused(status), list(found)]);
        assert_eq!(done, expected);
    }
    let (_, done) = run(&shop, Task::Make(wanted.wish()), [refused(400), response(500, "")]);
    assert!(matches!(done, Err(Failure::TryAgain(_))), "nobody knows yet: {done:?}");
}

// R5
#[test]
fn the_active_one_of_several_promotion_codes_is_found() {
    let wanted = Wanted::new(Platform::Stripe, "{}");
    let (shop, task) = (shop(Platform::Stripe), Task::Find(wanted.text()));
    let old = CODE.replace("FALL20", "ANNA10");
    let live = r#"{"id": "promo_2", "code": "anna10", "active": true, "promotion": {"type": "coupon",
        "coupon": {"id": "pln_1-v2", "percent_off": 10, "currency": null}}, "max_redemptions": 5}"#;
    let list = |codes: &str| format!(r#"{{"object": "list", "has_more": false, "data": [{codes}]}}"#);
    let Ok(Done::Found(found)) = outcome(&shop, task, 200, &list(&format!("{old}, {live}"))) else {
        panic!()
    };
    assert_eq!((found.remote, found.state), (remote("promo_2", Some("pln_1-v2")), State::Active));
    assert_eq!((&*found.facts[&Term::Discount], &*found.facts[&Term::UsageLimit]), ("10%", "5"));
    let Ok(Done::Found(found)) = outcome(&shop, task, 200, &list(&old)) else { panic!() };
    assert_eq!((found.remote.rule, found.state), (None, State::Inactive));
    assert_eq!(outcome(&shop, task, 200, &list(CODE)), Ok(Done::Missing), "another text");
}

// R5, R9, R12
#[test]
fn a_promotion_code_is_switched_and_replaced_but_never_renamed() {
    let wanted = Wanted::new(Platform::Stripe, "{}");
    let shop = shop(Platform::Stripe);
    let code = remote("promo_1", Some("pln_1-v1"));
    for (to, sent) in [(State::Active, "active=true"), (State::Inactive, "active=false")] {
        let (requests, done) =
            run(&shop, Task::Switch { code: &code, to, wish: wanted.wish() }, [response(200, CODE)]);
        assert_eq!(
            (shown(&requests[0]).1.as_str(), shown(&requests[0]).2.as_str()),
            ("/v1/promotion_codes/promo_1", sent)
        );
        assert_eq!(done == Ok(Done::Off), to == State::Inactive);
    }
    let change = Task::Change { code: &code, to: wanted.wish() };
    let gone = error("invalid_request_error", Some("resource_missing"), "No such promotion code");
    for first in [response(200, CODE), response(404, gone.as_str())] {
        let (requests, done) = run(&shop, change, [first, response(200, CODE)]);
        assert_eq!(shown(&requests[0]).2, "active=false");
        assert_eq!(shown(&requests[1]).1, "/v1/promotion_codes");
        assert!(matches!(done, Ok(Done::Made(_))));
    }
    let rename = Task::Rename { code: &code, to: wanted.wish() };
    assert!(matches!(Call::start(&shop, rename), Err(Failure::Impossible(_))));
}

// R5
#[test]
fn the_codes_of_a_coupon_come_page_by_page() {
    let rule = RuleId::new("pln_1-v2");
    let page = format!(r#"{{"data": [{CODE}], "has_more": true}}"#);
    let task = Task::List { rule: Some(&rule), page: Some("promo_0") };
    let (requests, done) = run(&shop(Platform::Stripe), task, [response(200, page)]);
    assert_eq!(
        requests[0].uri().query(),
        Some("limit=100&expand%5B%5D=data.promotion.coupon&coupon=pln_1-v2&starting_after=promo_0")
    );
    let Ok(Done::Page { next, .. }) = done else { panic!("{done:?}") };
    assert_eq!(next.as_deref(), Some("promo_1Pgc79B7WZ01zgkWNy4mn5NX"));
}

// R1
#[test]
fn what_stripe_cannot_write_is_refused_by_its_field() {
    use crate::shop_api::Configuration;
    use tributary_domain::capability::capabilities;
    for (plan, path) in [
        (r#"{"discount": {"type": "percentage", "value": "12.345"}}"#, "discount.value"),
        (
            r#"{"discount": {"type": "fixed", "amount": {"amount": 1234, "currency": "KWD"}}}"#,
            "discount.amount",
        ),
        (
            r#"{"discount": {"type": "percentage", "value": "10"}, "limits": {"minimumAmount": {"amount": 1234, "currency": "KWD"}}}"#,
            "limits.minimumAmount",
        ),
        (
            r#"{"discount": {"type": "percentage", "value": "10"}, "limits": {"productIds": ["a b"]}}"#,
            "limits.productIds",
        ),
    ] {
        let text = plan.replacen('{', r#"{"name": "Spring", "#, 1);
        let terms = serde_json::from_str(&text).unwrap();
        let errors =
            Configuration::new(Platform::Stripe, &capabilities(Platform::Stripe), "pln_1-v2", &terms)
                .unwrap_err();
        let paths: Vec<&str> = errors.as_slice().iter().map(|error| error.path.as_str()).collect();
        assert_eq!(paths, [path]);
    }
}

#[test]
fn a_check_tries_to_write_where_nothing_can_be_written() {
    let shop = shop(Platform::Stripe);
    let none = r#"{"object": "list", "data": [], "has_more": false}"#;
    let missing =
        error("invalid_request_error", Some("resource_missing"), "No such promotion code: 'promo_none'");
    let (_, done) = run(&shop, Task::Check, [response(200, none), response(404, missing.as_str())]);
    assert_eq!(done, Ok(Done::Ready { missing: vec![] }));
    let words = "The provided key 'rk_***' does not have the required permissions for this endpoint.";
    let (_, done) = run(
        &shop,
        Task::Check,
        [response(200, none), response(403, error("invalid_request_error", None, words))],
    );
    assert_eq!(done, Ok(Done::Ready { missing: vec![words.to_owned()] }));
}
