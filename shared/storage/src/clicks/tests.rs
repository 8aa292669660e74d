use futures::executor::block_on;
use tributary_domain::click_id::LinkNumber;
use tributary_domain::link::LinkState;
use tributary_domain::visit::{Outcome, Verdict};
use tributary_domain::{Day, Timestamp};

use super::{ClickRow, forget, insert, salt};
use crate::migrations;
use crate::native::NativeSql;
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

// R22, R23
#[test]
fn a_visitor_is_unique_once_a_link_whether_the_repeat_comes_in_the_same_statement_or_later() {
    let sql = database();
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
    block_on(sql.execute(insert(&first))).unwrap();
    block_on(sql.execute(insert(&second))).unwrap();
    let unique = "SELECT number AS a FROM clicks WHERE is_unique = 1 ORDER BY number";
    assert_eq!(numbers(&sql, unique), [[1], [3], [5], [8]]);
    assert_eq!(numbers(&sql, "SELECT COUNT(*) AS a FROM clicks WHERE visitor IS NULL"), [[2]]);
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
    block_on(sql.execute(insert(&clicks))).unwrap();
    let of_account = "SELECT outcome AS a, clicks AS b, unique_clicks AS c FROM click_days
        WHERE link_number = 0 ORDER BY outcome";
    assert_eq!(numbers(&sql, of_account), [[0, 2, 2], [4, 1, 0], [14, 2, 0]]);
    let of_links = "SELECT outcome AS a, SUM(clicks) AS b, SUM(unique_clicks) AS c FROM click_days
        WHERE link_number <> 0 GROUP BY outcome ORDER BY outcome";
    assert_eq!(numbers(&sql, of_links), numbers(&sql, of_account));
}

// R23
#[test]
fn a_day_has_one_salt_which_is_forgotten_after_the_next_day() {
    let sql = database();
    let day = |number| Day::from_number(number);
    let made = block_on(salt(&sql, day(100), || [1; 32])).unwrap();
    assert_eq!((made.salt, made.is_new), ([1; 32], true));
    let again = block_on(salt(&sql, day(100), || [2; 32])).unwrap();
    assert_eq!((again.salt, again.is_new), ([1; 32], false));
    for (today, left) in [(100, 1), (101, 1), (102, 0)] {
        block_on(forget(&sql, day(today))).unwrap();
        assert_eq!(numbers(&sql, "SELECT COUNT(*) AS a FROM visitor_salts"), [[left]], "{today}");
    }
}

// R25
#[test]
fn single_clicks_go_when_their_days_are_over_and_daily_counts_stay() {
    let sql = database();
    let old = ClickRow { at: noon().plus_days(-91), ..click(1, None, Verdict::Human) };
    for _ in 0..12 {
        block_on(sql.execute(insert(&vec![old.clone(); 200]))).unwrap();
    }
    block_on(sql.execute(insert(&vec![click(1, None, Verdict::Human); 50]))).unwrap();
    block_on(forget(&sql, noon().day())).unwrap();
    assert_eq!(numbers(&sql, "SELECT COUNT(*) AS a, MIN(at) AS b FROM clicks"), [[50, noon().as_seconds()]]);
    assert_eq!(numbers(&sql, "SELECT SUM(clicks) AS a FROM click_days WHERE link_number = 1"), [[2_450]]);
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
        block_on(sql.execute(insert(&clicks))).unwrap();
    }
    let bytes = (size() - before) / i64::from(CLICKS);
    println!("{bytes} bytes a click");
    assert!(bytes < 200, "{bytes}");
}

// R22
#[test]
fn a_repeat_is_looked_up_by_index() {
    let sql = database();
    let statement = insert(&[click(1, Some(1), Verdict::Human)]);
    let plan = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
    let lines: Vec<String> =
        block_on(sql.execute(plan)).unwrap().iter().map(|row| row.get("detail").unwrap()).collect();
    assert!(lines.iter().any(|line| line.contains("USING COVERING INDEX clicks_visitor")), "{lines:?}");
}
