//! Leases on real SQLite, with several loops at once.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::Timestamp;
use tributary_domain::code::work::{State, Switch};
use tributary_domain::code::{CodeStatus, CodeText};
use tributary_domain::ids::CodeId;

use super::rules::{self, Doubt, Rule, RuleOf};
use super::work::{self, Lease, Leased, Room};
use super::*;
use crate::fixtures::{House, campaign, creator, enrollment, plan, plan_id, run, store, store_id};
use crate::native::{Explaining, NativeSql};
use crate::shops::{self, Pause};
use crate::sql::Sql;
use crate::{campaigns, creators, enrollments, migrations, plans, stores};

const NOW: Timestamp = Timestamp::from_seconds(1_000);
const LATER: Timestamp = Timestamp::from_seconds(2_000);
const ROOM: Room = Room { most: 100, at_once: 100 };
const MANAGED: &str = r#"{"name": "Spring", "codePattern": "{first_name}{discount}",
    "discount": {"type": "percentage", "value": "10"}}"#;

fn pending(number: u8) -> Code {
    let enrollment = enrollment(number, Some(number));
    Code {
        id: CodeId::new(NOW, [number; 10]),
        enrollment_id: enrollment.id,
        campaign_id: enrollment.campaign_id,
        creator_id: enrollment.creator_id,
        store_id: store_id(1),
        plan_id: enrollment.plan_id,
        plan_version: 1,
        text: CodeText::parse(&format!("ANNA-{number}")).ok(),
        status: CodeStatus::Pending,
        reason: None,
        missing: Vec::new(),
        collided_with: None,
        is_current: true,
        origin: Origin::Pattern,
        in_shop: None,
        due_at: Some(NOW),
        created_at: NOW,
        updated_at: NOW,
    }
}

/// What has so many pending codes.
fn furnish(sql: &impl Sql, count: u8) {
    let mut statements = plans::insert(&plan(1, MANAGED), "root").unwrap().to_vec();
    statements.push(campaigns::insert(&campaign(1)));
    let numbers: Vec<u8> = (1..=count).collect();
    statements.extend(numbers.iter().map(|number| creators::insert(&creator(*number, "Anna")).unwrap()));
    let members: Vec<_> = numbers.iter().map(|number| enrollment(*number, Some(*number))).collect();
    statements.extend(enrollments::insert_all(&members));
    let codes: Vec<Code> = numbers.iter().map(|number| pending(*number)).collect();
    statements.extend(insert_all(&codes).unwrap());
    run(sql.transaction(statements)).unwrap();
}

fn house(count: u8) -> House {
    let house = House::new();
    furnish(&house.sql, count);
    house
}

fn lease(house: &House, owner: &str, now: Timestamp, room: Room) -> Vec<Leased> {
    run(work::lease(&house.sql, &store_id(1), &Lease::from(owner, now), room)).unwrap()
}

fn made(leased: &Leased) -> Leased {
    let code = &leased.code;
    let state =
        State { text: code.text.clone().unwrap(), plan_version: code.plan_version, switch: Switch::On };
    let in_shop = InShop { remote: "gid://1".to_owned(), rule: Some("7".to_owned()), state };
    let code = Code { status: CodeStatus::Active, in_shop: Some(in_shop), due_at: None, ..code.clone() };
    Leased { code, in_doubt: false, ..leased.clone() }
}

fn read(house: &House, number: u8) -> Code {
    run(by_ids(&house.sql, &[pending(number).id])).unwrap().remove(0)
}

// R5
#[test]
fn loops_at_the_same_moment_never_get_the_same_code() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let sql = NativeSql::open(&path);
    run(migrations::run(&sql, NOW)).unwrap();
    run(sql.transaction(vec![stores::insert(&store(1))])).unwrap();
    furnish(&sql, 200);
    let taken: Vec<(String, usize)> = std::thread::scope(|scope| {
        let loops: Vec<_> = (0..6)
            .map(|number| {
                let path = &path;
                scope.spawn(move || {
                    let sql = NativeSql::open(path);
                    let owner = format!("loop {number}");
                    let mut taken = Vec::new();
                    loop {
                        let room = Room { most: 7, at_once: 1_000 };
                        let lease = Lease::from(&owner, NOW);
                        let leased = run(work::lease(&sql, &store_id(1), &lease, room)).unwrap();
                        if leased.is_empty() {
                            return taken;
                        }
                        for each in &leased {
                            taken.push((each.code.id.to_string(), number));
                            assert!(run(work::finish(&sql, &owner, &made(each), NOW)).unwrap());
                        }
                    }
                })
            })
            .collect();
        loops.into_iter().flat_map(|each| each.join().unwrap()).collect()
    });
    let different: BTreeSet<&String> = taken.iter().map(|(id, _)| id).collect();
    assert_eq!((taken.len(), different.len()), (200, 200));
    assert!(run(work::waiting(&sql)).unwrap().is_empty());
}

// R5
#[test]
fn due_codes_are_found_by_indexes_whatever_the_number_of_others() {
    let house = house(1);
    let sql = Explaining::new(&house.sql);
    run(work::lease(&sql, &store_id(1), &Lease::from("one", NOW), ROOM)).unwrap();
    run(work::waiting(&sql)).unwrap();
    let steps = sql.take_steps();
    for index in ["codes_due", "codes_leased"] {
        assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:#?}");
    }
    let whole =
        |step: &&String| step.starts_with("SCAN") && step.contains("codes") && !step.contains("codes_due");
    assert_eq!(steps.iter().find(whole), None, "{steps:#?}");
}

// R5
#[test]
fn all_loops_together_stay_within_the_shops_room() {
    let house = house(9);
    let room = Room { most: 4, at_once: 6 };
    assert_eq!(lease(&house, "one", NOW, room).len(), 4);
    assert_eq!(lease(&house, "two", NOW, room).len(), 2);
    assert_eq!(lease(&house, "three", NOW, room).len(), 0);
}

// R5
#[test]
fn a_lease_that_ran_out_is_taken_over_and_in_doubt() {
    let house = house(1);
    let first = lease(&house, "dead", NOW, ROOM).remove(0);
    assert_eq!((first.code.status, first.in_doubt), (CodeStatus::Creating, false));
    assert!(lease(&house, "next", NOW, ROOM).is_empty());
    let second = lease(&house, "next", LATER, ROOM).remove(0);
    assert_eq!((second.code.status, second.in_doubt), (CodeStatus::Creating, true));
    assert!(!run(work::finish(&house.sql, "dead", &made(&first), LATER)).unwrap(), "too late");
    assert_eq!(read(&house, 1).in_shop, None);
    assert!(run(work::finish(&house.sql, "next", &made(&second), LATER)).unwrap());
    let code = read(&house, 1);
    assert_eq!((code.status, code.due_at), (CodeStatus::Active, None));
    assert_eq!(code.in_shop, made(&second).code.in_shop);
}

// R5
#[test]
fn a_lease_that_is_renewed_does_not_run_out() {
    let house = house(1);
    let leased = lease(&house, "one", NOW, ROOM).remove(0);
    let soon = NOW.plus_millis(work::RENEWAL_MILLIS);
    run(work::renew(&house.sql, &store_id(1), &Lease::from("one", soon))).unwrap();
    let when_the_first_is_over = NOW.plus_millis(3 * work::RENEWAL_MILLIS + 1);
    assert!(lease(&house, "two", when_the_first_is_over, ROOM).is_empty());
    assert!(run(work::finish(&house.sql, "one", &made(&leased), soon)).unwrap());
}

// R5, R12
#[test]
fn what_is_wished_while_the_shop_is_asked_is_not_lost() {
    let house = house(1);
    let leased = lease(&house, "one", NOW, ROOM).remove(0);
    house.write(disable(&[&leased.code.id], LATER));
    assert!(run(work::finish(&house.sql, "one", &made(&leased), LATER)).unwrap());
    let code = read(&house, 1);
    assert_eq!((code.status, code.due_at), (CodeStatus::Disabled, Some(LATER)));
    assert!(code.in_shop.is_some(), "what the shop has is known all the same");
    let again = lease(&house, "two", LATER, ROOM).remove(0);
    assert_eq!((again.code.status, again.in_doubt), (CodeStatus::Disabled, false));
}

// R5
#[test]
fn while_a_shops_work_rests_nothing_is_leased() {
    let house = house(2);
    house.write([
        shops::pause(&store_id(1), LATER, Pause::Refusal("[API] Invalid API key")),
        work::explain(&store_id(1), "[API] Invalid API key"),
    ]);
    assert!(lease(&house, "one", NOW, ROOM).is_empty());
    let waiting = run(work::waiting(&house.sql)).unwrap().remove(0);
    assert_eq!((waiting.codes, waiting.next_at), (2, LATER));
    assert_eq!(waiting.paused.as_deref(), Some("[API] Invalid API key"));
    assert_eq!(read(&house, 1).reason, waiting.paused);
    assert_eq!(run(shops::standing(&house.sql, &store_id(1))).unwrap().refusals, 1);
    house.write([shops::resume(&store_id(1))]);
    assert_eq!(lease(&house, "one", NOW, ROOM).len(), 2);
    assert_eq!(lease(&house, "one", LATER, ROOM).len(), 2);
}

// R73
#[test]
fn a_store_that_is_changed_begins_anew_with_its_shop() {
    let house = house(0);
    house.write([
        shops::keep_token(&store_id(1), "1.sealed", LATER),
        shops::pause(&store_id(1), LATER, Pause::Limit),
    ]);
    let standing = run(shops::standing(&house.sql, &store_id(1))).unwrap();
    assert_eq!(standing.token, Some(("1.sealed".to_owned(), LATER)));
    house.write([stores::update(&store(1))]);
    assert_eq!(run(shops::standing(&house.sql, &store_id(1))).unwrap(), shops::Standing::default());
}

// R6
#[test]
fn a_rule_is_made_by_one_loop_and_found_by_the_others() {
    let house = house(0);
    let (store, plan) = (store_id(1), plan_id(1));
    let rule = RuleOf { store: &store, plan: &plan, version: 1 };
    let ask = |owner, now| run(rules::find_or_lease(&house.sql, rule, &Lease::from(owner, now))).unwrap();
    assert_eq!(ask("dead", NOW), Rule::Ours(Doubt::No));
    assert_eq!(ask("two", NOW), Rule::BeingMade);
    assert_eq!(ask("two", LATER), Rule::Ours(Doubt::Yes));
    house.write([rules::give_back(rule, Doubt::No, "two")]);
    assert_eq!(ask("three", LATER), Rule::Ours(Doubt::No));
    house.write([rules::keep(rule, "gid://9")]);
    assert_eq!(ask("two", LATER), Rule::Made("gid://9".to_owned()));
    let kept = run(rules::of_store(&house.sql, &store)).unwrap();
    assert_eq!(kept, [rules::Kept { plan, version: 1, remote: "gid://9".to_owned() }]);
}

// R12
#[test]
fn a_rollout_gives_older_codes_the_newer_terms_and_nothing_else_does() {
    let house = house(2);
    for leased in lease(&house, "one", NOW, ROOM) {
        assert!(run(work::finish(&house.sql, "one", &made(&leased), NOW)).unwrap());
    }
    let older = run(older_than(&house.sql, &plan_id(1), 2, 9)).unwrap();
    assert_eq!(older.len(), 2);
    house.write(roll_out(&[&older[0].id], 2, LATER));
    let codes: BTreeMap<u16, Option<Timestamp>> =
        [read(&house, 1), read(&house, 2)].map(|code| (code.plan_version, code.due_at)).into();
    assert_eq!(codes, BTreeMap::from([(2, Some(LATER)), (1, None)]));
    assert_eq!(run(older_than(&house.sql, &plan_id(1), 2, 9)).unwrap().len(), 1);
}

// R7
#[test]
fn a_renamed_code_leaves_its_place_in_the_shop_to_the_new_one() {
    let house = house(1);
    let leased = lease(&house, "one", NOW, ROOM).remove(0);
    let old = made(&leased).code;
    let new = Code {
        id: CodeId::new(LATER, [9; 10]),
        text: CodeText::parse("ANNA-NEW").ok(),
        due_at: Some(LATER),
        ..old.clone()
    };
    let rename = || {
        let mut statements = vec![hand_over(&old.id, "gid://1", "renamed to ANNA-NEW", LATER)];
        statements.extend(insert_all(std::slice::from_ref(&new)).unwrap());
        statements
    };
    assert!(house.try_write(rename()).is_err(), "while a loop has it, it cannot be renamed");
    assert!(run(work::finish(&house.sql, "one", &made(&leased), NOW)).unwrap());
    house.write(rename());
    assert_eq!(read(&house, 1).in_shop, None);
    let again = lease(&house, "two", LATER, ROOM).remove(0);
    assert_eq!(again.code.in_shop, old.in_shop);
    let holder = run(holder(&house.sql, &store_id(1), old.text.as_ref().unwrap())).unwrap().unwrap();
    assert_eq!(holder.code.enrollment_id, new.enrollment_id, "the old text still credits");
}

// R7
#[test]
fn what_the_shop_does_not_rename_gets_its_place_back() {
    let house = house(1);
    let leased = lease(&house, "one", NOW, ROOM).remove(0);
    let old = made(&leased).code;
    assert!(run(work::finish(&house.sql, "one", &made(&leased), NOW)).unwrap());
    let new = Code {
        id: CodeId::new(LATER, [9; 10]),
        text: CodeText::parse("ANNA-NEW").ok(),
        status: CodeStatus::Pending,
        due_at: Some(LATER),
        ..old.clone()
    };
    house.write(vec![hand_over(&old.id, "gid://1", "renamed to ANNA-NEW", LATER)]);
    house.write(insert_all(std::slice::from_ref(&new)).unwrap());
    let leased = lease(&house, "two", LATER, ROOM).remove(0);
    let take_back =
        |owner: &str| run(work::take_back(&house.sql, owner, &leased, "must be unique", LATER)).unwrap();
    assert!(!take_back("another"), "whose lease it is not");
    assert!(take_back("two"));
    let back = read(&house, 1);
    assert_eq!((back.status, back.is_current, &back.in_shop), (CodeStatus::Active, true, &old.in_shop));
    assert_eq!(back.reason.as_deref(), Some("could not be renamed to ANNA-NEW: must be unique"));
    let refused = run(by_ids(&house.sql, &[new.id])).unwrap().remove(0);
    assert_eq!((refused.status, refused.is_current), (CodeStatus::Failed, false));
    assert_eq!((refused.in_shop, refused.due_at), (None, None));
    assert!(lease(&house, "three", LATER.plus_days(1), ROOM).is_empty(), "nothing is left to do");
}

// R5
#[test]
fn a_code_that_is_sent_again_counts_as_wrong_in_the_shop() {
    let house = house(1);
    let leased = lease(&house, "one", NOW, ROOM).remove(0);
    assert!(run(work::finish(&house.sql, "one", &made(&leased), NOW)).unwrap());
    house.write(send_again(&[&leased.code.id], LATER));
    let code = read(&house, 1);
    assert_eq!((code.status, code.due_at), (CodeStatus::Pending, Some(LATER)));
    let state = code.in_shop.unwrap().state;
    assert_eq!((state.plan_version, state.switch), (0, Switch::Off), "another than any plan has");
}
