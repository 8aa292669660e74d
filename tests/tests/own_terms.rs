//! The form in which a creator is given a commission of their own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use serde_json::{Value, json};
use tributary_tests::marketer::sheet_of;
use tributary_tests::{App, Marketer, euros};

// R51, R66
#[test]
fn a_creators_own_terms_are_agreed_in_a_form_and_the_plans_come_back() {
    let app = App::shared();
    let (brand, marketer) = (app.brand(), Marketer::sign_in(app, &app.admin_token));
    let rules = json!([{"when": {"customer": "new"}, "type": "percentage", "rate": "20"}]);
    let campaign =
        brand.run_campaign(json!({"commission": {"type": "percentage", "rate": "10", "rules": rules}}));
    let page = format!("/dashboard/enrollments/{}", campaign.enrollment_id());
    let agreed = || {
        let now = brand.get(&format!("/enrollments/{}", campaign.enrollment_id())).expect(200).json();
        now["commission"].clone()
    };
    let people = format!("/dashboard/campaigns/{}/people", campaign.id);
    for leads_there in [people, format!("/dashboard/creators/{}", campaign.creator)] {
        assert!(marketer.read(&leads_there).contains(&page), "{leads_there}");
    }
    let begins = sheet_of(&marketer.read(&page));
    for field in [("whose", "plan"), ("commission.value", "10"), ("commission.rules[0].value", "20")] {
        assert!(begins.contains(&(field.0.to_owned(), field.1.to_owned())), "{field:?}: {begins:?}");
    }
    marketer.save(&page, &[]).expect(303);
    assert_eq!(agreed(), Value::Null, "the plan's terms are shown, and not made their own");
    let own = [("whose", "own"), ("commission.value", "25"), ("commission.caps.perOrder", "24")];
    let saved = marketer.follow(&marketer.save(&page, &own));
    assert!(saved.contains("Own commission: 25 % of a sale, by rules and limits"), "{saved}");
    let expected =
        json!({"type": "percentage", "rate": "25", "rules": rules, "caps": {"perOrder": euros(2_400)}});
    assert_eq!(agreed(), expected);
    marketer.save(&page, &[]).expect(303);
    assert_eq!(agreed(), expected, "what is saved as it stands stays");
    marketer.save(&page, &[("whose", "plan")]).expect(303);
    assert_eq!(agreed(), Value::Null);
}

// R51, R66
#[test]
fn what_is_wrong_with_own_terms_stands_at_its_field_and_nobody_overwrites_what_they_have_not_seen() {
    let app = App::shared();
    let (brand, marketer) = (app.brand(), Marketer::sign_in(app, &app.admin_token));
    let campaign = brand.run_campaign(json!({}));
    let page = format!("/dashboard/enrollments/{}", campaign.enrollment_id());
    for (field, value, at) in [
        ("commission.value", "101", "commission-value"),
        ("commission.caps.perBuyer", "much", "commission-caps-perBuyer"),
        ("commission.rules[0].when.categories,", "sale", "commission-rules-0-when-categories"),
    ] {
        let typed = [
            ("whose", "own"),
            ("commission.rules[0].value", "5"),
            ("commission.rules[0].when.customer?", "new"),
        ];
        let again = marketer.save(&page, &[&typed[..], &[(field, value)]].concat()).expect(422).text();
        assert!(again.contains(&format!("id=\"field-{at}-wrong\"")), "{at}: {again}");
        assert!(sheet_of(&again).contains(&(field.to_owned(), value.to_owned())), "{field} is kept");
    }
    let open = sheet_of(&marketer.read(&page));
    marketer.save(&page, &[("whose", "own"), ("commission.value", "30")]).expect(303);
    let late: Vec<(&str, &str)> = open.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let refused = marketer.send(&page, &late).expect(412).text();
    assert!(refused.contains("somebody else has changed this"), "{refused}");
    let agreed = || {
        let now = brand.get(&format!("/enrollments/{}", campaign.enrollment_id())).expect(200).json();
        now["commission"].clone()
    };
    assert_eq!(agreed(), json!({"type": "percentage", "rate": "30"}));
    let told = sheet_of(&refused);
    let told: Vec<(&str, &str)> = told.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    marketer.send(&page, &told).expect(303);
    assert_eq!(agreed(), Value::Null, "who was told may save, here the plan's terms");
    marketer.open("/dashboard/enrollments/enr_00000000000000000000000000").expect(404);
}
