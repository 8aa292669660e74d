use proptest::prelude::*;
use tributary_domain::money::proportion;
use tributary_domain::order::OrderFacts;

use super::super::events;
use super::*;
use crate::harness::{any_arrival, books, decimal};

const NET: i64 = 10_000;
const TOTAL: i64 = 12_990;

/// What happens to an order once it is placed.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// It gets another state.
    State(&'static str),
    /// Goods worth so many cents are given back, and so much of the shipping, both with their tax.
    Goods { goods: i64, shipping: i64 },
    /// So many cents are paid back for no goods, with which the merchant makes up for something.
    Amount(i64),
    /// Somebody writes a comment.
    Comment,
}

/// A shop with one order, which Adobe sends events of, a second apart.
struct Shop {
    order: Value,
    goods: i64,
    shipping: i64,
    amounts: i64,
    memos: u32,
    events: Vec<String>,
}

/// A fifth on top.
const fn tax(cents: i64) -> i64 {
    cents / 5
}

impl Shop {
    fn live(history: &[Event]) -> Self {
        let order = with(json!({"state": "new", "base_total_paid": "0"}));
        let mut shop = Self { order, goods: 0, shipping: 0, amounts: 0, memos: 0, events: Vec::new() };
        for (second, happened) in (10..).zip(std::iter::once(&Event::Comment).chain(history)) {
            shop.happen(*happened);
            shop.order["updated_at"] = json!(format!("2026-11-20 10:00:{second}"));
            shop.events.push(event("observer.sales_order_save_commit_after", &shop.order).to_string());
        }
        shop
    }

    fn happen(&mut self, happened: Event) {
        match happened {
            Event::State(state) => self.order["state"] = json!(state),
            Event::Goods { goods, shipping } => {
                let goods = goods.min(NET - self.goods);
                self.goods += goods;
                self.shipping += shipping;
                self.give_back(goods, shipping, 0);
            }
            Event::Amount(cents) => {
                self.amounts += cents;
                self.give_back(0, 0, cents);
            }
            Event::Comment => {}
        }
    }

    /// Sends a credit memo, and brings the order's own sums up to date.
    fn give_back(&mut self, goods: i64, shipping: i64, amount: i64) {
        self.memos += 1;
        let memo = json!({"entity_id": self.memos, "order_id": 17, "state": 2, "created_at": "2026-11-21 10:00:00",
            "base_subtotal": decimal(goods), "base_tax_amount": decimal(tax(goods) + tax(shipping)),
            "base_shipping_amount": decimal(shipping), "base_shipping_tax_amount": decimal(tax(shipping)),
            "base_adjustment_positive": decimal(amount),
            "base_grand_total": decimal(goods + tax(goods) + shipping + tax(shipping) + amount)});
        self.events.push(event("observer.sales_order_creditmemo_save_after", &memo).to_string());
        let (goods, shipping) = (self.goods, self.shipping);
        let all = goods + tax(goods) + shipping + tax(shipping) + self.amounts;
        for (name, cents) in [
            ("base_subtotal_refunded", goods),
            ("base_tax_refunded", tax(goods) + tax(shipping)),
            ("base_shipping_refunded", shipping),
            ("base_shipping_tax_refunded", tax(shipping)),
            ("base_adjustment_positive", self.amounts),
            ("base_total_refunded", all),
        ] {
            self.order[name] = json!(decimal(cents));
        }
    }

    /// What is left of the goods, worked out from the history alone.
    fn expected_net(&self) -> i64 {
        let amounts = if self.goods > 0 { self.amounts } else { proportion(NET, self.amounts, TOTAL) };
        (NET - self.goods - amounts).max(0)
    }
}

fn said(body: &String) -> OrderFacts {
    let said = events::parse(body.as_bytes(), euro()).unwrap();
    assert_eq!(said.len(), 1, "{body}");
    said.into_iter().map(|update| update.facts).fold(OrderFacts::default(), OrderFacts::merge)
}

fn any_event() -> impl Strategy<Value = Event> {
    let state =
        prop_oneof![Just("processing"), Just("holded"), Just("complete"), Just("closed"), Just("canceled")];
    prop_oneof![
        2 => state.prop_map(Event::State),
        3 => (1..6_000_i64, 0..200_i64).prop_map(|(goods, shipping)| Event::Goods { goods, shipping }),
        2 => (1..4_000_i64).prop_map(Event::Amount),
        1 => Just(Event::Comment),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    // R31, R32, R53
    #[test]
    fn any_order_of_arrival_with_doubles_ends_in_one_state_and_one_sum(
        (events, arrived) in any_arrival(any_event(), |events| Shop::live(events).events)
    ) {
        let shop = Shop::live(&events);
        let known = books(arrived.iter().map(said));
        prop_assert_eq!(&known, &books(shop.events.iter().map(said)));
        let expected = if known.facts.status().is_sale() { shop.expected_net() } else { 0 };
        prop_assert_eq!(known.facts.net(), expected);
    }

    // R32, R34
    #[test]
    fn the_last_word_of_the_order_holds_whatever_else_was_lost(
        (events, arrived) in any_arrival(any_event(), |events| Shop::live(events).events),
        kept in 0..100_usize,
    ) {
        let shop = Shop::live(&events);
        let last = books(shop.events.last().map(said)).facts;
        let known = books(arrived.iter().take(kept).chain(shop.events.last()).map(said)).facts;
        prop_assert_eq!((known.status(), known.net()), (last.status(), last.net()));
    }
}
