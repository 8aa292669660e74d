//! The `dashboard` function: pages made on the server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use serde_json::json;
use tributary_tests::{App, Reply, Shopper, unique, with_code};

fn browser() -> Shopper {
    Shopper::at(&App::shared().url, "198.51.100.60")
}

/// Signs in with a key and gives the cookie, where there is one.
fn sign_in(key: &str) -> (Reply, Option<String>) {
    let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("key", key).finish();
    let reply = browser().with("content-type", "application/x-www-form-urlencoded").send(
        "POST",
        "/dashboard/sign-in",
        form.as_bytes(),
    );
    let cookie = reply.header("set-cookie").and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
    (reply, cookie)
}

// R61, R60
#[test]
fn a_brand_signs_in_and_sees_its_summary_and_a_campaigns_table() {
    let app = App::shared();
    let brand = app.brand();
    let campaign = brand.run_campaign(json!({}));
    campaign.shop.pay(1, with_code(&campaign.code()));
    let (reply, cookie) = sign_in(&app.admin_token);
    assert!(matches!(reply.status, 302 | 303), "{}", reply.status);
    let set = reply.header("set-cookie").unwrap();
    for attribute in ["HttpOnly", "SameSite", "Path=/dashboard"] {
        assert!(set.contains(attribute), "{set}");
    }
    assert!(!set.contains(&app.admin_token), "the cookie holds no key");
    let signed_in = browser().with("cookie", &cookie.unwrap());
    let home = signed_in.open("/dashboard").expect(200);
    assert!(home.header("content-type").unwrap().starts_with("text/html"));
    assert!(home.text().to_lowercase().contains("orders"));
    let table = signed_in.open(&format!("/dashboard/campaigns/{}", campaign.id)).expect(200).text();
    assert!(table.contains("#1") && table.contains(&campaign.code()) && table.contains("Anna"), "{table}");
    signed_in.open("/dashboard/campaigns/cmp_00000000000000000000000000").expect(404);
}

// R73
#[test]
fn nobody_sees_a_page_without_a_key() {
    let app = App::shared();
    let campaign = app.brand().run_campaign(json!({}));
    let path = format!("/dashboard/campaigns/{}", campaign.id);
    for visitor in
        [browser(), browser().with("cookie", "tributary_session=forged"), browser().with("cookie", "=;=")]
    {
        for path in ["/dashboard", "/dashboard/", &path] {
            let reply = visitor.open(path);
            assert!(matches!(reply.status, 200 | 303 | 302 | 401), "{path}: {}", reply.status);
            assert!(!reply.text().contains(&campaign.id) && !reply.text().contains("Anna"), "{path}");
        }
    }
    for key in ["", "wrong", "' OR 1=1 --"] {
        let (reply, cookie) = sign_in(key);
        assert!((400..500).contains(&reply.status), "{key:?}: {}", reply.status);
        assert_eq!(cookie, None);
    }
}

// R66
#[test]
fn what_people_typed_is_shown_as_text() {
    let app = App::shared();
    let brand = app.brand();
    let shop = brand.connect_shop();
    let plan = brand.add_plan(&shop, json!({"codePattern": null}));
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
    let name = format!("{evil}{}", unique(""));
    let body = json!({"name": name, "planId": plan, "status": "live"});
    let campaign = brand.post("/campaigns", body).expect(201).json()["id"].as_str().unwrap().to_owned();
    let enrollment = brand.enroll(&campaign, &brand.add_creator(evil, "Berg"));
    let code = unique("X").chars().rev().take(12).collect::<String>();
    brand
        .put(&format!("/enrollments/{}/code", enrollment["id"].as_str().unwrap()), json!({"text": code}))
        .expect(200);
    shop.deliver(
        "orders/paid",
        &tributary_tests::order(1, tributary_tests::both(with_code(&code), json!({"name": evil}))),
    )
    .expect(200);
    let (_, cookie) = sign_in(&app.admin_token);
    let signed_in = browser().with("cookie", &cookie.unwrap());
    for path in ["/dashboard".to_owned(), format!("/dashboard/campaigns/{campaign}")] {
        let page = signed_in.open(&path).expect(200);
        let text = page.text();
        assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{path}");
        let policy = page.header("content-security-policy").expect("a content security policy");
        assert!(policy.contains("default-src 'none'") || policy.contains("default-src 'self'"), "{policy}");
    }
}
