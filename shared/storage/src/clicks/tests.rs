use futures::executor::block_on;
use proptest::prelude::*;
use tributary_domain::click_id::LinkNumber;
use tributary_domain::link::LinkState;
use tributary_domain::visit::{Outcome, Verdict};
use tributary_domain::{Day, Timestamp};

use super::{COUNTED_AT_ONCE, ClickRow, count, forget, keep, salt};
use crate::migrations;
use crate::native::{Explaining, NativeSql};
use crate::sql::{Sql, Statement};

fn noon() -> Timestamp {
    Timestamp::parse("2026-11-21T12:00:00Z").unwrap()
}

fn database() -> NativeSql {
    let sql = NativeSql::in_memory();
    block_on(migrations::run(&sql, noon())).unwrap();
    sql
}

fn numbers(sql: &NativeSql, text: &str) -> Vec<Vec<i64>> {
    let rows = block_on(sql.execute(Statement::new(text))).unwrap();
    rows.iter()
        .map(|row| ["a", "b", "c", "d"].iter().filter_map(|name| row.get(name).ok()).collect())
        .collect()
}

fn counted(sql: &NativeSql) {
    block_on(count(sql)).unwrap();
}

fn kept(sql: &NativeSql, clicks: &[ClickRow]) {
    block_on(keep(sql, clicks)).unwrap();
}

fn click(link: u64, visitor: Option<u8>, verdict: Verdict) -> ClickRow {
    ClickRow {
        link: Some(LinkNumber::new(link).unwrap()),
        at: noon(),
        random: [7; 6],
        visitor: visitor.map(|visitor| [visitor; 6]),
        outcome: Outcome::new(verdict, LinkState::Live),
    }
}

fn unknown() -> ClickRow {
    let outcome = Outcome::new(Verdict::Human, LinkState::Unknown);
    ClickRow { link: None, outcome, ..click(1, None, Verdict::Human) }
}

const OF_ACCOUNT: &str = "SELECT outcome AS a, clicks AS b, unique_clicks AS c FROM click_days
    WHERE link_number = 0 ORDER BY day, outcome";
const OF_LINKS: &str = "SELECT outcome AS a, SUM(clicks) AS b, SUM(unique_clicks) AS c FROM click_days
    WHERE link_number <> 0 GROUP BY day, outcome ORDER BY day, outcome";
const UNIQUE: &str = "SELECT link_number AS a, day AS b, unique_clicks AS c FROM click_days
    WHERE link_number > 0 AND outcome = 0 ORDER BY 1, 2";

// R22, R23
#[test]
fn a_visitor_is_unique_once_a_link_and_day_in_one_batch_or_several_counted_together_or_apart() {
    let human = Verdict::Human;
    // The hash of one visitor is another on another link.
    let first = [click(1, Some(1), human), click(1, Some(1), human), click(2, Some(9), human)];
    let second = [
        click(1, Some(1), human),
        click(1, Some(2), human),
        // Without identity nobody is unique; a crawler is not kept with one.
        click(1, None, human),
        click(1, Some(3), Verdict::Bot),
        click(1, Some(3), human),
    ];
    let day = i64::from(noon().day().number());
    let tomorrow = ClickRow { at: noon().plus_days(1), ..click(1, Some(1), human) };
    for apart in [true, false] {
        let sql = database();
        kept(&sql, &first);
        if apart {
            counted(&sql);
        }
        kept(&sql, &second);
        kept(&sql, &[tomorrow.clone(), click(1, Some(2), human)]);
        counted(&sql);
        assert_eq!(numbers(&sql, UNIQUE), [[1, day, 3], [1, day + 1, 1], [2, day, 1]], "{apart}");
        let clicks = "SELECT clicks AS a FROM click_days WHERE link_number = 1 AND outcome = 0 ORDER BY day";
        assert_eq!(numbers(&sql, clicks), [[7], [1]], "{apart}");
    }
}

// R11, R22, R25
#[test]
fn daily_counts_add_up_to_the_accounts_line_and_an_unknown_slug_is_counted_once() {
    let sql = database();
    let clicks = [
        click(1, Some(1), Verdict::Human),
        click(2, Some(9), Verdict::Human),
        click(2, None, Verdict::Bot),
        unknown(),
        unknown(),
    ];
    kept(&sql, &clicks);
    counted(&sql);
    assert_eq!(numbers(&sql, OF_ACCOUNT), [[0, 2, 2], [4, 1, 0], [14, 2, 0]]);
    assert_eq!(numbers(&sql, OF_LINKS), numbers(&sql, OF_ACCOUNT));
}

// R22, R25
#[test]
fn many_who_count_and_keep_at_the_same_moment_count_every_visit_once() {
    const HANDS: u8 = 8;
    const BATCHES: u8 = 40;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clicks.db");
    block_on(migrations::run(&NativeSql::open(&path), noon())).unwrap();
    std::thread::scope(|scope| {
        for hand in 0..HANDS {
            let path = &path;
            scope.spawn(move || {
                let sql = NativeSql::open(path);
                for batch in 0..BATCHES {
                    // All hands have the same visitors.
                    kept(&sql, &[click(1, Some(batch), Verdict::Human), click(2, None, Verdict::Human)]);
                    if (hand + batch) % 3 == 0 {
                        counted(&sql);
                    }
                }
            });
        }
    });
    let sql = NativeSql::open(&path);
    counted(&sql);
    counted(&sql);
    let each = i64::from(HANDS) * i64::from(BATCHES);
    assert_eq!(numbers(&sql, OF_ACCOUNT), [[0, 2 * each, i64::from(BATCHES)]]);
    assert_eq!(numbers(&sql, OF_LINKS), numbers(&sql, OF_ACCOUNT));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    // R22
    #[test]
    fn however_visits_are_batched_and_counted_the_counts_are_the_same(
        visits in proptest::collection::vec((1_u64..4, proptest::option::of(0_u8..6), 0_i64..2, any::<bool>()), 1..60)
    ) {
        let rows: Vec<ClickRow> = visits.iter().map(|(link, visitor, day, _)| ClickRow {
            at: noon().plus_days(*day),
            // One visitor's hashes on two links differ.
            ..click(*link, visitor.map(|visitor| visitor * 4 + u8::try_from(*link).unwrap()), Verdict::Human)
        }).collect();
        let (at_once, one_by_one) = (database(), database());
        kept(&at_once, &rows);
        counted(&at_once);
        for (row, (.., now)) in rows.iter().zip(&visits) {
            kept(&one_by_one, std::slice::from_ref(row));
            if *now {
                counted(&one_by_one);
            }
        }
        counted(&one_by_one);
        for text in [OF_ACCOUNT, OF_LINKS, UNIQUE] {
            prop_assert_eq!(numbers(&at_once, text), numbers(&one_by_one, text));
        }
    }
}

// R25
#[test]
fn more_batches_than_one_statement_counts_are_all_counted() {
    let sql = database();
    for _ in 0..=2 * COUNTED_AT_ONCE {
        kept(&sql, &[click(1, None, Verdict::Human)]);
    }
    counted(&sql);
    assert_eq!(numbers(&sql, OF_ACCOUNT), [[0, 2 * COUNTED_AT_ONCE + 1, 0]]);
}

// R60, R61
#[test]
fn where_nothing_waits_nothing_is_written_and_what_waits_is_found_by_its_number() {
    let sql = database();
    kept(&sql, &[click(1, None, Verdict::Human)]);
    counted(&sql);
    let sql = Explaining::new(&sql);
    block_on(count(&sql)).unwrap();
    let steps = sql.take_steps();
    assert!(
        steps.iter().all(|step| step.contains("INTEGER PRIMARY KEY") || step.starts_with("SCALAR")),
        "{steps:?}"
    );
}

// R23
#[test]
fn a_day_has_one_salt_which_is_forgotten_with_its_visitors_after_the_next_day() {
    let sql = database();
    let day = |number| Day::from_number(number);
    let made = block_on(salt(&sql, day(100), || [1; 32])).unwrap();
    assert_eq!((made.salt, made.is_new), ([1; 32], true));
    let again = block_on(salt(&sql, day(100), || [2; 32])).unwrap();
    assert_eq!((again.salt, again.is_new), ([1; 32], false));
    kept(&sql, &[ClickRow { at: day(100).start(), ..click(1, Some(1), Verdict::Human) }]);
    for (today, left) in [(100, 1), (101, 1), (102, 0)] {
        block_on(forget(&sql, day(today))).unwrap();
        for table in ["visitor_salts", "click_visitors"] {
            assert_eq!(numbers(&sql, &format!("SELECT COUNT(*) AS a FROM {table}")), [[left]], "{today}");
        }
    }
    assert_eq!(numbers(&sql, OF_ACCOUNT), [[0, 1, 1]]);
}

// R25
#[test]
fn single_visits_go_when_their_days_are_over_and_daily_counts_stay() {
    let sql = database();
    let old = ClickRow { at: noon().plus_days(-91), ..click(1, None, Verdict::Human) };
    for _ in 0..250 {
        kept(&sql, &[old.clone(), old.clone()]);
    }
    kept(&sql, &vec![click(1, None, Verdict::Human); 50]);
    block_on(forget(&sql, noon().day())).unwrap();
    let today = i64::from(noon().day().number());
    assert_eq!(numbers(&sql, "SELECT COUNT(*) AS a, MIN(day) AS b FROM click_batches"), [[1, today]]);
    assert_eq!(numbers(&sql, "SELECT SUM(clicks) AS a FROM click_days WHERE link_number = 1"), [[550]]);
}

// R25
#[test]
fn after_all_single_visits_are_gone_new_ones_are_counted() {
    let sql = database();
    for days in [-200, -100, 0] {
        kept(&sql, &[ClickRow { at: noon().plus_days(days), ..click(1, Some(1), Verdict::Human) }]);
        block_on(forget(&sql, noon().plus_days(days + 100).day())).unwrap();
    }
    assert_eq!(numbers(&sql, "SELECT SUM(clicks) AS a FROM click_days WHERE link_number = 1"), [[3]]);
}

// R25, R72
#[test]
fn visits_that_an_older_version_kept_stay_kept_and_counted() {
    let sql = NativeSql::in_memory();
    let run = |text: &str| drop(block_on(sql.execute(Statement::new(text))).unwrap());
    block_on(migrations::run_up_to(&sql, 5, noon())).unwrap();
    let (at, day) = (noon().as_seconds(), i64::from(noon().day().number()));
    let visitor = (day & 0x7FFF) << 48 | 0x0101_0101_0101;
    run(&format!(
        "INSERT INTO clicks (link_number, at, random, visitor, outcome, is_unique)
        VALUES (1, {at}, 5, {visitor}, 0, 1), (1, {at}, 6, {visitor}, 0, 0), (-1, {at}, 7, NULL, 14, 0)"
    ));
    block_on(migrations::run(&sql, noon())).unwrap();
    let visits = block_on(sql.execute(Statement::new("SELECT visits FROM click_batches"))).unwrap();
    assert_eq!(
        visits[0].get::<String>("visits").unwrap(),
        r#"{"0":{"1":{"at":[43200,43200],"random":[5,6],"visitor":[1103823438081,1103823438081]}},"14":{"-1":{"at":[43200],"random":[7],"visitor":[null]}}}"#
    );
    kept(&sql, &[click(1, Some(1), Verdict::Human), click(1, Some(2), Verdict::Human)]);
    counted(&sql);
    assert_eq!(numbers(&sql, OF_ACCOUNT), [[0, 4, 2], [14, 1, 0]]);
}

// R25
#[test]
fn a_click_takes_less_than_200_bytes() {
    const CLICKS: u32 = 100_000;
    let folder = tempfile::tempdir().unwrap();
    let sql = NativeSql::open(&folder.path().join("clicks.db"));
    block_on(migrations::run(&sql, noon())).unwrap();
    let pages = "SELECT page_count AS a, page_size AS b FROM pragma_page_count(), pragma_page_size()";
    let size = || numbers(&sql, pages).concat().iter().product::<i64>();
    let before = size();
    for batch in 0..CLICKS / 200 {
        let clicks: Vec<ClickRow> = (0..200_u64)
            .map(|row| {
                // Numbers of links and hashes of visitors are spread at random, as in earnest.
                let spread = (u64::from(batch) * 200 + row).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let visitor = spread.wrapping_mul(0xD134_2543_DE82_EF95).to_be_bytes();
                let [_, _, visitor @ ..] = visitor;
                // A thousand links, with numbers as long as a random one.
                let link = ((spread >> 32) % 1_000 + 1) * 0x003F_0000_0001;
                ClickRow { visitor: Some(visitor), ..click(link, None, Verdict::Human) }
            })
            .collect();
        kept(&sql, &clicks);
    }
    counted(&sql);
    let bytes = (size() - before) / i64::from(CLICKS);
    println!("{bytes} bytes a click");
    assert!(bytes < 200, "{bytes}");
}
