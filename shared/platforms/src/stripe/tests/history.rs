use proptest::prelude::*;
use tributary_domain::money::proportion;
use tributary_domain::order::Status;

use super::*;
use crate::harness::{any_arrival, books};

const NET: i64 = 10_000;
const TOTAL: i64 = 12_500;

/// What happens to a payment.
#[derive(Debug, Clone, Copy)]
enum Happening {
    /// So many cents are given back.
    Refund(i64),
    /// The latest refund fails.
    Fail,
    /// The buyer asks the bank for all that is left.
    Dispute,
    /// The shop wins the dispute.
    Win,
}

/// An account with one payment, which writes events as Stripe does.
struct Account {
    second: i64,
    given_back: i64,
    refunds: Vec<(String, i64)>,
    disputed: i64,
    events: Vec<String>,
}

impl Account {
    fn send(&mut self, name: &str, object: &Value) {
        self.events.push(event(name, self.second, object));
    }

    fn send_refund(&mut self, name: &str, (id, amount): (&str, i64), status: &str) {
        let object = json!({"id": id, "amount": amount, "currency": "eur", "status": status, "charge": "ch_1",
            "payment_intent": "pi_1", "created": 1_763_715_600 + self.second});
        self.send(name, &object);
    }

    fn send_dispute(&mut self, name: &str, amount: i64, status: &str) {
        let object = json!({"id": "dp_1", "amount": amount, "currency": "eur", "status": status,
            "payment_intent": "pi_1"});
        self.send(name, &object);
    }

    fn happen(&mut self, happening: Happening) {
        self.second += 1;
        let left = TOTAL - self.given_back - self.disputed;
        match happening {
            Happening::Refund(cents) if left > 0 => {
                let (id, cents) = (format!("re_{}", self.second), cents.min(left));
                self.given_back += cents;
                self.send_refund("refund.created", (&id, cents), "succeeded");
                let charge = json!({"id": "ch_1", "currency": "eur", "amount_refunded": self.given_back,
                    "payment_intent": "pi_1"});
                self.send("charge.refunded", &charge);
                self.refunds.push((id, cents));
            }
            Happening::Fail => {
                if let Some((id, cents)) = self.refunds.pop() {
                    self.given_back -= cents;
                    self.send_refund("refund.failed", (&id, cents), "failed");
                }
            }
            Happening::Dispute if left > 0 && self.disputed == 0 => {
                self.disputed = left;
                self.send_dispute("charge.dispute.created", left, "needs_response");
            }
            Happening::Win if self.disputed > 0 => {
                self.send_dispute("charge.dispute.closed", self.disputed, "won");
                self.disputed = 0;
            }
            _ => {}
        }
    }

    fn live(happenings: &[Happening]) -> Self {
        let mut account =
            Self { second: 0, given_back: 0, refunds: Vec::new(), disputed: 0, events: Vec::new() };
        let unpaid = session(json!({"payment_status": "unpaid", "client_reference_id": CLICK}));
        account.send("checkout.session.completed", &unpaid);
        account.second += 1;
        let paid = session(json!({"client_reference_id": CLICK}));
        account.send("checkout.session.async_payment_succeeded", &paid);
        for happening in happenings {
            account.happen(*happening);
        }
        account
    }
}

fn said(body: &String) -> OrderFacts {
    let parsed = parse(body.as_bytes()).unwrap();
    let asides = parsed.asides.into_iter().map(|aside| {
        assert_eq!(Some(aside.reference), Reference::payment("pi_1"));
        aside.facts
    });
    parsed
        .order
        .map(|order| order.facts)
        .into_iter()
        .chain(asides)
        .fold(OrderFacts::default(), OrderFacts::merge)
}

fn any_happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        5 => (1..6_000_i64).prop_map(Happening::Refund),
        1 => Just(Happening::Fail),
        1 => Just(Happening::Dispute),
        1 => Just(Happening::Win),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    // R31, R32, R53
    #[test]
    fn any_order_of_arrival_with_doubles_ends_in_one_state_and_one_sum(
        (happenings, arrived) in any_arrival(any_happening(), |happenings| Account::live(happenings).events)
    ) {
        let account = Account::live(&happenings);
        let known = books(arrived.iter().map(said));
        prop_assert_eq!(&known, &books(account.events.iter().map(said)));
        // Rounded once for each refund or once for their sum.
        let left = NET - proportion(NET, account.given_back + account.disputed, TOTAL);
        let rounding = i64::try_from(happenings.len()).unwrap();
        prop_assert!((known.facts.net() - left).abs() <= rounding, "{} {}", known.facts.net(), left);
        let touched = account.given_back + account.disputed > 0;
        prop_assert_eq!(known.facts.status() == Status::Paid, !touched);
        prop_assert_eq!(known.facts.click_ids.len(), 1);
    }
}
