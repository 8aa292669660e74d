//! The `redirect` function: creators' links.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use serde_json::{Value, json};
use tributary_tests::{App, Brand, Campaign, Shopper, eventually, unique, with_click};
use url::Url;

fn shopper() -> Shopper {
    Shopper::at(&App::shared().url, "198.51.100.7")
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// Where a link leads inside the shop: what Shopify is told to forward to after it has applied the code.
fn page_of(target: &Url) -> Url {
    assert!(target.path().starts_with("/discount/"), "{target}");
    target.join(&parameter(target, "redirect").unwrap()).unwrap()
}

// R10, R20
#[test]
fn a_click_leads_to_the_plans_page_with_the_code_the_click_id_and_the_utm_parameters() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(
        json!({"link": {"clickThroughUrl": "https://shop.example/collections/new?sort=price",
        "applyCode": true, "utm": {"source": "tributary", "medium": "creator", "campaign": "spring & summer"},
        "allowedHosts": []}}),
    );
    let target = shopper().click(&campaign.slug());
    assert_eq!(target.host_str(), Some("shop.example"));
    assert_eq!(target.path(), format!("/discount/{}", campaign.code()));
    let page = page_of(&target);
    assert_eq!((page.host_str(), page.path()), (Some("shop.example"), "/collections/new"));
    for (name, value) in [
        ("sort", "price"),
        ("utm_source", "tributary"),
        ("utm_medium", "creator"),
        ("utm_campaign", "spring & summer"),
    ] {
        assert_eq!(parameter(&page, name).as_deref(), Some(value), "{page}");
    }
    let outside = parameter(&target, "trb").expect("a click id as a parameter of its own");
    assert_eq!(parameter(&page, "trb"), Some(outside), "the same click id inside of redirect=");
}

// R10
#[test]
fn a_link_without_a_discount_leads_straight_to_its_page() {
    let brand = App::shared().brand();
    for terms in [
        json!({"link": {"clickThroughUrl": "https://shop.example/new", "applyCode": false}}),
        json!({"link": {"clickThroughUrl": "https://shop.example/new"}, "discount": null, "codePattern": null}),
    ] {
        let campaign = brand.run_campaign(terms);
        let target = shopper().click(&campaign.slug());
        assert_eq!(target.path(), "/new");
        assert!(parameter(&target, "trb").is_some());
    }
    let custom = brand.run_campaign_of(brand.connect("custom", "EUR"), json!({}));
    let target = shopper().click(&custom.slug());
    assert_eq!((target.host_str(), target.path()), (Some("shop.example"), "/"), "no such path elsewhere");
}

// R20
#[test]
fn a_redirect_is_a_bare_302_that_nobody_stores() {
    let campaign = App::shared().brand().run_campaign(json!({}));
    let reply = shopper().open(&format!("/{}", campaign.slug())).expect(302);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("content-length"), Some("0"));
    assert_eq!(reply.header("transfer-encoding"), None);
    assert!(reply.body.is_empty());
}

// R10
#[test]
fn a_deep_link_is_followed_on_the_allowed_hosts() {
    let campaign = App::shared().brand().run_campaign(json!({"link": {"applyCode": false,
        "clickThroughUrl": "https://shop.example/new", "allowedHosts": ["blog.shop.example"]}}));
    for (to, expected) in [
        ("/products/x", "https://shop.example/products/x"),
        ("/products/x?size=m#reviews", "https://shop.example/products/x?size=m#reviews"),
        ("https://shop.example/sale", "https://shop.example/sale"),
        ("https://blog.shop.example/post", "https://blog.shop.example/post"),
    ] {
        let target = deep_link(&campaign, to);
        let expected = Url::parse(expected).unwrap();
        assert_eq!(
            (target.host_str(), target.path(), target.fragment()),
            (expected.host_str(), expected.path(), expected.fragment()),
            "{to}"
        );
        for (name, value) in expected.query_pairs() {
            assert_eq!(parameter(&target, &name).as_deref(), Some(&*value), "{to}");
        }
        assert!(parameter(&target, "trb").is_some(), "{to} has no click id");
    }
}

// R10
#[test]
fn a_deep_link_to_anywhere_else_is_ignored() {
    let campaign = App::shared().brand().run_campaign(json!({"link": {"applyCode": false,
        "clickThroughUrl": "https://shop.example/new", "allowedHosts": ["blog.shop.example"]}}));
    for to in [
        "https://evil.example/",
        "//evil.example/x",
        "///evil.example/x",
        "/\\evil.example",
        "\\\\evil.example",
        "https:/\\evil.example",
        "https:evil.example",
        "https://shop.example@evil.example/",
        "https://shop.example:pw@evil.example/",
        "https://shop.example.evil.example/",
        "https://evil.example/?shop.example",
        "https://evil.example#shop.example",
        "https://shop.example\\.evil.example/",
        "https://shop.example:8443/",
        "https://evilshop.example/",
        "http://shop.example/",
        "javascript:alert(1)",
        "JaVaScRiPt://shop.example/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "\thttps://evil.example/",
        "/\t/evil.example",
        "/\r\nLocation: https://evil.example/",
        "https://evil.example\r\nX: 1",
        "/%0d%0aLocation:%20https://evil.example/\u{0}",
        "/a/../../b",
        "",
    ] {
        let target = deep_link(&campaign, to);
        assert_eq!((target.scheme(), target.host_str()), ("https", Some("shop.example")), "{to:?}");
        assert_eq!((target.port(), target.username()), (None, ""), "{to:?}");
    }
}

#[track_caller]
fn deep_link(campaign: &Campaign, to: &str) -> Url {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("to", to).finish();
    let reply = shopper().open(&format!("/{}?{query}", campaign.slug())).expect(302);
    assert_eq!(reply.headers.iter().filter(|(name, _)| name == "location").count(), 1);
    Url::parse(reply.header("location").unwrap()).unwrap()
}

// R11
#[test]
fn a_link_that_does_not_work_leads_to_the_fallback_and_is_no_click() {
    let brand = App::shared().brand();
    let fallback = "https://shop.example/sorry?why=over";
    let with = |limits: Value| json!({"link": {"fallbackUrl": fallback}, "limits": limits});
    let before = brand.run_campaign(with(json!({"startsAt": "2099-01-01T00:00:00Z"})));
    let ended = brand
        .run_campaign(with(json!({"startsAt": "2020-01-01T00:00:00Z", "endsAt": "2020-02-01T00:00:00Z"})));
    let deactivated = brand.run_campaign(with(json!({})));
    brand.post(&format!("/plans/{}/deactivate", deactivated.plan), json!({}));
    for campaign in [&before, &ended, &deactivated] {
        let reply = eventually("the link leads to the fallback", || {
            let reply = shopper().open(&format!("/{}?to=/products/x", campaign.slug())).expect(302);
            (reply.header("location") == Some(fallback)).then_some(reply)
        });
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
    // By the time that a later click is counted, so would these be.
    let live = brand.run_campaign(json!({}));
    shopper().click(&live.slug());
    brand.await_clicks(&live.id, 1);
    assert_eq!((brand.clicks(&before.id).0, brand.clicks(&ended.id).0), (0, 0));
}

// R11
#[test]
fn without_a_fallback_of_its_own_a_plan_that_is_over_leads_to_the_stores_home_page() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({"limits": {"endsAt": "2020-02-01T00:00:00Z"}}));
    assert_eq!(shopper().click(&campaign.slug()).as_str(), "https://shop.example/");
}

// R11
#[test]
fn an_unknown_slug_leads_to_a_home_page_and_never_to_an_error() {
    App::shared().brand().connect_shop();
    let reply = shopper().open(&format!("/{}", unique("nobody-").to_lowercase())).expect(302);
    let target = Url::parse(reply.header("location").unwrap()).unwrap();
    assert!(matches!(target.scheme(), "https" | "http"));
    assert_eq!(parameter(&target, "trb"), None);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

// R22
#[test]
fn programs_are_answered_and_not_counted() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    let path = format!("/{}", campaign.slug());
    let agent = |text: &str| shopper().with("user-agent", text);
    for visitor in [
        shopper().with("sec-purpose", "prefetch"),
        shopper().with("sec-purpose", "prefetch;prerender"),
        shopper().with("purpose", "prefetch"),
        agent("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"),
        agent("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"),
        agent("WhatsApp/2.23.20.0"),
        agent("TelegramBot (like TwitterBot)"),
        agent("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
        agent(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36",
        ),
        agent("curl/8.5.0"),
        agent("Wget/1.21.4"),
        agent("python-requests/2.32.3"),
        agent("Go-http-client/2.0"),
        agent("okhttp/4.12.0"),
        agent(""),
    ] {
        let reply = visitor.open(&path).expect(302);
        let target = Url::parse(reply.header("location").unwrap()).unwrap();
        assert_eq!(parameter(&target, "trb"), None, "{visitor:?}");
        assert_eq!(target.host_str(), Some("shop.example"));
    }
    let head = shopper().send("HEAD", &path, &[]).expect(302);
    assert!(head.header("location").unwrap().starts_with("https://shop.example/"));
    shopper().click_id(&campaign.slug());
    assert_eq!(brand.await_clicks(&campaign.id, 1), 1);
}

// R22
#[test]
fn repeats_by_one_visitor_count_once_as_unique() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    let other = Shopper::at(&App::shared().url, "203.0.113.9");
    for visitor in [shopper(), shopper(), shopper(), other.clone()] {
        visitor.click(&campaign.slug());
    }
    assert_eq!(brand.await_clicks(&campaign.id, 4), 2);
    let second = brand.run_campaign(json!({}));
    other.click(&second.slug());
    assert_eq!(brand.await_clicks(&second.id, 1), 1, "another link begins anew");
}

// R23
#[test]
fn who_asks_not_to_be_tracked_has_no_identity_but_a_click_that_credits() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    let path = format!("/{}", campaign.slug());
    let private = [
        (shopper().with("sec-gpc", "1"), path.clone()),
        (shopper().with("dnt", "1"), path.clone()),
        (shopper(), format!("{path}?consent=0")),
    ];
    let mut clicks = Vec::new();
    for (visitor, path) in private.iter().chain(&private) {
        let reply = visitor.open(path).expect(302);
        assert_eq!(reply.header("set-cookie"), None);
        let target = Url::parse(reply.header("location").unwrap()).unwrap();
        clicks.push(parameter(&target, "trb").expect("a click id"));
    }
    let unique = brand.await_clicks(&campaign.id, 6);
    assert!(unique == 0 || unique == 6, "{unique} of 6 were recognised");
    campaign.shop.pay(1, with_click(&clicks[0]));
    assert_eq!(brand.conversion(&campaign.id)["source"], "link");
}

// R13
#[test]
fn an_archived_campaign_keeps_tracking() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    brand.patch(&format!("/campaigns/{}", campaign.id), json!({"status": "archived"})).expect(200);
    let click = shopper().click_id(&campaign.slug());
    campaign.shop.pay(1, with_click(&click));
    assert_eq!(brand.conversion(&campaign.id)["commission"]["amount"], 1_000);
    brand.await_clicks(&campaign.id, 1);
}

// R12
#[test]
fn a_new_version_of_the_plan_changes_where_its_links_lead() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({"link": {"applyCode": false}}));
    assert_eq!(shopper().click(&campaign.slug()).path(), "/");
    set_terms(
        &brand,
        &campaign,
        json!({"link": {"applyCode": false, "clickThroughUrl": "https://shop.example/v2"}}),
    );
    eventually("the link leads to the new page", || {
        (shopper().click(&campaign.slug()).path() == "/v2").then_some(())
    });
}

/// Makes the plan's next version.
fn set_terms(brand: &Brand, campaign: &Campaign, changes: Value) {
    let path = format!("/plans/{}", campaign.plan);
    let name = brand.get(&path).expect(200).json()["name"].clone();
    let mut plan = json!({"name": name, "storeId": campaign.shop.id, "mode": "manual",
        "discount": {"type": "percentage", "value": "10"}, "codePattern": "{first_name}{discount}",
        "commission": {"type": "percentage", "rate": "10"}});
    plan.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    brand.put(&path, plan).expect(200);
}

// R11, R20
#[test]
fn a_link_that_is_hot_is_off_as_soon_as_it_is_disabled() {
    // Every 64th batch of visits looks for what is hot.
    const BATCHES: u64 = 70;
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    for clicks in 1..=BATCHES {
        shopper().click_id(&campaign.slug());
        brand.await_clicks(&campaign.id, clicks);
    }
    brand.patch(&format!("/links/{}", campaign.link()), json!({"status": "disabled"})).expect(200);
    eventually("the link is off", || {
        (parameter(&shopper().click(&campaign.slug()), "trb").is_none()).then_some(())
    });
}

// R10
#[test]
fn a_tracking_link_counts_visits_and_credits_nothing() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    let body = json!({"enrollmentId": campaign.enrollment_id(), "kind": "tracking", "to": "https://shop.example/about"});
    let link = brand.post("/links", body).expect(201).json();
    let target = shopper().click(link["slug"].as_str().unwrap());
    assert_eq!(target.path(), "/about", "no code");
    campaign.shop.pay(1, with_click(&parameter(&target, "trb").unwrap()));
    assert!(brand.conversions(&campaign.id).is_empty());
    let order = brand.order_of(&campaign.shop.id, 1);
    let why = brand.attribution(order["id"].as_str().unwrap());
    assert_eq!(why["touches"][0]["reason"], "not_affiliate_link");
    brand.await_clicks(&campaign.id, 1);
}

// R10
#[test]
fn a_slug_never_shadows_a_page_of_the_app() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    for slug in ["api", "webhooks", "dashboard", "creator", "t", "API", "a/b", "x y", "ünï", "..", ""] {
        let body = json!({"enrollmentId": campaign.enrollment_id(), "kind": "affiliate", "slug": slug});
        let reply = brand.post("/links", body);
        assert!(matches!(reply.status, 409 | 422), "{slug}: {}", reply.text());
    }
    let body =
        json!({"enrollmentId": campaign.enrollment_id(), "kind": "affiliate", "slug": campaign.slug()});
    brand.post("/links", body).refused(409);
}
