//! A shop that gives the answers it was told to give.

use serde_json::Value;
use tributary_domain::capability::{Platform, capabilities};
use tributary_domain::code::CodeText;
use tributary_domain::plan::Terms;
use tributary_domain::{Currency, Timestamp};

use super::{Call, Configuration, Done, Failure, Next, Remote, Request, Response, RuleId, Shop, Task, Wish};

/// Credentials of each platform, as a store's row has them once they are opened.
pub(crate) fn credentials(platform: Platform) -> &'static str {
    match platform {
        Platform::Shopify => r#"{"accessToken": "shpat_secret"}"#,
        Platform::Woocommerce => r#"{"consumerKey": "ck_key", "consumerSecret": "cs_secret"}"#,
        Platform::Bigcommerce => r#"{"storeHash": "abc123", "accessToken": "bc_secret"}"#,
        Platform::AdobeCommerce => {
            r#"{"consumerKey": "ac_key", "consumerSecret": "ac_secret", "accessToken": "at_key", "accessTokenSecret": "at_secret"}"#
        }
        Platform::Stripe => r#"{"secretKey": "sk_secret"}"#,
        Platform::Amazon | Platform::Custom => "{}",
    }
}

pub(crate) fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

pub(crate) fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn shop(platform: Platform) -> Shop {
    Shop::new(platform, "https://shop.example", currency("EUR"), credentials(platform)).unwrap()
}

/// The terms of a plan: ten percent, and these members of it.
pub(crate) fn terms(platform: Platform, members: &str) -> Configuration {
    let mut plan: Value = serde_json::json!({
        "name": "Spring 10",
        "discount": {"type": "percentage", "value": "10"},
    });
    for (name, value) in serde_json::from_str::<serde_json::Map<String, Value>>(members).unwrap() {
        plan[name] = value;
    }
    let terms: Terms = serde_json::from_value(plan).unwrap();
    Configuration::new(platform, &capabilities(platform), "pln_1-v2", &terms).unwrap()
}

/// A code with those terms, and what it is made of.
pub(crate) struct Wanted {
    text: CodeText,
    pub(crate) terms: Configuration,
    rule: Option<RuleId>,
    now: Timestamp,
}

impl Wanted {
    pub(crate) fn new(platform: Platform, members: &str) -> Self {
        Self::of(terms(platform, members))
    }

    pub(crate) fn of(terms: Configuration) -> Self {
        Self {
            text: CodeText::parse("ANNA10").unwrap(),
            terms,
            rule: Some(RuleId::new("7")),
            now: moment("2026-11-21T12:00:00Z"),
        }
    }

    pub(crate) fn wish(&self) -> Wish<'_> {
        Wish {
            text: &self.text,
            terms: &self.terms,
            rule: self.rule.as_ref(),
            attempt: "cod_1-1",
            now: self.now,
        }
    }

    pub(crate) fn text(&self) -> &CodeText {
        &self.text
    }
}

/// A code that was made earlier.
pub(crate) fn remote(code: &str, rule: Option<&str>) -> Remote {
    Remote { code: code.to_owned(), rule: rule.map(RuleId::new) }
}

pub(crate) fn response(status: u16, body: impl Into<Vec<u8>>) -> Response {
    http::Response::builder().status(status).body(body.into()).unwrap()
}

/// Carries a task out against these answers, which it must use up. Gives what it asked and what came of it.
#[track_caller]
pub(crate) fn run(
    shop: &Shop,
    task: Task<'_>,
    answers: impl IntoIterator<Item = Response>,
) -> (Vec<Request>, Result<Done, Failure>) {
    let (mut call, request) = Call::start(shop, task).unwrap();
    let mut requests = vec![request];
    let mut answers = answers.into_iter();
    loop {
        let answer = answers.next().expect("the task asks once more than there are answers");
        match call.answer(&answer) {
            Next::Send(request) => requests.push(request),
            Next::Done(done) => {
                assert!(answers.next().is_none(), "the task asks less than there are answers");
                return (requests, done);
            }
        }
    }
}

/// What comes of a task that the shop answers once.
#[track_caller]
pub(crate) fn outcome(shop: &Shop, task: Task<'_>, status: u16, body: &str) -> Result<Done, Failure> {
    run(shop, task, [response(status, body)]).1
}

/// The one request of a task: method, address without its host, and body.
#[track_caller]
pub(crate) fn first(shop: &Shop, task: Task<'_>) -> (String, String, String) {
    let (_, request) = Call::start(shop, task).unwrap();
    shown(&request)
}

pub(crate) fn shown(request: &Request) -> (String, String, String) {
    let path = request.uri().path_and_query().unwrap().to_string();
    (request.method().to_string(), path, String::from_utf8(request.body().clone()).unwrap())
}

pub(crate) fn json(request: &Request) -> Value {
    serde_json::from_slice(request.body()).unwrap()
}
