//! Codes on real SQLite.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::Timestamp;
use tributary_domain::code::work::Switch;
use tributary_domain::code::{CodeStatus, CodeText};
use tributary_domain::ids::CodeId;
use tributary_domain::keys::Keyring;
use tributary_domain::plan::Mode;

use super::*;
use crate::creators::Creator;
use crate::fixtures::{House, NOW, campaign, creator, enrollment, plan, run, store, store_id};
use crate::plans::Plan;
use crate::sql::{Sql, SqlError, Statement};
use crate::stores::Store;
use crate::{campaigns, creators, enrollments, plans, stores};

const MANAGED: &str = r#"{"name": "Spring", "codePattern": "{first_name}{discount}",
    "discount": {"type": "percentage", "value": "10"}}"#;

/// Three creators in campaign 1 under plan 1.
fn house() -> House {
    let house = House::new();
    house.write(plans::insert(&plan(1, MANAGED), "root").unwrap());
    house.write([campaigns::insert(&campaign(1)), stores::insert(&store(2))]);
    house.write((1..=3).map(|number| creators::insert(&creator(number, "Anna")).unwrap()));
    house.write(enrollments::insert_all(&[1, 2, 3].map(|number| enrollment(number, Some(number)))));
    house
}

fn code(number: u8, enrollment_number: u8, text: &str) -> Code {
    let enrollment = enrollment(enrollment_number, Some(enrollment_number));
    Code {
        id: CodeId::new(NOW, [number; 10]),
        enrollment_id: enrollment.id,
        campaign_id: enrollment.campaign_id,
        creator_id: enrollment.creator_id,
        store_id: store_id(1),
        plan_id: enrollment.plan_id,
        plan_version: 1,
        text: CodeText::parse(text).ok(),
        status: CodeStatus::Active,
        reason: None,
        missing: Vec::new(),
        collided_with: None,
        is_current: true,
        origin: Origin::Pattern,
        in_shop: None,
        due_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

/// What `make` gives for these names: status, text, collision.
fn made(house: &House, plan: &Plan, store: &Store, names: &[&str]) -> Vec<String> {
    let keys = Keyring::parse("", "an admin token that is long").unwrap();
    let creators: Vec<Creator> = (1..).zip(names).map(|(number, name)| creator(number, name)).collect();
    let campaign = campaign(1);
    let wanted: Vec<Wanted<'_>> = creators
        .iter()
        .map(|creator| Wanted { creator, campaign: (Some(&campaign.id), &campaign.name) })
        .collect();
    let setting =
        Setting { plan, store, key: keys.current(), reserved: &BTreeSet::from(["TAKEN10".to_owned()]) };
    let made = run(make(&house.sql, &setting, &wanted)).unwrap();
    made.into_iter()
        .map(|made| {
            let Some(made) = made else { return "none".to_owned() };
            let text = made.text.map_or_else(|| format!("{:?}", made.missing), |text| text.to_string());
            let collided = made.collided_with.map(|text| format!(" not {text}")).unwrap_or_default();
            format!("{} {text}{collided}", made.status.as_str())
        })
        .collect()
}

// R2, R3, R4
#[test]
fn codes_of_one_batch_avoid_each_other_and_what_the_store_has() {
    let house = house();
    house.write(insert_all(&[code(1, 1, "ANNA10"), code(2, 2, "ANNA10-3")]).unwrap());
    let codes = made(&house, &plan(1, MANAGED), &store(1), &["Anna", "ANNA", "", "Anna", "Bob", "Taken"]);
    assert_eq!(
        codes,
        [
            "active ANNA10-2 not ANNA10",
            "active ANNA10-4 not ANNA10",
            "failed [\"first_name\"]",
            "active ANNA10-5 not ANNA10",
            "active BOB10",
            "active TAKEN10-2 not TAKEN10"
        ]
    );
}

// R8
#[test]
fn another_store_may_have_the_same_code() {
    let house = house();
    house.write(insert_all(&[code(1, 1, "ANNA10")]).unwrap());
    assert_eq!(made(&house, &plan(1, MANAGED), &store(2), &["Anna"]), ["active ANNA10"]);
    let elsewhere = Code { store_id: store_id(2), ..code(2, 2, "ANNA10") };
    house.write(insert_all(&[elsewhere]).unwrap());
    let twice = house.try_write(insert_all(&[code(3, 3, "ANNA10")]).unwrap());
    assert_eq!(twice, Err(SqlError::Unique("codes.store_id, codes.text".to_owned())));
}

// R5, R7, R10
#[test]
fn who_makes_the_code_depends_on_mode_and_credentials() {
    let house = house();
    let connected = Store { credentials: Some("sealed".to_owned()), ..store(1) };
    let with_mode = |mode| {
        let mut plan = plan(1, MANAGED);
        plan.terms.mode = mode;
        plan
    };
    for (plan, store, expected) in [
        (with_mode(Mode::Managed), &connected, "pending ANNA10"),
        (with_mode(Mode::Managed), &store(1), "active ANNA10"),
        (with_mode(Mode::Manual), &connected, "active ANNA10"),
        (
            plan(1, r#"{"name": "x", "mode": "manual", "discount": {"type": "percentage", "value": "10"}}"#),
            &connected,
            "tbd []",
        ),
        (plan(1, r#"{"name": "x", "mode": "external"}"#), &connected, "none"),
        (plan(1, r#"{"name": "x", "codePattern": "{first_name}"}"#), &store(1), "active ANNA"),
    ] {
        assert_eq!(made(&house, &plan, store, &["Anna"]), [expected], "{:?}", plan.terms);
    }
}

// R4
#[test]
fn a_random_part_is_the_same_in_a_preview_and_differs_by_creator() {
    let house = house();
    let plan = plan(1, r#"{"name": "x", "codePattern": "{random:8}"}"#);
    let codes = made(&house, &plan, &store(1), &["Anna", "Anna"]);
    assert_eq!(made(&house, &plan, &store(1), &["Anna", "Anna"]), codes);
    assert_ne!(codes[0], codes[1]);
}

// R2
#[test]
fn a_thousand_codes_take_one_read_that_uses_the_index() {
    let house = house();
    let names: Vec<String> = (0..1_000_u32).map(|number| format!("N{:x}", number * 7_919)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let creators: Vec<Creator> = names.iter().map(|name| creator(1, name)).collect();
    let prefixes: BTreeMap<&str, &Creator> = names.iter().copied().zip(&creators).collect();
    assert_eq!(prefixes.len(), 1_000);
    let found = run(rows::texts_that_begin_with(
        &house.sql,
        &store_id(1),
        names.iter().map(|name| (*name).to_owned()).collect(),
    ));
    assert!(found.unwrap().is_empty());
    let explain =
        "EXPLAIN QUERY PLAN WITH wanted (first_text, after_text) AS (VALUES ('A', 'A~'), ('B', 'B~'))
        SELECT c.text FROM wanted CROSS JOIN codes c WHERE c.store_id = 'x' AND c.text >= wanted.first_text
        AND c.text < wanted.after_text";
    let steps = run(house.sql.execute(Statement::new(explain))).unwrap();
    let details: Vec<String> = steps.iter().map(|row| row.get("detail").unwrap()).collect();
    assert!(
        details.iter().any(|detail| detail.contains("codes_live (store_id=? AND text>? AND text<?)")),
        "{details:?}"
    );
}

// R7
#[test]
fn a_replaced_code_stays_its_enrollments_and_can_come_back() {
    let house = house();
    let (first, second) = (code(1, 1, "ANNA10"), code(2, 1, "ANNA-NEW"));
    house.write(insert_all(std::slice::from_ref(&first)).unwrap());
    house.write(
        [retire(&first.id, NOW)].into_iter().chain(insert_all(std::slice::from_ref(&second)).unwrap()),
    );
    let current = run(of_enrollments(&house.sql, [&first.enrollment_id])).unwrap();
    assert_eq!(current, std::slice::from_ref(&second));
    let older = run(older(&house.sql, &first.enrollment_id, 9)).unwrap();
    assert_eq!(older, [Code { is_current: false, ..first.clone() }]);
    let holder = run(holder(&house.sql, &store_id(1), first.text.as_ref().unwrap())).unwrap().unwrap();
    assert_eq!(
        (&holder.code.enrollment_id, holder.first_name.as_deref()),
        (&first.enrollment_id, Some("Anna"))
    );
    house.write(
        [retire(&second.id, NOW)].into_iter().chain(replace_all(std::slice::from_ref(&first)).unwrap()),
    );
    assert_eq!(run(of_enrollments(&house.sql, [&first.enrollment_id])).unwrap(), [first]);
}

// R3
#[test]
fn many_codes_are_replaced_at_once() {
    let house = house();
    let failed = [1, 2, 3].map(|number| Code {
        status: CodeStatus::Failed,
        missing: vec!["last_name".to_owned()],
        ..code(number, number, "")
    });
    house.write(insert_all(&failed).unwrap());
    let plan = &failed[0].plan_id;
    assert_eq!(run(failed_of_plan(&house.sql, plan, 9)).unwrap(), failed);
    let later = Timestamp::from_millis(5_000);
    let made = [1, 2].map(|number| Code {
        plan_version: 2,
        updated_at: later,
        collided_with: Some("ANNA".to_owned()),
        ..code(number, number, &format!("ANNA-{number}"))
    });
    house.write(replace_all(&made).unwrap());
    let ids = made.each_ref().map(|code| code.id.clone());
    assert_eq!(run(by_ids(&house.sql, &ids)).unwrap(), made);
    assert_eq!(run(failed_of_plan(&house.sql, plan, 9)).unwrap(), failed[2..]);
}

// R11
#[test]
fn codes_go_off_and_on_with_their_enrollments() {
    let house = house();
    let tbd = Code { status: CodeStatus::Tbd, ..code(2, 2, "") };
    let failed = Code { status: CodeStatus::Failed, missing: vec!["last_name".to_owned()], ..code(3, 3, "") };
    let codes = [code(1, 1, "ANNA10"), tbd, failed];
    house.write(insert_all(&codes).unwrap());
    let enrollments = codes.each_ref().map(|code| &code.enrollment_id);
    house.write(disable_of(&enrollments, NOW));
    let filter = Filter { status: Some(CodeStatus::Disabled), ..Filter::default() };
    assert_eq!(run(list(&house.sql, &filter, None, 9)).unwrap().len(), 3);
    house.write(enable_of(&enrollments, CodeStatus::Active, NOW));
    let ids = codes.each_ref().map(|code| code.id.clone());
    assert_eq!(run(by_ids(&house.sql, &ids)).unwrap(), codes);
}

// R5
#[test]
fn a_list_is_filtered_and_paged_and_waiting_codes_are_counted() {
    let house = house();
    let pending = Code { status: CodeStatus::Pending, due_at: Some(NOW), ..code(2, 2, "BERTA10") };
    let replaced = Code { is_current: false, ..code(3, 1, "ANNA-OLD") };
    house.write(insert_all(&[code(1, 1, "ANNA10"), pending.clone(), replaced.clone()]).unwrap());
    let listed = |filter: Filter, after: Option<&str>| -> Vec<String> {
        let codes = run(list(&house.sql, &filter, after, 9)).unwrap();
        codes.iter().filter_map(|code| code.text.as_ref().map(ToString::to_string)).collect()
    };
    let all = Filter::default();
    assert_eq!(listed(all.clone(), None), ["BERTA10", "ANNA10"]);
    assert_eq!(listed(all.clone(), Some(pending.id.as_str())), ["ANNA10"]);
    assert_eq!(listed(Filter { replaced: true, ..all.clone() }, None), ["ANNA-OLD", "BERTA10", "ANNA10"]);
    assert_eq!(listed(Filter { status: Some(CodeStatus::Pending), ..all.clone() }, None), ["BERTA10"]);
    let elsewhere = Filter { campaign: Some(crate::fixtures::campaign_id(2)), ..all.clone() };
    assert!(listed(elsewhere, None).is_empty());
    let here = Filter { plan: Some(pending.plan_id), campaign: Some(campaign(1).id), ..all };
    assert_eq!(listed(here, None), ["BERTA10", "ANNA10"]);
    let waiting = run(work::waiting(&house.sql)).unwrap();
    assert_eq!(
        waiting.iter().map(|store| (&store.store, store.codes)).collect::<Vec<_>>(),
        [(&store_id(1), 1)]
    );
}

// R5, R7
#[test]
fn a_code_of_the_shop_with_our_text_is_ours_unless_somebody_else_made_it() {
    let in_shop = |remote: &str| {
        let text = CodeText::parse("ANNA10").unwrap();
        let state = State { text, plan_version: 1, switch: Switch::On };
        Some(InShop { remote: remote.to_owned(), rule: None, state })
    };
    let known = Code { in_shop: in_shop("2"), ..code(1, 1, "ANNA10") };
    let of = |status| Code { status, ..code(1, 1, "ANNA10") };
    let (on, off) = (true, false);
    for (code, remote, is_on, expected) in [
        (known.clone(), "2", on, Namesake::Ours),
        (known.clone(), "1", off, Namesake::Ours),
        (known.clone(), "3", on, Namesake::Foreign),
        (Code { due_at: Some(NOW), ..of(CodeStatus::Pending) }, "1", on, Namesake::Ours),
        (of(CodeStatus::Creating), "1", on, Namesake::Ours),
        (of(CodeStatus::Disabled), "1", on, Namesake::SwitchedOn),
        (Code { status: CodeStatus::Disabled, ..known }, "3", on, Namesake::SwitchedOn),
        (of(CodeStatus::Disabled), "1", off, Namesake::Ours),
        (of(CodeStatus::Failed), "1", on, Namesake::Foreign),
        (of(CodeStatus::Failed), "1", off, Namesake::Foreign),
    ] {
        assert_eq!(code.namesake(remote, is_on), expected, "{code:?} {remote}");
    }
}

// R5
#[test]
fn a_code_that_is_off_is_looked_for_again_where_off_means_deleted() {
    let house = house();
    let state = State { text: CodeText::parse("ANNA10").unwrap(), plan_version: 1, switch: Switch::Off };
    let in_shop = Some(InShop { remote: "1".to_owned(), rule: Some("7".to_owned()), state });
    let off = Code { status: CodeStatus::Disabled, in_shop: in_shop.clone(), ..code(1, 1, "ANNA10") };
    let on = Code { in_shop, ..code(2, 2, "BELA10") };
    house.write(insert_all(&[off.clone(), on.clone()]).unwrap());
    house.write(look_again(&[&off.id, &on.id], NOW));
    let kept = run(by_ids(&house.sql, &[off.id, on.id])).unwrap();
    let seen: Vec<_> = kept.iter().map(|code| (code.due_at, code.in_shop.is_some())).collect();
    assert_eq!(seen, [(Some(NOW), false), (None, true)], "one that is on is left alone");
}

// R3, R10
#[test]
fn a_code_that_lacks_a_discount_says_that_it_is_the_plan_that_has_none() {
    let house = house();
    let plan = plan(1, r#"{"name": "x", "codePattern": "{first_name}{discount}"}"#);
    let (keys, none) = (Keyring::parse("", "an admin token that is long").unwrap(), BTreeSet::new());
    let setting = Setting { plan: &plan, store: &store(1), key: keys.current(), reserved: &none };
    let (creator, campaign) = (creator(1, "Anna"), campaign(1));
    let wanted = Wanted { creator: &creator, campaign: (Some(&campaign.id), &campaign.name) };
    let made = run(make(&house.sql, &setting, &[wanted])).unwrap().remove(0).unwrap();
    assert_eq!((made.status, made.reason.as_deref()), (CodeStatus::Failed, Some("the plan lacks discount")));
    assert_eq!(made.missing, ["discount"]);
}
