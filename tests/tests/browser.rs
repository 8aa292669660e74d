//! The pages in a real browser: a campaign's life by clicking, the keyboard alone, a phone, and what axe says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use serde_json::json;
use tributary_tests::pages::every_page;
use tributary_tests::{App, Chromium, Screen, Shop, unique, with_code};

/// A browser, where there is one; says so where the test is skipped.
fn browser(screen: Screen) -> Option<Chromium> {
    if Chromium::is_there() {
        return Some(Chromium::open(screen));
    }
    eprintln!("skipped: it needs a browser; run cargo xtask test --only browser");
    None
}

fn sign_in(browser: &Chromium) {
    let app = App::shared();
    browser.go(&format!("{}/dashboard", app.url));
    browser.fill("Key", &app.admin_token);
    browser.click("Sign in");
    assert!(browser.text().contains("Sales"), "{}", browser.text());
}

fn id_in(address: &str, prefix: &str) -> String {
    let part = address.split(['/', '?', '#']).find(|part| part.starts_with(prefix));
    part.unwrap_or_else(|| panic!("no {prefix} in {address}")).to_owned()
}

// R66, R60
#[test]
fn a_campaigns_whole_life_is_lived_by_clicking() {
    let Some(browser) = browser(Screen::Laptop) else { return };
    let app = App::shared();
    sign_in(&browser);
    let (name, secret) = (unique("Maison Été "), unique("hush-"));
    browser.click("Stores");
    browser.click("Connect a store");
    browser.click("Shopify");
    browser.fill("Name", &name);
    browser.fill("Address", "https://shop.example");
    browser.fill("Currency", "EUR");
    browser.fill("Webhook secret", &secret);
    browser.click("Connect");
    assert!(browser.text().contains("/webhooks/shopify/"), "{}", browser.text());
    let shop = Shop::new(&app.url, &id_in(&browser.address(), "str_"), &secret);
    browser.click("New plan for it");
    browser.fill("Name", &name);
    browser.choose("Who makes them", "you type them");
    browser.fill("Pattern", "{first_name}{random:4}");
    browser.click("Save the plan");
    assert!(browser.text().contains("Version 1"), "{}", browser.text());
    browser.click("New campaign with it");
    browser.fill("Name", &name);
    browser.click("Save");
    let campaign = id_in(&browser.address(), "cmp_");
    browser.click("Creators");
    browser.click("Add a creator");
    browser.fill("First name", "ليلى");
    browser.fill("Last name", "حداد");
    browser.click("Save");
    let creator = id_in(&browser.address(), "crt_");
    browser.go(&format!("{}/dashboard/campaigns/{campaign}/add", app.url));
    browser.tick(&format!("input[value='{creator}']"));
    browser.click("Add the chosen");
    assert!(browser.text().contains("ليلى حداد"), "{}", browser.text());
    let people = app.brand().get(&format!("/campaigns/{campaign}/enrollments")).expect(200).json();
    let code = people["data"][0]["code"]["text"].as_str().unwrap().to_owned();
    shop.pay(1, with_code(&code));
    browser.click("Performance");
    assert!(browser.text().contains(&code), "{}", browser.text());
    browser.click("Reject");
    assert!(browser.text().contains("1 rejected."), "{}", browser.text());
    assert_eq!(app.brand().due(&creator), 0);
    browser.click("Undo");
    assert_eq!(app.brand().due(&creator), 1_000);
    browser.go(&format!("{}/dashboard/what-if", app.url));
    browser.run(&format!(
        "const list = document.querySelector('select[name=planId]');
        list.value = [...list.options].find((each) => each.text === {}).value",
        json!(name)
    ));
    browser.click("Choose");
    browser.fill("How much", "25");
    browser.run("document.querySelector('[name=from]').value = '2024-01-01'");
    browser.click("Show what would move");
    assert!(browser.text().contains("1 of 1 orders would move."), "{}", browser.text());
    assert_eq!(browser.violations(), Vec::<String>::new());
    browser.fill("Why", "<script>alert(1)</script>");
    browser.click("Book the difference of");
    assert_eq!(app.brand().due(&creator), 2_500);
    browser.go(&format!("{}/dashboard/audit", app.url));
    assert!(browser.text().contains("<script>alert(1)</script>"), "{}", browser.text());
    browser.go(&format!("{}/dashboard/campaigns/{campaign}", app.url));
    browser.click("Edit");
    browser.choose("Status", "Archived");
    browser.click("Save");
    assert!(browser.text().contains("archived"), "{}", browser.text());
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

// R66
#[test]
fn the_keyboard_alone_is_enough() {
    let Some(browser) = browser(Screen::Laptop) else { return };
    let app = App::shared();
    browser.go(&format!("{}/dashboard", app.url));
    // The field has the focus already.
    browser.press(&format!("{}\u{e007}", app.admin_token));
    tributary_tests::eventually("the keyboard signs in", || {
        browser.text().contains("Sign out").then_some(())
    });
    let focused =
        || browser.run("return document.activeElement.innerText").as_str().unwrap_or_default().to_owned();
    browser.press("\u{e004}");
    assert_eq!(focused(), "To the content", "the first stop leads past the sections");
    let seen = browser.run(
        "const box = document.activeElement.getBoundingClientRect(); return box.left >= 0 && box.top >= 0",
    );
    assert_eq!(seen, json!(true), "whoever has the focus is seen");
    for section in ["Home", "Campaigns", "Creators"] {
        browser.press("\u{e004}");
        assert_eq!(focused(), section);
    }
    browser.press("\u{e007}");
    tributary_tests::eventually("Enter follows a link", || {
        browser.address().ends_with("/creators").then_some(())
    });
    let outline = browser.run(
        "const link = document.querySelector('main a'); link.focus({focusVisible: true}); return getComputedStyle(link).outlineStyle",
    );
    assert_ne!(outline, json!("none"), "the focus is visible");
}

// R66, R67
#[test]
fn every_page_fits_a_phone_passes_axe_and_asks_nobody_else() {
    let Some(browser) = browser(Screen::Phone) else { return };
    let app = App::shared();
    let campaign = app.brand().run_campaign(json!({}));
    let evil = "<img src=x onerror=alert(1)>'\"><script>alert(2)</script>";
    app.brand()
        .patch(
            &format!("/creators/{}", campaign.creator),
            json!({"lastName": evil, "tags": ["<b>&amp;</b>"], "handles": {"instagram": "<i>x</i>"}}),
        )
        .expect(200);
    app.brand()
        .patch(&format!("/campaigns/{}", campaign.id), json!({"name": format!("{evil} 春の光")}))
        .expect(200);
    campaign.shop.pay(1, with_code(&campaign.code()));
    let account = format!("/creators/{}/payout-account", campaign.creator);
    app.brand().put(&account, json!({"holder": evil, "paypal": "<b>@pay.example"})).expect(200);
    let sale = app.brand().conversion(&campaign.id)["id"].as_str().unwrap().to_owned();
    app.brand().post(&format!("/conversions/{sale}/approve"), json!({"reason": evil})).expect(200);
    browser.go(&format!("{}/dashboard", app.url));
    assert_eq!(browser.violations(), Vec::<String>::new(), "signing in");
    sign_in(&browser);
    let mut wrong = Vec::new();
    for path in every_page(app, &campaign) {
        browser.go(&format!("{}{path}", app.url));
        let width =
            browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if width.as_i64() != Some(0) {
            wrong.push(format!("{path}: {width} pixels wider than a phone"));
        }
        wrong.extend(browser.violations().iter().map(|each| format!("{path}: {each}")));
        wrong.extend(browser.complaints().iter().map(|each| format!("{path}: {each}")));
        let elsewhere = browser
            .requests()
            .into_iter()
            .filter(|url| url.starts_with("http") && !url.starts_with(&app.url));
        wrong.extend(elsewhere.map(|url| format!("{path} asked for {url}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    browser.go(&format!("{}/dashboard/creators/{}", app.url, campaign.creator));
    assert!(browser.text().contains(evil), "what was typed is text: {}", browser.text());
}
