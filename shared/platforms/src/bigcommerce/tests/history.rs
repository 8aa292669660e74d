use proptest::prelude::*;
use tributary_domain::order::{OrderFacts, Status};

use super::*;
use crate::harness::{books, decimal};

/// What happens to an order after it was placed.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// The brand sets another status.
    Status(i64),
    /// Pieces of the line of three are given back, and so much of the shipping.
    Pieces { pieces: u64, shipping: u64 },
    /// So much of the shipping alone.
    Shipping(u64),
    /// So many cents are paid back for the order as a whole.
    Amount(u64),
    /// A coupon is put on it by hand.
    Coupon,
}

/// A shop with one order. `states` holds what its API answers after each event; reads of one second see the
/// states of that second.
struct Shop {
    states: Vec<Answers>,
}

/// Two events happen in one second.
const EVENT_MILLIS: i64 = 500;

fn opened() -> i64 {
    Timestamp::parse("2012-11-20T00:00:00Z").unwrap().as_millis()
}

impl Shop {
    fn live(events: &[Event]) -> Self {
        let mut body = with("status_id", json!(7));
        let (mut coupons, mut refunds) = (json!([]), json!([]));
        let mut shop = Self { states: Vec::new() };
        let mut given_back = 0;
        shop.show(&mut body, &coupons, &refunds);
        for event in events {
            match *event {
                Event::Status(status_id) => body["status_id"] = json!(status_id),
                Event::Pieces { pieces, shipping } => {
                    let pieces = pieces.min(3 - given_back);
                    given_back += pieces;
                    let line = json!({"item_type": "PRODUCT", "item_id": 10, "quantity": pieces});
                    add(&mut refunds, 3_600 * pieces + shipping, &json!([line, shipping_of(shipping)]));
                }
                Event::Shipping(cents) => add(&mut refunds, cents, &json!([shipping_of(cents)])),
                Event::Amount(cents) => add(&mut refunds, cents, &json!([])),
                Event::Coupon => coupons = json!([{"code": "ANNA-VIP"}]),
            }
            shop.show(&mut body, &coupons, &refunds);
        }
        shop
    }

    fn show(&mut self, body: &mut Value, coupons: &Value, refunds: &Value) {
        let millis = i64::try_from(self.states.len()).unwrap() * EVENT_MILLIS;
        body["date_modified"] = json!(format!("Tue, 20 Nov 2012 00:00:{:02} +0000", millis / 1_000));
        self.states.push(answers(body, coupons, refunds));
    }

    /// What a read at that many milliseconds after the order was placed gives.
    fn read_at(&self, millis: i64) -> OrderFacts {
        let state = usize::try_from(millis / EVENT_MILLIS).unwrap().min(self.states.len() - 1);
        read(&self.states[state], Timestamp::from_millis(opened() + millis)).unwrap().facts
    }
}

fn add(refunds: &mut Value, cents: u64, items: &Value) {
    let (list, amount) = (refunds.as_array_mut().unwrap(), money(cents));
    list.push(json!({"id": list.len() + 1, "created": "2012-11-20T00:00:05Z", "total_amount": amount, "items": items}));
}

fn shipping_of(cents: u64) -> Value {
    json!({"item_type": "SHIPPING", "item_id": 3, "requested_amount": money(cents)})
}

fn money(cents: u64) -> String {
    decimal(i64::try_from(cents).unwrap())
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => prop_oneof![Just(0), Just(2), Just(4), Just(5), Just(10), Just(11), Just(13), Just(14)].prop_map(Event::Status),
        2 => (1..4_u64, 0..400_u64).prop_map(|(pieces, shipping)| Event::Pieces { pieces, shipping }),
        1 => (1..400_u64).prop_map(Event::Shipping),
        2 => (1..6_000_u64).prop_map(Event::Amount),
        1 => Just(Event::Coupon),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    // R31, R32, R34, R53
    #[test]
    fn deliveries_in_any_order_doubled_or_lost_and_one_reconciliation_end_in_the_shops_own_state(
        events in proptest::collection::vec(any_event(), 0..7),
        reads in proptest::collection::vec(0..6_000_i64, 0..12),
    ) {
        let shop = Shop::live(&events);
        // Long after the last event: a reconciliation, or the last delivery.
        let last = shop.read_at(1_000_000);
        let read = |at: &i64| shop.read_at(*at);
        let known = books(std::iter::once(last.clone()).chain(reads.iter().chain(&reads).map(read)));
        let other_way = books(reads.iter().rev().map(read).chain([last.clone()]));
        prop_assert_eq!(&known, &other_way);
        let known = known.facts;
        prop_assert_eq!(known.status(), last.status());
        prop_assert_eq!(known.net(), last.net());
        prop_assert_eq!(known.snapshot, last.snapshot);
    }

    // R33
    #[test]
    fn what_is_left_is_between_nothing_and_everything(events in proptest::collection::vec(any_event(), 0..7)) {
        let facts = Shop::live(&events).read_at(1_000_000);
        prop_assert!((0..=10_000).contains(&facts.net()));
        let is_sale = !matches!(facts.status(), Status::Canceled | Status::Refunded);
        prop_assert!(is_sale || facts.net() == 0);
    }
}
