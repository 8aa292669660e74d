//! The form of a plan: all of its terms, rows of rules and tiers, and what stays as it is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use serde_json::{Value, json};
use tributary_tests::marketer::sheet_of;
use tributary_tests::{App, Brand, Marketer, both, euros, unique, with_code};

fn brand() -> Brand {
    App::shared().brand()
}

fn marketer() -> Marketer {
    Marketer::sign_in(App::shared(), &App::shared().admin_token)
}

/// A plan without what every save changes.
fn terms(brand: &Brand, plan: &str) -> Value {
    let mut terms = brand.get(&format!("/plans/{plan}")).expect(200).json();
    let members = terms.as_object_mut().unwrap();
    members.remove("version");
    members.remove("updatedAt");
    terms
}

// R12, R51, R66
#[test]
fn a_plan_with_everything_in_it_is_the_same_after_its_form_is_saved() {
    let (brand, marketer) = (brand(), marketer());
    let yen = |amount: i64| json!({"amount": amount, "currency": "JPY"});
    let everything = json!({
        "discount": {"type": "fixed", "amount": euros(750)}, "codePattern": "{instagram|first_name}{random:4}",
        "link": {"clickThroughUrl": "https://shop.example/new?a=1&b=%22", "applyCode": false,
            "utm": {"source": "a&b", "medium": "<i>", "campaign": "{campaign}", "term": "é", "content": "\"x\""},
            "fallbackUrl": "https://shop.example/later", "allowedHosts": ["blog.shop.example", "m.shop.example"]},
        "limits": {"usageLimit": 500, "oncePerCustomer": true, "minimumAmount": euros(3_050),
            "productIds": ["1", "a, b", "5\" pipe"], "categoryIds": ["7"],
            "startsAt": "2026-01-01T09:30:00Z", "endsAt": "2027-01-01T00:00:00Z"},
        "attribution": {"rule": "link_first", "model": "first_touch", "windowDays": 45, "bindCustomerDays": 90},
        "commission": {"type": "percentage", "rate": "12.5", "base": {"shipping": true, "beforeDiscount": true},
            "rules": [
                {"minimumOrder": euros(20_000), "type": "percentage", "rate": "15"},
                {"when": {"products": ["SHOE", "1,5 mm"], "minimumQuantity": 3}, "type": "flat", "amount": euros(499)},
                {"when": {"categories": ["sale"], "customer": "returning", "minimumOrder": euros(1)},
                    "type": "percentage", "rate": "0"},
                {"when": {"customer": "new"}, "type": "per_lead", "amount": euros(200)},
            ],
            "tiers": [{"from": euros(15_000), "type": "percentage", "rate": "20"},
                {"from": euros(100_000), "type": "percentage", "rate": "22.25"}],
            "leads": [{"event": "sign-up", "amount": euros(150)}, {"event": "visit", "amount": euros(0)}],
            "caps": {"perOrder": euros(2_500), "perBuyer": euros(10_001),
                "perPeriod": {"amount": euros(100_000), "period": "month"}}},
        "holdDays": 14, "review": {"secondsAfterClick": 5, "ordersPerBuyer": 3, "clicksDriedUpFrom": 100},
        "externalUrl": "https://programme.example/join", "instructions": "First this.\n\nThen <b>that</b> & \"more\".",
    });
    let little = json!({"discount": null, "limits": {"minimumQuantity": 2}, "link": {"utm": {"source": "x"}},
        "commission": {"type": "per_click", "amount": yen(12), "base": {"tax": true},
            "caps": {"perPeriod": {"amount": yen(5_000), "period": "month"}}}});
    for (currency, changes) in [("EUR", everything), ("JPY", little), ("EUR", json!({}))] {
        let plan = brand.add_plan(&brand.connect("custom", currency), changes);
        let (before, edit) = (terms(&brand, &plan), format!("/dashboard/plans/{plan}/edit"));
        let saved = marketer.follow(&marketer.save(&edit, &[]));
        assert!(saved.contains("Version 2"), "{saved}");
        assert_eq!(terms(&brand, &plan), before);
    }
}

// R51, R66
#[test]
fn rules_and_tiers_are_rows_that_are_added_and_taken_out_before_anything_is_saved() {
    let (brand, marketer) = (brand(), marketer());
    let plan = brand.add_plan(&brand.connect("custom", "EUR"), json!({}));
    let (edit, before) = (format!("/dashboard/plans/{plan}/edit"), terms(&brand, &plan));
    let rule = |row: usize, field: &str| format!("commission.rules[{row}].{field}");
    let (goods, value, customer) = (rule(0, "when.products,"), rule(0, "value"), rule(0, "when.customer?"));
    let typed = [
        (goods.as_str(), "SHOE, HAT"),
        (&value, "20"),
        (&customer, "new"),
        ("commission.tiers[0].from", "150"),
        ("commission.tiers[0].rate", "25"),
        ("commission.caps.perPeriod", "99.50"),
        ("commission.base.tax!", "true"),
    ];
    let more = [typed.as_slice(), &[("_more", "commission.rules")]].concat();
    let shown = marketer.save(&edit, &more).expect(200).text();
    assert!(shown.contains("Rule 2") && !shown.contains("Rule 3"), "one is typed, one is new: {shown}");
    assert!(shown.contains(" autofocus"), "the new row is where the keyboard goes on");
    let kept: Vec<(String, String)> = sheet_of(&shown);
    for (name, value) in typed {
        assert!(kept.contains(&(name.to_owned(), value.to_owned())), "{name} is kept: {kept:?}");
    }
    assert_eq!(terms(&brand, &plan), before, "nothing is saved");
    let empty = rule(1, "kind");
    let third = (rule(2, "value"), rule(2, "kind"), rule(2, "when.minimumOrder"));
    let with_third =
        [typed.as_slice(), &[(&empty, "flat"), (&third.0, "7.50"), (&third.1, "flat"), (&third.2, "80")]]
            .concat();
    marketer.save(&edit, &with_third).expect(303);
    let commission = terms(&brand, &plan)["commission"].clone();
    let (first, second) = (
        json!({"when": {"products": ["SHOE", "HAT"], "customer": "new"}, "type": "percentage", "rate": "20"}),
        json!({"minimumOrder": euros(8_000), "type": "flat", "amount": euros(750)}),
    );
    assert_eq!(commission["rules"], json!([first, second]), "the empty row between them is none");
    assert_eq!(commission["tiers"], json!([{"from": euros(15_000), "type": "percentage", "rate": "25"}]));
    assert_eq!(
        (&commission["caps"], &commission["base"]["tax"]),
        (&json!({"perPeriod": {"amount": euros(9_950), "period": "month"}}), &json!(true))
    );
    let less = marketer.save(&edit, &[("_less", "commission.rules[0]")]).expect(200).text();
    let mut left = sheet_of(&less);
    assert!(left.contains(&(rule(0, "when.minimumOrder"), "80.00".to_owned())), "{left:?}");
    left.retain(|(name, _)| name != "_less" && !name.starts_with("commission.tiers["));
    let left: Vec<(&str, &str)> = left.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    marketer.send(&edit, &left).expect(303);
    let commission = terms(&brand, &plan)["commission"].clone();
    assert_eq!((&commission["rules"], commission.get("tiers")), (&json!([second]), None));
    let words = marketer.read(&format!("/dashboard/plans/{plan}"));
    assert!(
        words.contains("25 % once the month") && words.contains("20 % of the goods SHOE, HAT"),
        "{words}"
    );
}

// R51, R66
#[test]
fn what_is_wrong_with_a_rule_stands_at_its_field_in_the_row_that_is_shown() {
    let (brand, marketer) = (brand(), marketer());
    let shop = brand.connect_shop();
    let plan = brand.add_plan(&shop, json!({}));
    let edit = format!("/dashboard/plans/{plan}/edit");
    let refused = |fields: &[(&str, &str)], at: &str| {
        let page = marketer.save(&edit, fields).expect(422).text();
        assert!(page.contains(&format!("id=\"field-commission-{at}-wrong\"")), "{at}: {page}");
        for (name, value) in fields {
            let name = name.replace("rules[3]", "rules[1]").replace("rules[2]", "rules[0]");
            assert!(sheet_of(&page).contains(&(name.clone(), (*value).to_owned())), "{name} is kept");
        }
        page
    };
    // Rows are numbered as they are shown again: without the empty ones.
    let first = [("commission.rules[2].value", "15"), ("commission.rules[2].when.customer?", "new")];
    for (field, value, at) in [
        ("when.categories,", "sale", "rules-1-when-categories"),
        ("value", "lots", "rules-1-value"),
        ("value", "101", "rules-1-value"),
        ("when.minimumOrder", "-1", "rules-1-when-minimumOrder"),
        ("when.minimumQuantity#", "0", "rules-1-when-minimumQuantity"),
    ] {
        let (field, goods) =
            (format!("commission.rules[3].{field}"), ("commission.rules[3].when.products,", "HAT"));
        let second = if field.ends_with("value") {
            vec![goods]
        } else {
            vec![("commission.rules[3].value", "5"), goods]
        };
        refused(&[&first[..], &second, &[(&field, value)]].concat(), at);
    }
    refused(&[("commission.caps.perPeriod", "1,50")], "caps-perPeriod");
    refused(
        &[("commission.leads[0].event", "sign up"), ("commission.leads[0].amount", "2")],
        "leads-0-event",
    );
    refused(
        &[("commission.leads[0].event", "form"), ("commission.leads[0].amount", "a lot")],
        "leads-0-amount",
    );
    refused(&[("commission.tiers[0].from", "5"), ("commission.tiers[0].rate", "")], "tiers-0-rate");
    let kind = [("commission.rules[0].kind", "flat"), ("commission.rules[0].value", "x")];
    refused(&[&kind[..], &[("commission.rules[0].when.products,", "HAT")]].concat(), "rules-0-value");
    let nothing = marketer.save(&edit, &[("commission.rules[0].value", "5")]).expect(422).text();
    assert!(nothing.contains("say for which goods, orders or buyers the rule is"), "{nothing}");
    let backwards = [
        ("commission.tiers[0].from", "50"),
        ("commission.tiers[0].rate", "5"),
        ("commission.tiers[1].from", "40"),
        ("commission.tiers[1].rate", "6"),
    ];
    let backwards = marketer.save(&edit, &backwards).expect(422).text();
    assert!(backwards.contains("the lowest first"), "{backwards}");
    assert_eq!(brand.get(&format!("/plans/{plan}")).expect(200).json()["version"], 1, "nothing was saved");
}

// R9, R66
#[test]
fn what_the_shop_cannot_do_is_seen_while_a_plan_is_written() {
    let (brand, marketer) = (brand(), marketer());
    let shop = brand.connect("woocommerce", "EUR");
    let page = format!("/dashboard/plans/new?storeId={}", shop.id);
    assert!(marketer.read(&page).contains("Not told by this shop: leave it empty, and name goods."));
    let typed = [
        ("_preview", "1"),
        ("name", "x"),
        ("limits.minimumQuantity#", "3"),
        ("commission.rules[0].value", "20"),
        ("commission.rules[0].when.categories,", "sale"),
    ];
    let mut sent = sheet_of(&marketer.read(&page));
    sent.extend(typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let seen = marketer.send("/dashboard/plans/new", &sent).expect(200).text();
    let preview = seen.split_once("id=\"preview\"").unwrap().1.split("</section>").next().unwrap();
    for path in ["limits.minimumQuantity", "commission.rules[0].when.categories"] {
        assert!(preview.contains(path), "{path}: {preview}");
    }
}

// R12, R66
#[test]
fn of_two_people_who_write_a_plans_next_version_the_later_one_is_told() {
    let (brand, marketer) = (brand(), marketer());
    let plan = brand.add_plan(&brand.connect_shop(), json!({}));
    let edit = format!("/dashboard/plans/{plan}/edit");
    let open = sheet_of(&marketer.read(&edit));
    marketer.save(&edit, &[("holdDays#", "7")]).expect(303);
    let mut late: Vec<(&str, &str)> =
        open.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let name = unique("Renamed ");
    late.retain(|(field, _)| *field != "name");
    late.push(("name", &name));
    let refused = marketer.send(&edit, &late).expect(412).text();
    assert!(refused.contains("somebody else has changed this") && refused.contains(&name), "{refused}");
    assert_eq!(brand.get(&format!("/plans/{plan}")).expect(200).json()["holdDays"], 7);
    let told = sheet_of(&refused);
    let told: Vec<(&str, &str)> = told.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    marketer.send(&edit, &told).expect(303);
    let now = brand.get(&format!("/plans/{plan}")).expect(200).json();
    assert_eq!((&now["name"], &now["version"]), (&json!(name), &json!(3)), "who was told may save");
}

// R43, R66
#[test]
fn a_plans_rules_are_asked_what_if_as_they_are() {
    let (brand, marketer) = (brand(), marketer());
    let rules = json!([{"when": {"customer": "new"}, "type": "percentage", "rate": "20"}]);
    let campaign =
        brand.run_campaign(json!({"commission": {"type": "percentage", "rate": "10", "rules": rules}}));
    let buyer = json!({"email": format!("{}@example.com", unique("new-").to_lowercase()), "customer": null});
    campaign.shop.pay(1, both(with_code(&campaign.code()), buyer));
    let page = format!("/dashboard/what-if?planId={}", campaign.plan);
    let days = [("from", "2024-01-01"), ("to", "2024-12-31")];
    let same = marketer.save(&page, &days).expect(200).text();
    assert!(same.contains("Nothing would move."), "{same}");
    let other = [days.as_slice(), &[("commission.rules[0].value", "30")]].concat();
    let other = marketer.save(&page, &other).expect(200).text();
    assert!(other.contains("1 of 1 orders would move."), "{other}");
}
