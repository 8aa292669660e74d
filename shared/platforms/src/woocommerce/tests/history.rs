use proptest::prelude::*;
use serde_json::{Value, json};
use tributary_domain::Currency;
use tributary_domain::money::proportion;
use tributary_domain::order::Status;

use super::*;
use crate::harness::{any_arrival, books, decimal};
use crate::woocommerce::refund_details;

const GOODS: i64 = 10_000;
const TOTAL: i64 = 12_500;

/// What happens to an order once it is paid.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// So many cents are paid back.
    Refund(i64),
    /// Goods worth so many cents are given back with their tax, and so much of the shipping.
    Goods {
        goods: i64,
        shipping: i64,
    },
    /// The latest refund is deleted.
    TakeRefundBack,
    /// A line is edited: the goods are worth so many cents from now on.
    Edit(i64),
    /// A status is set by hand.
    Set(&'static str),
    /// The order goes to the trash, and perhaps comes back.
    Trash,
    Restore,
}

/// A webhook: topic, delivery id, body; and what the shop then tells of the refunds in it, if it can be asked.
type Hook = (Topic, String, String, Option<String>);

#[derive(Debug, Clone, Copy)]
struct Refund {
    id: u64,
    /// With tax and shipping.
    total: i64,
    goods: i64,
    shipping: i64,
}

/// A shop with one order, which writes webhooks as WooCommerce does: each body is the order as it stands.
struct Shop {
    second: u32,
    status: &'static str,
    goods: i64,
    trashed: bool,
    next_refund: u64,
    refunds: Vec<Refund>,
    hooks: Vec<Hook>,
}

impl Shop {
    fn order(&self) -> Value {
        let refunds: Vec<_> = self
            .refunds
            .iter()
            .map(|refund| json!({"id": refund.id, "reason": "", "total": decimal(-refund.total)}))
            .collect();
        json!({
            "id": 727, "number": "727", "status": self.status, "currency": "EUR",
            "date_created_gmt": "2026-11-21T09:00:00",
            "date_modified_gmt": format!("2026-11-21T09:00:{:02}", self.second),
            "date_paid_gmt": if self.status == "pending" { Value::Null } else { json!("2026-11-21T09:00:01") },
            "total": decimal(TOTAL),
            "line_items": [{"total": decimal(self.goods)}],
            "coupon_lines": [{"code": "anna10"}],
            "meta_data": [{"key": "_wc_order_attribution_session_entry",
                "value": "/?trb=AQMAAAAAAAcAAQBpIEAAAQIDBAUGAAECAwQFBgcICQoL"}],
            "refunds": refunds,
        })
    }

    fn send(&mut self, topic: Topic) {
        let is_deleted = topic == Topic::OrderDeleted;
        let body = if is_deleted { json!({"id": 727}) } else { self.order() };
        let details = (!is_deleted).then(|| self.details());
        self.hooks.push((topic, format!("delivery {}", self.hooks.len()), body.to_string(), details));
    }

    /// The answer to `GET /wp-json/wc/v3/orders/727/refunds`.
    fn details(&self) -> String {
        let line = |refund: &Refund| {
            json!({"total": decimal(-refund.goods), "total_tax": decimal(-refund.goods / 5),
            "meta_data": [{"key": "_refunded_item_id", "value": "1"}]})
        };
        let shipping = |refund: &Refund| json!({"total": decimal(-refund.shipping), "total_tax": "0.00"});
        let refunds = self.refunds.iter().map(|refund| {
            json!({"id": refund.id, "date_created_gmt": "2026-11-21T10:00:00", "amount": decimal(refund.total),
                "line_items": if refund.goods > 0 { json!([line(refund)]) } else { json!([]) },
                "shipping_lines": if refund.shipping > 0 { json!([shipping(refund)]) } else { json!([]) }})
        });
        json!(refunds.collect::<Vec<_>>()).to_string()
    }

    /// Pays back; the rest without naming goods.
    fn refund(&mut self, total: i64, goods: i64, shipping: i64) {
        let left = TOTAL - self.refunds.iter().map(|refund| refund.total).sum::<i64>();
        let (total, goods, shipping) = if total > left { (left, 0, 0) } else { (total, goods, shipping) };
        if total == 0 {
            return;
        }
        self.next_refund += 1;
        self.refunds.push(Refund { id: self.next_refund, total, goods, shipping });
        if total == left {
            self.status = "refunded";
        }
    }

    fn happen(&mut self, event: Event) {
        self.second += 1;
        match event {
            Event::Refund(cents) => self.refund(cents, 0, 0),
            Event::Goods { goods, shipping } => self.refund(goods + goods / 5 + shipping, goods, shipping),
            Event::TakeRefundBack => drop(self.refunds.pop()),
            Event::Edit(cents) => self.goods = cents,
            Event::Set(status) => self.status = status,
            Event::Trash if !self.trashed => {
                self.trashed = true;
                return self.send(Topic::OrderDeleted);
            }
            Event::Restore if self.trashed => {
                self.trashed = false;
                return self.send(Topic::OrderRestored);
            }
            Event::Trash | Event::Restore => {}
        }
        if !self.trashed {
            self.send(Topic::OrderUpdated);
        }
    }

    fn live(events: &[Event]) -> Self {
        let mut shop = Self {
            second: 0,
            status: "pending",
            goods: GOODS,
            trashed: false,
            next_refund: 0,
            refunds: Vec::new(),
            hooks: Vec::new(),
        };
        shop.send(Topic::OrderCreated);
        shop.status = "processing";
        // Paid within the second in which it was made.
        shop.send(Topic::OrderUpdated);
        for event in events {
            shop.happen(*event);
        }
        // The last word: somebody saves the order once more.
        shop.second += 1;
        if !shop.trashed {
            shop.send(Topic::OrderUpdated);
        }
        shop
    }

    fn expected_status(&self) -> Status {
        match self.status {
            _ if self.trashed => Status::Canceled,
            "cancelled" => Status::Canceled,
            "refunded" => Status::Refunded,
            _ if self.expected_refunds() >= self.goods => Status::Refunded,
            _ if !self.refunds.is_empty() => Status::PartiallyRefunded,
            _ => Status::Paid,
        }
    }

    fn expected_refunds(&self) -> i64 {
        let goods = |refund: &Refund| match refund.goods {
            0 => proportion(self.goods, refund.total, TOTAL),
            goods => goods,
        };
        self.refunds.iter().map(goods).sum()
    }
}

fn said((topic, delivery, body, details): &Hook) -> OrderFacts {
    let Parsed::Order(update) = parse(topic, Some(delivery), body.as_bytes()).unwrap() else {
        panic!("no order")
    };
    let told =
        details.as_ref().map(|details| refund_details(details.as_bytes(), Currency::parse("EUR").unwrap()));
    let refunds = told.transpose().unwrap().unwrap_or_default();
    update.facts.merge(OrderFacts { refunds, ..OrderFacts::default() })
}

/// What a webhook alone says, while the shop does not tell.
fn said_without_details((topic, delivery, body, _): &Hook) -> OrderFacts {
    said(&(topic.clone(), delivery.clone(), body.clone(), None))
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => (1..6_000_i64).prop_map(Event::Refund),
        3 => (1..5_000_i64, 0..400_i64).prop_map(|(goods, shipping)| Event::Goods { goods, shipping }),
        1 => Just(Event::TakeRefundBack),
        2 => (5_000..12_000_i64).prop_map(Event::Edit),
        2 => prop_oneof![Just("completed"), Just("on-hold"), Just("cancelled")].prop_map(Event::Set),
        1 => Just(Event::Trash),
        2 => Just(Event::Restore),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    // R31, R32, R53
    #[test]
    fn any_order_of_arrival_with_doubles_ends_in_one_state_and_one_sum(
        (events, arrived) in any_arrival(any_event(), |events| Shop::live(events).hooks)
    ) {
        let shop = Shop::live(&events);
        // The second time that they come the shop cannot be asked.
        let known = books(arrived.iter().map(said).chain(arrived.iter().map(said_without_details)));
        prop_assert_eq!(&known, &books(shop.hooks.iter().map(said_without_details).chain(shop.hooks.iter().map(said))));
        prop_assert_eq!(known.facts.status(), shop.expected_status());
        let left = (shop.goods - shop.expected_refunds()).max(0);
        prop_assert_eq!(known.facts.net(), if known.facts.status().is_sale() { left } else { 0 });
        prop_assert_eq!(known.facts.click_ids.len(), 1);
    }
}
