//! What people and thieves do to the pages: stolen cookies, foreign forms, absurd addresses, tabs left open, and two
//! people at once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use serde_json::json;
use tributary_tests::attack::{self, ATTACK, attacked_campaign};
use tributary_tests::forms::{Field, FieldKind, forms_of};
use tributary_tests::marketer::{fields_of, value_of};
use tributary_tests::pages::{every_page, own_page};
use tributary_tests::{App, Campaign, Marketer, Shopper, both, unique, with_code};

fn app() -> &'static App {
    App::shared()
}

fn marketer() -> Marketer {
    Marketer::sign_in(app(), &app().admin_token)
}

fn campaign() -> Campaign {
    let campaign = app().brand().run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    campaign
}

/// The cookie of a session, as the browser keeps it.
fn cookie(key: &str) -> String {
    let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("key", key).finish();
    let browser =
        Shopper::at(&app().url, "198.51.100.62").with("content-type", "application/x-www-form-urlencoded");
    let reply = browser.send("POST", "/dashboard/sign-in", form.as_bytes()).expect(303);
    reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

// R66, R73
#[test]
fn a_cookie_that_was_altered_or_is_another_keys_opens_nothing_more() {
    let key =
        app().brand().post("/keys", json!({"name": unique("Key "), "scopes": ["read"]})).expect(201).json();
    let theirs = cookie(key["key"].as_str().unwrap());
    let open = |cookie: &str, page: &str| Marketer::with_cookie(app(), cookie).open(page).status;
    assert_eq!(open(&theirs, "/dashboard/sales"), 200);
    assert_eq!(open(&theirs, "/dashboard/keys"), 403);
    // Somebody else's name in it, a later end, the last letter changed: none is ours any more.
    let id = key["id"].as_str().unwrap();
    let (name, value) = theirs.split_once('=').unwrap();
    let (until, rest) = value.split_once('.').unwrap();
    let later = format!("{name}={}.{rest}", until.parse::<u64>().unwrap() + 1);
    let cut = theirs.split_at(theirs.len() - 1).0;
    for altered in [
        theirs.replace(id, "root"),
        later,
        cut.to_owned(),
        format!("{name}="),
        format!("{name}={value}.{value}"),
    ] {
        assert_eq!(open(&altered, "/dashboard/sales"), 303, "{altered}");
    }
    // One that was stolen ends with its key.
    app().brand().delete(&format!("/keys/{id}")).expect(204);
    assert_eq!(open(&theirs, "/dashboard/sales"), 303);
}

// R73
#[test]
fn a_session_that_was_ended_opens_nothing_wherever_its_cookie_was_copied_to() {
    let (marketer, colleague) = (marketer(), marketer());
    let thief = Marketer::with_cookie(app(), marketer.cookie());
    thief.open("/dashboard/sales").expect(200);
    marketer.send("/dashboard/sign-out", &[]).expect(403);
    marketer.press("/dashboard", "/dashboard/sign-out", &[]).expect(303);
    thief.open("/dashboard/sales").expect(303);
    marketer.open("/dashboard/sales").expect(303);
    colleague.open("/dashboard/sales").expect(200);
}

// R66
#[test]
fn every_form_that_changes_something_carries_a_token() {
    let marketer = marketer();
    let pages = every_page(app(), &campaign());
    let ours = pages.iter().filter(|page| page.starts_with("/dashboard")).map(|page| marketer.read(page));
    let sign_in = Shopper::at(&app().url, "198.51.100.62").open("/dashboard").expect(200).text();
    let mut forms = 0;
    for page in ours.chain([sign_in]) {
        for form in page.split("<form").skip(1).filter_map(|form| form.split("</form>").next()) {
            assert!(!form.contains("method=\"post\"") || form.contains("name=\"_csrf\" value="), "{form}");
            forms += 1;
        }
    }
    assert!(forms > 50, "{forms} forms");
}

// R66
#[test]
fn nobody_is_signed_in_by_a_form_that_their_browser_was_not_shown() {
    let browser = Shopper::at(&app().url, "198.51.100.62")
        .with("content-type", "application/x-www-form-urlencoded")
        .with("sec-fetch-site", "same-origin");
    let shown = browser.open("/dashboard").expect(200);
    let theirs = shown.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let token = value_of(&shown.text(), "_csrf").unwrap();
    let sign_in = |browser: &Shopper, token: &str| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("key", &app().admin_token).append_pair("_csrf", token);
        browser.send("POST", "/dashboard/sign-in", form.finish().as_bytes())
    };
    let victim = browser.clone().with("cookie", &theirs);
    assert!(sign_in(&browser, &token).expect(403).text().contains("Try again"));
    sign_in(&victim, "").expect(403);
    let other = format!("tributary_browser={}", "0".repeat(32));
    sign_in(&browser.clone().with("cookie", &other), &token).expect(403);
    let session = sign_in(&victim, &token).expect(303).header("set-cookie").unwrap().to_owned();
    assert!(session.starts_with("tributary_session="), "{session}");
}

// R66
#[test]
fn no_form_is_taken_without_the_token_of_its_session() {
    let campaign = campaign();
    let code = campaign.enrollment["code"]["id"].as_str().unwrap();
    let marketer = marketer();
    let Campaign { id, creator, plan, shop, .. } = &campaign;
    for form in [
        "/campaigns/new",
        "/creators/new",
        "/plans/new",
        "/stores/new",
        "/sales/judge",
        "/sales/export.csv",
        "/what-if",
        "/payouts",
        "/payouts/payer",
        "/settings",
        "/keys",
        "/rates",
        "/webhooks",
        "/webhooks/whk_00000000000000000000000000/rotate",
        &format!("/campaigns/{id}/edit"),
        &format!("/creators/{creator}/edit"),
        &format!("/creators/{creator}/account"),
        &format!("/creators/{creator}/page"),
        &format!("/plans/{plan}/edit"),
        &format!("/stores/{}/edit", shop.id),
        "/payouts/pay_00000000000000000000000000/mark",
    ] {
        marketer.send(&format!("/dashboard{form}"), &[("_csrf", "x")]).expect(403);
    }
    for act in [
        format!("/stores/{}/check", shop.id),
        format!("/stores/{}/reconcile", shop.id),
        "/rates/ecb".to_owned(),
        format!("/codes/import?campaignId={id}"),
        format!("/codes/{code}/compromise"),
        format!("/codes/{code}/rename"),
        "/codes/disable".to_owned(),
        "/codes/enable".to_owned(),
        "/codes/retry".to_owned(),
        "/codes/run".to_owned(),
        "/codes/repair".to_owned(),
        "/codes/rollout".to_owned(),
        format!("/stores/{}/drift", shop.id),
        format!("/campaigns/{id}/enrollments"),
        format!("/enrollments/{}/code", campaign.enrollment_id()),
        format!("/plans/{plan}/deactivate"),
        "/links".to_owned(),
        "/webhook-endpoints/whk_00000000000000000000000000/test".to_owned(),
    ] {
        let reply =
            marketer.send(&format!("/dashboard/act{act}"), &[("_csrf", "x"), ("since", "2024-01-01")]);
        assert!(marketer.follow(&reply).contains("not ours"), "{act}");
    }
    assert_eq!(app().brand().due(creator), 1_000, "nothing happened");
}

// R66
#[test]
fn absurd_addresses_of_every_page_are_answered_and_break_nothing() {
    let campaign = campaign();
    let marketer = marketer();
    let long = "9".repeat(3_000);
    let absurd = [
        "cursor=%F0%9F%98%80",
        &format!("cursor={long}"),
        "limit=-1",
        "limit=99999999999999999999",
        "from=2026-02-01&to=2026-01-01",
        "from=0000-00-00",
        "to=9999-99-99",
        "month=2026-13",
        "month=%00",
        "codeStatus=gone",
        "planId=%27",
        "sort=sideways",
        "by=%3Cb%3E",
        "status=%FF%FE",
        "tag=%27%20OR%201%3D1",
        "q=%25%25%25",
        "base=EUR&date=x",
        "actor=%0A",
        "after=-1",
        "after=99999999999",
        "creatorId=%27&campaignId=crt_1&linkId=%00",
        "outcome=gone",
    ];
    for path in every_page(app(), &campaign) {
        let page = path.split('?').next().unwrap();
        for query in absurd {
            let reply = marketer.open(&format!("{page}?{query}"));
            assert!(
                matches!(reply.status, 200 | 404 | 422),
                "{page}?{query}: {} {}",
                reply.status,
                reply.text()
            );
            assert!(!reply.text().contains("<b>"), "{page}?{query}");
        }
    }
    for page in ["", "/sales", "/campaigns", "/creators", "/audit", "/clicks"] {
        let page = format!("/dashboard{page}");
        marketer.open(&format!("{page}?from=2026-02-01&to=2026-01-01")).expect(422);
    }
}

// R67
#[test]
fn another_creators_link_shows_nothing_of_theirs() {
    let (mine, theirs) = (campaign(), campaign());
    let own = own_page(app(), &mine.creator);
    let browser = Shopper::at(&app().url, "198.51.100.63");
    for path in ["", "/statement"] {
        let page = browser
            .open(&format!("{own}{path}?creatorId={}&from=2024-01-01", theirs.creator))
            .expect(200)
            .text();
        for foreign in [&theirs.creator, &theirs.id, &theirs.slug()] {
            assert!(!page.contains(foreign.as_str()), "{path}: {foreign}");
        }
    }
    let secret = own.trim_start_matches("/creator/");
    for path in [
        format!("/creator/{secret}x"),
        format!("{own}/account"),
        format!("{own}/links/{}/qr.svg", theirs.link()),
    ] {
        browser.open(&path).expect(404);
    }
    browser.send("POST", &own, b"x=1");
    let signed_in = Marketer::with_cookie(app(), &format!("tributary_session={secret}"));
    signed_in.open("/dashboard/sales").expect(303);
}

// R66, R62
#[test]
fn what_was_deleted_in_the_meantime_is_said_in_tabs_left_open() {
    let brand = app().brand();
    let campaign = campaign();
    let late = brand.add_creator("Late", "Comer");
    let marketer = marketer();
    let (edit, account) =
        (format!("/dashboard/creators/{late}/edit"), format!("/dashboard/creators/{late}/account"));
    let open = [edit.as_str(), account.as_str()].map(|page| (page, marketer.read(page)));
    let add = format!("/dashboard/campaigns/{}/add", campaign.id);
    let add_form = marketer.read(&add);
    brand.delete(&format!("/creators/{late}")).expect(204);
    let token = |page: &str| value_of(page, "_csrf").unwrap();
    let gone = marketer.send(open[0].0, &[("_csrf", &token(&open[0].1)), ("firstName?", "New")]);
    assert!(matches!(gone.status, 404 | 409 | 422), "{}: {}", gone.status, gone.text());
    let act = format!("/dashboard/act/campaigns/{}/enrollments", campaign.id);
    let mut fields = fields_of(&add_form, &act);
    fields.push(("creatorIds[]".to_owned(), late.clone()));
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let refused = marketer.follow(&marketer.send(&act, &fields));
    assert!(refused.contains("role=\"alert\"") && refused.contains("removed"), "{refused}");
    // A key that is gone, and an enrollment that was taken out by somebody else: the second click is told, or changes nothing.
    let key = brand.post("/keys", json!({"name": unique("Key "), "scopes": ["read"]})).expect(201).json();
    let end = format!("/dashboard/act/keys/{}", key["id"].as_str().unwrap());
    let keys = marketer.read("/dashboard/keys");
    let fields = fields_of(&keys, &end);
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert!(marketer.follow(&marketer.send(&end, &fields)).contains("does not work any more"));
    assert!(marketer.follow(&marketer.send(&end, &fields)).contains("role=\"alert\""));
    assert_eq!(brand.due(&campaign.creator), 1_000);
}

// R66
#[test]
fn a_form_that_was_open_while_somebody_else_saved_overwrites_nothing_unasked() {
    let brand = app().brand();
    let campaign = campaign();
    let marketer = marketer();
    for (kind, id, field) in [
        ("campaigns", &campaign.id, "name"),
        ("stores", &campaign.shop.id, "name"),
        ("creators", &campaign.creator, "firstName?"),
    ] {
        let (edit, call) = (format!("/dashboard/{kind}/{id}/edit"), format!("/{kind}/{id}"));
        let (theirs, mine) = (unique("Theirs "), unique("Mine "));
        let member = field.trim_end_matches('?');
        let name = || brand.get(&call).expect(200).json()[member].clone();
        let save = |form: &str| {
            let [token, version] = ["_csrf", "_version"].map(|name| value_of(form, name).unwrap());
            marketer.send(&edit, &[("_csrf", &token), ("_version", &version), (field, &mine)])
        };
        let open = marketer.read(&edit);
        brand.patch(&call, json!({member: theirs})).expect(200);
        let told = save(&open).expect(412).text();
        assert!(told.contains("somebody else has changed this"), "{told}");
        assert!(told.contains(&mine), "what was typed stays: {told}");
        assert_eq!(name(), json!(theirs));
        save(&told).expect(303);
        assert_eq!(name(), json!(mine), "whoever was told may save");
    }
    let plan = format!("/dashboard/plans/{}/edit", campaign.plan);
    assert!(value_of(&marketer.read(&plan), "_version").is_some());
    assert!(value_of(&marketer.read("/dashboard/settings"), "_version").is_some());
}

// R54, R66
#[test]
fn two_people_pay_and_fail_a_payout_at_once_and_the_books_agree() {
    let brand = app().brand();
    let campaign = campaign();
    let creator = &campaign.creator;
    let made = brand.post("/payouts", json!({"currency": "EUR", "creatorIds": [creator]})).expect(201).json();
    let id = made["id"].as_str().unwrap();
    let (page, mark) = (format!("/dashboard/payouts/{id}"), format!("/dashboard/payouts/{id}/mark"));
    std::thread::scope(|scope| {
        for act in ["paid", "failed", "all", "failed"] {
            let (page, mark) = (&page, &mark);
            scope.spawn(move || {
                let fields = [("_act", act), ("words", "batch 7"), ("creatorIds", creator)];
                for _ in 0..3 {
                    marketer().submit(page, mark, &fields).expect(303);
                }
            });
        }
    });
    let line = brand.get(&format!("/payouts/{id}")).expect(200).json()["lines"][0].clone();
    let due = if line["status"] == "failed" { 1_000 } else { 0 };
    assert_eq!(brand.due(creator), due, "{line}");
    assert_eq!(brand.get("/ledger/verify").expect(200).json()["valid"], true);
}

// R52, R66
#[test]
fn two_people_reject_and_undo_at_once_and_the_books_agree() {
    let brand = app().brand();
    let campaign = campaign();
    let sale = brand.conversion(&campaign.id)["id"].as_str().unwrap().to_owned();
    let page = format!("/dashboard/campaigns/{}", campaign.id);
    std::thread::scope(|scope| {
        for act in ["reject", "undo", "reject", "undo"] {
            let (sale, page) = (&sale, &page);
            scope.spawn(move || {
                let marketer = marketer();
                for _ in 0..5 {
                    let one = format!("{act} {sale}");
                    marketer
                        .submit(page, "/dashboard/sales/judge", &[("_one", &one), ("_then", page)])
                        .expect(303);
                }
            });
        }
    });
    let last = brand.conversion(&campaign.id);
    let expected = if last["approval"] == "rejected" { 0 } else { 1_000 };
    assert_eq!((brand.due(&campaign.creator), &last["commission"]["amount"]), (expected, &json!(expected)));
    let undone = format!("undo {sale}");
    marketer().submit(&page, "/dashboard/sales/judge", &[("_one", &undone), ("_then", &page)]).expect(303);
    assert_eq!(brand.due(&campaign.creator), 1_000, "undo leads back to what it was");
    assert_eq!(brand.get("/ledger/verify").expect(200).json()["valid"], true);
}

// R66
#[test]
fn a_page_of_fifty_sales_stays_light() {
    let brand = app().brand();
    let campaign = brand.run_campaign(json!({}));
    for order in 1..=50 {
        campaign.shop.pay(order, both(with_code(&campaign.code()), json!({"name": format!("#{order}")})));
    }
    let marketer = marketer();
    for path in [
        format!("/dashboard/campaigns/{}", campaign.id),
        format!("/dashboard/sales?creatorId={}", campaign.creator),
    ] {
        let page = marketer.open(&path).expect(200);
        assert!(page.body.len() < 100_000, "{path}: {} bytes", page.body.len());
        assert!(page.text().contains("#50"));
    }
}

// R66
#[test]
fn an_attack_in_every_field_of_every_form_is_shown_as_text_or_refused() {
    let campaign = attacked_campaign(&app().brand());
    let marketer = marketer();
    let pages = every_page(app(), &campaign);
    let brands = || pages.iter().filter(|page| page.starts_with("/dashboard"));
    let mut sent = 0;
    for page in brands() {
        for form in forms_of(&marketer.read(page)).into_iter().filter(|form| form.is_post) {
            let is_typed = |field: &Field| field.kind == FieldKind::Typed;
            if !form.fields.iter().any(is_typed) {
                continue;
            }
            let attacked =
                |field: &Field| if is_typed(field) { ATTACK.to_owned() } else { field.value.clone() };
            let fields: Vec<(String, String)> =
                form.fields.iter().map(|field| (field.name.clone(), attacked(field))).collect();
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let action = form.action.as_deref().unwrap_or(page);
            let answer = marketer.send(action, &fields);
            assert!(answer.status < 500, "{page} {action}: {}", answer.text());
            let seen = if answer.status == 303 { marketer.follow(&answer) } else { answer.text() };
            assert!(!attack::is_in(&seen), "{page} {action}: {seen}");
            sent += 1;
        }
    }
    assert!(sent > 20, "{sent} forms");
    for page in &pages {
        let seen = marketer.open(page).text();
        assert!(!attack::is_in(&seen), "{page}: {seen}");
    }
    let shown = pages.iter().filter(|page| marketer.open(page).text().contains("&lt;img src=x")).count();
    assert!(shown > 10, "{shown} of {} pages show something of it", pages.len());
}

// R66
#[test]
fn a_page_full_of_people_stays_light() {
    let brand = app().brand();
    let campaign = brand.run_campaign(json!({"codePattern": "{first_name}{youtube}"}));
    // Names as long as people have them, and a code that waits for its creator's handle.
    let add = |_| brand.add_creator("Maximiliane-Charlotte", "von Hohenlohe-Waldenburg-Schillingsfürst");
    let creators: Vec<String> = (0..60).map(add).collect();
    let path = format!("/campaigns/{}/enrollments", campaign.id);
    brand.post(&path, json!({"creatorIds": creators}));
    let page = marketer().open(&format!("/dashboard/campaigns/{}/people", campaign.id)).expect(200);
    assert!(page.body.len() < 100_000, "{} bytes", page.body.len());
    let takes_out = page.text().matches("Take out").count();
    assert!(takes_out >= 25, "{takes_out} rows");
}
