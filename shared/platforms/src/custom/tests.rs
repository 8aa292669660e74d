use proptest::prelude::*;
use serde_json::{Value, json};
use tributary_domain::money::proportion;
use tributary_domain::order::{Beside, OrderFacts, Status};
use tributary_domain::{Currency, Timestamp};

use super::{Wrong, parse, verify};
use crate::Delivery;
use crate::harness::{Mutations, any_arrival, books, decimal, mac_base64};
use crate::order_update::{OrderUpdate, Reference};
use crate::signature::Refused;

const CLICK: &str = "AQMAAAAAAAcAAQBpIEAAAQIDBAUGAAECAwQFBgcICQoL";

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

/// A paid order of 100.00 EUR and 125.00 in all.
#[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
fn order(changes: Value) -> String {
    let mut order = json!({"orderId": "1001", "status": "paid", "updatedAt": "2026-11-21T09:30:00Z", "net": "100.00",
        "total": "125.00", "codes": ["anna10"]});
    order.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    order.to_string()
}

fn read(body: &str) -> Result<OrderUpdate, Wrong> {
    parse(body.as_bytes(), euro())
}

// R35
#[test]
fn an_order_in_our_own_shape_is_read_whole() {
    let body = order(json!({"number": "#1001", "placedAt": "2026-11-20T09:30:00+01:00", "currency": "EUR",
        "shipping": "5.00", "tax": 20, "discount": "10.00", "clickId": CLICK, "email": "anna@example.com", "checkoutToken": "t-1", "test": true,
        "refunds": [{"id": "r1", "net": "10.00"}, {"id": 2, "amount": "12.50", "at": "2026-11-21T09:00:00Z"}]}));
    let read = read(&body).unwrap();
    assert_eq!((read.external_id.as_str(), read.buyer_email.unwrap().expose()), ("1001", "anna@example.com"));
    assert_eq!(read.references.into_iter().collect::<Vec<_>>(), [Reference::checkout("t-1").unwrap()]);
    let snapshot = read.facts.snapshot.as_ref().unwrap();
    assert!(snapshot.proved && snapshot.test);
    assert_eq!(
        (snapshot.net, snapshot.total, snapshot.codes.as_slice()),
        (10_000, 12_500, &["ANNA10".to_owned()][..])
    );
    assert_eq!(snapshot.beside, Beside { shipping: 500, tax: 2_000, discount: 1_000 });
    assert_eq!(snapshot.placed_at, Timestamp::parse("2026-11-20T08:30:00Z").unwrap());
    assert_eq!(read.facts.click_ids.iter().collect::<Vec<_>>(), [CLICK]);
    // 10.00 of the goods, and a tenth of all.
    assert_eq!((read.facts.status(), read.facts.net()), (Status::PartiallyRefunded, 8_000));
}

// R33, R35, R51
#[test]
fn lines_and_what_of_them_was_given_back_are_read() {
    let body = order(json!({
        "lines": [{"product": 8001, "variant": "v", "sku": "A-1", "categories": ["shoes"], "quantity": 2, "net": "60.00"},
            {"id": "x", "sku": "B", "net": "20.00"}],
        "refunds": [{"id": 1, "net": "40.00", "lines": [{"id": 1, "quantity": 1}, {"id": "x", "net": "5.00"}]}]}));
    let facts = read(&body).unwrap().facts;
    let sold = facts.sold_lines();
    assert_eq!((sold[0].line.id.as_str(), sold[0].line.names.join(" ")), ("1", "8001 v A-1".to_owned()));
    assert_eq!((sold[0].line.categories.as_slice(), sold[1].line.quantity), (&["shoes".to_owned()][..], 1));
    assert_eq!(sold.iter().map(|sold| sold.stands).collect::<Vec<_>>(), [3_000, 1_500]);
    assert_eq!(facts.net(), 6_000);
}

// R35
#[test]
fn all_that_is_wrong_is_named_at_once() {
    for (changes, wrong) in [
        (
            json!({"orderId": null, "status": "shipped", "updatedAt": "soon", "net": "-1"}),
            vec!["orderId", "updatedAt", "status", "net"],
        ),
        (json!({"net": null}), vec!["net"]),
        (json!({"shipping": "-1", "tax": [], "discount": "ten"}), vec!["shipping", "tax", "discount"]),
        (json!({"lines": [{"sku": "A"}]}), vec!["lines[0].net"]),
        (json!({"lines": [{"net": "1", "quantity": 1.5}]}), vec!["lines[0].quantity"]),
        (json!({"lines": vec![json!({"net": "1"}); 1_001]}), vec!["lines"]),
        (
            json!({"refunds": [{"id": 1, "net": 1, "lines": [{"id": 1}]}]}),
            vec!["refunds[0].lines[0].quantity"],
        ),
        (
            json!({"refunds": [{"id": 1, "net": 1, "lines": [{"id": 1, "net": 1, "quantity": 1}]}]}),
            vec!["refunds[0].lines[0].net"],
        ),
        (
            json!({"refunds": [{"id": 1, "net": 1, "lines": [{"id": 1, "net": 1}, {"id": 1, "net": 1}]}]}),
            vec!["refunds[0].lines[1].id"],
        ),
        (json!({"currency": "EURO"}), vec!["currency"]),
        (json!({"orderId": "lead:a:1"}), vec!["orderId"]),
        (json!({"codes": "ANNA10"}), vec!["codes"]),
        (json!({"codes": [null]}), vec!["codes[0]"]),
        (json!({"refunds": [{"net": "1.00"}]}), vec!["refunds[0].id"]),
        (json!({"refunds": [{"id": 1}]}), vec!["refunds[0].net"]),
        (json!({"refunds": [{"id": 1, "net": 1}, {"id": 1, "net": 1}]}), vec!["refunds[1].id"]),
        (json!({"test": "yes"}), vec!["test"]),
    ] {
        let Err(Wrong::Fields(errors)) = read(&order(changes.clone())) else { panic!("{changes}") };
        let paths: Vec<_> = errors.as_slice().iter().map(|error| error.path.as_str()).collect();
        assert_eq!(paths, wrong, "{changes}");
    }
    for body in ["", "[]", "{", "7"] {
        assert!(matches!(read(body), Err(Wrong::Body(_))), "{body}");
    }
}

// R35
#[test]
fn a_delivery_is_proved_by_the_specifications_signature() {
    let body = order(json!({}));
    let key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let decoded = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, key).unwrap();
    let signed = format!("msg_1.1763715600.{body}");
    let verified = |signature: String, secrets: &[&str], second| {
        let headers =
            [("webhook-id", "msg_1"), ("webhook-timestamp", "1763715600"), ("webhook-signature", &signature)];
        let delivery = Delivery::new(headers, body.as_bytes());
        verify(&delivery, secrets, Timestamp::from_seconds(second)).map(|_| ())
    };
    let by = |key: &[u8]| format!("v1,{}", mac_base64(&signed, key));
    let prefixed = format!("whsec_{key}");
    assert_eq!(verified(by(&decoded), &[&prefixed], 1_763_715_600), Ok(()));
    assert_eq!(verified(by(&decoded), &["other", key], 1_763_715_600), Ok(()));
    assert_eq!(verified(by(b"a plain secret"), &["a plain secret"], 1_763_715_600), Ok(()));
    assert_eq!(verified(by(b"a plain secret"), &["another"], 1_763_715_600), Err(Refused::WrongSignature));
    assert_eq!(verified(by(&decoded), &[&prefixed], 1_763_716_000), Err(Refused::StaleTime));
    assert_eq!(verified(by(b""), &[""], 1_763_715_600), Err(Refused::NoSecret));
}

fn headers(signature: &str) -> [(&str, &str); 3] {
    [("webhook-id", "m"), ("webhook-timestamp", "1763715600"), ("webhook-signature", signature)]
}

// R35
#[test]
fn ten_thousand_broken_bodies_cause_no_panic_and_no_words_quote_them() {
    let refunded = order(
        json!({"refunds": [{"id": "r1", "net": "10.00"}], "email": "anna@example.com", "clickId": CLICK}),
    );
    let plain = order(json!({}));
    let mutations = Mutations { originals: &[&refunded, &plain], private: &["@", "anna", "example"] };
    mutations.survive(
        |_, body| match parse(body, euro()) {
            Ok(_) => Ok(()),
            Err(Wrong::Body(unreadable)) => Err(unreadable),
            Err(Wrong::Fields(errors)) => {
                let first = errors.as_slice().first().unwrap();
                Err(crate::Unreadable::at(&first.path, &first.detail))
            }
        },
        |original| format!("v1,{}", mac_base64(format!("m.1763715600.{original}"), "secret")),
        |signature, body| {
            verify(
                &Delivery::new(headers(signature), body),
                &["secret"],
                Timestamp::from_seconds(1_763_715_600),
            )
            .is_ok()
        },
    );
}

/// What happens to an order.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// It is placed, paid or called off.
    Status(&'static str),
    /// So many cents of the goods are given back.
    Net(i64),
    /// So many cents of a line.
    Line(i64),
    /// So many cents of all, with tax and shipping.
    Amount(i64),
}

impl Event {
    /// The goods' part of what is given back.
    fn goods(self) -> i64 {
        match self {
            Self::Status(_) => 0,
            Self::Net(cents) | Self::Line(cents) => cents,
            Self::Amount(cents) => proportion(10_000, cents, 12_500),
        }
    }
}

/// The webhooks that a shop sends while this happens to one of its orders, a second apart.
fn live(events: &[Event]) -> Vec<String> {
    let (mut refunds, mut bodies) = (Vec::new(), Vec::new());
    for (second, event) in std::iter::once(&Event::Status("pending")).chain(events).enumerate() {
        let refund = match *event {
            Event::Status(_) => None,
            Event::Net(cents) => Some(json!({"id": second, "net": decimal(cents)})),
            Event::Line(cents) => {
                let line = json!({"id": "shoe", "net": decimal(cents)});
                Some(json!({"id": second, "net": decimal(cents), "lines": [line]}))
            }
            Event::Amount(cents) => Some(json!({"id": second, "amount": decimal(cents)})),
        };
        let status = if let Event::Status(status) = *event { status } else { "paid" };
        refunds.extend(refund);
        bodies.push(order(json!({"placedAt": "2026-11-21T09:00:00Z", "status": status, "refunds": refunds,
            "updatedAt": format!("2026-11-21T09:30:{second:02}Z"), "shipping": "5.00", "tax": "20.00",
            "lines": [{"id": "shoe", "quantity": 2, "net": "60.00"}, {"id": "hat", "net": "40.00"}]})));
    }
    bodies
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => prop_oneof![Just("paid"), Just("canceled"), Just("pending")].prop_map(Event::Status),
        1 => (1..4_000_i64).prop_map(Event::Net),
        1 => (1..4_000_i64).prop_map(Event::Line),
        1 => (1..4_000_i64).prop_map(Event::Amount),
    ]
}

fn said(body: &str) -> OrderFacts {
    read(body).unwrap().facts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    // R31, R32, R53
    #[test]
    fn any_order_of_arrival_with_doubles_ends_in_one_state_and_one_sum(
        (events, arrived) in any_arrival(any_event(), live)
    ) {
        let known = books(arrived.iter().map(|body| said(body)));
        prop_assert_eq!(&known, &books(live(&events).iter().map(|body| said(body))));
        let left = (10_000 - events.iter().map(|event| event.goods()).sum::<i64>()).max(0);
        let expected = if matches!(events.last(), Some(Event::Status("canceled"))) { 0 } else { left };
        prop_assert_eq!(known.facts.net(), expected);
    }
}
