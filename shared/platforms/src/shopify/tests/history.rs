use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use tributary_domain::money::proportion;
use tributary_domain::order::Status;

use super::*;
use crate::harness::{any_arrival, books, decimal};

const SUBTOTAL: i64 = 10_000;
const TOTAL: i64 = 12_500;

/// What happens to an order once it is paid.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// Lines worth so many cents are given back with their tax, and so much of the shipping.
    Lines { goods: i64, shipping: i64 },
    /// So many cents are paid back for no line, and so much of the shipping.
    Amount { cents: i64, shipping: i64 },
    /// Lines worth so many cents are taken off the order before it is sent.
    Edit(i64),
    /// A note is written: an update without consequence.
    Note,
    /// The order is canceled.
    Cancel,
}

/// A webhook: topic, body, and when it was sent.
type Hook = (Topic, String, String);

/// A shop with one order, which writes webhooks as Shopify does.
#[derive(Default)]
struct Shop {
    second: u32,
    paid: bool,
    canceled: bool,
    given_back: i64,
    taken_off: i64,
    refunds: Vec<Value>,
    hooks: Vec<Hook>,
}

impl Shop {
    fn now(&self) -> String {
        format!("2026-11-21T09:00:{:02}Z", self.second)
    }

    /// The lines that are left of it.
    fn left(&self) -> i64 {
        SUBTOTAL - self.given_back - self.taken_off
    }

    fn order(&self) -> Value {
        let financial_status = match (self.paid, self.refunds.is_empty()) {
            (false, _) => "pending",
            (true, true) => "paid",
            (true, false) => "partially_refunded",
        };
        json!({
            "id": 820_982_911_946_154_508_u64,
            "name": "#1001",
            "created_at": "2026-11-21T09:00:00Z",
            "updated_at": self.now(),
            "cancelled_at": self.canceled.then(|| self.now()),
            "financial_status": financial_status,
            "currency": "EUR",
            "taxes_included": false,
            "subtotal_price": decimal(SUBTOTAL),
            "current_subtotal_price": decimal(self.left()),
            "total_price": decimal(TOTAL),
            "discount_codes": [{"code": "anna10"}],
            "landing_site": "/?trb=AQMAAAAAAAcAAQBpIEAAAQIDBAUGAAECAwQFBgcICQoL",
            "refunds": self.refunds,
        })
    }

    fn send(&mut self, topic: Topic, body: &Value) {
        // Each webhook leaves a little later than the one before, within the same second.
        let sent = self.now().replace('Z', &format!(".{:03}Z", self.hooks.len()));
        self.hooks.push((topic, body.to_string(), sent));
    }

    fn send_order(&mut self, topics: impl IntoIterator<Item = Topic>) {
        for topic in topics {
            let order = self.order();
            self.send(topic, &order);
        }
    }

    /// Writes a refund of these lines and so much of the shipping, in which so much in all is paid back.
    fn refund(&mut self, lines: &Value, shipping: i64, paid: i64) {
        // With a tax of a tenth, of which the shipping's amount is the rest.
        let tax = shipping / 10;
        let adjustment = json!({"kind": "shipping_refund", "amount": decimal(tax - shipping), "tax_amount": decimal(-tax)});
        let transaction =
            json!({"kind": "refund", "status": "success", "amount": decimal(paid), "currency": "EUR"});
        let refund = json!({
            "id": self.refunds.len() + 1,
            "order_id": 820_982_911_946_154_508_u64,
            "created_at": self.now(),
            "refund_line_items": lines,
            "transactions": [transaction],
            "order_adjustments": if shipping > 0 { json!([adjustment]) } else { json!([]) },
        });
        self.refunds.push(refund.clone());
        self.send(Topic::RefundsCreate, &refund);
    }

    fn happen(&mut self, event: Event) {
        self.second += 1;
        match event {
            Event::Lines { goods, shipping } => {
                let goods = goods.min(self.left());
                if goods == 0 {
                    return;
                }
                self.given_back += goods;
                let (set, tax) = (
                    |cents| json!({"shop_money": {"amount": decimal(cents), "currency_code": "EUR"}}),
                    goods / 5,
                );
                let line = json!({"subtotal_set": set(goods), "total_tax_set": set(tax)});
                self.refund(&json!([line]), shipping, goods + tax + shipping);
            }
            Event::Amount { cents, shipping } => self.refund(&json!([]), shipping, cents + shipping),
            Event::Edit(cents) => self.taken_off += cents.min(self.left()),
            Event::Note => {}
            Event::Cancel => {
                self.canceled = true;
                self.send_order([Topic::OrdersCancelled]);
            }
        }
        self.send_order([Topic::OrdersUpdated]);
    }

    fn live(events: &[Event]) -> Self {
        let mut shop = Self::default();
        shop.send_order([Topic::OrdersCreate, Topic::OrdersUpdated]);
        shop.second += 1;
        shop.paid = true;
        shop.send_order([Topic::OrdersPaid, Topic::OrdersUpdated]);
        for event in events {
            shop.happen(*event);
        }
        shop
    }

    /// What is left of the goods, worked out from the events alone.
    fn expected_net(&self, events: &[Event]) -> i64 {
        let by_amount = |event: &Event| match event {
            Event::Amount { cents, .. } => proportion(SUBTOTAL, *cents, TOTAL),
            _ => 0,
        };
        let left = self.left() - events.iter().map(by_amount).sum::<i64>();
        if self.canceled { 0 } else { left.max(0) }
    }
}

fn said((topic, body, sent): &Hook) -> OrderFacts {
    let delivery = Delivery::new([("shopify-triggered-at", sent.as_str())], body.as_bytes());
    match parse(topic, &delivery, Context::default()).unwrap() {
        Parsed::Order(update) => update.facts,
        other => panic!("no order: {other:?}"),
    }
}

fn any_refund() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (1..6_000_i64, 0..500_i64).prop_map(|(goods, shipping)| Event::Lines { goods, shipping }),
        3 => (1..4_000_i64, 0..500_i64).prop_map(|(cents, shipping)| Event::Amount { cents, shipping }),
        2 => Just(Event::Note),
        1 => Just(Event::Cancel),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![6 => any_refund(), 1 => (1..4_000_i64).prop_map(Event::Edit)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    // R31, R32, R53
    #[test]
    fn any_order_of_arrival_with_doubles_ends_in_one_state_and_one_sum(
        (events, arrived) in any_arrival(any_event(), |events| Shop::live(events).hooks)
    ) {
        let shop = Shop::live(&events);
        let known = books(arrived.iter().map(said));
        prop_assert_eq!(&known, &books(shop.hooks.iter().map(said)));
        prop_assert_eq!(known.facts.net(), shop.expected_net(&events));
        prop_assert_eq!(known.facts.original_net(), SUBTOTAL);
        prop_assert_eq!(known.facts.status() == Status::Canceled, shop.canceled);
        prop_assert_eq!(known.facts.click_ids.len(), 1);
    }

    // R32, R33
    #[test]
    fn refunds_count_though_the_updates_after_them_are_lost(
        events in proptest::collection::vec(any_refund(), 0..6)
    ) {
        let shop = Shop::live(&events);
        let lost = |hook: &&Hook| hook.0 != Topic::OrdersUpdated;
        let known = books(shop.hooks.iter().filter(lost).map(said)).facts;
        prop_assert_eq!(known.net(), shop.expected_net(&events));
        let ids: BTreeSet<_> = known.refunds.keys().collect();
        prop_assert_eq!(ids.len(), shop.refunds.len());
    }
}
