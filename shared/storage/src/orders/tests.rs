use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use futures::executor::block_on;
use proptest::prelude::*;
use tributary_domain::attribution::Outcome;
use tributary_domain::click_id::{ClickId, LinkNumber, Signer, Verifier};
use tributary_domain::conversion::{Approval, Verdict};
use tributary_domain::ids::StoreId;
use tributary_domain::keys::{Keyring, Purpose, buyer_hash};
use tributary_domain::order::{Beside, Binding, OrderFacts, Refund, Snapshot, Status};
use tributary_domain::{Currency, Timestamp};

use super::book::{Booked, Booking, Desk, Incoming, Take, book_all};
use super::{Kind, OrderRow, Owners, by_external_id, list, release_held, settle_all, verdict};
use crate::conversions::Sort;
use crate::migrations;
use crate::native::NativeSql;
use crate::sql::{Sql, SqlError, Statement};

pub(crate) const STORE: &str = "str_00000000000000000000000001";
pub(crate) const PLAN: &str = "pln_00000000000000000000000001";
pub(crate) const CAMPAIGN: &str = "cmp_00000000000000000000000001";
pub(crate) const ENROLLMENT_ANNA: &str = "enr_0000000000000000000000000A";
const ENROLLMENT_BOB: &str = "enr_0000000000000000000000000B";

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-11-21T12:00:00Z").unwrap()
}

pub(crate) fn keys() -> Keyring {
    Keyring::parse("1:a secret of sixteen letters", "").unwrap()
}

pub(crate) fn buyer_key() -> [u8; 32] {
    keys().current().derive(Purpose::Buyer)
}

pub(crate) fn run(sql: &NativeSql, text: &str) {
    block_on(sql.execute(Statement::new(text))).unwrap();
}

/// A shop, two creators in one campaign with a code and a link each: Anna has ANNA10 and link 1, Bob has
/// BOB10 and link 2. `terms` are merged over 10 percent commission.
pub(crate) fn furnish(sql: &NativeSql, terms: &str) {
    block_on(migrations::run(sql, now())).unwrap();
    let mut plan = serde_json::json!({"name": "Spring", "commission": {"type": "percentage", "rate": "10"}});
    let terms: serde_json::Value = serde_json::from_str(terms).unwrap();
    plan.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
    let (plan_id, campaign) = (PLAN, CAMPAIGN);
    run(
        sql,
        &format!(
            "INSERT INTO stores (id, name, platform, url, currency, webhook_secrets, credentials, status, version, created_at, updated_at) VALUES ('{STORE}', 'Shop', 'shopify', 'https://shop.example/', 'EUR', NULL, NULL, 'connected', 1, 0, 0)"
        ),
    );
    run(sql, &format!("INSERT INTO plans VALUES ('{plan_id}', 'spring', '{STORE}', 1, 'active', 0, 0)"));
    run(sql, &format!("INSERT INTO plan_versions VALUES ('{plan_id}', 1, '{plan}', 0, 'root')"));
    run(sql, &format!("INSERT INTO campaigns VALUES ('{campaign}', 'Spring', '{plan_id}', 'live', 1, 0, 0)"));
    for (index, (letter, enrollment, code)) in
        [("A", ENROLLMENT_ANNA, "ANNA10"), ("B", ENROLLMENT_BOB, "BOB10")].into_iter().enumerate()
    {
        let (creator, number) = (format!("crt_0000000000000000000000000{letter}"), index + 1);
        run(
            sql,
            &format!(
                "INSERT INTO creators VALUES ('{creator}', '{letter}', NULL, NULL, '{{}}', NULL, '[]', 1, 0, 0, NULL)"
            ),
        );
        run(
            sql,
            &format!(
                "INSERT INTO enrollments VALUES ('{enrollment}', '{campaign}', '{creator}', '{plan_id}', 1, 'active', 0, NULL)"
            ),
        );
        run(
            sql,
            &format!(
                "INSERT INTO codes (id, enrollment_id, campaign_id, store_id, plan_id, plan_version, text, status, reason, missing, collided_with, is_current, created_at, updated_at) VALUES ('cod_{number:026}', '{enrollment}', '{campaign}', '{STORE}', '{plan_id}', 1, '{code}', 'active', NULL, '[]', NULL, 1, 0, 0)"
            ),
        );
        run(
            sql,
            &format!(
                "INSERT INTO links VALUES ({number}, 'lnk_{number:026}', '{enrollment}', '{campaign}', '{creator}', 'slug{number}', 'affiliate', NULL, 'active', 1, 0, 0)"
            ),
        );
    }
}

pub(crate) fn furnished(terms: &str) -> NativeSql {
    let sql = NativeSql::in_memory();
    furnish(&sql, terms);
    sql
}

pub(crate) fn snapshot(second: i64, net: i64, codes: &[&str]) -> Snapshot {
    Snapshot {
        proved: true,
        updated_at: Timestamp::from_seconds(1_760_000_000 + second),
        sent_at: None,
        standing: None,
        placed_at: Timestamp::from_seconds(1_760_000_000),
        number: "#1001".to_owned(),
        currency: Currency::parse("EUR").unwrap(),
        net,
        original_net: 10_000,
        total: 12_000,
        codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        included_refunds: BTreeSet::new(),
        standing_refunds: None,
        test: false,
        beside: Beside::default(),
        lines: Vec::new(),
    }
}

pub(crate) fn placed(net: i64, codes: &[&str]) -> OrderFacts {
    OrderFacts { snapshot: Some(snapshot(1, net, codes)), ..OrderFacts::default() }
}

pub(crate) fn paid() -> OrderFacts {
    OrderFacts { paid: true, ..OrderFacts::default() }
}

pub(crate) fn refund(id: &str, net: i64) -> OrderFacts {
    let refund = Refund { at: now(), lines_net: Some(net), amount: 0, lines: BTreeMap::new() };
    OrderFacts { refunds: BTreeMap::from([(id.to_owned(), refund)]), ..OrderFacts::default() }
}

pub(crate) fn click(link: u64, second: i64) -> String {
    let click = ClickId {
        link: LinkNumber::new(link).unwrap(),
        plan_version: 1,
        at: Timestamp::from_seconds(1_760_000_000 + second),
        random: [3; 6],
    };
    Signer::new(&keys()).sign(&click)
}

pub(crate) fn deliver(sql: &NativeSql, external_id: &str, facts: OrderFacts) -> OrderRow {
    book_with(sql, external_id, facts)
}

fn incoming(external_id: &str, facts: OrderFacts) -> Incoming {
    Incoming {
        store: StoreId::parse(STORE).unwrap(),
        currency: Currency::parse("EUR").unwrap(),
        external_id: external_id.to_owned(),
        kind: Kind::Order,
        facts,
        actor: "shopify".to_owned(),
        reason: "orders/updated".to_owned(),
    }
}

pub(crate) fn booking(external_id: &str, facts: OrderFacts) -> Booking {
    let mut random = [0; 10];
    for (target, byte) in random.iter_mut().zip(external_id.bytes()) {
        *target = byte;
    }
    Booking { incoming: incoming(external_id, facts), take: Take::Merged, random }
}

pub(crate) fn book_together(sql: &impl Sql, bookings: &[Booking]) -> Vec<Result<Booked, SqlError>> {
    let (verifier, owners) = (Verifier::new(&keys()), Owners::default());
    block_on(book_all(
        &Desk { sql, verifier: &verifier, owners: &owners, buyer_key: &buyer_key(), now: now() },
        bookings,
    ))
}

pub(crate) fn book_with(sql: &impl Sql, external_id: &str, facts: OrderFacts) -> OrderRow {
    let mut booked = book_together(sql, &[booking(external_id, facts)]);
    assert_eq!(booked.len(), 1);
    Rc::unwrap_or_clone(booked.remove(0).unwrap().row)
}

pub(crate) fn number(sql: &NativeSql, query: &str) -> i64 {
    let rows = block_on(sql.execute(Statement::new(format!("SELECT COALESCE(({query}), 0) AS n")))).unwrap();
    rows[0].get("n").unwrap()
}

/// An order that is paid, by the buyer of that name.
pub(crate) fn bought_by(buyer: &str, snapshot: Snapshot) -> OrderFacts {
    OrderFacts {
        snapshot: Some(snapshot),
        buyers: BTreeSet::from([buyer_hash(&buyer_key(), buyer)]),
        ..paid()
    }
}

/// The order as it is kept.
pub(crate) fn order(sql: &NativeSql, external_id: &str) -> OrderRow {
    let store = StoreId::parse(STORE).unwrap();
    block_on(by_external_id(sql, &store, external_id)).unwrap().unwrap()
}

/// Decides everything anew that waits for it.
pub(crate) fn settled(sql: &NativeSql) {
    let (verifier, owners) = (Verifier::new(&keys()), Owners::default());
    let desk = Desk { sql, verifier: &verifier, owners: &owners, buyer_key: &buyer_key(), now: now() };
    block_on(settle_all(&desk)).unwrap();
    assert_eq!(number(sql, "SELECT COUNT(*) FROM unsettled"), 0);
    check_ledger(sql);
}

/// Ledger, balances and daily counts say the same as the orders.
#[track_caller]
pub(crate) fn check_ledger(sql: &NativeSql) {
    let wrong = [
        "SELECT COUNT(*) FROM orders o WHERE o.owed <> COALESCE((SELECT SUM(l.amount) FROM ledger l WHERE l.order_id = o.id), 0)",
        "SELECT COUNT(*) FROM ledger l WHERE l.order_id NOT IN (SELECT id FROM orders)",
        "SELECT COUNT(*) FROM balances b WHERE b.due <> COALESCE((SELECT SUM(l.amount) FROM ledger l WHERE l.creator_id = b.creator_id AND l.currency = b.currency), 0)",
        "SELECT COUNT(*) FROM balances b WHERE b.pending <> COALESCE((SELECT SUM(o.counted_commission - o.owed) FROM orders o WHERE o.creator_id = b.creator_id AND o.currency = b.currency), 0)",
        "SELECT (SELECT COALESCE(SUM(counted_commission), 0) FROM orders) - (SELECT COALESCE(SUM(commission), 0) FROM sales_days WHERE campaign_id = '')",
        "SELECT (SELECT COALESCE(SUM(counted_value), 0) FROM orders) - (SELECT COALESCE(SUM(sales), 0) FROM sales_days WHERE campaign_id = '')",
        "SELECT (SELECT COALESCE(SUM(sales), 0) FROM sales_days WHERE campaign_id <> '' AND creator_id = '') - (SELECT COALESCE(SUM(sales), 0) FROM sales_days WHERE campaign_id = '')",
        "SELECT (SELECT COALESCE(SUM(orders), 0) FROM sales_days WHERE creator_id <> '') - (SELECT COALESCE(SUM(counted_orders), 0) FROM orders WHERE creator_id IS NOT NULL)",
    ];
    for query in wrong {
        assert_eq!(number(sql, query), 0, "{query}");
    }
}

/// The same, and the orders say what ten percent are.
#[track_caller]
pub(crate) fn check_books(sql: &NativeSql) {
    check_ledger(sql);
    for row in block_on(list(sql, Sort::Newest, None, 100)).unwrap() {
        assert_eq!(row.owed, owed_by_the_rules(&row), "{row:?}");
    }
}

/// What the rules say, told in other words than the program's.
fn owed_by_the_rules(row: &OrderRow) -> i64 {
    let doubted = !row.doubts.is_empty() && row.verdict != Some(Verdict::Approved);
    let earns = row.creator.is_some() && !row.test && row.verdict != Some(Verdict::Rejected) && !doubted;
    let has_money = matches!(row.status, Status::Paid | Status::PartiallyRefunded);
    let approved = row.verdict == Some(Verdict::Approved) || row.held_until.is_none_or(|end| end <= now());
    if earns && has_money && approved { (row.net.amount + 5) / 10 } else { 0 }
}

// R41
#[test]
fn a_renewal_is_credited_as_the_first_sale_was_however_long_ago_that_is() {
    let sql = furnished("{}");
    let first_sale = Timestamp::from_seconds(1_760_000_000);
    let bought = |days: i64, codes: &[&str]| Snapshot {
        placed_at: first_sale.plus_days(days),
        ..snapshot(1, 10_000, codes)
    };
    let renewal = |snapshot, click_ids: &[String]| OrderFacts {
        snapshot: Some(snapshot),
        click_ids: click_ids.iter().cloned().collect(),
        ..paid()
    };
    let binding = |codes: &[&str]| OrderFacts {
        binding: Some(Binding {
            at: first_sale,
            codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        }),
        ..OrderFacts::default()
    };
    let clicked = renewal(bought(200, &[]), &[click(1, -60)]);
    assert_eq!(deliver(&sql, "1", clicked.clone()).enrollment, None, "the click is too long ago");
    let row = deliver(&sql, "1", binding(&[]));
    assert_eq!(row.enrollment.unwrap().as_str(), ENROLLMENT_ANNA);
    let row = deliver(&sql, "2", renewal(bought(200, &[]), &[]).merge(binding(&["BOB10"])));
    assert_eq!((row.enrollment.unwrap().as_str(), row.code_text.as_deref()), (ENROLLMENT_BOB, Some("BOB10")));
    assert!(row.codes.is_empty(), "no code was used on the renewal itself");
    check_books(&sql);
}

// R22, R40
#[test]
fn a_paid_order_with_a_code_is_credited_and_booked() {
    let sql = furnished("{}");
    let row = deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    assert_eq!(row.enrollment.as_ref().unwrap().as_str(), ENROLLMENT_ANNA);
    assert_eq!((row.status, row.commission, row.owed), (Status::Paid, 1_000, 1_000));
    assert_eq!(row.approval, Some(Approval::Approved));
    assert_eq!(number(&sql, "SELECT due FROM balances"), 1_000);
    check_books(&sql);
}

// R21
#[test]
fn an_order_is_credited_by_its_click_id_alone_though_no_click_was_kept() {
    let sql = furnished("{}");
    let facts =
        OrderFacts { click_ids: BTreeSet::from([click(2, -60)]), ..placed(10_000, &[]).merge(paid()) };
    let row = deliver(&sql, "1", facts);
    assert_eq!(row.enrollment.as_ref().unwrap().as_str(), ENROLLMENT_BOB);
    assert_eq!(row.source.as_deref(), Some("link"));
    check_books(&sql);
}

// R40, R42
#[test]
fn where_a_link_and_a_code_meet_one_is_credited_and_the_other_is_an_assist() {
    let sql = furnished("{}");
    let facts = OrderFacts {
        click_ids: BTreeSet::from([click(2, -60)]),
        ..placed(10_000, &["ANNA10"]).merge(paid())
    };
    let row = deliver(&sql, "1", facts);
    assert_eq!(row.enrollment.as_ref().unwrap().as_str(), ENROLLMENT_ANNA);
    let outcomes: Vec<_> = row.decision.unwrap().touches.iter().map(|touch| touch.outcome).collect();
    assert_eq!(outcomes, [Outcome::Won, Outcome::Assist]);
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM ledger"), 1);
    check_books(&sql);
}

// R31
#[test]
fn an_equal_delivery_writes_nothing() {
    let sql = furnished("{}");
    let first = deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    let second = deliver(&sql, "1", paid());
    assert_eq!(first, second);
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM ledger"), 1);
}

// R35
#[test]
fn a_report_that_anybody_can_send_is_taken_once_and_changes_nothing_later() {
    let sql = furnished("{}");
    let report = |facts| {
        book_together(&sql, &[Booking { take: Take::IfNew, ..booking("1", facts) }]).remove(0).unwrap()
    };
    let first = report(placed(10_000, &["ANNA10"]).merge(paid()));
    assert!(first.changed);
    let second = report(refund("r1", 4_000));
    assert_eq!((second.changed, second.row), (false, first.row));
    check_books(&sql);
}

// R33, R53
#[test]
fn a_refund_takes_its_share_back_as_a_line_of_its_own() {
    let sql = furnished("{}");
    deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    let row = deliver(&sql, "1", refund("r1", 4_000));
    assert_eq!((row.status, row.owed), (Status::PartiallyRefunded, 600));
    let row = deliver(&sql, "1", refund("r2", 6_000));
    assert_eq!((row.status, row.owed), (Status::Refunded, 0));
    let lines =
        block_on(sql.execute(Statement::new("SELECT kind, amount FROM ledger ORDER BY number"))).unwrap();
    let lines: Vec<(String, i64)> =
        lines.iter().map(|line| (line.get("kind").unwrap(), line.get("amount").unwrap())).collect();
    assert_eq!(
        lines,
        [("accrual".to_owned(), 1_000), ("adjustment".to_owned(), -400), ("reversal".to_owned(), -600)]
    );
    check_books(&sql);
}

// R45
#[test]
fn a_creators_own_purchase_is_doubted_and_anybody_elses_is_not() {
    let sql = furnished("{}");
    run(&sql, "UPDATE creators SET email = ' Anna@Example.com ' WHERE first_name = 'A'");
    let bought_by = |email: &str| {
        let buyers = BTreeSet::from([buyer_hash(&buyer_key(), email)]);
        OrderFacts { buyers, ..placed(10_000, &["ANNA10"]).merge(paid()) }
    };
    let own = deliver(&sql, "1", bought_by("anna@example.com"));
    assert_eq!((own.approval, own.owed), (Some(Approval::Review), 0));
    assert_eq!(own.doubts, ["self_referral"]);
    let other = deliver(&sql, "2", bought_by("bob@example.com"));
    assert_eq!((other.approval, other.doubts.len()), (Some(Approval::Approved), 0));
    check_books(&sql);
}

// R45
#[test]
fn an_order_too_soon_after_its_click_is_doubted_where_the_plan_says_so() {
    let sql = furnished(r#"{"review": {"secondsAfterClick": 90}}"#);
    let clicked = |second: i64| {
        let mut facts = placed(10_000, &[]).merge(paid());
        facts.click_ids.insert(click(1, second));
        facts
    };
    assert_eq!(deliver(&sql, "1", clicked(-60)).doubts, ["soon_after_click: 60 seconds, of 90"]);
    assert_eq!(deliver(&sql, "2", clicked(-90)).doubts, Vec::<String>::new());
}

// R39
#[test]
fn a_test_order_is_marked_and_counts_nowhere() {
    let sql = furnished("{}");
    let mut facts = placed(10_000, &["ANNA10"]).merge(paid());
    facts.snapshot.as_mut().unwrap().test = true;
    let row = deliver(&sql, "1", facts);
    assert!(row.test);
    assert_eq!((row.owed, row.counted_value), (0, 0));
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM sales_days"), 0);
    check_books(&sql);
}

pub(crate) fn judge(sql: &NativeSql, external_id: &str, to: Option<Verdict>) {
    let store = StoreId::parse(STORE).unwrap();
    let Some(row) = block_on(by_external_id(sql, &store, external_id)).unwrap() else { return };
    let (_, statement) = verdict::pass(row, to, "root", "a doubt", now()).unwrap();
    block_on(sql.execute(statement)).unwrap();
}

// R52
#[test]
fn undo_puts_a_rejected_conversion_back_to_exactly_what_it_was() {
    let sql = furnished("{}");
    let before = deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    judge(&sql, "1", Some(Verdict::Rejected));
    assert_eq!(number(&sql, "SELECT due FROM balances"), 0);
    check_books(&sql);
    judge(&sql, "1", None);
    let after = block_on(by_external_id(&sql, &before.store, "1")).unwrap().unwrap();
    assert_eq!(after, OrderRow { version: after.version, reason: after.reason.clone(), ..before });
    assert_eq!(number(&sql, "SELECT due FROM balances"), 1_000);
    check_books(&sql);
}

// R52
#[test]
fn a_held_commission_waits_and_is_booked_when_its_time_has_come() {
    let sql = furnished(r#"{"holdDays": 14}"#);
    let mut facts = placed(10_000, &["ANNA10"]).merge(paid());
    facts.snapshot.as_mut().unwrap().placed_at = now();
    let row = deliver(&sql, "1", facts);
    assert_eq!((row.approval, row.owed), (Some(Approval::Pending), 0));
    assert_eq!(number(&sql, "SELECT pending FROM balances"), 1_000);
    check_books(&sql);
    block_on(release_held(&sql, now().plus_days(13))).unwrap();
    assert_eq!(number(&sql, "SELECT due FROM balances"), 0);
    block_on(release_held(&sql, now().plus_days(14))).unwrap();
    assert_eq!(number(&sql, "SELECT due FROM balances"), 1_000);
    assert_eq!(number(&sql, "SELECT pending FROM balances"), 0);
}

// R53
#[test]
fn the_ledger_takes_no_change_and_no_deletion() {
    let sql = furnished("{}");
    deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    for text in ["UPDATE ledger SET amount = 1", "DELETE FROM ledger"] {
        assert!(block_on(sql.execute(Statement::new(text))).is_err());
    }
}

// R8
#[test]
fn a_campaigns_own_code_credits_the_campaign_and_pays_nobody() {
    let sql = furnished("{}");
    run(
        &sql,
        "INSERT INTO enrollments VALUES ('enr_0000000000000000000000000C', 'cmp_00000000000000000000000001', NULL, 'pln_00000000000000000000000001', 1, 'active', 0, NULL)",
    );
    run(
        &sql,
        &format!(
            "INSERT INTO codes (id, enrollment_id, campaign_id, store_id, plan_id, plan_version, text, status, reason, missing, collided_with, is_current, created_at, updated_at) VALUES ('cod_00000000000000000000000009', 'enr_0000000000000000000000000C', 'cmp_00000000000000000000000001', '{STORE}', 'pln_00000000000000000000000001', 1, 'SUMMER', 'active', NULL, '[]', NULL, 1, 0, 0)"
        ),
    );
    let row = deliver(&sql, "1", placed(10_000, &["SUMMER"]).merge(paid()));
    assert_eq!(
        (row.creator.is_none(), row.campaign.is_some(), row.counted_value, row.owed),
        (true, true, 10_000, 0)
    );
    check_books(&sql);
}

/// One thing that can happen to one of three orders.
#[derive(Debug, Clone)]
enum Event {
    Webhook(u8, Box<OrderFacts>),
    Judged(u8, Option<Verdict>),
}

pub(crate) fn webhook() -> impl Strategy<Value = OrderFacts> {
    let codes = proptest::sample::select(vec![
        vec!["ANNA10"],
        vec!["BOB10"],
        vec!["NOBODY"],
        vec![],
        vec!["BOB10", "ANNA10"],
    ]);
    prop_oneof![
        (1..4_i64, 0..3_i64, codes, any::<bool>()).prop_map(|(second, net, codes, test)| OrderFacts {
            snapshot: Some(Snapshot { test: test && second == 3, ..snapshot(second, net * 4_999, &codes) }),
            ..OrderFacts::default()
        }),
        Just(paid()),
        ("[1-3]", 1..6_000_i64).prop_map(|(id, net)| refund(&id, net)),
        Just(OrderFacts { canceled: true, ..OrderFacts::default() }),
        (1..=2_u64).prop_map(|link| OrderFacts {
            click_ids: BTreeSet::from([click(link, -60)]),
            ..OrderFacts::default()
        }),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let verdicts = proptest::sample::select(vec![None, Some(Verdict::Rejected), Some(Verdict::Approved)]);
    prop_oneof![
        4 => (0..3_u8, webhook()).prop_map(|(order, facts)| Event::Webhook(order, Box::new(facts))),
        1 => (0..3_u8, verdicts).prop_map(|(order, verdict)| Event::Judged(order, verdict)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    // R53
    #[test]
    fn after_every_statement_the_books_say_what_the_rules_say(events in proptest::collection::vec(event(), 1..14)) {
        let sql = furnished("{}");
        for event in events {
            match event {
                Event::Webhook(order, facts) => { deliver(&sql, &order.to_string(), *facts); }
                Event::Judged(order, verdict) => judge(&sql, &order.to_string(), verdict),
            }
            check_books(&sql);
        }
    }

    // R32, R53
    #[test]
    fn any_order_of_arrival_with_doubles_ends_in_the_same_books(
        (history, shuffled) in proptest::collection::vec(webhook(), 1..8).prop_flat_map(|history| {
            let doubled: Vec<_> = history.iter().chain(history.iter()).cloned().collect();
            (Just(history), Just(doubled).prop_shuffle())
        })
    ) {
        let end = |history: Vec<OrderFacts>| {
            let sql = furnished("{}");
            for facts in history {
                deliver(&sql, "1", facts);
            }
            check_books(&sql);
            let store = StoreId::parse(STORE).unwrap();
            let row = block_on(by_external_id(&sql, &store, "1")).unwrap().unwrap();
            let due = number(&sql, "SELECT SUM(due) FROM balances");
            (row.facts, row.status, row.net, row.enrollment, row.owed, due)
        };
        prop_assert_eq!(end(history), end(shuffled));
    }
}

// R31, R53
#[test]
fn sixteen_writers_at_once_leave_one_order_and_books_that_agree() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    furnish(&NativeSql::open(&path), "{}");
    let deliveries = || {
        (0..3).map(|order| order.to_string()).flat_map(|order| {
            let facts = [placed(10_000, &["ANNA10"]), paid(), refund("r1", 2_000), refund("r2", 500)];
            facts.into_iter().map(move |facts| (order.clone(), facts))
        })
    };
    std::thread::scope(|scope| {
        for writer in 0..16 {
            let path = &path;
            scope.spawn(move || {
                let sql = NativeSql::open(path);
                let mut mine: Vec<_> = deliveries().collect();
                mine.rotate_left(writer % 12);
                for (order, facts) in mine {
                    deliver(&sql, &order, facts);
                }
            });
        }
    });
    let sql = NativeSql::open(&path);
    assert_eq!(number(&sql, "SELECT COUNT(*) FROM orders"), 3);
    assert_eq!(number(&sql, "SELECT due FROM balances"), 3 * 750);
    check_books(&sql);
}
