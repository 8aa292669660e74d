use futures::executor::block_on;
use tributary_domain::Timestamp;
use tributary_domain::click_id::LinkNumber;
use tributary_domain::ids::StoreId;
use tributary_domain::link::{LinkSnapshot, LinkState, Slug, destination};
use tributary_domain::visit::{Outcome, Verdict};

use super::hot::{HotLinks, hottest};
use super::{Kept, by_id, by_slug, home, store_of};
use crate::clicks::{self, ClickRow};
use crate::migrations;
use crate::native::NativeSql;
use crate::sql::{Sql, Statement};

const STORE: &str = "str_00000000000000000000000001";

fn now() -> Timestamp {
    Timestamp::parse("2026-11-21T12:00:00Z").unwrap()
}

fn run(sql: &NativeSql, text: &str) {
    block_on(sql.execute(Statement::new(text))).unwrap();
}

/// A Shopify store, a plan of two versions, a creator and the link `anna` with the code ANNA10.
fn database() -> NativeSql {
    let sql = NativeSql::in_memory();
    block_on(migrations::run(&sql, now())).unwrap();
    let (plan, campaign) = ("pln_00000000000000000000000001", "cmp_00000000000000000000000001");
    let (enrollment, creator) = ("enr_00000000000000000000000001", "crt_00000000000000000000000001");
    for text in [
        format!(
            "INSERT INTO stores (id, name, platform, url, currency, webhook_secrets, credentials, status, version, created_at, updated_at) VALUES ('{STORE}', 'Shop', 'shopify', 'https://shop.example/', 'EUR', NULL, NULL, 'connected', 1, 0, 0)"
        ),
        format!("INSERT INTO plans VALUES ('{plan}', 'spring', '{STORE}', 2, 'active', 0, 0)"),
        format!("INSERT INTO plan_versions VALUES ('{plan}', 1, '{{\"name\": \"Spring\"}}', 0, 'root')"),
        format!(
            r#"INSERT INTO plan_versions VALUES ('{plan}', 2, '{{"name": "Spring",
                "link": {{"utm": {{"campaign": "{{campaign}}", "content": "{{creator}}"}}}},
                "attribution": {{"windowDays": 7}}}}', 0, 'root')"#
        ),
        format!("INSERT INTO campaigns VALUES ('{campaign}', 'Spring', '{plan}', 'live', 1, 0, 0)"),
        format!(
            "INSERT INTO creators VALUES ('{creator}', 'Anna', NULL, NULL, '{{}}', NULL, '[]', 1, 0, 0, NULL)"
        ),
        format!(
            "INSERT INTO enrollments VALUES ('{enrollment}', '{campaign}', '{creator}', '{plan}', 1, 'active', 0, NULL)"
        ),
        format!(
            "INSERT INTO codes (id, enrollment_id, campaign_id, store_id, plan_id, plan_version, text, status, reason, missing, collided_with, is_current, created_at, updated_at) VALUES ('cod_00000000000000000000000001', '{enrollment}', '{campaign}', '{STORE}', '{plan}', 1,
                'ANNA10', 'active', NULL, '[]', NULL, 1, 0, 0)"
        ),
        format!(
            "INSERT INTO links VALUES (4711, 'lnk_00000000000000000000000001', '{enrollment}', '{campaign}', '{creator}',
                'anna', 'affiliate', NULL, 'active', 1, 0, 0)"
        ),
    ] {
        run(&sql, &text);
    }
    sql
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

fn anna(sql: &NativeSql) -> LinkSnapshot {
    block_on(by_slug(sql, &slug("anna"))).unwrap().unwrap()
}

// R10, R12
#[test]
fn a_link_is_read_whole_by_one_statement_with_the_newest_terms() {
    let sql = database();
    let link = anna(&sql);
    assert_eq!((link.number.get(), link.plan_version, link.window_days), (4711, 2, 7));
    assert_eq!(
        destination(&link, now(), None, Some("ID")).location,
        "https://shop.example/discount/ANNA10?redirect=%2F%3Futm_campaign%3DSpring%26utm_content%3DAnna%26trb%3DID&trb=ID"
    );
    assert_eq!(block_on(by_id(&sql, &link.id)).unwrap().as_ref(), Some(&link));
    assert_eq!(block_on(store_of(&sql, link.number)).unwrap(), StoreId::parse(STORE).ok());
    assert_eq!(block_on(by_slug(&sql, &slug("bob"))).unwrap(), None);
    assert_eq!(block_on(home(&sql)).unwrap().as_deref(), Some("https://shop.example/"));
}

// R11
#[test]
fn a_link_or_plan_that_was_switched_off_is_disabled() {
    for change in ["UPDATE links SET status = 'disabled'", "UPDATE plans SET status = 'deactivated'"] {
        let sql = database();
        assert_eq!(anna(&sql).state(now()), LinkState::Live);
        run(&sql, change);
        assert_eq!(anna(&sql).state(now()), LinkState::Disabled, "{change}");
    }
}

// R10
#[test]
fn a_code_that_the_shop_does_not_know_is_not_applied() {
    for change in ["UPDATE codes SET status = 'failed'", "UPDATE codes SET is_current = 0"] {
        let sql = database();
        run(&sql, change);
        let location = destination(&anna(&sql), now(), None, None).location;
        assert!(location.starts_with("https://shop.example/?utm_campaign"), "{location}");
    }
}

// R20
#[test]
fn what_is_kept_in_the_cache_reads_back_and_anything_else_is_nothing() {
    let kept = Kept { made: now(), value: anna(&database()) };
    let bytes = kept.encode();
    println!("{} bytes a link in the cache", bytes.len());
    assert_eq!(Kept::decode(&bytes), Some(kept));
    for other in ["", "[]", "{}", "[1]", "[1,{}]", "\u{0}"] {
        assert_eq!(Kept::<LinkSnapshot>::decode(other.as_bytes()), None, "{other}");
    }
}

// R20
#[test]
fn a_link_is_found_by_indexes_alone() {
    let sql = database();
    for text in [super::BY_SLUG, super::BY_ID] {
        let plan = Statement::new(format!("EXPLAIN QUERY PLAN {text}")).bind("anna");
        for row in &block_on(sql.execute(plan)).unwrap() {
            let line: String = row.get("detail").unwrap();
            assert!(!line.contains("SCAN"), "{line}");
        }
    }
}

// R20
#[test]
fn a_hot_link_is_found_among_the_others_and_no_other_in_its_place() {
    for count in [0_usize, 1, 2, 3, 100, 512] {
        let mut links: Vec<(Slug, Vec<u8>)> = (0..count)
            .map(|number| (slug(&format!("link{}", number * 7919 % 1_009)), vec![b'x'; number % 50]))
            .collect();
        links.sort();
        let packed = HotLinks::pack(now(), links.iter().map(|(slug, value)| (slug, value.as_slice())));
        let read = HotLinks::read(packed.bytes().to_vec()).unwrap();
        assert_eq!((&read, read.made()), (&packed, now()));
        for (slug, value) in &links {
            assert_eq!(read.find(slug), Some(value.as_slice()), "{slug} of {count}");
        }
        for other in ["aaa", "link", "link5000", "zzz"] {
            assert_eq!(read.find(&slug(other)), None, "{other} of {count}");
        }
    }
    let (anna, bob, long) = (slug("anna"), slug("bob"), vec![b'x'; 200_000]);
    let packed = HotLinks::pack(now(), [(&anna, long.as_slice()), (&bob, &long)]);
    assert_eq!(
        (packed.find(&anna), packed.find(&bob)),
        (Some(long.as_slice()), None),
        "there is no room for more"
    );
    for other in ["", "x", "x\n", "{}"] {
        assert_eq!(HotLinks::read(other.as_bytes().to_vec()), None, "{other}");
    }
}

// R20
#[test]
fn links_are_hot_by_the_clicks_of_late() {
    let sql = database();
    for (number, name) in [(1, "bob"), (2, "carla"), (3, "dan")] {
        run(
            &sql,
            &format!(
                "INSERT INTO links SELECT {number}, 'lnk_{number}', enrollment_id, campaign_id, creator_id, '{name}', kind,
                    to_url, status, version, created_at, updated_at FROM links WHERE number = 4711"
            ),
        );
    }
    let visits = |link: u64, verdict, count| {
        let row = ClickRow {
            link: LinkNumber::new(link).ok(),
            at: now(),
            random: [0; 6],
            visitor: None,
            outcome: Outcome::new(verdict, LinkState::Live),
        };
        block_on(clicks::keep(&sql, &vec![row; count])).unwrap();
    };
    assert_eq!(block_on(hottest(&sql)).unwrap(), []);
    visits(3, Verdict::Human, 5);
    for _ in 0..60 {
        visits(4711, Verdict::Human, 1);
    }
    visits(1, Verdict::Human, 2);
    visits(2, Verdict::Bot, 100);
    assert_eq!(block_on(hottest(&sql)).unwrap(), [slug("anna"), slug("bob"), slug("dan")]);
    visits(1, Verdict::Human, 1);
    visits(1, Verdict::Human, 1);
    assert_eq!(block_on(hottest(&sql)).unwrap(), [slug("anna"), slug("bob")], "Dan's clicks are past");
}
