//! The pages in a real browser: a campaign's life by clicking, the keyboard alone, a phone, and what axe says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use serde_json::json;
use tributary_tests::attack::{ATTACK, attacked_campaign};
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
    let campaign = attacked_campaign(&app.brand());
    browser.go(&format!("{}/dashboard", app.url));
    assert_eq!(browser.violations(), Vec::<String>::new(), "signing in");
    sign_in(&browser);
    let mut wrong = Vec::new();
    let pages = every_page(app, &campaign).into_iter().chain(["/api/v1/reference".to_owned()]);
    for path in pages {
        browser.go(&format!("{}{path}", app.url));
        wrong.extend(faults(&browser).iter().map(|fault| format!("{path}: {fault}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    browser.go(&format!("{}/dashboard/creators/{}", app.url, campaign.creator));
    assert!(browser.text().contains(ATTACK), "what was typed is text: {}", browser.text());
}

/// What is wrong with a page on a phone: too wide, not for everybody, complained of, or not ours alone.
fn faults(browser: &Chromium) -> Vec<String> {
    let width =
        browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    let planted = browser.run("return document.querySelectorAll('[onerror], img[src=x]').length");
    let mut faults = [browser.violations(), browser.complaints()].concat();
    if width.as_i64() != Some(0) {
        faults.push(format!("{width} pixels wider than a phone"));
    }
    if planted != json!(0) {
        faults.push("what was typed became a part of the page".to_owned());
    }
    let foreign = |url: &String| url.starts_with("http") && !url.starts_with(&App::shared().url);
    faults.extend(browser.requests().into_iter().filter(foreign).map(|url| format!("it asked for {url}")));
    faults
}

// R66
#[test]
fn the_keyboard_reaches_everything_on_every_page_and_is_seen_where_it_is() {
    let Some(browser) = browser(Screen::Laptop) else { return };
    let app = App::shared();
    let campaign = app.brand().run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    sign_in(&browser);
    let mut wrong = Vec::new();
    for path in every_page(app, &campaign) {
        browser.go(&format!("{}{path}", app.url));
        let stops = browser.run(WATCH_FOCUS).as_u64().unwrap();
        browser.press(&"\u{e004}".repeat(usize::try_from(stops).unwrap()));
        let missed = browser.run("return window.missed()");
        wrong.extend(missed.as_array().unwrap().iter().map(|missed| format!("{path}: {missed}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Gives the number of stops that Tab should have on a page, and watches which of them it has, and whether each shows it.
const WATCH_FOCUS: &str = "
    const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
        .filter((each) => each.tabIndex >= 0 && !each.disabled && each.type !== 'hidden'
            && each.checkVisibility({visibilityProperty: true}));
    const seen = new Map();
    document.addEventListener('focusin', (event) => {
        const style = getComputedStyle(event.target);
        seen.set(event.target, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
    });
    window.missed = () => stops.filter((stop) => !seen.get(stop)).map((stop) =>
        (seen.has(stop) ? 'no outline: ' : 'never reached: ') + stop.outerHTML.slice(0, 120));
    // A day or month has a stop for each of its parts, and one for the calendar.
    return stops.length + 3 * stops.filter((stop) => ['date', 'month'].includes(stop.type)).length;";

// R51, R66
#[test]
fn a_rule_is_added_to_a_plan_by_clicking_and_the_preview_follows() {
    let Some(browser) = browser(Screen::Phone) else { return };
    let app = App::shared();
    let plan = app.brand().add_plan(&app.brand().connect_shop(), json!({}));
    sign_in(&browser);
    browser.go(&format!("{}/dashboard/plans/{plan}/edit", app.url));
    browser.open_details("Other pay");
    browser.fill("For these goods", "SHOE");
    browser.run("document.getElementById('field-commission-rules-0-value').value = '20'");
    browser.click("Add another rule");
    let focused = browser.run("return document.activeElement.querySelector('legend').innerText");
    assert_eq!(focused, json!("Rule 2"), "the keyboard goes on in the new row");
    browser.run(
        "document.getElementById('field-commission-rules-1-value').value = '1,5';
        const field = document.getElementById('field-commission-rules-1-when-categories');
        field.value = 'sale'; field.dispatchEvent(new Event('input', {bubbles: true}))",
    );
    let previewed = |words: &str| {
        tributary_tests::eventually("what is typed is looked at without a button", || {
            let preview = browser.run("return document.getElementById('preview').innerText");
            preview.as_str()?.contains(words).then_some(())
        });
    };
    previewed("commission.rules[1].value");
    browser.run(
        "const field = document.getElementById('field-commission-rules-1-value');
        field.value = '15'; field.dispatchEvent(new Event('input', {bubbles: true}))",
    );
    previewed("Shopify does not tell the categories");
    assert_eq!(browser.complaints(), Vec::<String>::new());
    browser.click("Add another rule");
    browser.click("Take this rule out 2");
    let type_rate = |rate: &str| {
        browser.run(&format!("document.getElementById('field-commission-rules-0-value').value = '{rate}'"));
        browser.click("Save the plan");
    };
    type_rate("lots");
    assert!(browser.text().contains("Nothing was changed"), "{}", browser.text());
    let seen = "return document.getElementById('field-commission-rules-0-value-wrong').checkVisibility()";
    assert_eq!(browser.run(seen), json!(true), "what is wrong is not folded in");
    // A form that was refused is a page too, answered 422.
    let faults: Vec<String> =
        faults(&browser).into_iter().filter(|fault| !fault.contains("status of 422")).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    type_rate("20");
    assert!(browser.text().contains("20 % of the goods SHOE"), "{}", browser.text());
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
