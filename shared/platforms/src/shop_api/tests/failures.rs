//! What each status means on every platform.

use std::time::Duration;

use tributary_domain::capability::Platform;

use super::super::testing::{Wanted, response, run, shop};
use super::super::{Budget, Call, Failure, Next, Response, RuleId, Task};

const WITH_AN_API: [Platform; 5] = [
    Platform::Shopify,
    Platform::Woocommerce,
    Platform::Bigcommerce,
    Platform::AdobeCommerce,
    Platform::Stripe,
];

fn with_header(status: u16, name: &str, value: &str) -> Response {
    http::Response::builder().status(status).header(name, value).body(b"{}".to_vec()).unwrap()
}

/// What comes of making a code when the shop answers so.
#[track_caller]
fn made(platform: Platform, answer: Response) -> Failure {
    let wanted = Wanted::new(platform, "{}");
    run(&shop(platform), Task::Make(wanted.wish()), [answer]).1.unwrap_err()
}

// R5
#[test]
fn a_shop_that_has_enough_says_how_long_to_wait_and_nothing_was_done() {
    for platform in WITH_AN_API {
        for (answer, wait) in [
            (with_header(429, "Retry-After", "2"), Some(2)),
            (with_header(429, "retry-after", "2.0"), Some(2)),
            (with_header(429, "retry-after", "0.5"), Some(1)),
            (with_header(429, "X-Rate-Limit-Time-Reset-Ms", "15000"), Some(15)),
            (with_header(429, "retry-after", "Fri, 31 Dec 2027 23:59:59 GMT"), None),
            (response(429, ""), None),
            (with_header(503, "retry-after", "30"), Some(30)),
        ] {
            let failure = made(platform, answer);
            assert_eq!(failure, Failure::Throttled { wait: wait.map(Duration::from_secs) }, "{platform}");
            assert!(!failure.leaves_doubt());
        }
    }
}

// R5
#[test]
fn a_shop_that_fails_or_talks_nonsense_may_have_made_the_code() {
    for platform in WITH_AN_API {
        for answer in [
            response(500, "oops"),
            response(502, "<html>bad gateway</html>"),
            response(503, ""),
            response(504, ""),
            response(408, ""),
            response(200, ""),
            response(200, "<html>maintenance</html>"),
            response(200, "[]"),
            response(201, r#"{"id": "#),
            response(200, "{}"),
            response(200, b"{\"id\": \"\xff\"}".to_vec()),
        ] {
            let failure = made(platform, answer.clone());
            assert!(failure.leaves_doubt(), "{platform}, {answer:?}: {failure:?}");
        }
    }
}

// R5
#[test]
fn wrong_keys_and_wrong_addresses_are_told_apart() {
    for platform in WITH_AN_API {
        assert!(matches!(made(platform, response(401, "{}")), Failure::Unauthorised(_)), "{platform}");
        assert!(matches!(made(platform, response(403, "")), Failure::Unauthorised(_)), "{platform}");
        let moved = made(platform, response(301, ""));
        assert!(moved.to_string().contains("is the store's address right"), "{platform}: {moved}");
    }
}

// R5
#[test]
fn a_shop_without_an_api_is_asked_nothing() {
    for platform in [Platform::Amazon, Platform::Custom] {
        let made = super::super::Shop::new(
            platform,
            "https://shop.example",
            super::super::testing::currency("EUR"),
            "{}",
        );
        assert_eq!(made.unwrap_err().code, "no_api");
    }
}

// R5
#[test]
fn any_bytes_are_an_answer_that_is_read_without_a_panic() {
    use proptest::prelude::*;
    proptest!(|(
        platform in proptest::sample::select(WITH_AN_API.to_vec()),
        status in proptest::sample::select(vec![200_u16, 201, 204, 400, 404, 409, 422, 500]),
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..64),
            r#"\{"(data|errors|id|error|items|message|code)": ?(\[\]|\{\}|null|1|"x"|\[\{\}\])\}"#.prop_map(String::into_bytes),
        ],
    )| {
        let (shop, wanted, rule) = (shop(platform), Wanted::new(platform, "{}"), RuleId::new("7"));
        for task in [
            Task::Check, Task::Make(wanted.wish()), Task::Find(wanted.text()),
            Task::List { rule: Some(&rule), page: None }, Task::MakeRule(&wanted.terms), Task::ReadRule(&rule),
        ] {
            let Ok((mut call, _)) = Call::start(&shop, task) else { continue };
            for _ in 0..4 {
                if matches!(call.answer(&response(status, bytes.clone())), Next::Done(_)) {
                    break;
                }
            }
        }
    });
}

// R5
#[test]
fn each_answer_tells_what_the_shop_still_takes() {
    let cost = r#"{"data": {}, "extensions": {"cost": {"requestedQueryCost": 20, "actualQueryCost": 20,
        "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 1980, "restoreRate": 100.0}}}}"#;
    let points = Budget::Points { maximum: 2_000, available: 1_980, per_second: 100, requested: 20 };
    assert_eq!(Budget::of(&response(200, cost)), points);
    let headers = http::Response::builder()
        .header("X-Rate-Limit-Requests-Quota", "150")
        .header("X-Rate-Limit-Requests-Left", "149")
        .header("X-Rate-Limit-Time-Reset-Ms", "12000")
        .header("X-Rate-Limit-Time-Window-Ms", "30000")
        .body(Vec::new())
        .unwrap();
    let requests = Budget::Requests { quota: 150, left: 149, reset: Duration::from_secs(12) };
    assert_eq!(Budget::of(&headers), requests);
    for nothing in
        ["", "{}", "[]", r#"{"extensions": {"cost": {"throttleStatus": {"maximumAvailable": "x"}}}}"#]
    {
        assert_eq!(Budget::of(&response(200, nothing)), Budget::Unknown);
    }
}
