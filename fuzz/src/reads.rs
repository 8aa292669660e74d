//! What we read because we asked for it: a shop's lists, orders in parts, reports, rates, answers about codes.
//!
//! The first byte of an input chooses what the rest is read as.

use tributary_domain::capability::{Platform, capabilities};
use tributary_domain::code::CodeText;
use tributary_domain::plan::Terms;
use tributary_domain::{Currency, Timestamp};
use tributary_platforms::bigcommerce::Answers;
use tributary_platforms::shop_api::{Call, Configuration, Next, Remote, RuleId, Shop, State, Task, Wish};
use tributary_platforms::{
    adobe_commerce, amazon, bigcommerce, listing, rates, shopify, stripe, woocommerce,
};

use super::{check, check_words, chosen};

const NOW: Timestamp = Timestamp::from_seconds(1_763_715_600);
/// As many as a task asks at most.
const MOST_ANSWERS: usize = 2;

fn euro() -> Option<Currency> {
    Currency::parse("EUR").ok()
}

/// One of the four answers that make an order, the others as they should be.
pub(crate) fn bigcommerce_order(data: &[u8]) {
    const ORDER: &[u8] = include_bytes!("../samples/bigcommerce_order.json");
    const PRODUCTS: &[u8] = include_bytes!("../samples/bigcommerce_products.json");
    let Some((place, body)) = chosen(data, &[0, 1, 2, 3]) else { return };
    let (mut order, mut coupons, mut products, mut refunds) =
        (ORDER.to_vec(), b"[]".to_vec(), PRODUCTS.to_vec(), Vec::new());
    match place {
        0 => order = body,
        1 => coupons = body,
        2 => products = body,
        _ => refunds = body,
    }
    match bigcommerce::read(
        &Answers { order, coupons: vec![coupons], products: vec![products], refunds },
        NOW,
    ) {
        Ok(update) => check(&update.facts),
        Err(unreadable) => check_words(&unreadable),
    }
}

/// A page of a shop's orders or events.
pub(crate) fn lists(data: &[u8]) {
    let (Some((list, body)), Some(euro)) = (chosen(data, &[0, 1, 2, 3, 4, 5, 6, 7]), euro()) else { return };
    let part = adobe_commerce::reads::Part { after: 7, limit: 2 };
    let unreadable = match list {
        0 => woocommerce::reads::page(woocommerce::reads::Place::first(NOW), &body, 2).err(),
        1 => stripe::reads::next_page(&body).err(),
        2 => stripe::reads::read_promotion_code(&body).err(),
        3 => bigcommerce::read_ids(&body).err(),
        4 => listing::members(&body, "orders").err(),
        5 => memos(adobe_commerce::reads::read_orders(&body, part, euro, NOW)),
        6 => memos(adobe_commerce::reads::read_credit_memos(&body, part, euro)),
        _ => {
            let _ = shopify::reads::next_page(&String::from_utf8_lossy(&body));
            None
        }
    };
    unreadable.iter().for_each(check_words);
}

fn memos(
    page: Result<adobe_commerce::reads::Page, tributary_platforms::Unreadable>,
) -> Option<tributary_platforms::Unreadable> {
    let page = match page {
        Ok(page) => page,
        Err(unreadable) => return Some(unreadable),
    };
    assert!(page.next.is_none_or(|next| next > 7), "a list that does not heed where it is to begin ends");
    page.orders.iter().flatten().for_each(|update| check(&update.facts));
    None
}

/// What Amazon answers, and its report as a file.
pub(crate) fn amazon(data: &[u8]) {
    let (Some((answer, body)), Some(euro)) = (chosen(data, &[0, 1, 2, 3, 4]), euro()) else { return };
    let unreadable = match answer {
        0 => amazon::read_report(&body, euro).err(),
        1 => amazon::read_json(&body, euro).err(),
        2 => amazon::read_csv(&body, euro).err(),
        3 => amazon::read_publishers(&body).err(),
        _ => amazon::read_tags(&body).err(),
    };
    unreadable.iter().for_each(check_words);
}

/// A bank's file of rates.
pub(crate) fn rates(data: &[u8]) {
    let (Some((is_csv, body)), Some(euro)) = (chosen(data, &[false, true]), euro()) else { return };
    let read =
        if is_csv { rates::read_csv(&body, euro) } else { rates::read_ecb(&String::from_utf8_lossy(&body)) };
    if let Ok(days) = read {
        assert!(days.iter().any(|day| !day.rates.is_empty()), "a file without a rate is refused");
    }
}

/// What a shop answers, of any status, when it is asked for anything about codes.
pub(crate) fn shop_api(data: &[u8]) {
    let [platform, task, status, body @ ..] = data else { return };
    let among = [
        (Platform::Shopify, r#"{"accessToken": "a"}"#),
        (Platform::Woocommerce, r#"{"consumerKey": "ck_a", "consumerSecret": "cs_a"}"#),
        (Platform::Bigcommerce, r#"{"storeHash": "abc", "accessToken": "a"}"#),
        (
            Platform::AdobeCommerce,
            r#"{"consumerKey": "a", "consumerSecret": "b", "accessToken": "c", "accessTokenSecret": "d"}"#,
        ),
        (Platform::Stripe, r#"{"secretKey": "sk_a"}"#),
    ];
    let Some(((platform, credentials), _)) = chosen(&[*platform], &among) else { return };
    let Some((status, _)) = chosen(&[*status], &[200, 201, 204, 400, 401, 404, 422, 429, 500]) else {
        return;
    };
    answer_task(platform, credentials, *task, status, body);
}

fn answer_task(platform: Platform, credentials: &str, task: u8, status: u16, body: &[u8]) -> Option<()> {
    let shop = Shop::new(platform, "https://shop.example", euro()?, credentials).ok()?;
    let plan = r#"{"name": "Spring", "discount": {"type": "percentage", "value": "10"}}"#;
    let terms: Terms = serde_json::from_str(plan).ok()?;
    let terms = Configuration::new(platform, &capabilities(platform), "pln_1-v2", &terms).ok()?;
    let (text, rule) = (CodeText::parse("ANNA10").ok()?, RuleId::new("7"));
    let wish = Wish { text: &text, terms: &terms, rule: Some(&rule), attempt: "cod_1-1", now: NOW };
    let code = Remote { code: "9".to_owned(), rule: Some(rule.clone()) };
    let tasks = [
        Task::Check,
        Task::MakeRule(&terms),
        Task::FindRule(&terms),
        Task::ReadRule(&rule),
        Task::RepairRule { rule: &rule, terms: &terms },
        Task::Make(wish),
        Task::Find(&text),
        Task::Change { code: &code, to: wish },
        Task::Rename { code: &code, to: wish },
        Task::Switch { code: &code, to: State::Inactive, wish },
        Task::List { rule: Some(&rule), page: None },
    ];
    let (task, _) = chosen(&[task], &tasks)?;
    let (mut call, _) = Call::start(&shop, task).ok()?;
    let response = http::Response::builder().status(status).body(body.to_vec()).ok()?;
    let ended = (0..MOST_ANSWERS).any(|_| matches!(call.answer(&response), Next::Done(_)));
    assert!(ended, "a task asks twice at most");
    Some(())
}
