//! The hot statements find their rows by an index: no step of them goes over a whole table that grows.

use std::collections::BTreeSet;

use futures::executor::block_on;
use tributary_domain::conversion::Approval;
use tributary_domain::ids::{CampaignId, CreatorId, OrderId, PlanId};
use tributary_domain::order::{OrderFacts, Status};
use tributary_domain::{Currency, Day};

use crate::conversions::{self, Filter, Position, Sort};
use crate::native::Explaining;
use crate::orders::tests::{CAMPAIGN, PLAN, click, deliver, furnished, now, paid, placed};
use crate::reports::{self, Days};
use crate::sql::{Sql, Statement};
use crate::{deliveries, ledger, orders};

/// Steps that begin with SCAN and are no walk over a table that grows: made-up tables and subqueries that
/// are bounded by a LIMIT, in the words of SQLite.
const BOUNDED: [&str; 5] = ["SCAN CONSTANT ROW", "SCAN part", "SCAN c", "SCAN wanted", "SCAN (subquery"];

#[track_caller]
fn check(steps: &[String], expected: &[&str]) {
    for step in steps {
        let bounded = BOUNDED.iter().any(|start| step.starts_with(start));
        assert!(!step.starts_with("SCAN") || bounded, "{step}: {steps:#?}");
    }
    for index in expected {
        assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:#?}");
    }
}

/// For lists: their order comes out of the index too.
#[track_caller]
fn check_list(steps: &[String], expected: &[&str]) {
    check(steps, expected);
    assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
}

fn days() -> Days {
    Days { first: Day::from_number(20_000), last: Day::from_number(21_000) }
}

fn campaign() -> CampaignId {
    CampaignId::parse(CAMPAIGN).unwrap()
}

fn creator() -> CreatorId {
    CreatorId::parse("crt_0000000000000000000000000A").unwrap()
}

// R60
#[test]
fn a_page_of_conversions_is_read_off_one_index_whatever_is_filtered() {
    let sql = furnished("{}");
    let sql = Explaining::new(&sql);
    let plan = Some(PlanId::parse(PLAN).unwrap());
    let all = Filter::default();
    let position = Position { placed_at: now(), id: OrderId::new(now(), [0; 10]) };
    for (filter, index) in [
        (all.clone(), "orders_credited ((placed_at,id)<"),
        (
            Filter { campaign: Some(campaign()), ..all.clone() },
            "orders_campaign (campaign_id=? AND (placed_at,id)<",
        ),
        (
            Filter { creator: Some(creator()), ..all.clone() },
            "orders_creator (creator_id=? AND (placed_at,id)<",
        ),
        (Filter { plan: plan.clone(), ..all.clone() }, "orders_plan (plan_id=? AND (placed_at,id)<"),
        (
            Filter { campaign: Some(campaign()), creator: Some(creator()), plan, ..all.clone() },
            "orders_creator (creator_id=? AND (placed_at,id)<",
        ),
        (
            Filter {
                campaign: Some(campaign()),
                status: Some(Status::Refunded),
                from: Some(now()),
                ..all.clone()
            },
            "orders_campaign (campaign_id=? AND placed_at>? AND (placed_at,id)<",
        ),
        (
            Filter { approval: Some(Approval::Review), ..all.clone() },
            "orders_waiting (approval=? AND (placed_at,id)<",
        ),
    ] {
        for after in [None, Some(&position)] {
            block_on(conversions::list(&sql, &filter, after, 51)).unwrap();
            check_list(&sql.take_steps(), &[index]);
        }
    }
    let oldest = Filter { creator: Some(creator()), sort: Sort::Oldest, ..all.clone() };
    block_on(conversions::list(&sql, &oldest, Some(&position), 51)).unwrap();
    check_list(&sql.take_steps(), &["orders_creator (creator_id=? AND (placed_at,id)>"]);
    let chosen = Filter { orders: Some(vec![position.id.clone()]), ..all };
    block_on(conversions::list(&sql, &chosen, None, 500)).unwrap();
    check(&sql.take_steps(), &["sqlite_autoindex_orders_1 (id=?)"]);
}

// R60, R61
#[test]
fn reports_are_read_off_daily_counts_and_no_order() {
    let sql = furnished("{}");
    let sql = Explaining::new(&sql);
    let euro = Currency::parse("EUR").unwrap();
    block_on(reports::account(&sql, days(), euro)).unwrap();
    let mut steps = sql.take_steps();
    check(&steps, &["sales_days_creator (creator_id=? AND day>? AND day<?)", "creators_deleted"]);
    block_on(reports::campaign(&sql, &campaign(), days(), euro)).unwrap();
    steps.extend(sql.take_steps());
    check(&steps, &["links_campaign (campaign_id=?)", "enrollments_member (campaign_id=? AND creator_id>?)"]);
    block_on(reports::campaigns(&sql, days(), None, 51)).unwrap();
    block_on(reports::heading(&sql, &campaign())).unwrap();
    steps.extend(sql.take_steps());
    check(&steps, &[]);
    assert!(!steps.iter().any(|step| step.contains("orders")), "{steps:#?}");
}

// R52
#[test]
fn conversions_whose_hold_is_over_are_found_by_an_index_and_where_there_are_none_nothing_is_written() {
    let sql = furnished(r#"{"holdDays": 14}"#);
    let mut facts = placed(10_000, &["ANNA10"]).merge(paid());
    facts.snapshot.as_mut().unwrap().placed_at = now();
    deliver(&sql, "1", facts);
    let sql = Explaining::new(&sql);
    block_on(orders::release_held(&sql, now())).unwrap();
    let nothing_due = sql.take_steps();
    assert_eq!(nothing_due.len(), 1, "{nothing_due:#?}");
    check(&nothing_due, &["orders_held (approval=? AND held_until<?)"]);
    block_on(orders::release_held(&sql, now().plus_days(14))).unwrap();
    check(
        &sql.take_steps(),
        &["orders_held (approval=? AND held_until<?)", "sqlite_autoindex_orders_1 (id=?)"],
    );
}

// R31
#[test]
fn an_orders_row_its_codes_and_its_links_are_found_by_index() {
    let sql = furnished("{}");
    let sql = Explaining::new(&sql);
    let clicked = OrderFacts { click_ids: BTreeSet::from([click(2, -60)]), ..placed(10_000, &["ANNA10"]) };
    orders::tests::book_with(&sql, "1", clicked);
    check(
        &sql.take_steps(),
        &[
            "orders USING INDEX sqlite_autoindex_orders_2 (store_id=? AND external_id=?)",
            "codes_live (store_id=? AND text=?)",
            "SEARCH l USING INTEGER PRIMARY KEY (rowid=?)",
        ],
    );
    for (sort, index) in
        [(Sort::Newest, "orders_placed ((placed_at,id)<"), (Sort::Oldest, "orders_placed ((placed_at,id)>")]
    {
        block_on(orders::list(&sql, sort, Some((now(), String::new())), 51)).unwrap();
        check_list(&sql.take_steps(), &[index]);
    }
    for (query, index) in [
        ("SELECT number FROM links WHERE slug = 'slug1'", "sqlite_autoindex_links_2 (slug=?)"),
        ("SELECT slug FROM links WHERE number = 1", "INTEGER PRIMARY KEY (rowid=?)"),
        (
            "SELECT id FROM codes WHERE enrollment_id = 'a' AND is_current = 1",
            "codes_current (enrollment_id=?)",
        ),
    ] {
        block_on(sql.execute(Statement::new(query))).unwrap();
        check(&sql.take_steps(), &[index]);
    }
}

// R30, R53
#[test]
fn ledger_and_deliveries_are_paged_by_index() {
    let sql = furnished("{}");
    let sql = Explaining::new(&sql);
    block_on(ledger::list(&sql, None, None, 51)).unwrap();
    block_on(ledger::list(&sql, Some(&creator()), Some(9), 51)).unwrap();
    check_list(
        &sql.take_steps(),
        &["INTEGER PRIMARY KEY (rowid<?)", "ledger_creator (creator_id=? AND number<?)"],
    );
    block_on(deliveries::list(&sql, None, None, 51)).unwrap();
    block_on(deliveries::list(&sql, Some(deliveries::Outcome::Unreadable), None, 51)).unwrap();
    block_on(deliveries::forget_bodies(&sql, now())).unwrap();
    block_on(sql.execute(deliveries::forget_lines(now()))).unwrap();
    check_list(
        &sql.take_steps(),
        &["sqlite_autoindex_deliveries_1 (id<?)", "deliveries_outcome (outcome=? AND id<?)"],
    );
}
