use futures::executor::block_on;
use serde_json::{Value, json};
use tributary_domain::Timestamp;
use tributary_domain::ids::{MessageId, PayoutId, WebhookEndpointId};
use tributary_domain::payout::Status as Paid;
use tributary_domain::webhook::{Event, kept_since, next_try, overlap_ends};
use url::Url;

use super::endpoints::{self, Endpoint, Status};
use super::messages::{self, Sending};
use super::work::{self, Leased, Sent};
use crate::native::{Explaining, NativeSql};
use crate::orders::tests::{deliver, furnished, judge, now, number, paid, placed, refund, run};
use crate::payouts::{self, Marking};
use crate::sql::{Sql, SqlError};

fn id(number: u8) -> WebhookEndpointId {
    WebhookEndpointId::new(now(), [number; 10])
}

fn endpoint(number: u8, events: &[Event]) -> Endpoint {
    Endpoint {
        id: id(number),
        url: Url::parse("https://hooks.brand.example/in").unwrap(),
        events: events.to_vec(),
        secret: "sealed".to_owned(),
        old_secret: None,
        status: Status::Active,
        disabled_reason: None,
        failing_since: None,
        version: 1,
        created_at: now(),
        updated_at: now(),
    }
}

fn add(sql: &NativeSql, endpoint: &Endpoint) {
    block_on(sql.transaction(vec![endpoints::insert(endpoint).unwrap()])).unwrap();
}

fn stand(sql: &NativeSql, number: u8) -> Endpoint {
    block_on(endpoints::by_id(sql, &id(number))).unwrap().unwrap()
}

fn listening(events: &[Event]) -> NativeSql {
    let sql = furnished("{}");
    add(&sql, &endpoint(1, events));
    sql
}

fn lease(sql: &impl Sql, number: u8, owner: &str, at: Timestamp) -> Vec<Leased> {
    block_on(messages::gather(sql)).unwrap();
    block_on(work::lease(sql, &id(number), owner, at, 10)).unwrap()
}

/// What an endpoint is to be told, the oldest first: each message's event and JSON.
fn told(sql: &NativeSql, number: u8) -> Vec<(String, Value)> {
    let mut leased = lease(sql, number, "a test", now());
    leased.sort_by_key(|message| message.event.clone());
    let read = |message: Leased| (message.event, serde_json::from_str(&message.data).unwrap());
    leased.into_iter().map(read).collect()
}

fn events(told: &[(String, Value)]) -> Vec<&str> {
    told.iter().map(|(event, _)| event.as_str()).collect()
}

fn sendings(sql: &NativeSql, number: u8) -> Vec<Sending> {
    block_on(messages::gather(sql)).unwrap();
    block_on(messages::list(sql, &id(number), None, 10)).unwrap()
}

fn delivered() -> Sent {
    Sent { status: "delivered", due_at: None, answer: Some(204), error: None }
}

fn finish(sql: &NativeSql, owner: &str, leased: &Leased, sent: &Sent) {
    block_on(sql.execute(work::finish(&id(1), owner, leased, sent, now()))).unwrap();
}

// R68
#[test]
fn what_happens_to_a_conversion_is_told_with_it_as_it_is_and_was() {
    let sql = listening(&Event::ALL);
    deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    let first = told(&sql, 1);
    assert_eq!(events(&first), ["conversion.approved", "order.attributed"]);
    let row =
        block_on(crate::orders::list(&sql, crate::conversions::Sort::Newest, None, 1)).unwrap().remove(0);
    assert_eq!(
        first[1].1,
        json!({"id": format!("cnv_{}", row.id.suffix()), "orderId": row.id, "orderNumber": "#1001",
            "storeId": row.store, "creatorId": row.creator, "campaignId": row.campaign, "planId": row.plan,
            "enrollmentId": row.enrollment, "source": "code", "codeText": "ANNA10", "status": "paid",
            "value": {"amount": 10_000, "currency": "EUR"}, "commission": {"amount": 1_000, "currency": "EUR"},
            "approval": "approved", "verdict": null, "reasons": [], "test": false,
            "placedAt": row.placed_at, "previous": null})
    );
    deliver(&sql, "1", refund("r1", 4_000));
    let adjusted = told(&sql, 1);
    assert_eq!(events(&adjusted), ["commission.adjusted"]);
    let amount = |value: &Value| value["commission"]["amount"].clone();
    assert_eq!((amount(&adjusted[0].1), amount(&adjusted[0].1["previous"])), (json!(600), json!(1_000)));
    judge(&sql, "1", Some(tributary_domain::conversion::Verdict::Rejected));
    let rejected = told(&sql, 1);
    assert_eq!((events(&rejected), amount(&rejected[0].1)), (vec!["conversion.rejected"], json!(0)));
    judge(&sql, "1", None);
    let restored = told(&sql, 1);
    assert_eq!((events(&restored), amount(&restored[0].1)), (vec!["conversion.restored"], json!(600)));
    deliver(&sql, "1", paid());
    assert!(told(&sql, 1).is_empty(), "nothing happened");
}

// R68
#[test]
fn an_order_that_is_nobodys_is_told_once_it_is_somebodys() {
    let sql = listening(&[Event::OrderAttributed]);
    deliver(&sql, "1", placed(10_000, &[]));
    assert!(told(&sql, 1).is_empty());
    let used = tributary_domain::order::Snapshot {
        updated_at: now(),
        ..crate::orders::tests::snapshot(2, 10_000, &["BOB10"])
    };
    let used = tributary_domain::order::OrderFacts { snapshot: Some(used), ..paid() };
    deliver(&sql, "1", used);
    let told = told(&sql, 1);
    assert_eq!(events(&told), ["order.attributed"]);
    assert_eq!(told[0].1["previous"]["enrollmentId"], Value::Null);
}

// R68
#[test]
fn a_conversion_whose_hold_is_over_is_told_as_approved() {
    let sql = furnished(r#"{"holdDays": 14}"#);
    add(&sql, &endpoint(1, &[Event::ConversionApproved]));
    let mut facts = placed(10_000, &["ANNA10"]).merge(paid());
    facts.snapshot.as_mut().unwrap().placed_at = now();
    deliver(&sql, "1", facts);
    assert!(told(&sql, 1).is_empty(), "it waits");
    block_on(crate::orders::release_held(&sql, now().plus_days(14))).unwrap();
    let leased = lease(&sql, 1, "a test", now().plus_days(14));
    assert_eq!(
        leased.iter().map(|message| message.event.as_str()).collect::<Vec<_>>(),
        ["conversion.approved"]
    );
}

// R68
#[test]
fn a_payment_is_told_when_it_was_made_and_a_code_when_it_cannot_be() {
    let sql = listening(&[Event::PayoutPaid, Event::CodeFailed]);
    deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    let euro = tributary_domain::Currency::parse("EUR").unwrap();
    let lines = block_on(payouts::due(&sql, euro, None, now())).unwrap();
    let payout = payouts::Payout {
        id: PayoutId::new(now(), [1; 10]),
        minimum: tributary_domain::Money::new(0, euro),
        version: 1,
        created_at: now(),
        lines,
    };
    block_on(sql.transaction(payouts::make(&payout, "root"))).unwrap();
    assert!(told(&sql, 1).is_empty());
    let marking = Marking { status: Paid::Paid, words: "batch 7", actor: "root", at: now() };
    let creators: Vec<_> = payout.lines.iter().map(|line| line.creator.clone()).collect();
    block_on(sql.transaction(payouts::mark(&payout, &creators, marking))).unwrap();
    let creator = &payout.lines[0].creator;
    let expected = json!({"payoutId": payout.id, "creatorId": creator,
        "amount": {"amount": 1_000, "currency": "EUR"}, "status": "paid", "reference": "batch 7"});
    assert_eq!(told(&sql, 1), [("payout.paid".to_owned(), expected)]);
    for _ in 0..2 {
        run(&sql, "UPDATE codes SET status = 'failed', reason = 'no', updated_at = 1 WHERE text = 'BOB10'");
    }
    let told = told(&sql, 1);
    assert_eq!(events(&told), ["code.failed"]);
    assert_eq!((&told[0].1["text"], &told[0].1["reason"]), (&json!("BOB10"), &json!("no")));
    assert_eq!(told[0].1["creatorId"], "crt_0000000000000000000000000B");
}

// R68
#[test]
fn an_endpoint_hears_what_it_asked_for_and_where_nobody_asks_nothing_is_written() {
    let sql = furnished("{}");
    deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    let off = Endpoint { status: Status::Disabled, ..endpoint(1, &Event::ALL) };
    add(&sql, &off);
    add(&sql, &endpoint(2, &[Event::CodeFailed]));
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM order_notes"), 0, "there is no endpoint");
    deliver(&sql, "2", placed(10_000, &["ANNA10"]).merge(paid()));
    block_on(messages::gather(&sql)).unwrap();
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM outbox"), 0);
    add(&sql, &endpoint(3, &[Event::OrderAttributed]));
    add(&sql, &endpoint(4, &[Event::OrderAttributed, Event::ConversionApproved]));
    deliver(&sql, "3", placed(10_000, &["ANNA10"]).merge(paid()));
    block_on(messages::gather(&sql)).unwrap();
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM outbox"), 2, "one row a message");
    let counts: Vec<usize> = (1..=4).map(|number| sendings(&sql, number).len()).collect();
    assert_eq!(counts, [0, 0, 1, 2]);
    assert_eq!(block_on(work::due(&sql, now())).unwrap().len(), 2);
}

// R68
#[test]
fn a_message_has_one_sender_at_a_time_and_is_taken_over_from_one_that_died() {
    let sql = listening(&[Event::OrderAttributed]);
    deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    let dead = lease(&sql, 1, "dead", now());
    assert_eq!(dead.len(), 1);
    assert!(lease(&sql, 1, "other", now().plus_millis(29_999)).is_empty());
    assert!(block_on(work::due(&sql, now().plus_millis(29_999))).unwrap().is_empty());
    let taken = lease(&sql, 1, "other", now().plus_millis(30_000));
    assert_eq!(taken, dead, "under the same id");
    finish(&sql, "dead", &dead[0], &delivered());
    assert_eq!(sendings(&sql, 1)[0].status, "waiting", "it is another's by now");
    finish(&sql, "other", &taken[0], &delivered());
    let sending = sendings(&sql, 1).remove(0);
    assert_eq!((sending.status.as_str(), sending.attempts, sending.answer), ("delivered", 1, Some(204)));
    assert!(lease(&sql, 1, "third", now().plus_days(9)).is_empty());
    block_on(sql.transaction(vec![messages::resend(&id(1), &sending.id, now())])).unwrap();
    assert_eq!(lease(&sql, 1, "third", now())[0].id, sending.id);
    let unknown = messages::resend(&id(1), &MessageId::new(now(), [0; 10]), now());
    assert_eq!(block_on(sql.transaction(vec![unknown])), Err(SqlError::Stale));
}

// R68
#[test]
fn an_endpoint_that_took_nothing_for_five_days_is_switched_off_and_one_that_is_gone_at_once() {
    let sql = listening(&[Event::OrderAttributed]);
    let fail = |days| block_on(work::failed(&sql, &id(1), "it took nothing", now().plus_days(days))).unwrap();
    assert!(!fail(0));
    assert!(!fail(4));
    block_on(sql.execute(work::took(&id(1)))).unwrap();
    assert_eq!(stand(&sql, 1).failing_since, None);
    assert_eq!([5, 6, 9, 10, 11].map(fail), [false, false, false, true, false], "told once");
    let off = stand(&sql, 1);
    assert_eq!((off.status, off.disabled_reason.as_deref()), (Status::Disabled, Some("it took nothing")));
    add(&sql, &endpoint(2, &[]));
    assert!(block_on(work::gone(&sql, &id(2), "410")).unwrap());
    assert!(!block_on(work::gone(&sql, &id(2), "410")).unwrap());
    assert_eq!(stand(&sql, 2).disabled_reason.as_deref(), Some("410"));
}

// R68
#[test]
fn what_waits_for_an_endpoint_that_is_off_waits_until_it_is_on() {
    let sql = listening(&[Event::OrderAttributed]);
    deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    block_on(messages::gather(&sql)).unwrap();
    let waiting = || block_on(work::waiting(&sql)).unwrap();
    assert_eq!((waiting().messages, waiting().next_at), (1, Some(now())));
    let changed = |status| Endpoint { status, ..stand(&sql, 1) };
    for (status, messages) in [(Status::Disabled, 0), (Status::Active, 1)] {
        let update = endpoints::update(&changed(status)).unwrap();
        block_on(sql.transaction(vec![update])).unwrap();
        assert_eq!(waiting().messages, messages);
        assert_eq!(block_on(work::due(&sql, now())).unwrap().is_empty(), messages == 0);
    }
}

// R68
#[test]
fn an_endpoint_is_kept_with_all_it_has_and_forgotten_with_what_was_sent() {
    let sql = listening(&Event::ALL);
    let secret = Some(("older".to_owned(), overlap_ends(now())));
    let changed = Endpoint { events: vec![Event::PayoutPaid], old_secret: secret, ..stand(&sql, 1) };
    block_on(sql.transaction(vec![endpoints::update(&changed).unwrap()])).unwrap();
    assert_eq!(stand(&sql, 1), Endpoint { version: 2, ..changed.clone() });
    let stale = block_on(sql.transaction(vec![endpoints::update(&changed).unwrap()]));
    assert_eq!(stale, Err(SqlError::Stale));
    let test = MessageId::new(now(), [7; 10]);
    block_on(sql.transaction(messages::test(&id(1), &test, "{}", now()).into())).unwrap();
    assert_eq!(sendings(&sql, 1)[0].event, "webhook.test");
    assert_eq!(block_on(messages::by_id(&sql, &id(1), &test)).unwrap(), Some(sendings(&sql, 1).remove(0)));
    block_on(sql.transaction(endpoints::delete(&id(1)).into())).unwrap();
    assert!(block_on(endpoints::list(&sql, None, 9)).unwrap().is_empty());
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM webhook_sends"), 0);
}

// R68
#[test]
fn there_are_only_so_many_endpoints() {
    let sql = furnished("{}");
    let most = u8::try_from(endpoints::MOST).unwrap();
    for number in 1..=most {
        add(&sql, &endpoint(number, &[]));
    }
    let one_more = endpoints::insert(&endpoint(most + 1, &[])).unwrap();
    assert_eq!(block_on(sql.transaction(vec![one_more])), Err(SqlError::Stale));
}

// R68
#[test]
fn messages_are_forgotten_after_a_month() {
    let sql = listening(&[Event::OrderAttributed]);
    for order in ["1", "2"] {
        deliver(&sql, order, placed(10_000, &["ANNA10"]).merge(paid()));
    }
    block_on(messages::gather(&sql)).unwrap();
    run(&sql, &format!("UPDATE outbox SET at = {} WHERE number = 1", kept_since(now()).as_millis() - 1));
    for _ in 0..2 {
        block_on(messages::forget(&sql, kept_since(now()))).unwrap();
        assert_eq!(number(&sql, "SELECT SUM(number) FROM outbox"), 2);
        assert_eq!(sendings(&sql, 1).len(), 1);
    }
    assert_eq!(number(&sql, "SELECT SUM(message) FROM webhook_sends"), 2);
    assert!(next_try(1, now(), 0).is_some());
}

// R68
#[test]
fn what_is_due_is_found_by_an_index() {
    let sql = listening(&[Event::OrderAttributed]);
    deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    block_on(messages::gather(&sql)).unwrap();
    let sql = Explaining::new(&sql);
    block_on(work::due(&sql, now())).unwrap();
    lease(&sql, 1, "a test", now());
    block_on(work::waiting(&sql)).unwrap();
    block_on(messages::list(&sql, &id(1), None, 9)).unwrap();
    block_on(messages::forget(&sql, now().plus_days(1))).unwrap();
    let steps = sql.take_steps();
    for step in steps.iter().filter(|step| step.starts_with("SCAN")) {
        // The endpoints themselves, who are few, and notes, which go as they are read.
        assert!(
            ["SCAN webhook_endpoints", "SCAN e", "SCAN order_notes"].iter().any(|few| step.starts_with(few)),
            "{steps:#?}"
        );
    }
    for index in ["webhook_sends_due (endpoint_id=? AND due_at<", "outbox_at (at<"] {
        assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:#?}");
    }
}
