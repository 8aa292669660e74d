use proptest::prelude::*;
use tributary_domain::order::OrderFacts;

use super::super::events;
use super::*;

/// What happens to an order once it is placed.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// It gets another state.
    State(&'static str),
    /// Goods worth so many cents are given back.
    Goods(i64),
    /// Somebody writes a comment.
    Comment,
}

fn decimal(cents: i64) -> String {
    format!("{}.{:02}00", cents / 100, cents % 100)
}

/// The events that a shop sends while this happens to one of its orders, a second apart.
fn live(history: &[Event]) -> Vec<String> {
    let (mut order, mut given_back, mut sent) =
        (with(json!({"state": "new", "base_total_paid": "0"})), 0, Vec::new());
    for (second, happened) in (10..).zip(std::iter::once(&Event::Comment).chain(history)) {
        match *happened {
            Event::State(state) => order["state"] = json!(state),
            Event::Goods(cents) => {
                let cents = cents.min(10_000 - given_back);
                given_back += cents;
                let memo = json!({"entity_id": sent.len() + 1, "order_id": 17, "state": 2,
                    "created_at": "2026-11-21 10:00:00", "base_subtotal": decimal(cents),
                    "base_grand_total": decimal(cents)});
                sent.push(event("observer.sales_order_creditmemo_save_after", &memo).to_string());
                order["base_total_refunded"] = json!(decimal(given_back));
                order["base_subtotal_refunded"] = json!(decimal(given_back));
            }
            Event::Comment => {}
        }
        order["updated_at"] = json!(format!("2026-11-20 10:00:{second}"));
        sent.push(event("observer.sales_order_save_commit_after", &order).to_string());
    }
    sent
}

fn merged<'a>(sent: impl IntoIterator<Item = &'a String>) -> OrderFacts {
    sent.into_iter().fold(OrderFacts::default(), |known, body| {
        let said = events::parse(body.as_bytes(), euro()).unwrap();
        said.into_iter().fold(known, |known, update| known.merge(update.facts))
    })
}

fn any_history() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        prop_oneof![Just("processing"), Just("holded"), Just("complete"), Just("closed"), Just("canceled")]
            .prop_map(Event::State),
        (1..6_000_i64).prop_map(Event::Goods),
        Just(Event::Comment),
    ];
    proptest::collection::vec(event, 0..7)
}

/// A history, and its events doubled and in some other order.
fn any_arrival() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    any_history().prop_flat_map(|history| {
        let sent = live(&history);
        let doubled: Vec<String> = sent.iter().chain(&sent).cloned().collect();
        (Just(sent), Just(doubled).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    // R31, R32
    #[test]
    fn any_order_of_arrival_with_doubles_ends_in_one_state((sent, arrived) in any_arrival()) {
        prop_assert_eq!(merged(&arrived), merged(&sent));
    }

    // R32, R34
    #[test]
    fn the_last_word_of_the_order_holds_whatever_else_was_lost((sent, arrived) in any_arrival(), kept in 0..100_usize) {
        let last = merged(sent.last());
        let some: Vec<String> = arrived.into_iter().take(kept).chain(sent.last().cloned()).collect();
        let known = merged(&some);
        prop_assert_eq!((known.status(), known.net()), (last.status(), last.net()));
    }
}
