use super::super::Sum;
use super::*;
use crate::ids::EnrollmentId;
use proptest::prelude::*;

fn snapshot(second: i64, net: i64) -> Snapshot {
    Snapshot {
        proved: true,
        updated_at: Timestamp::from_seconds(second),
        sent_at: None,
        standing: None,
        placed_at: Timestamp::from_seconds(1),
        number: "#1001".to_owned(),
        currency: Currency::parse("EUR").unwrap(),
        net,
        original_net: 10_000,
        total: 12_500,
        codes: vec!["ANNA10".to_owned()],
        included_refunds: BTreeSet::new(),
        standing_refunds: None,
        test: false,
        beside: Beside::default(),
        lines: Vec::new(),
    }
}

fn placed(second: i64, net: i64) -> OrderFacts {
    OrderFacts { snapshot: Some(snapshot(second, net)), ..OrderFacts::default() }
}

fn refund(id: &str, lines_net: Option<i64>, amount: i64) -> OrderFacts {
    let refund = Refund { at: Timestamp::from_seconds(9), lines_net, amount, lines: BTreeMap::new() };
    OrderFacts { refunds: BTreeMap::from([(id.to_owned(), refund)]), ..OrderFacts::default() }
}

fn paid() -> OrderFacts {
    OrderFacts { paid: true, ..OrderFacts::default() }
}

#[track_caller]
fn check(history: Vec<OrderFacts>, status: Status, net: i64) {
    let order = history.into_iter().fold(OrderFacts::default(), OrderFacts::merge);
    assert_eq!((order.status(), order.net()), (status, net));
}

// R33
#[test]
fn an_order_goes_from_pending_to_paid_to_refunded() {
    check(vec![placed(1, 10_000)], Status::Pending, 10_000);
    check(vec![placed(1, 10_000), paid()], Status::Paid, 10_000);
    check(vec![placed(1, 10_000), paid(), refund("1", Some(4_000), 0)], Status::PartiallyRefunded, 6_000);
    check(vec![placed(1, 10_000), paid(), refund("1", Some(10_000), 0)], Status::Refunded, 0);
}

// R33
#[test]
fn a_refund_by_amount_takes_its_share_of_the_total() {
    check(vec![placed(1, 10_000), paid(), refund("1", None, 6_250)], Status::PartiallyRefunded, 5_000);
    check(vec![placed(1, 10_000), paid(), refund("1", None, 12_500)], Status::Refunded, 0);
}

// R32
#[test]
fn refund_before_create_and_canceled_before_paid_end_the_same() {
    check(vec![refund("1", Some(4_000), 0), placed(1, 10_000), paid()], Status::PartiallyRefunded, 6_000);
    let canceled = OrderFacts { canceled: true, ..OrderFacts::default() };
    check(vec![canceled, paid(), placed(1, 10_000)], Status::Canceled, 0);
}

// R32
#[test]
fn an_old_retry_after_a_new_update_changes_nothing() {
    check(vec![placed(9, 8_000), paid(), placed(1, 10_000)], Status::Paid, 8_000);
}

// R33
#[test]
fn a_refund_that_the_shops_figure_leaves_out_already_is_not_taken_off_twice() {
    let mut later = snapshot(9, 6_000);
    later.included_refunds.insert("1".to_owned());
    let later = OrderFacts { snapshot: Some(later), ..OrderFacts::default() };
    check(vec![refund("1", Some(4_000), 0), later, paid()], Status::PartiallyRefunded, 6_000);
}

// R33
#[test]
fn never_more_is_given_back_than_was_paid() {
    check(
        vec![placed(1, 10_000), paid(), refund("1", Some(9_000), 0), refund("2", None, 12_500)],
        Status::Refunded,
        0,
    );
}

fn standing(second: i64, standing: Standing) -> OrderFacts {
    let snapshot = Snapshot { standing: Some(standing), ..snapshot(second, 10_000) };
    OrderFacts { snapshot: Some(snapshot), ..OrderFacts::default() }
}

// R32, R33
#[test]
fn where_the_shop_says_how_an_order_stands_its_latest_word_holds() {
    use Standing::{Canceled, Paid, Pending, Refunded};
    for (latest, status, net) in [
        (Pending, Status::Pending, 10_000),
        (Paid, Status::Paid, 10_000),
        (Refunded, Status::Refunded, 0),
        (Canceled, Status::Canceled, 0),
    ] {
        let history = vec![standing(9, latest), standing(1, Canceled), standing(2, Paid)];
        check(history, status, net);
    }
    check(vec![standing(1, Paid), standing(1, Pending)], Status::Paid, 10_000);
}

// R32
#[test]
fn an_order_is_deleted_until_it_was_restored_as_often() {
    let named = |id: &str| BTreeSet::from([id.to_owned()]);
    let deleted = |id| OrderFacts { deleted: named(id), ..OrderFacts::default() };
    let restored = |id| OrderFacts { restored: named(id), ..standing(1, Standing::Paid) };
    check(vec![standing(1, Standing::Paid), deleted("a"), deleted("a")], Status::Canceled, 0);
    check(vec![restored("b"), deleted("a"), restored("b")], Status::Paid, 10_000);
    check(vec![deleted("a"), restored("b"), deleted("c")], Status::Canceled, 0);
}

// R33
#[test]
fn a_refund_that_the_shop_took_back_counts_no_more() {
    let listed = |second, ids: &[&str]| {
        let listed = ids.iter().map(|id| (*id).to_owned()).collect();
        let snapshot = Snapshot { standing_refunds: Some(listed), ..snapshot(second, 10_000) };
        OrderFacts { snapshot: Some(snapshot), ..paid() }
    };
    let refunds = || [refund("1", Some(1_000), 0), refund("2", Some(500), 0)];
    let [one, two] = refunds();
    check(vec![listed(1, &["1", "2"]), one, two], Status::PartiallyRefunded, 8_500);
    let [one, two] = refunds();
    check(vec![listed(2, &["2"]), one, listed(1, &["1", "2"]), two], Status::PartiallyRefunded, 9_500);
    let [one, two] = refunds();
    check(vec![one, two, listed(3, &[])], Status::Paid, 10_000);
}

// R33
#[test]
fn refunds_named_one_by_one_and_their_sum_are_the_same_money() {
    let sum = |second, amount| Sum { at: Timestamp::from_seconds(second), amount };
    let in_all = |second, amount| {
        let given_back = BTreeMap::from([("ch_1".to_owned(), sum(second, amount))]);
        OrderFacts { payments: Payments { given_back, ..Payments::default() }, ..paid() }
    };
    let disputed = |amount| {
        let disputed = BTreeMap::from([("dp_1".to_owned(), sum(1, amount))]);
        OrderFacts { payments: Payments { disputed, ..Payments::default() }, ..paid() }
    };
    let failed = |id: &str, amount| {
        let failed_refunds = BTreeMap::from([(id.to_owned(), sum(20, amount))]);
        OrderFacts { payments: Payments { failed_refunds, ..Payments::default() }, ..paid() }
    };
    let placed = || placed(1, 10_000);
    check(vec![placed(), in_all(1, 6_250)], Status::PartiallyRefunded, 5_000);
    check(vec![placed(), in_all(1, 6_250), refund("1", None, 6_250)], Status::PartiallyRefunded, 5_000);
    // One of the two is known by the sum alone.
    check(vec![placed(), refund("1", None, 1_250), in_all(1, 6_250)], Status::PartiallyRefunded, 5_000);
    check(
        vec![placed(), refund("1", None, 6_250), in_all(1, 6_250), failed("1", 6_250)],
        Status::Paid,
        10_000,
    );
    check(vec![placed(), in_all(1, 6_250), disputed(6_250)], Status::Refunded, 0);
    check(vec![placed(), disputed(0), paid()], Status::Paid, 10_000);
}

// R38
#[test]
fn a_buyer_that_must_be_forgotten_does_not_come_back_with_a_late_webhook() {
    let known = OrderFacts { buyers: BTreeSet::from(["hash".to_owned()]), ..placed(1, 5) };
    let redacted = OrderFacts { redacted: true, ..OrderFacts::default() };
    assert!(redacted.clone().merge(known.clone()).buyers.is_empty());
    assert!(known.clone().merge(redacted).merge(known).buyers.is_empty());
}

fn line(id: &str, net: i64) -> Line {
    Line { id: id.to_owned(), names: vec![], categories: vec![], quantity: 1, net }
}

fn any_standing() -> impl Strategy<Value = Standing> {
    prop_oneof![
        Just(Standing::Pending),
        Just(Standing::Paid),
        Just(Standing::Refunded),
        Just(Standing::Canceled)
    ]
}

fn any_snapshot() -> impl Strategy<Value = Snapshot> {
    (
        0..4_i64,
        proptest::option::of(0..3_i64),
        0..3_i64,
        proptest::collection::btree_set("[1-3]", 0..3),
        proptest::option::of(proptest::collection::btree_set("[1-3]", 0..3)),
        proptest::option::of(any_standing()),
        any::<(bool, bool)>(),
    )
        .prop_map(|(second, sent, net, included_refunds, standing_refunds, standing, (test, proved))| {
            Snapshot {
                proved,
                standing,
                standing_refunds,
                sent_at: sent.map(Timestamp::from_seconds),
                included_refunds,
                test,
                beside: Beside { tax: net, ..Beside::default() },
                lines: vec![line("1", net * 2_000), line("2", 3_000)],
                ..snapshot(second, net * 5_000)
            }
        })
}

/// Sums, failures and disputes of the same ids and amounts as these refunds.
fn payments_like(refunds: &BTreeMap<String, Refund>) -> Payments {
    let sums = |odd: i64| {
        let chosen = refunds.iter().filter(|(_, refund)| refund.amount % 3 == odd);
        chosen.map(|(id, refund)| (id.clone(), Sum { at: refund.at, amount: refund.amount })).collect()
    };
    Payments { given_back: sums(0), failed_refunds: sums(1), disputed: sums(2) }
}

fn any_facts() -> impl Strategy<Value = OrderFacts> {
    let refund = ("[1-3]", 0..3_i64, proptest::option::of(0..8_000_i64), 0..9_000_i64);
    (
        proptest::option::of(any_snapshot()),
        proptest::collection::vec(refund, 0..3),
        any::<[bool; 4]>(),
        proptest::collection::btree_set("[a-z]{2}", 0..12),
        proptest::collection::btree_set("[a-c]", 0..3),
        [proptest::collection::btree_set("[a-c]", 0..3), proptest::collection::btree_set("[d-f]", 0..3)],
    )
        .prop_map(|(snapshot, refunds, flags, click_ids, buyers, [deleted, restored])| {
            let [paid, canceled, refunded, redacted] = flags;
            let refunds: BTreeMap<String, Refund> = refunds
                .into_iter()
                .map(|(id, at, lines_net, amount)| {
                    let lines = BTreeMap::from([(id.clone(), Returned::Net(amount))]);
                    (id, Refund { at: Timestamp::from_seconds(at), lines_net, amount, lines })
                })
                .collect();
            let payments = payments_like(&refunds);
            let binding = (canceled || refunded).then(|| Binding {
                at: Timestamp::from_seconds(i64::from(canceled)),
                codes: click_ids.iter().take(1).cloned().collect(),
            });
            let code_use = (paid || refunded).then(|| CodeUse {
                enrollment: EnrollmentId::new(Timestamp::from_seconds(0), [0; 10]),
                buyer_orders: i64::from(paid),
                clicks: i64::from(refunded),
                clicks_before: i64::from(canceled),
            });
            OrderFacts {
                snapshot,
                refunds,
                payments,
                binding,
                code_use,
                paid,
                canceled,
                refunded,
                deleted,
                restored,
                click_ids,
                mailboxes: buyers.clone(),
                buyers,
                redacted,
                customer: canceled.then_some(if paid { Customer::New } else { Customer::Returning }),
            }
            .normal()
        })
}

proptest! {
    // R31, R32
    #[test]
    fn merging_is_commutative_associative_and_idempotent(a in any_facts(), b in any_facts(), c in any_facts()) {
        prop_assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
        prop_assert_eq!(a.clone().merge(b.clone()).merge(c.clone()), a.clone().merge(b.merge(c)));
        prop_assert_eq!(a.clone().merge(a.clone()), a);
    }

    // R32
    #[test]
    fn any_order_of_arrival_with_doubles_ends_in_one_state(
        (history, shuffled) in proptest::collection::vec(any_facts(), 1..8).prop_flat_map(|history| {
            let doubled: Vec<_> = history.iter().chain(history.iter()).cloned().collect();
            (Just(history), Just(doubled).prop_shuffle())
        })
    ) {
        let merge = |facts: Vec<OrderFacts>| facts.into_iter().fold(OrderFacts::default(), OrderFacts::merge);
        prop_assert_eq!(merge(history), merge(shuffled));
    }

    // R33
    #[test]
    fn the_net_value_stays_between_zero_and_what_the_shop_said(facts in any_facts()) {
        let most = facts.snapshot.as_ref().map_or(0, |snapshot| snapshot.net);
        prop_assert!((0..=most.max(0)).contains(&facts.net()));
    }

    #[test]
    fn facts_read_back_from_json(facts in any_facts()) {
        let text = serde_json::to_string(&facts).unwrap();
        prop_assert_eq!(serde_json::from_str::<OrderFacts>(&text).unwrap(), facts);
    }
}
