use super::*;
use proptest::prelude::*;

const ORDER_DAY: i64 = 100;

fn day(day: i64) -> Timestamp {
    Timestamp::from_seconds(day * SECONDS_PER_DAY)
}

fn owner(who: u8, rule: Rule, model: Model) -> Owner {
    let (now, random) = (Timestamp::from_seconds(1), [who; 10]);
    Owner {
        enrollment: EnrollmentId::new(now, random),
        creator: Some(CreatorId::new(now, random)),
        campaign: CampaignId::new(now, [0; 10]),
        plan: PlanId::new(now, [0; 10]),
        plan_version: 1,
        terms: AttributionTerms { rule, model, window_days: 30, bind_customer_days: 40 },
        earns: true,
    }
}

/// A touch in short: `code a`, `click a 95`, `visit a 95` (a tracking link), `first a 60`, `code ?`, `click !`.
fn touch(text: &str, rule: Rule, model: Model) -> Touch {
    let words: Vec<&str> = text.split(' ').collect();
    let kind = match words[0] {
        "code" => TouchKind::Code,
        "first" => TouchKind::Customer,
        _ => TouchKind::Click,
    };
    let owner = match words[1] {
        "?" => Err(Unowned::Unknown),
        "!" => Err(Unowned::Forged),
        name => Ok(Owner { earns: words[0] != "visit", ..owner(name.as_bytes()[0], rule, model) }),
    };
    let at = words.get(2).map(|number| day(number.parse().unwrap()));
    Touch { kind, text: text.to_owned(), at: at.or(Some(day(ORDER_DAY))), owner }
}

fn decision(rule: Rule, model: Model, touches: &[&str]) -> Decision {
    decide(day(ORDER_DAY), touches.iter().map(|text| touch(text, rule, model)).collect())
}

/// Who won, and by what.
fn won(decision: &Decision) -> Option<(String, Source)> {
    decision.touches.iter().find(|touch| touch.outcome == Outcome::Won).map(|touch| {
        let who = touch.text.split(' ').nth(1).unwrap().to_owned();
        (who, decision.winner.as_ref().unwrap().source)
    })
}

#[track_caller]
fn check(rule: Rule, model: Model, touches: &[&str], expected: Option<(&str, Source)>) {
    let decision = decision(rule, model, touches);
    assert_eq!(won(&decision), expected.map(|(who, source)| (who.to_owned(), source)), "{decision:#?}");
}

use Model::{FirstTouch, LastTouch};
use Rule::{CodeFirst, CodeIfClicked, LinkFirst, LinkOnly};
use Source::{Code, CodeAndLink, Customer, Link};

// R41
#[test]
fn each_rule_decides_between_a_code_of_one_creator_and_a_link_of_another() {
    let met = ["code a", "click b 99"];
    check(CodeFirst, LastTouch, &met, Some(("a", Code)));
    check(LinkFirst, LastTouch, &met, Some(("b", Link)));
    check(CodeIfClicked, LastTouch, &met, Some(("b", Link)));
    check(LinkOnly, LastTouch, &met, Some(("b", Link)));
}

// R41
#[test]
fn a_code_and_a_link_of_one_creator_are_one_credit() {
    for rule in [CodeFirst, LinkFirst, CodeIfClicked] {
        check(rule, LastTouch, &["code a", "click a 99"], Some(("a", CodeAndLink)));
    }
    check(LinkOnly, LastTouch, &["code a", "click a 99"], Some(("a", Link)));
}

// R41
#[test]
fn a_buyers_first_order_earns_what_nothing_of_the_order_itself_could() {
    for rule in [CodeFirst, LinkFirst, CodeIfClicked, LinkOnly] {
        for model in [LastTouch, FirstTouch] {
            check(rule, model, &["first a 60"], Some(("a", Customer)));
            check(rule, model, &["first a 60", "click b 99"], Some(("b", Link)));
            check(rule, model, &["first a 60", "click b 69"], Some(("a", Customer)));
            check(rule, model, &["first a 60", "visit b 99", "code ?", "click !"], Some(("a", Customer)));
            check(rule, model, &["first a 59"], None);
        }
    }
    check(CodeFirst, LastTouch, &["first a 60", "code b"], Some(("b", Code)));
    check(LinkOnly, LastTouch, &["first a 60", "code b"], Some(("a", Customer)));
}

// R41, R42
#[test]
fn a_buyers_first_order_is_told_as_a_touch_with_its_days() {
    let told = |touches: &[&str]| {
        let decision = decision(CodeFirst, LastTouch, touches);
        let touch = decision.touches.iter().find(|touch| touch.kind == TouchKind::Customer).unwrap().clone();
        let bound = touch.checks.iter().find(|check| check.name == CheckName::CustomerBound).unwrap().clone();
        (touch.outcome, touch.reason, bound.detail)
    };
    let detail = |days: i64| format!("{days} days and 0 hours after the buyer's first order, of 40 days");
    assert_eq!(told(&["first a 60"]), (Outcome::Won, "won".to_owned(), detail(40)));
    assert_eq!(told(&["first a 59"]), (Outcome::Rejected, "not_customer_bound".to_owned(), detail(41)));
    assert_eq!(
        told(&["code b", "first a 90"]),
        (Outcome::Assist, "another_touch_came_first".to_owned(), detail(10))
    );
}

// R41
#[test]
fn the_model_chooses_between_clicks() {
    let clicks = ["click a 80", "click b 99", "click c 60"];
    check(CodeFirst, LastTouch, &clicks, Some(("b", Link)));
    check(CodeFirst, FirstTouch, &clicks, Some(("a", Link)));
}

// R41
#[test]
fn a_click_outside_the_window_earns_nothing() {
    check(CodeFirst, LastTouch, &["click a 70"], Some(("a", Link)));
    check(CodeFirst, LastTouch, &["click a 69"], None);
    check(CodeIfClicked, LastTouch, &["code a", "click a 69"], None);
    check(LinkFirst, LastTouch, &["code a", "click a 69"], Some(("a", Code)));
}

// R41
#[test]
fn a_click_that_the_shops_clock_puts_after_the_order_still_came_first() {
    check(CodeFirst, LastTouch, &["click a 101"], Some(("a", Link)));
}

// R41
#[test]
fn of_several_codes_the_first_on_the_order_earns() {
    check(CodeFirst, LastTouch, &["code ?", "code b", "code a"], Some(("b", Code)));
}

// R21
#[test]
fn a_forged_click_id_earns_nothing_and_is_said_to_be_forged() {
    let decision = decision(CodeFirst, LastTouch, &["click !"]);
    assert_eq!(decision.winner, None);
    assert_eq!(decision.touches[0].reason, "not_genuine");
}

// R40, R42
#[test]
fn losing_touches_are_kept_with_their_reason() {
    let decision =
        decision(CodeFirst, LastTouch, &["code a", "click b 99", "click c 1", "code ?", "visit d 99"]);
    let kept: Vec<_> = decision.touches.iter().map(|touch| (touch.outcome, touch.reason.as_str())).collect();
    assert_eq!(
        kept,
        [
            (Outcome::Won, "won"),
            (Outcome::Rejected, "not_known"),
            (Outcome::Rejected, "not_inside_window"),
            (Outcome::Assist, "another_touch_came_first"),
            (Outcome::Rejected, "not_affiliate_link"),
        ]
    );
}

// R42
#[test]
fn a_decision_reads_back_from_json() {
    let decision = decision(CodeIfClicked, FirstTouch, &["code a", "click a 99", "click !"]);
    let text = serde_json::to_string(&decision).unwrap();
    assert_eq!(serde_json::from_str::<Decision>(&text).unwrap(), decision);
}

proptest! {
    // R40
    #[test]
    fn at_most_one_touch_wins_and_never_one_that_failed_a_check(
        texts in proptest::collection::vec("(code|click|visit) [abc?!] (6[0-9]|9[0-9])", 0..6),
        rule in proptest::sample::select(vec![CodeFirst, LinkFirst, CodeIfClicked, LinkOnly]),
        model in proptest::sample::select(vec![LastTouch, FirstTouch]),
    ) {
        let touches: Vec<&str> = texts.iter().map(String::as_str).collect();
        let decision = decision(rule, model, &touches);
        let winners: Vec<_> = decision.touches.iter().filter(|touch| touch.outcome == Outcome::Won).collect();
        prop_assert_eq!(winners.len(), usize::from(decision.winner.is_some()));
        for touch in winners {
            prop_assert!(touch.checks.iter().all(|check| check.passed));
        }
        for touch in &decision.touches {
            prop_assert_eq!(touch.outcome == Outcome::Rejected, touch.reason.starts_with("not_"));
        }
    }

    // R32
    #[test]
    fn the_decision_does_not_depend_on_the_order_of_clicks(
        (clicks, shuffled) in proptest::collection::vec("click [abc] (6[0-9]|9[0-9])", 0..6)
            .prop_flat_map(|clicks| (Just(clicks.clone()), Just(clicks).prop_shuffle())),
    ) {
        let decide = |clicks: &[String]| {
            let texts: Vec<&str> = clicks.iter().map(String::as_str).collect();
            decision(CodeFirst, LastTouch, &texts)
        };
        prop_assert_eq!(decide(&clicks), decide(&shuffled));
    }
}
